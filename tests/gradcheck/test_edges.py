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


def stepping_in(x: Vector) -> float:
    """Give Σ √(x + 1e-12), defined only where no entry of x is negative."""
    if np.any(x < 0):
        raise ValueError("outside")
    return float(np.sum(np.sqrt(x + 1e-12)))


BENT: dict[str, tuple[Any, Any, Vector]] = {
    "Σ√x": (lambda x: np.sum(np.sqrt(x)), lambda x: 0.5 / np.sqrt(x), np.ones(2)),
    "Σ ln x": (lambda x: np.sum(np.log(x)), lambda x: 1 / x, np.ones(2)),
    "Σ x ln x": (lambda x: np.sum(x * np.log(x)), lambda x: np.log(x) + 1, np.array([1.0, 0.5])),
    "−ln of the second alone": (
        lambda x: -np.log(x[1]) if x[0] > 0 else math.nan,
        lambda x: np.array([0.0, -1 / x[1]]),
        np.array([1.0, 0.5]),
    ),
}
ENDS: dict[str, tuple[Any, Any, float]] = {
    "−ln(1 − x)": (lambda x: -math.log(1 - x), lambda x: 1 / (1 - x), 1.0),
    "√(1 − x)": (lambda x: np.sqrt(1 - x), lambda x: -0.5 / np.sqrt(1 - x), 1.0),
    "ln(x − 1)": (lambda x: math.log(x - 1), lambda x: 1 / (x - 1), -1.0),
}
FOOT = np.array([0.0, 1.0])


@pytest.mark.parametrize(("cost", "gradient", "at"), BENT.values(), ids=BENT)
@pytest.mark.parametrize("near", [1e-10, 1e-11, 1e-12, 1e-13])
@pytest.mark.parametrize("seed", range(3))
def test_a_right_gradient_is_correct_as_near_to_the_edge_as_slopes_can_be_seen(
    cost: Any, gradient: Any, at: Vector, near: float, seed: int
) -> None:
    """The steps are as small as the room that is left."""
    check = check_gradient(cost, gradient, at * [near, 1], rng=seed)
    assert check.verdict == "correct", str(check)


@pytest.mark.parametrize(("cost", "gradient", "side"), ENDS.values(), ids=ENDS)
@pytest.mark.parametrize("near", [1e-10, 1e-11, 1e-12, 1e-13, 1e-14, 1e-15])
@pytest.mark.parametrize("seed", range(3))
def test_a_right_gradient_is_never_wrong_near_an_edge_at_1(
    cost: Any, gradient: Any, side: float, near: float, seed: int
) -> None:
    """There the steps themselves are rounded."""
    check = check_gradient(cost, gradient, 1 - side * near, rng=seed)
    assert check.verdict in {"correct", "undecided"}, str(check)


@pytest.mark.parametrize(("cost", "gradient", "at"), BENT.values(), ids=BENT)
@pytest.mark.parametrize("near", [1e-15, 1e-30, 1e-200, 1e-300])
def test_a_right_gradient_is_never_wrong_nearer_to_the_edge(
    cost: Any, gradient: Any, at: Vector, near: float
) -> None:
    """There the cost's rounding may hide the slope."""
    check = check_gradient(cost, gradient, at * [near, 1], rng=0)
    assert check.verdict in {"correct", "undecided"}, str(check)


@pytest.mark.parametrize(("cost", "gradient", "at"), BENT.values(), ids=BENT)
@pytest.mark.parametrize("near", [1e-10, 1e-11, 1e-12, 1e-13, 1e-15, 1e-30, 1e-200, 1e-300])
@pytest.mark.parametrize("entry", [0, 1])
def test_a_gradient_off_by_half_never_passes_next_to_an_edge(
    cost: Any, gradient: Any, at: Vector, near: float, entry: int
) -> None:
    """Nor where bars are wide."""

    def wrong(x: Vector) -> Vector:
        right = gradient(x)
        return np.asarray(right + (1 + 0.5 * np.abs(right)) * np.eye(2)[entry])

    check = check_gradient(cost, wrong, at * [near, 1], rng=0)
    assert check.verdict in {"wrong", "undecided"}, str(check)


@pytest.mark.parametrize("near", [1e-11, 1e-12, 1e-13])
@pytest.mark.parametrize("name", ["Σ√x", "Σ ln x", "Σ x ln x"])
@pytest.mark.parametrize("factor", [0.5, 0.99, 1.01, -1, 0])
def test_a_wrong_entry_is_named_next_to_an_edge(name: str, near: float, factor: float) -> None:
    """By its own measured slope."""
    cost, gradient, at = BENT[name]
    factors = np.array([factor, 1.0])
    check = check_gradient(cost, lambda x: factors * gradient(x), at * [near, 1], rng=0)
    assert [wrong.index for wrong in check.wrong] == [(0,)]


def test_a_slope_that_settles_only_next_to_the_edge_is_measured_there() -> None:
    """√(x + 1e-12) looks like √x from afar; at 0 its slope is 500 000."""
    assert (
        check_gradient(stepping_in, lambda x: 0.5 / np.sqrt(x + 1e-12), FOOT).verdict == "correct"
    )


@pytest.mark.parametrize("factor", [0.0, 1e-6, 0.01, 0.5, 0.9, 1.1, 2.0, -1.0])
def test_a_wrong_claim_is_wrong_where_a_slope_settles_next_to_the_edge(factor: float) -> None:
    """The slopes seen from afar do not excuse it."""
    factors = np.array([factor, 1.0])
    check = check_gradient(stepping_in, lambda x: factors * 0.5 / np.sqrt(x + 1e-12), FOOT)
    assert check.verdict == "wrong", str(check)


@pytest.mark.parametrize("claim", [1e9, 1e12])
def test_a_claim_ahead_of_slopes_that_never_settle_is_undecided(claim: float) -> None:
    """The slopes of √x grow for ever: no bar holds them, and the message says it."""
    check = check_gradient(math.sqrt, lambda x: claim, 0.0)
    assert check.verdict == "undecided"
    assert "no slope settles there; choose a point inside" in str(check)
