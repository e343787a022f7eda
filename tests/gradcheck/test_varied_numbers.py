"""The numbers that mislead checkers, varied: no verdict hangs on the one that is in the tables."""

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from gradcheck import check_gradient
from gradcheck.parameters import Vector


def squares(x: Vector) -> float:
    """Give Σx²; its gradient is 2x."""
    return float(np.sum(x * x))


@pytest.mark.parametrize("scale", [10.0**power for power in range(-15, 16, 3)])
def test_the_scale_of_a_cost_hides_no_wrong_sign(scale: float) -> None:
    """There is no absolute tolerance."""
    check = check_gradient(lambda x: scale * squares(x), lambda x: -3 * scale * x, np.ones(4))
    assert check.verdict == "wrong", str(check)


@pytest.mark.parametrize("size", [10, 100, 1000, 10_000])
def test_the_size_of_an_array_hides_no_factor(size: int) -> None:
    """No tolerance grows with it."""
    at = np.linspace(0, 3, size)
    check = check_gradient(lambda x: float(np.sum(np.sin(x))), lambda x: 1.0009 * np.cos(x), at)
    assert check.verdict == "wrong", str(check)


@pytest.mark.parametrize("seed", range(10))
def test_an_entry_halved_anywhere_is_named(seed: int) -> None:
    """Whichever it is, and of however many."""
    rng = np.random.default_rng(seed)
    size = int(rng.integers(2, 2000))
    entry = int(rng.integers(size))
    at = rng.uniform(1, 2, size)
    check = check_gradient(
        squares, lambda x: np.where(np.arange(size) == entry, x, 2 * x), at, rng=seed
    )
    assert [wrong.index for wrong in check.wrong] == [(entry,)]


@pytest.mark.parametrize("power", range(1, 14))
def test_a_right_claim_beside_any_constant_is_never_wrong(power: int) -> None:
    """The constant takes digits away, and the bar says how many."""
    constant = 10.0**power
    check = check_gradient(lambda x: math.sin(x) + constant, math.cos, 1.0, rng=power)
    assert check.verdict in {"correct", "undecided"}, str(check)


@pytest.mark.parametrize("frequency", [10.0, 100.0, 1e3, 1e4, 1e5])
@pytest.mark.parametrize("at", [0.3, 1.0, 2.7])
def test_a_right_claim_about_a_fast_wave_is_correct(frequency: float, at: float) -> None:
    """The bar holds the truth at every frequency."""
    check = check_gradient(
        lambda x: math.sin(frequency * x), lambda x: frequency * math.cos(frequency * x), at
    )
    assert check.verdict == "correct", str(check)


@pytest.mark.parametrize("away", [1e-1, 1e-2, 1e-3, 1e-4, 1e-6, 1e-8])
@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_a_kink_at_any_distance_spares_the_right_slope(away: float, side: float) -> None:
    """And convicts the slope of its other side."""
    kink = 1 + side * away
    right = check_gradient(lambda x: abs(x - kink), lambda x: -side, 1.0)
    wrong = check_gradient(lambda x: abs(x - kink), lambda x: side, 1.0)
    assert (right.verdict, wrong.verdict) == ("correct", "wrong"), f"{right}\n{wrong}"


@pytest.mark.parametrize("slope", [0.0, 0.01])
@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 1.0])
def test_a_leaky_unit_at_zero_takes_any_claim_between_its_slopes(
    slope: float, share: float
) -> None:
    """Both ends included."""
    claim = slope + share * (1 - slope)
    assert check_gradient(lambda x: max(x, slope * x), lambda x: claim, 0.0).verdict == "kink"


@pytest.mark.parametrize("slope", [0.0, 0.01])
@pytest.mark.parametrize("beyond", [-0.5, -0.005, 1.005, 2.0])
def test_a_leaky_unit_at_zero_takes_no_claim_beyond_them(slope: float, beyond: float) -> None:
    """By however little."""
    claim = slope + beyond * (1 - slope)
    assert check_gradient(lambda x: max(x, slope * x), lambda x: claim, 0.0).verdict == "wrong"


@pytest.mark.parametrize("z", [-37.0, -40.0, -60.0, -200.0])
@pytest.mark.parametrize("guard", [1e-15, 1e-12, 1e-9])
def test_a_clip_beside_a_right_formula_is_said_at_any_depth(z: float, guard: float) -> None:
    """The cost is flat, and the claim is right nearer to zero."""

    def cost(z: float) -> float:
        return -math.log(min(max(1 / (1 + math.exp(-z)), guard), 1 - guard))

    check = check_gradient(cost, lambda z: 1 / (1 + math.exp(-z)) - 1, z)
    assert (check.verdict, check.findings) == ("undecided", ("flat-cost",)), str(check)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("entry", [0, 5, 11])
def test_a_claim_that_is_not_finite_anywhere_is_wrong(value: float, entry: int) -> None:
    """And named."""

    def gradient(x: Vector) -> Vector:
        g = 2 * x
        g.flat[entry] = value
        return g

    check = check_gradient(squares, gradient, np.ones((3, 4)))
    assert check.verdict == "wrong"
    assert "nonfinite" in check.findings
    assert check.wrong[0].index == np.unravel_index(entry, (3, 4))


@pytest.mark.parametrize("dtype", [np.int64, np.uint8, np.int8, bool])
def test_whole_numbers_of_any_kind_are_cast(dtype: type) -> None:
    """The right claim passes, zero does not."""
    at: NDArray[Any] = np.array([1, 0, 1]).astype(dtype)
    assert check_gradient(squares, lambda x: 2 * x, at).findings == ("integer-dtype",)
    assert check_gradient(squares, lambda x: 0 * x, at).verdict == "wrong"
