"""One wrong quantity of one function, to be looked at again on any problem."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gradcheck.submissions.calling.binding import bind
from gradcheck.submissions.calling.compare import compare
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.reading.definitions import Definition
from gradcheck.submissions.reference.problems import Problem
from impl import Array

Keys = tuple[str | int, ...]


@dataclass(frozen=True)
class Given:
    """What a function is called with."""

    positional: list[Any]
    keywords: Mapping[str, Any]
    globals: Mapping[str, Any]


@dataclass(frozen=True)
class Observation:
    """What a function gave, what belongs there, and how the two relate."""

    computed: Any
    expected: Array
    match: str


@dataclass(frozen=True)
class Experiment:
    """A quantity that a function gets wrong.

    Parameters
    ----------
    subject : Subject
    function : Definition
        What is called.
    quantity : str
    keys : tuple of (str or int)
        Where in the returned value it stands: ``(0, "dw")``.
    match : str
        How it was wrong: in its values, or in its shape.
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
        return Observation(computed, right, compare(computed, right, bar))


def fed(subject: Subject, function: Definition, **settings: Any) -> Callable[[Problem], Given]:
    """Give a function what belongs at its inputs, by the names of its parameters."""

    def given(problem: Problem) -> Given:
        positional, keywords = bind(function, subject.feed(problem, function, **settings))
        return Given(positional, keywords, subject.globals(function, problem))

    return given


def keys_of(wanted: Any, value: Any) -> Keys | None:
    """Say where in nested containers an object stands.

    >>> keys_of(found := [2.0], ({"dw": found}, 1.0))
    (0, 'dw')
    """
    return next(_paths_to(wanted, value), None)


def _paths_to(wanted: Any, value: Any) -> Iterator[Keys]:
    if value is wanted:
        yield ()
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from ((key, *rest) for rest in _paths_to(wanted, inner))
    elif isinstance(value, (tuple, list)):
        for index, inner in enumerate(value):
            yield from ((index, *rest) for rest in _paths_to(wanted, inner))


def taken(value: Any, keys: Keys) -> Any:
    """Take what stands at a place of nested containers.

    >>> taken(({"dw": 2.0}, 1.0), (0, "dw"))
    2.0

    Raises
    ------
    LookupError, TypeError
        If there is no such place.
    """
    for key in keys:
        value = value[key]
    return value
