"""Claims that must fail: never a pass, whatever the claim pretends."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gradcheck import check_gradient
from gradcheck.parameters import Vector

ONES = np.ones(4)
NOISE = np.random.default_rng()
RAMP = np.linspace(1.0, 2.0, 1000)
TALL = np.linspace(1.0, 2.0, 6).reshape(6, 1)
SQUARE = np.arange(1.0, 10.0).reshape(3, 3)
LOPSIDED = np.array([1e4, 1e4, 1e4, 1e-5, 1e-5])


def squares(x: Vector) -> float:
    """Give Σx²; its gradient is 2x."""
    return float(np.sum(x * x))


def sines(x: Vector) -> float:
    """Give Σ sin x; its gradient is cos x."""
    return float(np.sum(np.sin(x)))


def logistic(w: Vector) -> float:
    """Give a logistic loss with the label 1 for each entry; its gradient is σ(w) − 1."""
    return float(np.sum(np.logaddexp(0, -w)))


def logistic_slope(w: Vector) -> Vector:
    """Give σ(w) − 1."""
    return np.asarray(-1 / (1 + np.exp(w)))


def one_entry(factor: float, entry: int) -> Callable[[Vector], Vector]:
    """Give 2x with one entry multiplied by a factor."""

    def gradient(x: Vector) -> Vector:
        g = 2 * x
        g.flat[entry] *= factor
        return g

    return gradient


def forgetful(calls: int) -> Callable[[Vector], Vector]:
    """Give 2x for some calls, and 3x after them."""
    asked: list[int] = []

    def gradient(x: Vector) -> Vector:
        asked.append(1)
        return 2 * x if len(asked) <= calls else 3 * x

    return gradient


def zero_and_wipe(x: Vector) -> Vector:
    """Give zeros, and make them right by moving x to the minimum of Σx²."""
    x[:] = 0
    return np.zeros_like(x)


class AgreesWithAll(np.ndarray):
    """An array that says yes to every comparison."""

    def __eq__(self, other: object) -> Any:
        return np.True_

    __hash__ = None


class AnyFloat(float):
    """A number that says yes to every comparison."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = float.__hash__


ROWS: dict[str, tuple[Callable[[Any], Any], Any, Any]] = {
    "factor 3/2": (squares, lambda x: 3 * x, ONES),
    "sign": (squares, lambda x: -2 * x, ONES),
    "zero": (squares, lambda x: 0 * x, ONES),
    "constant": (squares, lambda x: np.ones_like(x), 3 * ONES),
    "constant added": (squares, lambda x: 2 * x + 1e-6, ONES),
    "tiny cost, sign and factor": (lambda x: 1e-6 * squares(x), lambda x: -3e-6 * x, ONES),
    "tinier cost, sign and factor": (lambda x: 1e-8 * squares(x), lambda x: -3e-8 * x, ONES),
    "cost near the largest number": (
        lambda x: 1e300 * squares(x),
        lambda x: 2.02e300 * x,
        ONES,
    ),
    "claims near the largest number": (squares, lambda x: np.full_like(x, 1e308), RAMP),
    "right at the first two calls": (squares, forgetful(2), ONES),
    "right at the first three calls": (squares, forgetful(3), ONES),
    "right at the very point alone": (
        squares,
        lambda x: 2 * x if np.array_equal(x, ONES) else 3 * x,
        ONES,
    ),
    "zero beside the point": (squares, lambda x: 2 * x * np.array_equal(x, RAMP), RAMP),
    "huge cost, factor": (lambda x: 1e12 * squares(x), lambda x: 2.00001e12 * x, ONES),
    "1.05 cos, 10 000 entries": (sines, lambda x: 1.05 * np.cos(x), np.linspace(0, 3, 10_000)),
    "1.0009 cos": (sines, lambda x: 1.0009 * np.cos(x), RAMP),
    "(1 + 1e-10) cos": (sines, lambda x: (1 + 1e-10) * np.cos(x), np.linspace(0, 1, 9)),
    "1 + 1e-4 on a logistic loss": (logistic, lambda w: 1.0001 * logistic_slope(w), ONES),
    "1 entry of 1 000 halved": (squares, one_entry(0.5, 345), RAMP),
    "1 entry of 1 000 off by 1e-8": (squares, one_entry(1 + 1e-8, 999), RAMP),
    "small entries of a lopsided cost": (
        lambda x: squares(x) / 2e4,
        lambda x: x / 1e4 * np.array([1, 1, 1, -3, -3]),
        LOPSIDED,
    ),
    "two entries exchanged": (squares, lambda x: 2 * x[[1, 0, *range(2, 1000)]], RAMP),
    "entries reversed": (squares, lambda x: 2 * x[::-1], RAMP),
    "orthogonal to the gradient": (squares, lambda x: 2 * x + np.array([1, -1, 1, -1]), ONES),
    "square array transposed": (lambda x: squares(x) + x[0, 1], lambda x: 2 * x.T, SQUARE),
    "rank 1": (squares, lambda x: 2 * x[:, 0], TALL),
    "transposed": (squares, lambda x: 2 * x.T, TALL),
    "one axis too many": (squares, lambda x: 2 * x[None], TALL),
    "an entry too few": (squares, lambda x: 2 * x[1:], ONES),
    "a number for an array": (squares, lambda x: 2.0, ONES),
    "an array for a number": (lambda b: b * b, lambda b: np.array([2 * b]), 3.0),
    "nan": (squares, lambda x: np.nan * x, ONES),
    "one nan": (squares, one_entry(math.nan, 2), ONES),
    "inf": (squares, lambda x: np.inf * x, ONES),
    "one −inf": (squares, one_entry(-math.inf, 0), ONES),
    "None": (squares, lambda x: None, ONES),
    "text": (squares, lambda x: np.array(["2"] * 4), ONES),
    "complex": (squares, lambda x: 2 * x + 0j, ONES),
    "objects": (squares, lambda x: (2 * x).astype(object), ONES),
    "a subclass that equals everything": (squares, lambda x: (0 * x).view(AgreesWithAll), ONES),
    "a float that equals everything": (lambda b: b * b, lambda b: AnyFloat(0.0), 3.0),
    "a list of such floats": (squares, lambda x: [AnyFloat(0.0)] * 4, ONES),
    "a ragged list": (squares, lambda x: [2.0, [2.0, 2.0, 2.0]], ONES),
    "10¹² entries that take no memory": (
        squares,
        lambda x: np.broadcast_to(0.0, (10**6, 10**6)),
        ONES,
    ),
    "zeros, after setting x to 0": (squares, zero_and_wipe, ONES),
    "random": (squares, lambda x: NOISE.normal(size=4), ONES),
    "zero for whole numbers": (squares, lambda x: 0 * x, np.array([1, 2, 3])),
    "|x| at 0, outside the subgradient": (lambda x: abs(x), lambda x: 1.01, 0.0),
    "ReLU at 0, outside the subgradient": (lambda x: max(x, 0.0), lambda x: -0.01, 0.0),
    "|x| beside the kink, other side": (lambda x: abs(x - 1.001), lambda x: 1.0, 1.0),
    "sin 1000x, low accuracy": (lambda x: math.sin(1000 * x), lambda x: 562.38, 1.0),
    "a bias gradient in a dict": (
        lambda p: squares(p["w"]) + 3 * p["b"],
        lambda p: {"dw": 2 * p["w"], "db": 2.0},
        {"w": TALL, "b": 1.0},
    ),
    "one block of many doubled": (
        lambda p: sum(squares(p[k]) for k in p),
        lambda p: {k: 2 * p[k] * (1 + (k == "W2")) for k in p},
        {"W1": SQUARE, "b1": ONES, "W2": TALL, "b2": ONES},
    ),
}


@pytest.mark.parametrize(("cost", "gradient", "at"), ROWS.values(), ids=ROWS)
def test_a_wrong_claim_is_wrong(cost: Any, gradient: Any, at: Any) -> None:
    """The verdict is wrong: not undecided, not a kink, not an exception."""
    check = check_gradient(cost, gradient, at)
    assert check.verdict == "wrong", str(check)


def test_the_table_is_long() -> None:
    """There are more claims that must fail than claims that must pass."""
    assert len(ROWS) >= 40
