"""Calls that are made once, and those that are made each time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from gradcheck.sandbox import Failure, Piece, Program, Sandbox, WarmParent
from gradcheck.submissions.calling.patience import Patient

COUNTING = """
import numpy as np
calls = []
def count(*given, **named):
    calls.append(1)
    return len(calls)
def crash(x):
    raise ValueError(count())
def many(x):
    return np.full(10**5, count())
class Made:
    pass
def make():
    count()
    return {"inside": [Made()]}
def of(kept):
    return count()
"""


@pytest.fixture
def patient(warm: WarmParent) -> Iterator[Patient]:
    """Give a loaded submission that counts how often it is called."""
    program = Program((Piece(COUNTING, "counting.py"),))
    with Sandbox(program, allow_weak=True, warm=warm) as box:
        yield Patient(box, ())


def both(patient: Patient, function: str, *arguments: Any) -> list[Any]:
    """Make a call twice."""
    return [patient.call(function, list(arguments), seed=0) for _ in range(2)]


@pytest.mark.parametrize(
    "arguments", [(), (1.5,), ([1, (2.0, None)], {"dW1": True}), (np.eye(3), "text")]
)
def test_an_equal_call_is_made_once(patient: Patient, arguments: tuple[Any, ...]) -> None:
    """What an equal call gave is given again."""
    first, second = both(patient, "count", *arguments)
    assert first.value == second.value == 1


def test_a_call_that_crashed_is_made_once(patient: Patient) -> None:
    """A failure is known as well as a value."""
    first, second = both(patient, "crash", 0.0)
    assert isinstance(first.failure, Failure)
    assert first.failure == second.failure


@pytest.mark.parametrize(
    "other",
    [
        lambda box: box.call("count", [np.ones(2)], seed=1),
        lambda box: box.call("count", [np.ones(2)], seed=0, capture=True),
        lambda box: box.call("count", [np.ones(2)], seed=0, globals={"factor": 2}),
        lambda box: box.call("count", [np.ones(2)], {"named": 1}, seed=0),
        lambda box: box.call("count", [np.ones(2, dtype=int)], seed=0),
        lambda box: box.call("count", [np.ones((1, 2))], seed=0),
        lambda box: box.call("count", [[1.0, 1.0]], seed=0),
        lambda box: box.call("count", [np.array([1.0, 1.0 + 2**-52])], seed=0),
    ],
)
def test_a_call_that_differs_in_anything_is_made(
    patient: Patient, other: Callable[[Patient], Any]
) -> None:
    """Seed, globals, names, type, shape and the last bit make another call."""
    patient.call("count", [np.ones(2)], seed=0)
    assert other(patient).value == 2


def test_a_call_that_gave_objects_is_made_each_time(patient: Patient) -> None:
    """Objects that stay in the child may have changed since, also inside of what was returned."""
    both(patient, "make")
    assert patient.call("count", []).value == 3


def test_a_call_with_objects_is_made_each_time(patient: Patient) -> None:
    """What it gives may depend on what was done to the object since."""
    kept = patient.call("make", []).value["inside"][0]
    assert [outcome.value for outcome in both(patient, "of", kept)] == [2, 3]


def test_large_outcomes_are_not_kept(patient: Patient) -> None:
    """What is kept of a submission is small."""
    first, second = both(patient, "many", 0.0)
    assert (first.value[0], second.value[0]) == (1, 2)


def test_large_calls_are_not_kept(patient: Patient) -> None:
    """Neither are arguments."""
    first, second = both(patient, "count", np.zeros(10**5))
    assert (first.value, second.value) == (1, 2)


def test_an_equal_task_is_done_once(patient: Patient) -> None:
    """A task of several calls on an object of its own gives again what it gave."""
    given = (np.ones(2), {"w": 1.0}, 3)
    tasks = [given, given, (np.ones(2), {"w": 1.0}, 4), (np.ones(1), {"w": 1.0}, 3)]
    found = [patient.once(task, lambda: counted(patient)) for task in tasks]
    assert found == [2, 2, 4, 6]


@pytest.mark.parametrize("given", [object(), np.zeros(10**5)])
def test_a_task_that_cannot_be_kept_is_done_each_time(patient: Patient, given: Any) -> None:
    """Nobody knows whether objects are equal, and what is kept is small."""
    assert [patient.once((given,), lambda: counted(patient)) for _ in range(2)] == [2, 4]


def counted(patient: Patient) -> Any:
    """Call what counts, on an object, so that it is called."""
    kept = patient.call("make", []).value["inside"][0]
    return patient.call("of", [kept]).value
