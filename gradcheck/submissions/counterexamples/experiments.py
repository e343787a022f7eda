"""One wrong quantity of one function, to be looked at again on any problem."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from gradcheck.submissions.calling.binding import UnboundError
from gradcheck.submissions.calling.compare import compare
from gradcheck.submissions.calling.roles import STEPS, Role
from gradcheck.submissions.calling.steps import Step, Trial, attempt, expected, step_for
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.reading.definitions import Definition
from gradcheck.submissions.reference.problems import Problem
from gradcheck.submissions.results import Fault
from impl import Array

Keys = tuple[str | int, ...]

# What is said of a function and shows in no number of it, or not again.
NO_NUMBER = frozenset(
    {
        "crashed",
        "hidden-global",
        "missing-function",
        "mutates-input",
        "nondeterministic",
        "not-implemented",
        "timed-out",
        "wrong-type",
    }
)


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
    step : Step
        What the function has to compute.
    quantity : str
    keys : tuple of (str or int)
        Where in the returned value it stands: ``(0, "dw")``.
    match : str
        How it was wrong: in its values, or in its shape.
    """

    subject: Subject
    step: Step
    quantity: str
    keys: Keys
    match: str

    @property
    def function(self) -> Definition:
        """The function that is called."""
        return self.step.role.function

    def observe(self, problem: Problem) -> Observation | None:
        """Call the function on a problem; None if it fails or gives nothing at that place."""
        outcome, _ = self.subject.call(self.function, problem)
        if outcome.failure is not None:
            return None
        try:
            computed = taken(outcome.value, self.keys)
        except (LookupError, TypeError):
            return None
        right = expected(self.subject, self.step, problem)[self.quantity]
        theirs = self.subject.layout.theirs(self.quantity, right)
        match = compare(computed, theirs, problem.bars.get(self.quantity, 0.0))
        return Observation(computed, theirs, match)


def experiments(subject: Subject, faults: Iterable[Fault]) -> Iterator[Experiment]:
    """Yield what can be looked at again, for the first fault first."""
    for fault in (fault for fault in faults if fault.code not in NO_NUMBER):
        for role in subject.roles.values():
            if role.function.name == fault.where.function and role.role in (*STEPS, "update"):
                found = _experiment(subject, role, fault.quantity)
                if found is not None:
                    yield found


def _experiment(subject: Subject, role: Role, first: str) -> Experiment | None:
    """Find the first returned quantity that is wrong, from the blamed one on."""
    step = step_for(role, subject.model, subject.output)
    order = list(step.targets)
    after = order[order.index(first) :] if first in order else order
    try:
        trials = [attempt(subject, step, p) for p in (*subject.problems, *subject.wide)]
    except UnboundError:
        return None
    for name in after:
        for trial in (trial for trial in trials if name in trial.observed):
            keys = _keys_of(trial, name)
            if trial.match(name) != "same" and keys is not None:
                return Experiment(subject, step, name, keys, trial.match(name))
    return None


def _keys_of(trial: Trial, name: str) -> Keys | None:
    return next(_paths_to(trial.observed[name], trial.value), None)


def _paths_to(wanted: Any, value: Any) -> Iterator[Keys]:
    """Yield where in nested containers an object stands."""
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
