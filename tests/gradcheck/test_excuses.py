"""What may excuse a claim: errors that no table of differences shows; and what may not."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gradcheck import check_gradient
from gradcheck.calls import FINER
from gradcheck.parameters import Vector

EPS = float(np.finfo(np.float64).eps)
needs_extended = pytest.mark.skipif(
    not FINER, reason="a long double is no finer than a float64 here"
)


def draw(seed: int, size: int = 4) -> Vector:
    """Draw a point."""
    return np.random.default_rng(seed).normal(size=size)


def variance(x: Vector) -> Any:
    """Give the variance, whose gradient is a difference of large numbers far from zero."""
    return np.var(x)


def variance_slope(x: Vector) -> Vector:
    """Give its gradient."""
    return np.asarray(2 * (x - np.mean(x)) / x.size)


@pytest.mark.parametrize("offset", [1e2, 1e4, 1e6])
@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("cost", [variance, lambda x: float(variance(x))])
def test_a_claim_of_terms_that_cancel_may_be_as_rough_as_they_are(
    cost: Any, seed: int, offset: float
) -> None:
    """Its own rounding is that of the terms, which only its neighbours show."""
    check = check_gradient(cost, variance_slope, draw(seed) + offset, rng=seed)
    assert check.verdict == "correct", str(check)


@pytest.mark.parametrize("seed", range(12))
def test_a_claim_of_terms_that_cancel_is_wrong_by_more_than_their_rounding(seed: int) -> None:
    """A millionth off."""
    at = draw(seed) + 1e4
    check = check_gradient(variance, lambda x: (1 + 1e-6) * variance_slope(x), at, rng=seed)
    assert check.verdict == "wrong", str(check)


@pytest.mark.parametrize("seed", range(12))
def test_a_claim_that_jumps_is_not_excused_as_rough(seed: int) -> None:
    """By a thousandth with every move: a cost as smooth as a sine has no such gradient."""

    def jumping(x: Vector) -> Vector:
        even = np.frombuffer(x.tobytes(), dtype=np.uint8).sum() % 2 == 0
        return np.cos(x) * (1.001 if even else 0.999)

    check = check_gradient(lambda x: float(np.sum(np.sin(x))), jumping, draw(seed), rng=seed)
    assert check.verdict == "wrong", str(check)


@pytest.mark.parametrize("factor", [1.01, -1.0, 0.5, 1e6])
@pytest.mark.parametrize("seed", range(6))
def test_a_claim_that_no_rounding_excuses_is_not_asked_how_rough_it_is(
    factor: float, seed: int
) -> None:
    """Thirteen more calls of the gradient would tell that."""
    asked: list[Vector] = []

    def wrong(x: Vector) -> Vector:
        asked.append(x)
        return factor * np.cos(x)

    check = check_gradient(lambda x: float(np.sum(np.sin(x))), wrong, draw(seed), rng=seed)
    assert check.verdict == "wrong", str(check)
    assert len(asked) == 2


@needs_extended
@pytest.mark.parametrize("seed", range(40))
def test_rounding_that_near_points_share_convicts_nobody(seed: int) -> None:
    """The cosine of a small number moves in few steps, and 1 − cos x by much of itself."""
    at = draw(seed, 2) * [0.2, 0.01]
    check = check_gradient(lambda x: np.sum(1 - np.cos(x)), np.sin, at, rng=seed)
    assert check.verdict == "correct", str(check)


@pytest.mark.parametrize("seed", range(12))
def test_a_claim_is_wrong_by_more_than_that_rounding(seed: int) -> None:
    """A millionth off."""
    at = draw(seed, 2) * [0.2, 0.01]
    claim = lambda x: (1 + 1e-6) * np.sin(x)  # noqa: E731 - one line says it all
    assert check_gradient(lambda x: np.sum(1 - np.cos(x)), claim, at, rng=seed).verdict == "wrong"


def by_kind(share: float) -> Callable[[Vector], Any]:
    """Give a cost that is larger by a share in extended precision."""
    return lambda x: np.sum(np.sin(x)) * (1 + share * (x.dtype == np.longdouble))


@needs_extended
@pytest.mark.parametrize("share", [1e-6, 1e-8, 1e-10, 1e-12])
@pytest.mark.parametrize("seed", range(8))
def test_another_function_in_extended_precision_convicts_nobody(seed: int, share: float) -> None:
    """The claim is about the cost in float64."""
    check = check_gradient(by_kind(share), np.cos, draw(seed), rng=seed)
    assert check.verdict == "correct", str(check)


@needs_extended
@pytest.mark.parametrize("seed", range(8))
def test_a_guard_of_the_rounding_unit_of_its_numbers_convicts_nobody(seed: int) -> None:
    """Ln(a + ε) with a near ε is another function where ε is another."""

    def cost(x: Vector) -> Any:
        return np.sum(np.log(np.exp(-x) + np.finfo(x.dtype).eps))

    def gradient(x: Vector) -> Vector:
        return -np.exp(-x) / (np.exp(-x) + EPS)

    check = check_gradient(cost, gradient, 24 + draw(seed), rng=seed)
    assert check.verdict in {"correct", "undecided"}, str(check)


@needs_extended
@pytest.mark.parametrize("share", [1e-7, 1e-10])
@pytest.mark.parametrize("seed", range(8))
def test_a_claim_about_neither_of_the_two_functions_is_wrong(seed: int, share: float) -> None:
    """Off by ten times what lies between them."""
    claim = lambda x: (1 + 10 * share) * np.cos(x)  # noqa: E731 - one line says it all
    assert check_gradient(by_kind(share), claim, draw(seed), rng=seed).verdict == "wrong"


def in_single(x: Vector) -> Any:
    """Compute one of two terms in float32."""
    return np.sum(x**3) + np.sum(np.sin(x.astype(np.float32)))


def beside_large(x: Vector) -> Any:
    """Let terms of size 1e20 cancel."""
    return np.sum((x + 1e10) ** 2) - x.size * 1e20 - 2e10 * np.sum(x)


def rounded(x: Vector) -> Any:
    """Give a cost of seven decimals."""
    return np.round(np.sum(np.sin(x)), 7)


ROUGH: dict[str, tuple[Any, Callable[[Vector], Vector]]] = {
    "a term in single precision": (in_single, lambda x: 3 * x**2 + np.cos(x)),
    "beside terms that cancel": (beside_large, lambda x: 2 * x),
    "rounded to seven decimals": (rounded, np.cos),
}


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize(("cost", "slope"), ROUGH.values(), ids=ROUGH)
def test_a_cost_that_moves_in_steps_convicts_nobody(cost: Any, slope: Any, seed: int) -> None:
    """From near the steps are flat or straight; from afar the cost moves as claimed."""
    assert check_gradient(cost, slope, draw(seed), rng=seed).verdict != "wrong"


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize(("cost", "slope"), ROUGH.values(), ids=ROUGH)
def test_a_wrong_claim_about_such_a_cost_does_not_pass(cost: Any, slope: Any, seed: int) -> None:
    """The sign is seen from afar as well."""
    assert not check_gradient(cost, lambda x: -slope(x), draw(seed), rng=seed)


@pytest.mark.parametrize("away", [1e-4, 1e-5, 1e-6, 1e-7])
@pytest.mark.parametrize("claim", [1.0, 0.0, -0.9])
def test_a_kink_nearby_is_no_excuse(away: float, claim: float) -> None:
    """Neither for the slope behind it, nor for the mean of both, which symmetric looks see."""
    check = check_gradient(lambda x: abs(x - 1 - away), lambda x: claim, 1.0, rng=0)
    assert check.verdict == "wrong", str(check)


@pytest.mark.parametrize("seed", range(4))
def test_claims_where_the_cost_does_not_move_at_all_are_judged_nearer_to_zero(seed: int) -> None:
    """There, and not where it stands still as well: the loss is below the smallest number."""
    at = 300 + 50 * np.abs(draw(seed))

    def cost(x: Vector) -> float:
        a = 1 / (1 + np.exp(-x))
        return float(-np.sum(np.log(a)))

    verdict = check_gradient(cost, lambda x: -1 / (1 + np.exp(x)), at, rng=seed).verdict
    assert verdict != "wrong"


def saturated(x: Vector) -> float:
    """Give the logistic loss of the label 1, without any loss of digits."""
    return float(np.sum(np.logaddexp(0, -x)))


@pytest.mark.parametrize("z", range(36, 740, 16))
def test_a_right_claim_that_is_lost_in_rounding_is_not_wrong(z: int) -> None:
    """A − y is 0 where a rounds to 1, while the loss has all its digits."""
    at = z + np.array([0.0, 1.5, 3.25])
    check = check_gradient(saturated, lambda x: 1 / (1 + np.exp(-x)) - 1, at, rng=z)
    assert check.verdict in {"correct", "undecided"}, str(check)


@pytest.mark.parametrize("factor", [-1.0, 1.01, 0.5, 0.0])
@pytest.mark.parametrize("z", [36, 52, 84, 148, 276, 532])
def test_a_wrong_claim_that_is_lost_in_rounding_does_not_pass(z: int, factor: float) -> None:
    """Nearer to zero it is as wrong as a function."""
    at = z + np.array([0.0, 1.5, 3.25])
    claim = lambda x: factor * (1 / (1 + np.exp(-x)) - 1)  # noqa: E731 - one line says it all
    assert not check_gradient(saturated, claim, at, rng=z)


FAR_OUT = np.array([[-14.0, 11.0, 3.0, -6.0], [2.0, -9.0, 8.0, 1.0]])


def in_ulps(w: Vector) -> float:
    """Give ln(1 − a) of an a so close to 1 that 1 − a is a few roundings: half the labels fit."""
    a = 1 / (1 + np.exp(-(np.asarray(w, dtype=float) @ FAR_OUT)))
    return float(-np.mean(np.log(1 - a)))


def in_ulps_slope(w: Vector) -> Vector:
    """Give its gradient, which has all its digits."""
    return np.asarray(FAR_OUT @ (1 / (1 + np.exp(-(w @ FAR_OUT)))) / 4)


@pytest.mark.parametrize("factor", [1.0, -1.0])
@pytest.mark.parametrize("largest", [33.5, 34.0, 34.5, 35.0, 35.5])
@pytest.mark.parametrize("seed", range(4))
def test_a_slope_that_hides_in_steps_convicts_only_what_is_wrong_nearer_to_zero(
    seed: int, largest: float, factor: float
) -> None:
    """From near the cost is flat between the steps of one term, and smooth in the others."""
    at = np.abs(draw(seed, 2)) + 0.1
    at = at * largest / np.max(at @ FAR_OUT)
    check = check_gradient(in_ulps, lambda w: factor * in_ulps_slope(w), at, rng=seed)
    assert check.verdict in ({"correct", "undecided"} if factor == 1 else {"wrong", "undecided"})


OFFSETS = [(1e6, 59), (1e7, 4), (1e7, 33), (3e7, 31), (1e8, 10)]


def offset_squares(offset: float) -> Any:
    """Give Σ (x + offset)² − 3 offset², whose values at round numbers are rounded alike."""
    return lambda x: float(np.sum((x + offset) ** 2) - 3 * offset**2)


@pytest.mark.parametrize(("offset", "seed"), OFFSETS)
def test_noise_that_shows_only_at_odd_distances_makes_no_right_gradient_wrong(
    offset: float, seed: int
) -> None:
    """At seeds that once convicted it."""
    at = np.array([0.3, -0.4, 1.2])
    check = check_gradient(offset_squares(offset), lambda x: 2 * (x + offset), at, rng=seed)
    assert check.verdict != "wrong", str(check)


@pytest.mark.parametrize(("offset", "seed"), OFFSETS)
@pytest.mark.parametrize("factor", [-1.0, 0.0, 0.5, 0.999, 1.001, 2.0])
def test_such_noise_excuses_no_error_above_it(offset: float, seed: int, factor: float) -> None:
    """A thousandth of the slope is far more than it."""
    at = np.array([0.3, -0.4, 1.2])
    claim = lambda x: 2 * factor * (x + offset)  # noqa: E731 - one line says it all
    assert check_gradient(offset_squares(offset), claim, at, rng=seed).verdict == "wrong"


@pytest.mark.parametrize("seed", range(12))
def test_a_cost_that_jumps_away_from_zero_is_judged_and_raises_nothing(seed: int) -> None:
    """Rounded to whole numbers it is 0 nearer to zero, where no rounding can be a share of it."""
    at = np.array([0.2, 1.3, 2.1])
    check = check_gradient(lambda x: float(np.round(x).sum()), lambda x: np.ones(3), at, rng=seed)
    assert check.verdict in {"wrong", "undecided"}
