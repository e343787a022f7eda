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


def test_a_claim_unlike_those_around_a_kink_is_undecided() -> None:
    """Right beside the point, but at it none of the slopes around: no pass."""

    def gradient(x: Vector) -> Vector:
        return np.asarray(np.sign(x) * [1, -1] + 9.0 * (x == 0))

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
