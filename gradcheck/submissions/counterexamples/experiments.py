"""One wrong quantity of one function, to be looked at again on any problem."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from gradcheck.submissions.calling.binding import bind
from gradcheck.submissions.calling.compare import compare
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.counterexamples.calls import (
    Call,
    Given,
    Keys,
    Writer,
    place,
    settings,
    taken,
)
from gradcheck.submissions.reading.definitions import Definition
from gradcheck.submissions.reference.problems import Problem
from gradcheck.submissions.results import Training
from impl import Array


@dataclass(frozen=True)
class Observation:
    """What a function gave, what belongs there, and how the two relate.

    Parameters
    ----------
    problem : Problem
        With the parameters at which it was looked at, which training may choose itself.
    computed : object
    expected : array
    match : str
    training : Training or None
        The step of training that shows it, if it was one.
    """

    problem: Problem
    computed: Any
    expected: Array
    match: str
    training: Training | None = None


class Experiment(Protocol):
    """A quantity that a submission gets wrong."""

    @property
    def subject(self) -> Subject:
        """The submission, with the problems on which it was judged."""

    @property
    def name(self) -> str:
        """What is called."""

    @property
    def quantity(self) -> str:
        """What is wrong."""

    @property
    def match(self) -> str:
        """How it was wrong: in its values, or in its shape."""

    def observe(self, problem: Problem) -> Observation | None:
        """Look at it on a problem; None if that fails or gives nothing at that place."""

    def call(self, problem: Problem) -> Call:
        """Write down what is called on a problem."""


@dataclass(frozen=True)
class Returned:
    """A quantity that a function returns wrong.

    Parameters
    ----------
    subject : Subject
    function : Definition
        What is called.
    quantity : str
    keys : tuple of (str or int)
        Where in the returned value it stands: ``(0, "dw")``.
    match : str
    given : callable
        Says what the function is called with on a problem.
    right : callable
        Says what belongs there, in the submission's layout, given a problem and what came out.
    """

    subject: Subject
    function: Definition
    quantity: str
    keys: Keys
    match: str
    given: Callable[[Problem], Given]
    right: Callable[[Problem, Any], Array]

    @property
    def name(self) -> str:
        """The function's."""
        return self.function.name

    def observe(self, problem: Problem) -> Observation | None:
        """Call the function on a problem; None if it fails or gives nothing at that place."""
        given = self.given(problem)
        outcome = self.subject.box.call(
            self.function.name, given.positional, given.keywords, globals=given.globals
        )
        if outcome.failure is not None:
            return None
        try:
            computed = taken(outcome.value, self.keys)
        except (LookupError, TypeError):
            return None
        right = self.right(problem, computed)
        bar = problem.bars.get(self.quantity, min(problem.bars.values()))
        return Observation(problem, computed, right, compare(computed, right, bar))

    def call(self, problem: Problem) -> Call:
        """Write the call down, with the place of the quantity."""
        given, writer = self.given(problem), Writer(laid_out(self.subject, problem))
        text = writer.call(self.function, given) + place(self.keys)
        return Call(text, writer.inputs, settings(given.globals))


def laid_out(subject: Subject, problem: Problem) -> dict[str, Any]:
    """Give every array of a problem as the submission has it."""
    layout = subject.layout
    return {name: layout.theirs(name, value) for name, value in problem.values.items()}


def fed(subject: Subject, function: Definition, **chosen: Any) -> Callable[[Problem], Given]:
    """Give a function what belongs at its inputs, by the names of its parameters."""

    def given(problem: Problem) -> Given:
        positional, keywords = bind(function, subject.feed(problem, function, **chosen))
        return Given(positional, keywords, subject.globals(function, problem))

    return given
