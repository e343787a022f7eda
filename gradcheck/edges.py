"""Slopes at the edge of a cost's domain, where it is finite on one side only."""

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from gradcheck.comparing import Bench, Comparison, compare
from gradcheck.judging import confirm
from gradcheck.probing import other_line
from gradcheck.results import Entry
from gradcheck.slopes.extrapolated import EPS, Window
from gradcheck.slopes.one_sided import one_sided
from gradcheck.slopes.slope import Curve, Slope

FEW_AT_EDGE = 8
STEPS = tuple(2.0**-power for power in (4, 8, 12, 16, 20))
ASIDE = 2.0**-20


def one_by_one(bench: Bench) -> list[Comparison]:
    """Lay the claim beside the slope of every entry alone, inwards where one side is outside.

    A direction through several entries would have to point inwards for all of them at once, so
    each is moved alone: up to 20 evaluations for an entry at an edge.
    """
    return [_alone(bench, int(entry)) for entry in np.flatnonzero(np.isfinite(bench.claimed))]


def entries_of(bench: Bench, comparisons: Sequence[Comparison]) -> list[Entry]:
    """Name the entries whose own lines disagree."""
    return [_entry(bench, line) for line in comparisons if line.disagrees]


def seen_alone(comparisons: Sequence[Comparison]) -> float:
    """Give the error that shows in any entry, when each has a line of its own."""
    return max(2 * (c.bar + c.floor) / float(np.abs(c.direction).max()) for c in comparisons)


def _alone(bench: Bench, entry: int) -> Comparison:
    direction = np.zeros_like(bench.at)
    direction[entry] = bench.scales[entry]
    curve = bench.curve(direction)
    inside = [math.isfinite(curve(t)) for t in (ASIDE, -ASIDE)]
    if all(inside):
        instrument, found = other_line(curve, bench.instrument)
        own = bench.with_instrument(instrument)
        line = compare(own, direction, found)
        return confirm(own, line) if line.disagrees else line
    inwards = direction if inside[0] else -direction
    return compare(bench, inwards, _inwards(bench.curve(inwards)))


def _inwards(curve: Curve) -> Window:
    """Measure the slope ahead of 0 at several steps, and believe where two steps agree best.

    Next to an edge a cost may bend like the root of the distance. Then the orders of one step
    agree too early, but not the slopes at two steps: their difference widens the bar.
    """
    slopes = [one_sided(curve, step=step) for step in STEPS]
    agreed = [
        Slope(near.value, near.bar + abs(near.value - far.value))
        for far, near in pairwise(slopes)
        if math.isfinite(far.bar)
    ]
    lost = Slope(0.0, math.inf)
    best = min(agreed, key=lambda slope: slope.bar, default=lost)
    step = STEPS[agreed.index(best) + len(STEPS) - len(agreed)] if agreed else STEPS[-1]
    values = [v for h in STEPS if math.isfinite(v := curve(h))]
    swing = max((abs(v - curve(0.0)) for v in values), default=0.0)
    noise = 2 * EPS * max((abs(v) for v in values), default=0.0)
    return Window(step, best, Slope(0.0, 0.0), best.bar, noise / step, noise, swing)


def _entry(bench: Bench, line: Comparison) -> Entry:
    place = int(np.flatnonzero(line.direction)[0])
    moved = float(line.direction[place])
    slope = line.found.slope
    name, index = bench.layout.locate(place)
    return Entry(
        name, index, float(bench.claimed[place]), slope.value / moved, slope.bar / abs(moved)
    )
