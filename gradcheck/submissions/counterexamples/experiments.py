"""One wrong quantity of one function, to be looked at again on any problem."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from gradcheck.submissions.calling.binding import bind
from gradcheck.submissions.calling.compare import as_numbers, compare
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
from gradcheck.submissions.counterexamples.plain import plain
from gradcheck.submissions.reading.definitions import Definition
from gradcheck.submissions.reference.problems import Problem
from gradcheck.submissions.results import Training
from impl import Array

NEAR = 1e-6  # beyond rounding


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


def before_step(subject: Subject, problem: Problem) -> dict[str, Any]:
    """Write the parameters of a problem down; a flat vector is a list, however short."""
    layout, found = subject.layout, {}
    for name in subject.model.parameters:
        value = problem.values[name]
        flat = name in layout.flat and value.ndim
        found[name] = plain(np.ravel(value) if flat else layout.theirs(name, value))
    return found


def fed(subject: Subject, function: Definition, **chosen: Any) -> Callable[[Problem], Given]:
    """Give a function what belongs at its inputs, by the names of its parameters."""

    def given(problem: Problem) -> Given:
        positional, keywords = bind(function, subject.feed(problem, function, **chosen))
        return Given(positional, keywords, subject.globals(function, problem))

    return given


def labels(subject: Subject, problem: Problem, computed: Any) -> Array:
    """Give the labels that belong to a problem, in the shape of those that came out.

    Where an output is as near to one half as rounding comes, either label is right: nan.
    """
    output = problem.values[subject.output]
    if subject.model.labels == "binary":
        near = np.abs(output - 0.5) < NEAR
        output = np.where(near, np.nan, np.where(output > 0.5, 1.0, 0.0))
    array = as_numbers(computed)
    alike = array is not None and array.size == output.size
    return output.reshape(np.shape(computed)) if alike else output
