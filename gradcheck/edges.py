"""Slopes at the edge of a cost's domain, and nearer to it than the usual steps."""

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from gradcheck.comparing import Bench, Comparison, compare
from gradcheck.judging import confirm
from gradcheck.probing import other_line
from gradcheck.results import Entry
from gradcheck.slopes.extrapolated import EPS, NODES, Window
from gradcheck.slopes.one_sided import SHARE, one_sided
from gradcheck.slopes.slope import Curve, Slope

FEW_AT_EDGE = 8
POWERS, FINER = (4, 8, 12, 16, 20), (24, 28, 32, 36, 40, 44, 48)
SETTLED = 0.5
"""Slopes whose differences fall so fast are no farther from their limit than the last two are
from each other."""
TREND = 5
ASIDE, LEAST = -20, -1020
KEPT = 8


def one_by_one(bench: Bench) -> list[Comparison]:
    """Lay the claim beside the slope of every entry alone, inwards where one side is outside.

    A direction through several entries would have to point inwards for all of them at once, so
    each is moved alone: 20 to 50 evaluations for an entry at an edge, or nearer to it than usual.
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
    room = _room(bench.curve(direction), float(bench.at[entry] / bench.scales[entry]))
    if room is None:
        ahead = math.isfinite(bench.curve(direction)(2.0**ASIDE))
        inwards = direction if ahead else -direction
        claimed = float(bench.claimed[entry] * inwards[entry])
        return compare(bench, inwards, _inwards(bench.curve(inwards), claimed))
    if room < ASIDE:
        direction *= 2.0**room
    known = replace(bench.instrument, swing=0.0)
    instrument, found = other_line(bench.curve(direction), known)
    own = bench.with_instrument(instrument)
    line = compare(own, direction, replace(found, swing=instrument.swing))
    return confirm(own, line) if line.disagrees else line


def _room(curve: Curve, place: float) -> int | None:
    """Give a power of two that a curve is finite at on both sides; None if 0 is at an edge.

    From `place` the least steps are those of its rounding. Between them and the usual distance
    the interval is halved: a dozen evaluations tell how near the edge is.
    """

    def inside(power: int) -> bool:
        return all(math.isfinite(curve(side * 2.0**power)) for side in (1, -1))

    if inside(ASIDE):
        return ASIDE
    near, far = max(math.frexp(math.ulp(place))[1] + KEPT, LEAST), ASIDE
    if not inside(near):
        return None
    while far - near > 1:
        middle = (near + far) // 2
        near, far = (middle, far) if inside(middle) else (near, middle)
    return near


def _inwards(curve: Curve, claimed: float) -> Window:
    """Measure the slope ahead of 0 at ever smaller steps, and believe it where it settles.

    Next to an edge a cost may bend like the root of the distance. Then the orders of one step
    agree too early, but not the slopes at two steps: their difference widens the bar, if it falls
    from step to step. Where it does not, the slope may lie anywhere ahead, and the bar is
    infinite, except for a claim that the slopes have left behind.
    """
    seen = [_ahead(curve, power) for power in POWERS]
    settled = _settled(seen)
    if not settled:
        seen += [_ahead(curve, power) for power in FINER]
        settled = _settled(seen)
    if settled:
        best = min(settled, key=lambda found: found.slope.bar)
    elif (bar := _left_behind([found.slope for found in seen[-TREND:]], claimed)) is not None:
        best = replace(seen[-1], slope=Slope(seen[-1].slope.value, bar))
    else:
        best = replace(seen[-1], slope=Slope(0.0, math.inf))
    return replace(best, swing=max(found.swing for found in seen))


def _left_behind(slopes: Sequence[Slope], claimed: float) -> float | None:
    """Give a bar that leaves out the claim where slopes that move one way have gone past it."""
    moves = [near.value - far.value for far, near in pairwise(slopes)]
    last = slopes[-1]
    bar = last.bar + max(map(abs, moves))
    one_way = min(moves) > 0 or max(moves) < 0
    past = (last.value - claimed) * math.copysign(1.0, moves[-1]) > bar
    return bar if math.isfinite(bar) and one_way and past else None


def _ahead(curve: Curve, power: int) -> Window:
    """Measure the slope ahead of 0 with one step."""
    step = 2.0**-power
    slope = one_sided(curve, step=step)
    values = [v for h in NODES if math.isfinite(v := curve(float(h) * step))]
    here = curve(0.0)
    swing = max((abs(v - here) for v in values), default=0.0)
    noise = 2 * EPS * max(map(abs, [here, *values]))
    return Window(step, slope, Slope(0.0, 0.0), slope.bar, noise * SHARE / step, noise, swing)


def _settled(seen: Sequence[Window]) -> list[Window]:
    """Give the slopes that have settled, each with its distance to the one before in its bar."""
    settled = []
    for far, mid, near in zip(seen, seen[1:], seen[2:], strict=False):
        if not all(math.isfinite(found.slope.bar) for found in (far, mid, near)):
            continue
        first, last = mid.slope.value - far.slope.value, near.slope.value - mid.slope.value
        if abs(last) <= max(SETTLED * abs(first), mid.rounding + near.rounding):
            bar = near.slope.bar + abs(last)
            settled.append(replace(near, slope=Slope(near.slope.value, bar), truncation=bar))
    return settled


def _entry(bench: Bench, line: Comparison) -> Entry:
    place = int(np.flatnonzero(line.direction)[0])
    moved = float(line.direction[place])
    slope = line.found.slope
    name, index = bench.layout.locate(place)
    return Entry(
        name, index, float(bench.claimed[place]), slope.value / moved, slope.bar / abs(moved)
    )
