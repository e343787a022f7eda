"""Points where kinks meet: rising and falling ones, whose jumps cancel along a line."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import impl
from gradcheck import check_gradient
from gradcheck.parameters import Vector
from impl.model import Array, Arrays

Function = Callable[[Vector], Any]
LEVEL = np.ones(5)


def ridge(x: Vector) -> float:
    """Give |x₀ + x₁|₊ − |x₀ − x₁|₊: along the second axis it is straight, with slope 1."""
    return float(max(x[0] + x[1], 0) - max(x[0] - x[1], 0))


def ridge_slope(x: Vector) -> Vector:
    """Give its gradient, with 0 for the slope of each kink."""
    ahead, behind = float(x[0] + x[1] > 0), float(x[0] - x[1] > 0)
    return np.array([ahead - behind, ahead + behind])


def saddle(x: Vector) -> float:
    """Give |x₀| − |x₁|: no jump along the diagonals."""
    return float(abs(x[0]) - abs(x[1]))


def shares(x: Vector) -> Vector:
    """Give the gradient of the maximum, shared by all entries that reach it."""
    return np.asarray((x == x.max()) / np.sum(x == x.max()))


def split(x: Vector) -> float:
    """Give Σ |x|₊ − |−x|₊, which is Σx: smooth, though written with two kinks."""
    return float(np.sum(np.maximum(x, 0) - np.maximum(-x, 0)))


RIGHT: dict[str, tuple[Function, Any, Vector]] = {
    "two crossing ridges": (ridge, ridge_slope, np.zeros(2)),
    "a saddle": (saddle, lambda x: np.sign(x) * [1, -1], np.zeros(2)),
    "the first of equal entries": (np.max, lambda x: np.eye(5)[np.argmax(x)], LEVEL),
    "equal entries share": (np.max, shares, LEVEL),
}
WRONG: dict[str, tuple[Function, Any, Vector]] = {
    "both ridges, twice": (ridge, lambda x: 2 * ridge_slope(x) + 0.1, np.zeros(2)),
    "a saddle with another sign": (saddle, lambda x: np.sign(x) + 1e-6, np.zeros(2)),
    "a saddle, claimed level": (saddle, lambda x: 0 * x, np.zeros(2)),
    "shares of three": (np.max, lambda x: 3 * shares(x), LEVEL),
    "every equal entry takes all": (np.max, lambda x: 1.0 * (x >= 0), LEVEL),
    "a smooth sum of kinks": (split, lambda x: 1.0 * (x != 0), np.zeros(3)),
    "right at the kink, wrong around": (
        lambda x: float(np.sum(np.abs(x))),
        lambda x: 0.9 * np.sign(x),
        np.zeros(3),
    ),
}


@pytest.mark.parametrize(("cost", "gradient", "at"), RIGHT.values(), ids=RIGHT)
@pytest.mark.parametrize("seed", range(4))
def test_a_right_gradient_is_a_kink_where_kinks_meet(
    cost: Any, gradient: Any, at: Vector, seed: int
) -> None:
    """The claim need not be the slope along every line, and lies between the slopes around."""
    check = check_gradient(cost, gradient, at, rng=seed)
    assert check.verdict == "kink", str(check)
    assert check


@pytest.mark.parametrize(("cost", "gradient", "at"), WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("seed", range(4))
def test_a_wrong_gradient_is_wrong_where_kinks_meet(
    cost: Any, gradient: Any, at: Vector, seed: int
) -> None:
    """Though it may well lie between the one-sided slopes: the function is wrong beside them."""
    check = check_gradient(cost, gradient, at, rng=seed)
    assert check.verdict == "wrong", str(check)


def test_a_value_that_is_no_slope_along_a_line_is_undecided_where_kinks_meet() -> None:
    """Without a function there is nothing to ask beside the point, and the message says so."""
    check = check_gradient(ridge, np.zeros(2), np.zeros(2), rng=0)
    assert check.verdict == "undecided"
    assert "give the gradient as a function" in str(check)


def pooled(x: Vector) -> Vector:
    """Give the largest of each pair of entries."""
    return np.asarray(x.reshape(-1, 2).max(axis=1))


def ties(x: Vector) -> Vector:
    """Give 1 for every entry that is the largest of its pair, else 0."""
    return np.asarray((x.reshape(-1, 2) == pooled(x)[:, None]).ravel() * 1.0)


def alone(x: Vector) -> Vector:
    """Give 1 for every entry that alone is the largest of its pair, else 0."""
    return np.asarray(ties(x) * np.repeat(ties(x).reshape(-1, 2).sum(axis=1) == 1, 2))


def firsts(x: Vector) -> Vector:
    """Give 1 for the first entry of each pair that is its largest."""
    return np.asarray(np.eye(2)[x.reshape(-1, 2).argmax(axis=1)].ravel())


SIGNED = np.array([1.0, 2.0, -1.5])
PAIRS = np.array([1.0, 1, 2, 3, 0.5, 0.5])
MANY = np.repeat(1 + np.arange(40) / 64, 2)
AT_TIES: dict[str, tuple[Function, Any, Vector]] = {
    "the largest of two": (np.max, lambda x: 1.0 * (x == x.max()), np.array([2.0, 2.0])),
    "twice the first of two": (np.max, lambda x: firsts(x) * (1 + (np.ptp(x) == 0)), np.ones(2)),
    "none of two": (np.max, lambda x: 1.0 * (x == x.max()) * (np.ptp(x) > 0), np.ones(2)),
    "beyond both": (np.max, lambda x: firsts(x) + (np.ptp(x) == 0) * np.array([1, -1]), np.ones(2)),
    "the largest of four": (np.max, lambda x: 1.0 * (x == x.max()), np.ones(4)),
    "two of five": (np.max, lambda x: 1.0 * (x == x.max()), np.array([1.0, 3, 2, 3, 0])),
    "all of each pair": (lambda x: pooled(x).sum(), ties, PAIRS),
    "none of each pair": (lambda x: pooled(x).sum(), alone, PAIRS),
    "all of each pair, signed": (
        lambda x: pooled(x) @ SIGNED,
        lambda x: ties(x) * np.repeat(SIGNED, 2),
        PAIRS,
    ),
    "all of forty pairs": (lambda x: pooled(x).sum(), ties, MANY),
    "none of forty pairs": (lambda x: pooled(x).sum(), alone, MANY),
    "a rectified unit at rest claims 2": (
        lambda x: np.maximum(x, 0).sum(),
        lambda x: (x > 0) + 2.0 * (x == 0),
        np.zeros(3),
    ),
    "one of fifty |x| at 0 claims 1.5": (
        lambda x: np.abs(x).sum(),
        lambda x: np.sign(x) + 1.5 * (x == 0) * (np.arange(50) == 7),
        np.zeros(50),
    ),
    "a saddle far outside": (
        saddle,
        lambda x: np.sign(x) * [1, -1] + 9.0 * (x == 0),
        np.zeros(2),
    ),
}
SPARED: dict[str, tuple[Function, Any, Vector]] = {
    "the first of two": (np.max, lambda x: np.eye(2)[x.argmax()], np.array([2.0, 2.0])),
    "the last of two": (np.max, lambda x: np.eye(2)[1 - x[::-1].argmax()], np.array([2.0, 2.0])),
    "two share": (np.max, shares, np.array([2.0, 2.0])),
    "two of five share": (np.max, shares, np.array([1.0, 3, 2, 3, 0])),
    "the first of each pair": (lambda x: pooled(x).sum(), firsts, PAIRS),
    "each pair shares": (lambda x: pooled(x).sum(), lambda x: (ties(x) + alone(x)) / 2, PAIRS),
    "the first of forty pairs": (lambda x: pooled(x).sum(), firsts, MANY),
    "a unit at rest, one half": (
        lambda x: np.maximum(x, 0).sum(),
        lambda x: (x > 0) + 0.5 * (x == 0),
        np.zeros(3),
    ),
    "a norm at 0": (
        np.linalg.norm,
        lambda x: x / max(float(np.linalg.norm(x)), 1e-300),
        np.zeros(3),
    ),
}


BENDS = np.array([1.0, 1, 1, -1, -1, -1])
CORNERS: dict[str, tuple[Any, Any, Any]] = {
    "units that bend up and down": (
        lambda x: float(BENDS @ np.maximum(x, 0)),
        lambda x: BENDS * np.where(BENDS > 0, x >= 0, x > 0),
        np.zeros(6),
    ),
    "units of two parameters": (
        lambda p: float(np.maximum(p["a"], 0).sum() - np.maximum(p["b"], 0).sum()),
        lambda p: {"a": (p["a"] >= 0) * 1.0, "b": -1.0 * (p["b"] > 0)},
        {"a": np.zeros(2), "b": np.zeros(2)},
    ),
}


@pytest.mark.parametrize(("cost", "gradient", "at"), AT_TIES.values(), ids=AT_TIES)
@pytest.mark.parametrize("seed", [*range(4), 11, 43])
def test_a_claim_outside_of_all_the_slopes_around_a_kink_is_wrong(
    cost: Any, gradient: Any, at: Vector, seed: int
) -> None:
    """Right everywhere but at the kink; there a line leaves it out, and the message names it."""
    check = check_gradient(cost, gradient, at, rng=seed)
    assert (check.verdict, check.findings) == ("wrong", ("kinks-meet", "outside-kink")), str(check)


@pytest.mark.parametrize(("cost", "gradient", "at"), SPARED.values(), ids=SPARED)
@pytest.mark.parametrize("seed", [*range(4), 11, 43])
def test_a_claim_among_the_slopes_around_a_kink_passes_as_one(
    cost: Any, gradient: Any, at: Vector, seed: int
) -> None:
    """Whatever mean of them it is."""
    assert check_gradient(cost, gradient, at, rng=seed).verdict == "kink"


@pytest.mark.parametrize(("cost", "gradient", "at"), CORNERS.values(), ids=CORNERS)
@pytest.mark.parametrize("seed", range(60))
def test_a_claim_at_a_corner_of_the_slopes_around_passes_for_every_seed(
    cost: Any, gradient: Any, at: Any, seed: int
) -> None:
    """All the entries at their largest: chance seldom moves them so."""
    assert check_gradient(cost, gradient, at, rng=seed).verdict == "kink"


def test_a_line_that_leaves_a_claim_out_is_told_by_its_entries_and_slopes() -> None:
    """In units of a step along it."""
    check = check_gradient(*AT_TIES["the largest of two"], rng=0)
    assert "along a line through x[0], x[1] the claim says 2, but the slope there is 1" in str(
        check
    )


def test_a_line_through_many_entries_names_some_of_them() -> None:
    """And counts the others."""
    check = check_gradient(*AT_TIES["all of forty pairs"], rng=0)
    assert "x[0], x[1], x[2], x[3], x[4], x[5] and 74 more the claim says 80" in str(check)


def test_an_entry_outside_of_its_slopes_ahead_and_behind_is_named() -> None:
    """With the slopes that it may lie between."""
    check = check_gradient(*AT_TIES["one of fifty |x| at 0 claims 1.5"], rng=0)
    assert [str(entry) for entry in check.wrong] == ["x[7]: claimed 1.5, measured 0 ± 1"]
    assert "the slope there is between -1 and 1" in str(check)


def test_a_claim_that_is_wrong_beside_a_kink_is_told_with_the_place() -> None:
    """And that it is the same at both, where a value was meant."""
    check = check_gradient(np.max, lambda x: np.array([1.0, 0]), np.array([2.0, 2]), rng=1)
    assert check.verdict == "wrong"
    assert "beside it, at [" in str(check)
    assert "it is the same at both: give its value if it is meant for this point alone" in str(
        check
    )


def test_a_claim_that_fails_around_a_kink_is_no_pass() -> None:
    """Where it is not finite near the point, nothing can be laid beside it."""

    def gradient(x: Vector) -> Vector:
        near = 0 < np.max(np.abs(x)) < 1e-6
        return np.full(2, np.nan) if near else np.sign(x) * [1, -1] + 9.0 * (x == 0)

    check = check_gradient(saddle, gradient, np.zeros(2), rng=0)
    assert check.verdict == "undecided"
    assert "choose a point beside them" in str(check)


def test_a_claim_that_is_nowhere_finite_beside_a_kink_is_undecided() -> None:
    """Three points beside it are tried."""

    def gradient(x: Vector) -> Vector:
        return np.zeros(2) if not x.any() else np.full(2, np.nan)

    check = check_gradient(ridge, gradient, np.zeros(2), rng=0)
    assert (check.verdict, check.findings) == ("undecided", ("kinks-meet",))


def network(rng: np.random.Generator) -> tuple[Any, Any, Arrays]:
    """Draw a rectified network of whole numbers, many of them 0, so that kinks meet."""
    model = impl.load("shallow-network")
    shapes = model.shapes({size: int(rng.integers(1, 6)) for size in model.sizes})

    def whole(name: str) -> Array:
        drawn = rng.integers(-3, 4, size=shapes[name]) * (rng.random(shapes[name]) < 0.4)
        return np.asarray(drawn, dtype=float)

    data = {"X": whole("X"), "Y": rng.integers(0, 2, shapes["Y"]).astype(float)}
    return (
        lambda p: model.cost(p, data, activation="relu"),
        lambda p: model.gradient(p, data, activation="relu"),
        {name: whole(name) for name in model.parameters},
    )


@pytest.mark.parametrize("seed", range(25))
def test_a_rectified_network_of_whole_numbers_raises_no_alarm(seed: int) -> None:
    """Zeros among weights and data put many units on their kinks at once."""
    check = check_gradient(*network(np.random.default_rng(seed)), rng=seed)
    assert check, str(check)


@pytest.mark.parametrize("seed", range(25))
def test_a_wrong_gradient_of_such_a_network_is_found(seed: int) -> None:
    """One parameter's claim is off by a half and a bit; kinks do not excuse it."""
    cost, gradient, at = network(np.random.default_rng(seed))
    name = list(at)[seed % len(at)]

    def wrong(p: Arrays) -> Arrays:
        right: Arrays = gradient(p)
        return right | {name: 1.5 * right[name] + 0.1}

    check = check_gradient(cost, wrong, at, rng=seed)
    assert check.verdict == "wrong", str(check)


@pytest.mark.parametrize("seed", range(6))
def test_a_kink_of_the_second_derivative_raises_no_alarm(seed: int) -> None:
    """A unit on its kink whose outgoing weight is 0 bends the cost like t·|t|."""
    model = impl.load("shallow-network")
    at = {name: np.array([[v]]) for name, v in zip(model.parameters, (1, 0, 0, -3.0), strict=True)}
    data = {"X": np.array([[-2.0, 0, -2, -1]]), "Y": np.array([[1.0, 0, 1, 1]])}
    choice = {"activation": "leaky_relu"}
    check = check_gradient(
        lambda p: model.cost(p, data, **choice),
        lambda p: model.gradient(p, data, **choice),
        at,
        rng=seed,
    )
    assert check, str(check)


@pytest.mark.parametrize(
    "seed", [*range(8), 35, 43, 71, 99, 133, 193, 239, 251, 267, 270, 343, 351]
)
def test_a_right_gradient_with_kinks_all_around_costs_fewer_than_sixty_evaluations(
    seed: int,
) -> None:
    """Rectified units of weights near 0.001, each with its kinks at about that distance."""
    rng = np.random.default_rng(seed)
    model = impl.load("shallow-network")
    shapes = model.shapes(dict.fromkeys(model.sizes, 3 + seed % 4))
    data = {
        "X": rng.normal(size=shapes["X"]),
        "Y": rng.integers(0, 2, shapes["Y"]).astype(float),
    }
    check = check_gradient(
        lambda p: model.cost(p, data, activation="relu"),
        lambda p: model.gradient(p, data, activation="relu"),
        {name: 1e-3 * rng.normal(size=shapes[name]) for name in model.parameters},
        rng=seed,
    )
    assert check, str(check)
    assert check.evaluations < 60


@pytest.mark.parametrize("seed", [0, 29, 59, 81])
def test_units_that_rest_at_their_kink_make_no_right_gradient_wrong(seed: int) -> None:
    """No line need show a jump there, and the slopes along lines do not add up."""
    model = impl.load("shallow-network")
    second = np.zeros((4, 5))
    second[3] = [0, 1, 2, 0, 0]
    at = {
        "W1": np.array([[-1.56087102], [0], [0], [1], [0]]),
        "b1": np.array([[0.0], [0], [1], [0], [0]]),
        "W2": second,
        "b2": np.array([[0.0], [2.70278218], [-1], [-1]]),
    }
    data = {"X": np.array([[0.0, 0, 0, -3]]), "Y": np.zeros((4, 4))}
    data["Y"][3, :3] = 1
    check = check_gradient(
        lambda p: model.cost(p, data, activation="leaky_relu"),
        lambda p: model.gradient(p, data, activation="leaky_relu"),
        at,
        rng=np.random.default_rng(seed),
    )
    assert check.verdict == "kink"
