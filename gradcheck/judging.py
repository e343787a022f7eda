"""Measuring slopes for a comparison: along directions, and entry by entry."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from gradcheck.calls import OutOfBudgetError
from gradcheck.comparing import Bench, Comparison, compare
from gradcheck.parameters import Vector
from gradcheck.probing import glimpse, next_line, noise_near, other_line
from gradcheck.results import UNSEEN, Block, Entry
from gradcheck.slopes.extrapolated import SHARE, window
from gradcheck.slopes.slope import Curve

DECISIVE = 100
PLAIN = 3
AGAIN = (0.75, 0.09375)
CLOSE = 4


def measure(bench: Bench, direction: Vector) -> Comparison:
    """Measure the slope along a direction, and lay the claim beside it.

    Six evaluations do where the claim agrees and the bar is mostly rounding; else the step adapts.
    """
    curve = bench.curve(direction)
    quick = compare(bench, direction, glimpse(curve, bench.instrument))
    return quick if _is_plain(quick) else _adapted(bench, direction, curve)


def measure_within(bench: Bench, direction: Vector, calls: int) -> Comparison | None:
    """Measure as `measure` does; None if the cost would be called more often than that in all.

    A claim that disagrees at a glance is looked at to the end, whatever it takes.
    """
    curve, quick = bench.curve(direction), None
    try:
        with bench.cost.within(calls):
            quick = compare(bench, direction, glimpse(curve, bench.instrument))
            return quick if _is_plain(quick) else _adapted(bench, direction, curve)
    except OutOfBudgetError:
        if quick is None or not quick.disagrees:
            return None
    return _adapted(bench, direction, curve)


def _is_plain(quick: Comparison) -> bool:
    return quick.agrees and quick.found.slope.bar <= PLAIN * quick.found.rounding


def _adapted(bench: Bench, direction: Vector, curve: Curve) -> Comparison:
    return compare(bench, direction, next_line(curve, bench.instrument))


def glance(bench: Bench, direction: Vector, expected: float) -> Comparison:
    """Measure with four evaluations, and with four more if that can't resolve `expected`."""
    curve, known = bench.curve(direction), bench.instrument
    quick = compare(
        bench,
        direction,
        window(curve, known.step, noise=known.noise, levels=2),
    )
    if quick.bar < abs(expected) / 8:
        return quick
    return compare(bench, direction, window(curve, known.step, noise=known.noise))


def confirm(bench: Bench, first: Comparison) -> Comparison:
    """Measure again between the first points, and far nearer; widen a bar that disagrees.

    A kink of the second derivative at the point leaves an error that falls with the step only as
    fast as the step itself; too slowly for the orders to tell, but not for a nearer measurement.
    In extended precision the noise, of which little was seen before, is measured as well.
    """
    curve, slope = bench.curve(first.direction), first.found.slope
    noise, step = bench.instrument.noise, first.found.step
    if bench.closely and (seen := noise_near(curve, step / CLOSE)) > noise:
        slope = replace(slope, bar=slope.bar + SHARE[4] * (seen - noise) / step)
        noise = seen
    for share in AGAIN:
        again = window(curve, share * step, noise=noise, levels=3)
        apart = abs(again.slope.value - slope.value)
        if not apart <= slope.bar + again.slope.bar or math.isinf(again.slope.bar):
            slope = replace(slope, bar=2 * apart + again.slope.bar)
    return replace(first, found=replace(first.found, slope=slope))


def judge_entry(bench: Bench, entry: int) -> tuple[bool, Entry]:
    """Measure one entry alone with its own steps, twice; tell whether its claim is wrong."""
    direction = np.zeros_like(bench.at)
    direction[entry] = bench.scales[entry]
    instrument, found = other_line(bench.curve(direction), bench.instrument)
    own = bench.with_instrument(instrument)
    alone = confirm(own, compare(own, direction, found))
    name, index = bench.layout.locate(entry)
    scale = float(bench.scales[entry])
    measured = Entry(
        name,
        index,
        float(bench.claimed[entry]),
        alone.found.slope.value / scale,
        alone.found.slope.bar / scale,
    )
    return alone.disagrees, measured


def worst_first(culprits: Sequence[Entry | Block]) -> tuple[Entry, ...]:
    """Give the wrong entries: those that are not finite first, then by how far they are off."""

    def rank(entry: Entry) -> tuple[bool, float]:
        error = abs(entry.claimed - entry.measured)
        return math.isfinite(error), -error if math.isfinite(error) else 0.0

    return tuple(sorted((c for c in culprits if isinstance(c, Entry)), key=rank))


def are_decisive(comparisons: Sequence[Comparison], swing: float) -> bool:
    """Whether the bars are narrow against the slopes, or against the moves of the cost."""
    return all(
        DECISIVE * c.sharpness <= max(abs(c.claimed), abs(c.found.slope.value), swing)
        or swing == c.claimed == c.found.slope.value == 0
        for c in comparisons
    )


def smallest_detectable(comparisons: Sequence[Comparison]) -> float:
    """Give the error of an entry that the comparisons show but for a chance of `UNSEEN`.

    Whatever the other entries' errors are, an entry off by e moves the gap of a line by e times
    its scale times a number drawn from ± [1/2, 1]. So the gap of one line stays below what it may
    be with a probability of at most 2·(bar + bar + floor) / (e·scale), on the second line, whose
    signs are given, twice that; and the lines are drawn independently. Using only the sharpest of
    them gives a bound as well, so the best one counts.
    """
    if not comparisons:
        return math.inf
    with np.errstate(divide="ignore"):
        moves = _least_moved(np.abs([c.direction for c in comparisons]))
        scales = np.exp2(np.floor(np.log2(2 * moves)))
        widths = [(4 * c.bar + 2 * c.floor) / s for c, s in zip(comparisons, scales, strict=True)]
        widths[1:2] = 2 * np.array(widths[1:2])
        logs = np.cumsum(np.log(np.sort(widths, axis=0)), axis=0) - math.log(UNSEEN)
    means = logs / np.arange(1, len(logs) + 1)[:, None]
    return float(np.exp(means.min(axis=0).max()))


def _least_moved(moves: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the entry that moves least, as one column, where the lines differ by factors alone.

    Up to powers of two, that is, which is all that counts; else give all columns.
    """
    powers = np.frexp(moves)[1]
    alike = np.ptp(powers - powers[0], axis=1).max() == 0
    return moves[:, [int(np.argmin(moves[0]))]] if alike else moves
