"""One trial of a claim: measure, compare, confirm, name, and give the verdict."""

import math
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from gradcheck.calls import Cost, OutOfBudgetError
from gradcheck.claims import Finding
from gradcheck.comparing import Bench, Comparison, compare, compared_anew
from gradcheck.directions import LEVELLED, TAU, draw_direction, levelled, uphill
from gradcheck.edges import FEW_AT_EDGE, entries_of, one_by_one, seen_alone
from gradcheck.elsewhere import (
    FLAT,
    MEETING,
    STEPPED,
    UNSTABLE,
    Claiming,
    is_bent,
    lies_among,
    moved_to,
    nearer_to_zero,
    points_aside,
)
from gradcheck.excuses import excused, moves_in_steps
from gradcheck.extended import closer_look
from gradcheck.judging import (
    confirm,
    glance,
    judge_entry,
    measure,
    measure_within,
    smallest_detectable,
    worst_first,
)
from gradcheck.locating import all_named
from gradcheck.probing import first_line
from gradcheck.reach import COARSEST
from gradcheck.results import Block, Entry, GradientCheck, Verdict
from gradcheck.weighing import Weighing

FEWEST, DIRECTIONS, CLOSER = 2, 8, 20
TELLING = 4
SHARP = 16
ENOUGH, LEARNING = 59, 46
BLURRED = 1e-6
"""Where bars are a larger share of what the cost moves, it is not smooth at the point, or noisy."""
MISSING_SHOWN = 3
Seen = NDArray[np.bool_]


@dataclass
class Trial:
    """A claim before the judge, and the evidence so far.

    Parameters
    ----------
    bench : Bench
        Cost, point and claim.
    notes : tuple of Finding
        What was found besides the values.
    rng : numpy.random.Generator
        Draws the directions.
    ask : callable or None
        Gives the claim at other points.
    """

    bench: Bench
    notes: tuple[Finding, ...]
    rng: np.random.Generator
    ask: Claiming | None = None
    comparisons: list[Comparison] = field(default_factory=list)
    culprits: list[Entry | Block] = field(default_factory=list)
    wrong: bool = False
    faint: Verdict = "correct"
    at_edge: bool = False

    def run(self) -> GradientCheck:
        """Go through the whole trial, or as far as the budget allows."""
        try:
            self.collect()
            self.convict()
            verdict, reason = self.weighed().verdict()
        except OutOfBudgetError:
            verdict, reason = self.weighed().cut_short()
        return self.result(verdict, reason)

    def collect(self) -> None:
        """Compare along the first line, which teaches step and noise, then along some more."""
        bench, began = self.bench, self.bench.cost.evaluations
        level = levelled(bench.scales, bench.layout, bench.curve, self.rng)
        coarsest = LEVELLED if np.any(level <= TAU * bench.scales) else COARSEST
        self.bench = bench = replace(bench, scales=level)
        seen = np.isfinite(bench.claimed)
        for entry in np.flatnonzero(~seen)[:MISSING_SHOWN]:
            self.culprits.append(judge_entry(bench, int(entry))[1])
        if not seen.all() and self.nearer() == "correct":
            self.notes = (*self.notes, UNSTABLE)
        if not seen.any():
            return
        direction = draw_direction(bench.scales, self.rng) * seen
        spare = partial(_spare, bench.cost, began + LEARNING)
        instrument, found = first_line(bench.curve(direction), bench.noise, coarsest, spare)
        self.bench = bench = bench.with_instrument(instrument)
        if math.isinf(found.slope.bar) and bench.at.size <= FEW_AT_EDGE:
            self.from_inside()
            return
        self.add(compare(bench, direction, found))
        if self.ask is not None:
            self.bench = bench = closer_look(bench, self.comparisons[0], self.ask, self.rng)
        self._more_lines(bench, seen, FEWEST)
        self._more_lines(bench, seen, DIRECTIONS, calls=ENOUGH)
        if any(c.doubtful for c in self.comparisons):
            self._more_lines(bench, seen, CLOSER)

    def from_inside(self) -> None:
        """Compare entry by entry at the edge of the cost's domain."""
        self.at_edge = True
        self.comparisons = one_by_one(self.bench)
        swing = max(c.found.swing for c in self.comparisons)
        self.bench = self.bench.with_instrument(replace(self.bench.instrument, swing=swing))
        self.wrong = any(c.disagrees for c in self.comparisons)
        self.culprits += entries_of(self.bench, self.comparisons)

    def add(self, comparison: Comparison) -> None:
        """Take a comparison into the evidence; a disagreement is measured a second time."""
        sure = confirm(self.bench, comparison) if comparison.disagrees else comparison
        if sure.disagrees:
            sure = excused(self.bench, sure, self.ask, self.rng)
        self.comparisons.append(sure)

    def _more_lines(self, bench: Bench, seen: Seen, count: int, calls: int | None = None) -> None:
        while len(self.comparisons) < count and not any(c.disagrees for c in self.comparisons):
            direction = draw_direction(bench.scales, self.rng) * seen
            if len(self.comparisons) == 1:
                direction = uphill(bench.claimed, direction)
            line = measure_within(bench, direction, calls) if calls else measure(bench, direction)
            if line is None:
                return
            self.add(line)

    def convict(self) -> None:
        """Name what is behind the disagreements, unless they can be explained otherwise."""
        if self.at_edge:
            return
        suspects = [c for c in self.comparisons if c.disagrees]
        if suspects and all(c.found.swing == 0 for c in suspects) and self.nearer() == "correct":
            self.faint = "undecided"
            self.notes = (*self.notes, FLAT)
            return
        if self.in_steps(suspects):
            return
        if self.bench.at.size > 1 and self.aside(suspects):
            return
        if not suspects and any(c.faint for c in self.comparisons):
            self.faint = self.nearer()
            if self.faint == "wrong":
                self.bench = replace(self.bench, magnitude=0.0, hidden=())
                self.comparisons = compared_anew(self.bench, self.comparisons)
                suspects = [c for c in self.comparisons if c.disagrees]
        self.wrong = bool(suspects)
        if suspects:
            self.tell_apart(suspects[0].gap)
            self.culprits.extend(all_named(self.bench, self.comparisons, self.culprits, self.rng))
            self.doubt(suspects)

    def in_steps(self, suspects: list[Comparison]) -> bool:
        """Tell whether the cost moves in steps, which hide what the claim gets right elsewhere."""
        if self.ask is None or not suspects:
            return False
        worst = max(suspects, key=lambda c: abs(c.gap) - abs(c.claimed))
        if not moves_in_steps(self.bench, worst) or self.nearer() != "correct":
            return False
        self.faint, self.notes = "undecided", (*self.notes, STEPPED)
        return True

    def doubt(self, suspects: list[Comparison]) -> None:
        """Let the claim beside the point decide where the slopes that convict it are not sharp.

        It may be a kink that no line has shown.
        """
        blurred = any(c.bar * c.found.step > BLURRED * c.found.swing for c in suspects)
        if self.ask is None or not blurred:
            return
        named, self.wrong, self.culprits = self.culprits, False, []
        self.judged_beside(suspects)
        if self.wrong and named:
            self.culprits = named

    def tell_apart(self, gap: float) -> None:
        """Measure so many lines that one wrong entry among thousands is known by its gaps."""
        seen = np.isfinite(self.bench.claimed)
        while len(self.comparisons) < TELLING:
            direction = draw_direction(self.bench.scales, self.rng) * seen
            self.comparisons.append(glance(self.bench, direction, gap / SHARP))

    def nearer(self) -> Verdict:
        """Judge the claim nearer to zero, if it was given as a function."""
        if self.ask is not None:
            return nearer_to_zero(self.bench, self.ask, self.rng)
        small = all(c.excess <= 2 * c.bar for c in self.comparisons)
        return "correct" if small else "undecided"

    def aside(self, suspects: list[Comparison]) -> bool:
        """Judge the claim beside a point where kinks meet; tell whether that has settled it.

        At such a point no claim need be the slope along every line, and a wrong one may well lie
        between the one-sided slopes.
        """
        kinks = [c for c in self.comparisons if c.kink]
        if not kinks and not (suspects and is_bent(self.bench, suspects, self.rng)):
            return False
        if not (suspects or self.ask):
            return False
        self.judged_beside(suspects)
        return True

    def judged_beside(self, suspects: list[Comparison]) -> None:
        """Let the claim beside the point decide about the claim at it."""
        beside = self.beside() if self.ask else "undecided"
        if beside == "wrong":
            self.wrong = True
        elif suspects:
            self.faint = "undecided"
            if beside == "correct" and self.ask is not None:
                among = lies_among(self.bench, self.comparisons, self.ask, self.rng)
                self.faint = "kink" if among else "undecided"
        self.notes = (*self.notes, MEETING)

    def beside(self) -> Verdict:
        """Hold a trial of the claim as a function at points beside this one."""
        assert self.ask is not None
        for point in points_aside(self.bench, self.rng):
            moved = moved_to(self.bench, point, self.ask)
            if moved is None:
                continue
            there = Trial(moved, (), self.rng)
            there.collect()
            there.convict()
            verdict, _ = there.weighed().verdict()
            if verdict == "wrong":
                self.culprits += there.culprits
            if verdict in ("wrong", "correct"):
                return verdict
        return "undecided"

    def weighed(self) -> Weighing:
        """Put the evidence on the scales."""
        evidence = (self.comparisons, self.culprits, self.notes, self.wrong, self.faint)
        return Weighing(self.bench, *evidence, self.at_edge, self.ask is not None)

    def result(self, verdict: Verdict, reason: str) -> GradientCheck:
        """Put everything that was found into a result."""
        stated = seen_alone if self.at_edge else smallest_detectable
        return GradientCheck(
            verdict,
            reason,
            wrong=worst_first(self.culprits),
            blocks=tuple(c for c in self.culprits if isinstance(c, Block)),
            notes=self.notes,
            evidence=tuple(c.evidence() for c in self.comparisons),
            entries=self.bench.at.size,
            evaluations=self.bench.cost.evaluations,
            smallest_detectable=stated(self.comparisons),
        )


def _spare(cost: Cost, calls: int) -> float:
    """Give how many calls are left of so many; once there are more, nothing can be saved."""
    left = calls - cost.evaluations
    return left if left >= 0 else math.inf
