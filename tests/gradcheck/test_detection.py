"""What a check says it would have seen, it sees: errors alone, and errors that cancel."""

import math
from typing import Any

import numpy as np
import pytest

from gradcheck import check_gradient
from gradcheck.calls import Cost, OutOfBudgetError
from gradcheck.comparing import Bench
from gradcheck.directions import draw_direction, entry_scales, levelled, uphill
from gradcheck.judging import measure_within
from gradcheck.parameters import Vector, flatten
from gradcheck.probing import Instrument
from gradcheck.reach import stretch_of

LOPSIDED = np.array([1e4, 1e4, 1e4, 1e-5, 1e-5])
AT = np.linspace(-1, 1, 12)


def waves(x: Vector) -> float:
    """Give Σ sin x; its gradient is cos x."""
    return float(np.sum(np.sin(x)))


@pytest.mark.parametrize("signs", [(1,), (1, -1), (1, 1), (1, -1, 1, -1)])
@pytest.mark.parametrize("seed", range(25))
def test_an_error_of_twice_what_a_check_states_is_found(signs: tuple[int, ...], seed: int) -> None:
    """Alone or beside others that may cancel it; one in a thousand may escape, by the bound."""
    stated = check_gradient(waves, np.cos, AT, rng=seed).smallest_detectable
    error = np.zeros(12)
    error[: len(signs)] = 2 * stated * np.array(signs)
    assert (
        check_gradient(waves, lambda x: np.cos(x) + error, AT, rng=seed + 1000).verdict == "wrong"
    )


@pytest.mark.parametrize("seed", range(60))
def test_two_small_entries_that_can_cancel_are_both_named(seed: int) -> None:
    """Each is 4e-9 off beside slopes of 1; along a random line they cancel as often as not."""
    signs = np.array([1, 1, 1, -3, -3])
    check = check_gradient(
        lambda x: float(np.sum(x * x)) / 2e4, lambda x: x / 1e4 * signs, LOPSIDED, rng=seed
    )
    assert {entry.index for entry in check.wrong} == {(3,), (4,)}


@pytest.mark.parametrize("seed", range(20))
def test_a_factor_shows_where_the_parts_of_the_slope_cancel(seed: int) -> None:
    """Half of the entries rise, half fall: uphill, all parts add up."""
    ends = np.array([0.0, math.pi] * 6)
    assert (
        check_gradient(waves, lambda x: (1 + 1e-11) * np.cos(x), ends, rng=seed).verdict == "wrong"
    )


def test_uphill_every_part_of_the_claimed_slope_is_positive() -> None:
    """And the whole is no more than the slope along a random line may be."""
    drawn = draw_direction(np.ones(12), np.random.default_rng(0))
    claimed = np.cos(3 * AT)
    parts = claimed * uphill(claimed, drawn)
    assert np.all(parts > 0)
    assert parts.sum() <= np.linalg.norm(claimed * drawn)


@pytest.mark.parametrize("claimed", [np.zeros(3), np.array([math.inf, 1.0, 1.0])])
def test_where_no_way_is_uphill_the_direction_stays(claimed: Vector) -> None:
    """A claim of zero or infinity has no slope to follow."""
    drawn = draw_direction(np.ones(3), np.random.default_rng(0))
    assert uphill(claimed, drawn) is drawn


def test_the_scale_of_a_parameter_with_kinks_nearby_is_shortened_and_no_other() -> None:
    """The kinks of `w`, 0.01 away, do not blur the slope along `b`."""
    layout, at = flatten({"w": np.zeros(4), "b": 0.5})

    def along(direction: Vector) -> Any:
        return lambda t: float(
            np.sum(np.maximum(at[:4] + t * direction[:4] - 0.01, 0))
            + np.sin(at[4] + t * direction[4])
        )

    level = levelled(entry_scales(at), layout, along, np.random.default_rng(0))
    assert level[4] == 1
    assert np.all(level[:4] < 0.5)


@pytest.mark.parametrize(
    ("curve", "shortest", "longest"),
    [
        (math.sin, 2.0**-5, 2.0**-5),
        (lambda t: math.sin(40 * t), 2.0**-10, 2.0**-5),
        (lambda t: 100 + abs(t), 2.0**-5, 2.0**-5),
        (lambda t: abs(t - 0.003), 2.0**-10, 2.0**-10),
        (lambda t: max(t - 1e-4, 0.0) - 3 * max(-t - 2e-4, 0.0), 2.0**-15, 2.0**-15),
    ],
)
def test_a_stretch_ends_before_the_kinks_but_not_for_one_at_the_point(
    curve: Any, shortest: float, longest: float
) -> None:
    """A kink at the point is there at all distances."""
    assert shortest <= stretch_of(curve) <= longest


def test_a_right_gradient_of_long_sums_keeps_well_within_its_bar() -> None:
    """Sums over 12 289 entries round more than a table of differences shows."""
    rng = np.random.default_rng(0)
    X, y = rng.uniform(0, 1, (12288, 20)), rng.integers(0, 2, 20)
    at = 0.01 * rng.normal(size=12288)

    def cost(w: Vector) -> float:
        return float(np.mean(np.logaddexp(0, w @ X) - y * (w @ X)))

    def gradient(w: Vector) -> Vector:
        return np.asarray(X @ (1 / (1 + np.exp(-w @ X)) - y) / 20)

    seen = [e for k in range(20) for e in check_gradient(cost, gradient, at, rng=k).evidence]
    assert max(abs(e.measured - e.claimed) / e.bar for e in seen) < 0.75


def waves_bench(claimed: Vector) -> Bench:
    """Give the bench of a claim about `waves`."""
    layout, at = flatten(AT)
    known = Instrument(step=2.0**-4, top=1.0, noise=1e-15, swing=1.0)
    return Bench(Cost(waves, layout, 1000), at, claimed, entry_scales(at), waves(at), 1e-16, known)


@pytest.mark.parametrize("calls", range(6, 60, 4))
def test_a_suspicion_is_followed_up_whatever_it_takes(calls: int) -> None:
    """Six calls show it; that no more are allowed does not silence it."""
    bench = waves_bench(1.001 * np.cos(AT))
    line = measure_within(bench, np.ones(12), calls)
    assert line is not None
    assert line.disagrees


@pytest.mark.parametrize("calls", range(6))
def test_what_cannot_be_seen_at_a_glance_within_the_calls_is_left_off(calls: int) -> None:
    """And no call is made beyond them."""
    bench = waves_bench(1.001 * np.cos(AT))
    assert measure_within(bench, np.ones(12), calls) is None
    assert bench.cost.evaluations <= calls


def test_the_calls_of_the_caller_end_a_suspicion_all_the_same() -> None:
    """His budget is kept."""
    bench = waves_bench(1.001 * np.cos(AT))
    bench.cost.budget = 7
    with pytest.raises(OutOfBudgetError):
        measure_within(bench, np.ones(12), 59)
