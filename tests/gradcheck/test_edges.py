"""The edge of a cost's domain: slopes from inside, entry by entry."""

import math
from typing import Any

import numpy as np
import pytest

from gradcheck import check_gradient
from gradcheck.parameters import Vector

WEIGHTS = np.array([1.0, 2.0, 3.0])


def boxed(x: Vector) -> float:
    """Give Σ w·eˣ, defined only where all of x lies between 0 and 1."""
    if np.any(x < 0) or np.any(x > 1):
        raise ValueError("outside the box")
    return float(np.sum(np.exp(x) * WEIGHTS))


def slope(x: Vector) -> Vector:
    """Give its gradient."""
    return np.asarray(np.exp(x) * WEIGHTS)


CORNERS = {
    "one edge": np.array([0.0, 0.5, 0.25]),
    "two edges": np.array([0.0, 0.5, 1.0]),
    "a corner": np.array([0.0, 1.0, 1.0]),
}


@pytest.mark.parametrize("at", CORNERS.values(), ids=CORNERS)
def test_a_right_gradient_is_correct_at_the_edge_of_a_box(at: Vector) -> None:
    """And the message says that it was judged from inside."""
    check = check_gradient(boxed, slope, at, rng=0)
    assert check.verdict == "correct", str(check)
    assert "inwards from the edge" in str(check)


@pytest.mark.parametrize("at", CORNERS.values(), ids=CORNERS)
@pytest.mark.parametrize("entry", range(3))
def test_a_wrong_entry_is_named_at_the_edge_of_a_box(at: Vector, entry: int) -> None:
    """Be it one that is at an edge or one that is not."""
    error = 1e-6 * np.eye(3)[entry]
    check = check_gradient(boxed, lambda x: slope(x) + error, at, rng=0)
    assert [wrong.index for wrong in check.wrong] == [(entry,)]


@pytest.mark.parametrize("entry", range(3))
def test_an_error_above_what_is_stated_is_found_at_an_edge(entry: int) -> None:
    """There every entry has a line of its own."""
    at = CORNERS["two edges"]
    error = check_gradient(boxed, slope, at, rng=0).smallest_detectable * np.eye(3)[entry]
    assert check_gradient(boxed, lambda x: slope(x) - error, at, rng=1).verdict == "wrong"


def test_a_right_claim_at_the_foot_of_a_root_is_never_wrong() -> None:
    """The slope of x√x changes too fast at 0 for a narrow bar."""
    cost = lambda x: x * math.sqrt(x)  # noqa: E731 - one line says it all
    assert check_gradient(cost, lambda x: 1.5 * x**0.5, 0.0).verdict in {"correct", "undecided"}


ROOTS: dict[str, tuple[Any, Any, float]] = {
    "x√x, off by 0.01": (lambda x: x * math.sqrt(x), lambda x: 0.01, 0.0),
    "√x at 0, as if it had a slope": (math.sqrt, lambda x: 1.0, 0.0),
    "arcsin at 1, as if it had a slope": (math.asin, lambda x: 1.0, 1.0),
    "x ln x at 0": (lambda x: x * math.log(x) if x else 0.0, lambda x: 1.0, 0.0),
    "a half circle at its end": (lambda x: math.sqrt(1 - x * x), lambda x: math.nan, 1.0),
}


@pytest.mark.parametrize(("cost", "gradient", "at"), ROOTS.values(), ids=ROOTS)
def test_a_wrong_claim_is_wrong_at_an_edge(cost: Any, gradient: Any, at: float) -> None:
    """An infinite slope has no right claim at all."""
    assert check_gradient(cost, gradient, at).verdict == "wrong"


def test_too_many_entries_at_an_edge_are_undecided_and_the_message_says_what_to_do() -> None:
    """No line through all of them stays inside."""
    check = check_gradient(
        lambda x: float(np.sum(x**1.5)) if np.all(x >= 0) else math.nan,
        lambda x: 1.5 * x**0.5,
        np.zeros(20),
    )
    assert check.verdict == "undecided"
    assert "choose a point inside" in str(check)


def test_a_point_that_is_alone_in_its_domain_is_undecided() -> None:
    """Nothing is finite on either side."""
    check = check_gradient(lambda x: 1.0 if x == 0 else math.nan, lambda x: 0 * x, 0.0)
    assert check.verdict == "undecided"
    assert "choose a point inside" in str(check)
