"""One trial of a claim: measure, compare, confirm, name, and give the verdict."""

import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from gradcheck.claims import Finding
from gradcheck.directions import draw_direction, emphasis, levelled
from gradcheck.judging import Bench, Comparison, compare, confirm, judge_entry, measure
from gradcheck.locating import ROUNDS, corrected, named
from gradcheck.parameters import Vector
from gradcheck.probing import (
    OutOfBudgetError,
    first_line,
    other_line,
)
from gradcheck.results import Block, Entry, GradientCheck, Verdict

DIRECTIONS = 4
ENOUGH = 59
MISSING_SHOWN = 3
NEARER = 3
DECISIVE = 100
FLAT = Finding(
    "flat-cost",
    "the cost does not move at all here, as behind a clip, but nearer to zero the claim is right",
)
UNSTABLE = Finding(
    "unstable",
    "nearer to zero the claim is right: the formula holds, but its evaluation fails here",
    fault=False,
)
SHAPE_CODES = {"rank-1-array", "transposed", "wrong-shape"}


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
    ask: Callable[[Vector], Vector] | None = None
    comparisons: list[Comparison] = field(default_factory=list)
    culprits: list[Entry | Block] = field(default_factory=list)
    wrong: bool = False
    faint: Verdict = "correct"

    def run(self) -> GradientCheck:
        """Go through the whole trial, or as far as the budget allows."""
        try:
            self.collect()
            self.convict()
            verdict, reason = self.verdict()
        except OutOfBudgetError:
            verdict, reason = self.cut_short()
        return self.result(verdict, reason)

    def collect(self) -> None:
        """Compare along the first line, which teaches step and noise, then along some more."""
        bench = self.bench
        level = levelled(
            bench.scales, bench.layout, lambda v: bench.cost(bench.at + v), bench.here, self.rng
        )
        self.bench = bench = replace(bench, scales=level)
        seen = np.isfinite(bench.claimed)
        for entry in np.flatnonzero(~seen)[:MISSING_SHOWN]:
            self.culprits.append(judge_entry(bench, int(entry))[1])
        if not seen.all() and self.nearer() == "correct":
            self.notes = (*self.notes, UNSTABLE)
        if not seen.any():
            return
        favoured = emphasis(bench.layout)
        direction = draw_direction(bench.scales * favoured, self.rng) * seen
        instrument, found = first_line(bench.curve(direction))
        self.comparisons.append(compare(bench, direction, found))
        if (favoured < 1).any():
            direction = draw_direction(bench.scales, self.rng) * seen
            instrument, found = other_line(bench.curve(direction), instrument)
            self.comparisons.append(compare(bench, direction, found))
        self.bench = bench = bench.with_instrument(instrument)
        limit = bench.cost.budget
        bench.cost.budget = min(limit, ENOUGH)
        with suppress(OutOfBudgetError):
            self._more_lines(bench, seen)
        bench.cost.budget = limit

    def _more_lines(self, bench: Bench, seen: NDArray[np.bool_]) -> None:
        while len(self.comparisons) < DIRECTIONS and all(c.agrees for c in self.comparisons):
            direction = draw_direction(bench.scales, self.rng) * seen
            self.comparisons.append(measure(bench, direction))

    def convict(self) -> None:
        """Confirm each disagreement by a second measurement, and name what is behind it."""
        self.comparisons = [confirm(self.bench, c) if c.disagrees else c for c in self.comparisons]
        suspects = [c for c in self.comparisons if c.disagrees]
        if suspects and all(c.found.swing == 0 for c in suspects) and self.nearer() == "correct":
            self.faint = "undecided"
            self.notes = (*self.notes, FLAT)
            return
        if not suspects and any(c.faint for c in self.comparisons):
            self.faint = self.nearer()
            if self.faint == "wrong":
                self.bench = replace(self.bench, magnitude=0.0)
                suspects = [c for c in self.comparisons if c.faint]
        self.wrong = bool(suspects)
        bench = self.bench
        for _ in range(ROUNDS):
            if not suspects:
                break
            before = len(self.culprits)
            self.culprits.extend(named(bench, suspects, self.rng))
            if any(isinstance(c, Block) and not (c.parameter and c.factor) for c in self.culprits):
                break
            bench = corrected(self.bench, self.culprits)
            renewed = [compare(bench, c.direction, c.found) for c in self.comparisons]
            suspects = [c for c in renewed if c.disagrees]
            if len(self.culprits) == before:
                break

    def nearer(self) -> Verdict:
        """Judge the claim nearer to zero, where cost and claim are not lost in rounding or clips.

        For a claim that is off by the rounding of 1 − a, say, and that only because the cost is so
        small here. The claim as a function must hold where this can be seen.
        """
        if self.ask is None:
            return (
                "correct" if all(c.excess <= 2 * c.bar for c in self.comparisons) else "undecided"
            )
        near = self.bench.at
        for _ in range(NEARER):
            near = near / 4
            outcome = self._at(near)
            if outcome is not None:
                return outcome
        return "undecided"

    def _at(self, point: Vector) -> Verdict | None:
        bench = self.bench
        assert self.ask is not None
        claimed, here = self.ask(point), bench.cost(point)
        if not np.isfinite([here, *claimed]).all():
            return None
        moved = replace(bench, at=point, claimed=claimed, here=here, magnitude=abs(here))
        direction = draw_direction(bench.scales, self.rng)
        instrument, found = first_line(moved.curve(direction))
        moved = moved.with_instrument(instrument)
        seen = compare(moved, direction, found)
        if not seen.agrees:
            seen = confirm(moved, seen)
        if seen.faint or DECISIVE * seen.bar > max(abs(seen.claimed), instrument.swing):
            return None
        return "correct" if seen.agrees else "wrong"

    def verdict(self) -> tuple[Verdict, str]:
        """Weigh the evidence."""
        if self.wrong or any(note.code == "nonfinite" for note in self.notes):
            return "wrong", self._how_wrong()
        misshapen = [note for note in self.notes if note.fault and note.parameter]
        if misshapen:
            only_shape = all(note.code in SHAPE_CODES for note in misshapen)
            readable = bool(np.isfinite(self.bench.claimed).all())
            return (
                "wrong",
                "the values are right, but not the shape"
                if only_shape and readable
                else ("the gradient could not be read"),
            )
        if self.faint == "undecided" and FLAT in self.notes:
            return "undecided", "the cost is flat here; choose a less extreme point"
        if self.faint == "undecided":
            return "undecided", (
                "claim and slope differ by less than rounding can do where the cost is larger; "
                "give the gradient as a function, or choose a less extreme point"
            )
        if not self.decisive():
            return "undecided", (
                "the error bars are as wide as the slopes; "
                "try a point where the cost moves more against its rounding"
            )
        if any(c.kink for c in self.comparisons):
            return "kink", "not differentiable here; the claim lies between the one-sided slopes"
        return "correct", "the claim is the slope, within the error bars"

    def decisive(self) -> bool:
        """Whether the bars are narrow against the slopes, or against the moves of the cost."""
        swing = self.bench.instrument.swing
        return all(
            DECISIVE * c.sharpness <= max(abs(c.claimed), abs(c.found.slope.value), swing)
            or swing == c.claimed == c.found.slope.value == 0
            for c in self.comparisons
        )

    def _how_wrong(self) -> str:
        entries = [c for c in self.culprits if isinstance(c, Entry)]
        if any(isinstance(c, Block) for c in self.culprits):
            return "the claim is a multiple of the slope"
        if not entries:
            return "the claim disagrees with the slope, spread over entries too small to name"
        return f"{len(entries)} of {self.bench.at.size} entries disagree with the slope"

    def cut_short(self) -> tuple[Verdict, str]:
        """Say what is known when the budget is used up."""
        more = f"the budget of {self.bench.cost.budget} evaluations is used up"
        if self.culprits or self.wrong:
            return "wrong", f"{more}; there may be more wrong entries than these"
        return "undecided", f"{more}; allow 60 for a verdict, and 250 for each wrong entry"

    def result(self, verdict: Verdict, reason: str) -> GradientCheck:
        """Put everything that was found into a result."""
        return GradientCheck(
            verdict,
            reason,
            wrong=tuple(sorted((c for c in self.culprits if isinstance(c, Entry)), key=_severity)),
            blocks=tuple(c for c in self.culprits if isinstance(c, Block)),
            notes=self.notes,
            evidence=tuple(c.evidence() for c in self.comparisons),
            entries=self.bench.at.size,
            evaluations=self.bench.cost.evaluations,
            smallest_detectable=self._smallest_detectable(),
        )

    def _smallest_detectable(self) -> float:
        if not self.comparisons:
            return math.inf
        with np.errstate(divide="ignore"):
            each = [2 * c.bar / np.abs(c.direction) for c in self.comparisons]
        return float(np.max(np.min(each, axis=0), initial=0.0))


def _severity(entry: Entry) -> tuple[bool, float]:
    error = abs(entry.claimed - entry.measured)
    return math.isfinite(error), -error if math.isfinite(error) else 0.0
