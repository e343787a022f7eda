"""Weighing the evidence of a trial: the verdict, and its reason in a line."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gradcheck.claims import Finding
from gradcheck.comparing import Bench, Comparison
from gradcheck.elsewhere import FLAT, MEETING, STEPPED
from gradcheck.judging import are_decisive
from gradcheck.results import Block, Entry, Verdict

SHAPE_CODES = {"rank-1-array", "transposed", "wrong-shape"}


@dataclass(frozen=True)
class Weighing:
    """What a trial has found.

    Parameters
    ----------
    bench : Bench
    comparisons : sequence of Comparison
    culprits : sequence of Entry and Block
        What was named as wrong.
    notes : sequence of Finding
        What was found besides the values.
    wrong : bool
        Whether claim and slope disagree for sure.
    faint : Verdict
        What the claim elsewhere says of a disagreement that rounding or kinks could explain.
    at_edge : bool
        Whether the point lies at the edge of the cost's domain.
    asked : bool
        Whether the claim was given as a function.
    """

    bench: Bench
    comparisons: Sequence[Comparison]
    culprits: Sequence[Entry | Block]
    notes: Sequence[Finding]
    wrong: bool
    faint: Verdict
    at_edge: bool
    asked: bool

    def verdict(self) -> tuple[Verdict, str]:
        """Weigh the evidence."""
        if self.wrong or any(note.code == "nonfinite" for note in self.notes):
            return "wrong", self._how_wrong()
        misshapen = [note for note in self.notes if note.fault and note.parameter]
        if misshapen:
            only_shape = all(note.code in SHAPE_CODES for note in misshapen)
            readable = bool(np.isfinite(self.bench.claimed).all())
            return "wrong", (
                "the values are right, but not the shape"
                if only_shape and readable
                else "the gradient could not be read"
            )
        if self.faint == "undecided":
            return "undecided", self._how_undecided()
        if any(math.isinf(c.found.slope.bar) for c in self.comparisons):
            return "undecided", (
                "the cost is not finite on both sides of the point, as at the edge of its domain, "
                "and no slope settles there; choose a point inside"
            )
        if self.faint != "kink" and not self._decisive():
            return "undecided", (
                "the error bars are as wide as the slopes; "
                "try a point where the cost moves more against its rounding"
            )
        if self.faint == "kink" or any(c.kink for c in self.comparisons):
            return "kink", "not differentiable here; the claim lies between the slopes around"
        inwards = " inwards from the edge of the cost's domain" if self.at_edge else ""
        return "correct", f"the claim is the slope{inwards}, within the error bars"

    def _decisive(self) -> bool:
        """Whether the bars tell something; those of entries alone, each beside its own moves."""
        if self.at_edge:
            return all(are_decisive([line], line.found.swing) for line in self.comparisons)
        return are_decisive(self.comparisons, self.bench.instrument.swing)

    def _how_undecided(self) -> str:
        if FLAT in self.notes:
            return "the cost is flat here; choose a less extreme point"
        if STEPPED in self.notes:
            return "the cost moves in steps here; choose a less extreme point"
        if MEETING in self.notes:
            return "kinks meet here; " + (
                "choose a point beside them" if self.asked else "give the gradient as a function"
            )
        return (
            "claim and slope differ by less than rounding can do where the cost is larger; "
            "give the gradient as a function, or choose a less extreme point"
        )

    def _how_wrong(self) -> str:
        entries = [c for c in self.culprits if isinstance(c, Entry)]
        if any(isinstance(c, Block) for c in self.culprits):
            return "the claim is a multiple of the slope"
        if not entries and any(note.code == "outside-kink" for note in self.notes):
            return "the claim lies between none of the slopes around this kink"
        if not entries:
            return "the claim disagrees with the slope, spread over entries too small to name"
        return f"{len(entries)} of {self.bench.at.size} entries disagree with the slope"

    def cut_short(self) -> tuple[Verdict, str]:
        """Say what is known when the budget is used up."""
        more = f"the budget of {self.bench.cost.budget} evaluations is used up"
        if self.culprits or self.wrong:
            return "wrong", f"{more}; there may be more wrong entries than these"
        return "undecided", f"{more}; allow 60 for a verdict, and 250 for each wrong entry"
