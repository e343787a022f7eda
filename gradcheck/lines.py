"""Gathering evidence: the lines along which a claim is laid beside the slope."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from gradcheck.calls import Cost
from gradcheck.comparing import Bench, Comparison, compare, compared_anew
from gradcheck.directions import LEVELLED, TAU, draw_direction, levelled, uphill
from gradcheck.edges import FEW_AT_EDGE, one_by_one
from gradcheck.excuses import excused
from gradcheck.extended import closer_look
from gradcheck.judging import confirm, glance, measure, measure_within
from gradcheck.parameters import Vector
from gradcheck.probing import first_line
from gradcheck.reach import COARSEST

FEWEST, DIRECTIONS, CLOSER = 2, 8, 20
TELLING = 4
SHARP = 16
ENOUGH, LEARNING = 59, 46
Seen = NDArray[np.bool_]


@dataclass
class Lines:
    """The lines compared so far; they stay where the budget ends the work.

    Parameters
    ----------
    bench : Bench
        Cost, point and claim; it learns scales, step and noise on the way.
    rng : numpy.random.Generator
        Draws the directions.
    ask : callable or None
        Gives the claim at other points.

    Attributes
    ----------
    compared : list of Comparison
    at_edge : bool
        Whether the point lies at the edge of the cost's domain, so that each line is an entry's.
    """

    bench: Bench
    rng: np.random.Generator
    ask: Callable[[Vector], Vector] | None = None
    compared: list[Comparison] = field(default_factory=list, init=False)
    at_edge: bool = field(default=False, init=False)

    @property
    def seen(self) -> Seen:
        """Which entries have a claim that can be compared."""
        return np.isfinite(self.bench.claimed)

    def level(self) -> int:
        """Lay the scales of parameters beside each other; give how far lines may go at first."""
        bench = self.bench
        scales = levelled(bench.scales, bench.layout, bench.curve, self.rng)
        self.bench = replace(bench, scales=scales)
        return LEVELLED if np.any(scales <= TAU * bench.scales) else COARSEST

    def gather(self, coarsest: int, most: int) -> None:
        """Compare along the first line, which teaches step and noise, then along some more.

        Parameters
        ----------
        coarsest : int
            The power of two of the farthest points.
        most : int
            How often the cost may have been called once the first line is through, if it may.
        """
        bench = self.bench
        direction = draw_direction(bench.scales, self.rng) * self.seen
        spare = partial(_spare, bench.cost, most)
        instrument, found = first_line(bench.curve(direction), bench.noise, coarsest, spare)
        self.bench = bench = bench.with_instrument(instrument)
        if math.isinf(found.slope.bar) and bench.at.size <= FEW_AT_EDGE:
            self._from_inside()
            return
        self.add(compare(bench, direction, found))
        if self.ask is not None:
            self.bench = closer_look(bench, self.compared[0], self.ask, self.rng)
        self._more(FEWEST)
        self._more(DIRECTIONS, calls=ENOUGH)
        if any(c.doubtful for c in self.compared):
            self._more(CLOSER)

    def _from_inside(self) -> None:
        """Compare entry by entry at the edge of the cost's domain."""
        self.at_edge = True
        self.compared = one_by_one(self.bench)
        swing = max(c.found.swing for c in self.compared)
        self.bench = self.bench.with_instrument(replace(self.bench.instrument, swing=swing))

    def add(self, comparison: Comparison) -> None:
        """Take a comparison into the evidence; a disagreement is measured a second time."""
        self.compared.append(self._sure(comparison))

    def _sure(self, comparison: Comparison) -> Comparison:
        sure = confirm(self.bench, comparison) if comparison.disagrees else comparison
        return excused(self.bench, sure, self.ask, self.rng) if sure.disagrees else sure

    def without_floor(self) -> None:
        """Compare anew where no claim may be off by the rounding of larger quantities."""
        self.bench = replace(self.bench, magnitude=0.0, hidden=())
        self.compared = [self._sure(line) for line in compared_anew(self.bench, self.compared)]

    def _more(self, count: int, calls: int | None = None) -> None:
        bench = self.bench
        while len(self.compared) < count and not any(c.disagrees for c in self.compared):
            direction = draw_direction(bench.scales, self.rng) * self.seen
            if len(self.compared) == 1:
                direction = uphill(bench.claimed, direction)
            line = measure_within(bench, direction, calls) if calls else measure(bench, direction)
            if line is None:
                return
            self.add(line)

    def tell_apart(self, gap: float) -> None:
        """Measure so many lines that one wrong entry among thousands is known by its gaps."""
        while len(self.compared) < TELLING:
            direction = draw_direction(self.bench.scales, self.rng) * self.seen
            self.compared.append(glance(self.bench, direction, gap / SHARP))


def _spare(cost: Cost, calls: int) -> float:
    """Give how many calls are left of so many; once there are more, nothing can be saved."""
    left = calls - cost.evaluations
    return left if left >= 0 else math.inf
