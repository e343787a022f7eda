"""From a direction that disagrees to the entries that are wrong, by splitting."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gradcheck.comparing import Bench, Comparison, compared_anew
from gradcheck.directions import draw_direction
from gradcheck.judging import glance, judge_entry, measure
from gradcheck.parameters import Vector
from gradcheck.results import Block, Entry

Indices = NDArray[np.intp]
ROUNDS = 4
CLEARLY = 1000.0
"""How far off, in bars, a common factor must be: two directions that are off for other reasons
agree on one by chance about four times in as many."""
FEW_BLOCKS = 8
FEW = 2


@dataclass(frozen=True)
class Part:
    """Some entries, and how far slope and claim lie apart along a direction through them.

    Parameters
    ----------
    entries : array of int
    gap, bar : float
    """

    entries: Indices
    gap: float
    bar: float

    @property
    def suspicious(self) -> bool:
        """Whether the gap is more than its bar."""
        return abs(self.gap) > self.bar


def restricted(direction: Vector, entries: Indices) -> Vector:
    """Give the direction with all other entries at rest."""
    rest = np.zeros_like(direction)
    rest[entries] = direction[entries]
    return rest


def wrong_entries(bench: Bench, comparison: Comparison, entries: Indices) -> Iterator[Entry]:
    """Find the wrong entries behind a direction that disagrees, halving it again and again.

    A slope is linear in its direction, so the gap of one half gives that of the other: about
    log₂(entries) measurements for each wrong entry.
    """
    parts = [Part(entries, comparison.gap, comparison.bar + comparison.floor)]
    while parts:
        part = parts.pop()
        if len(part.entries) == 1:
            is_wrong, entry = judge_entry(bench, int(part.entries[0]))
            if is_wrong:
                yield entry
            continue
        parts += sorted(_halves(bench, comparison.direction, part), key=lambda p: abs(p.gap))


def _halves(bench: Bench, direction: Vector, part: Part) -> list[Part]:
    middle = len(part.entries) // 2
    first, second = part.entries[:middle], part.entries[middle:]
    seen = glance(bench, restricted(direction, first), part.gap)
    left = Part(first, seen.gap, seen.bar + seen.floor)
    right = Part(second, part.gap - seen.gap, part.bar + left.bar)
    if not (left.suspicious or right.suspicious) or right.bar > 8 * left.bar:
        other = glance(bench, restricted(direction, second), part.gap)
        right = Part(second, other.gap, other.bar + other.floor)
    return [half for half in (left, right) if half.suspicious]


def sole_culprits(comparisons: Sequence[Comparison]) -> Indices:
    """Find the entries that could alone be behind the gaps of all comparisons.

    One wrong entry moves the gap of each line by its error times its own part of the line, and
    the parts are drawn at random: hardly any other entry fits the same gaps.
    """
    fits = np.flatnonzero(comparisons[0].direction)
    low, high = np.full(len(fits), -math.inf), np.full(len(fits), math.inf)
    for line in comparisons:
        parts = line.direction[fits]
        errors, slack = line.gap / parts, (line.bar + line.floor) / np.abs(parts)
        low, high = np.maximum(low, errors - slack), np.minimum(high, errors + slack)
        fitting = (low <= high) & ~((low <= 0) & (high >= 0))
        fits, low, high = fits[fitting], low[fitting], high[fitting]
    return fits


def common_factor(comparisons: Sequence[Comparison]) -> tuple[float, float] | None:
    """Give the factor by which the claim is off along all directions alike, and its bar.

    Returns
    -------
    (factor, bar) or None
        None if the directions do not share one, or too little is seen to say so: a factor this
        close to 1 may as well be a few small entries that are wrong.
    """
    slopes = np.array([c.found.slope.value for c in comparisons])
    claims = np.array([c.claimed for c in comparisons])
    bars = np.array([c.bar for c in comparisons])
    size = float(np.max(np.abs([slopes, claims])))
    if not 0 < size < math.inf:
        return None
    slopes, claims, bars = slopes / size, claims / size, bars / size
    clear = np.abs(slopes) > 100 * bars
    if np.sum(clear) < 2:
        return None
    factor = float(slopes @ claims / (slopes @ slopes))
    slack = bars * max(1.0, abs(factor))
    if np.any(np.abs(claims - factor * slopes) > 2 * slack):
        return None
    bar = float(np.min(slack[clear] / np.abs(slopes[clear])))
    return (factor, bar) if abs(factor - 1) > CLEARLY * bar else None


def all_named(
    bench: Bench,
    comparisons: Sequence[Comparison],
    known: Sequence[Entry | Block],
    rng: np.random.Generator,
) -> Iterator[Entry | Block]:
    """Name what is wrong until no comparison disagrees, or nothing more can be named.

    Parameters
    ----------
    bench : Bench
    comparisons : sequence of Comparison
    known : sequence of Entry and Block
        What was named before.
    rng : numpy.random.Generator
    """
    found, now, left = list(known), bench, comparisons
    for _ in range(ROUNDS):
        before = len(found)
        for culprit in _named(now, left, rng):
            found.append(culprit)
            yield culprit
        if any(isinstance(c, Block) and not (c.parameter and c.factor) for c in found):
            return
        now = _corrected(bench, found)
        left = compared_anew(now, comparisons)
        if len(found) == before or not any(c.disagrees for c in left):
            return


def _named(
    bench: Bench, comparisons: Sequence[Comparison], rng: np.random.Generator
) -> Iterator[Entry | Block]:
    """Name everything that makes some comparisons disagree: whole blocks first, then entries.

    A block is followed by its largest entry, measured alone.
    """
    suspects = [c for c in comparisons if c.disagrees]
    everything = np.flatnonzero(np.isfinite(bench.claimed))
    whole = common_factor(suspects) if len(everything) > 1 else None
    if whole is not None:
        yield Block("", *whole, len(everything))
        yield from _largest(bench, everything)
        return
    alone = sole_culprits(comparisons)
    if len(alone) <= FEW:
        sole = [
            entry for is_wrong, entry in (judge_entry(bench, int(i)) for i in alone) if is_wrong
        ]
        if sole:
            yield from sole
            return
    for comparison, part in _suspects(bench, suspects, everything):
        block = _whole_block(bench, comparison, part, rng)
        if block is None:
            yield from wrong_entries(bench, comparison, part)
        else:
            yield block
            yield from _largest(bench, part)


def _suspects(
    bench: Bench, comparisons: Sequence[Comparison], everything: Indices
) -> Iterator[tuple[Comparison, Indices]]:
    """Give each parameter that disagrees, with a direction through it alone."""
    worst = max(comparisons, key=lambda c: abs(c.gap) / c.bar)
    leaves = [leaf for leaf in bench.layout.leaves if leaf.size]
    if not 1 < len(leaves) <= FEW_BLOCKS:
        yield worst, everything
        return
    for leaf in leaves:
        part = everything[(everything >= leaf.start) & (everything < leaf.start + leaf.size)]
        if len(part):
            comparison = measure(bench, restricted(worst.direction, part))
            if comparison.disagrees:
                yield comparison, part


def _whole_block(
    bench: Bench, comparison: Comparison, part: Indices, rng: np.random.Generator
) -> Block | None:
    leaf = next(x for x in bench.layout.leaves if x.start <= part[0] < x.start + x.size)
    if len(part) < 2 or part[-1] >= leaf.start + leaf.size:
        return None
    other = measure(bench, restricted(draw_direction(bench.scales, rng), part))
    factor = common_factor([comparison, other])
    return None if factor is None else Block(leaf.name, *factor, len(part))


def _largest(bench: Bench, part: Indices) -> list[Entry]:
    """Measure the entry of the part with the largest claim, if it is wrong."""
    entry = int(part[np.argmax(np.abs(bench.claimed * bench.scales)[part])])
    is_wrong, measured = judge_entry(bench, entry)
    return [measured] if is_wrong else []


def _corrected(bench: Bench, named_so_far: Sequence[Entry | Block]) -> Bench:
    """Give the bench with everything named claimed as it was measured."""
    claimed = bench.claimed.copy()
    for found in named_so_far:
        if isinstance(found, Block):
            leaf = bench.layout.leaf(found.parameter)
            assert leaf is not None
            where = leaf.where
            claimed[where] = claimed[where] / found.factor
    for found in named_so_far:
        if isinstance(found, Entry):
            claimed[bench.layout.entry(found.parameter, found.index)] = found.measured
    return replace(bench, claimed=claimed)
