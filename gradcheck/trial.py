"""One trial of a claim: measure, compare, confirm, name, and give the verdict."""

from dataclasses import dataclass, field

import numpy as np

from gradcheck.around import left_out, lies_among, look_around, none_along
from gradcheck.calls import OutOfBudgetError
from gradcheck.claims import Finding
from gradcheck.comparing import Bench, Comparison
from gradcheck.edges import entries_of, seen_alone
from gradcheck.elsewhere import (
    FLAT,
    MEETING,
    STEPPED,
    UNSTABLE,
    Claiming,
    is_bent,
    moved_to,
    nearer_to_zero,
    points_aside,
    wrong_beside,
)
from gradcheck.excuses import moves_in_steps
from gradcheck.judging import judge_entry, smallest_detectable, worst_first
from gradcheck.lines import LEARNING, Lines
from gradcheck.locating import all_named
from gradcheck.results import Block, Entry, GradientCheck, Verdict
from gradcheck.weighing import Weighing

BLURRED = 1e-6
"""Where bars are a larger share of what the cost moves, it is not smooth at the point, or noisy."""
MISSING_SHOWN = 3


@dataclass
class Trial:
    """A claim before the judge, and the evidence so far.

    Parameters
    ----------
    lines : Lines
        Cost, point and claim, and the lines along which they are compared.
    notes : tuple of Finding
        What was found besides the values.
    """

    lines: Lines
    notes: tuple[Finding, ...] = ()
    culprits: list[Entry | Block] = field(default_factory=list, init=False)
    wrong: bool = field(default=False, init=False)
    faint: Verdict = field(default="correct", init=False)

    @property
    def bench(self) -> Bench:
        """Cost, point and claim."""
        return self.lines.bench

    @property
    def ask(self) -> Claiming | None:
        """What gives the claim at other points."""
        return self.lines.ask

    @property
    def rng(self) -> np.random.Generator:
        """What draws directions and points."""
        return self.lines.rng

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
        """Gather the lines, after the entries that claim nothing finite."""
        most = self.bench.cost.evaluations + LEARNING
        coarsest = self.lines.level()
        seen = self.lines.seen
        for entry in np.flatnonzero(~seen)[:MISSING_SHOWN]:
            self.culprits.append(judge_entry(self.bench, int(entry))[1])
        if not seen.all() and self.nearer() == "correct":
            self.notes = (*self.notes, UNSTABLE)
        if seen.any():
            self.lines.gather(coarsest, most)

    def convict(self) -> None:
        """Name what is behind the disagreements, unless they can be explained otherwise."""
        suspects = self.suspects()
        if self.lines.at_edge:
            self.wrong = bool(suspects)
            self.culprits += entries_of(self.bench, suspects)
            return
        if suspects and all(c.found.swing == 0 for c in suspects) and self.nearer() == "correct":
            self.faint = "undecided"
            self.notes = (*self.notes, FLAT)
            return
        if self.in_steps(suspects):
            return
        if self.bench.at.size > 1 and self.aside(suspects):
            return
        if not suspects and any(c.faint for c in self.lines.compared):
            self.faint = self.nearer()
            if self.faint == "wrong":
                self.lines.without_floor()
                suspects = self.suspects()
        self.wrong = bool(suspects)
        if suspects:
            self.lines.tell_apart(suspects[0].gap)
            self.culprits.extend(
                all_named(self.bench, self.lines.compared, self.culprits, self.rng)
            )
            self.doubt(suspects)

    def suspects(self) -> list[Comparison]:
        """Give the lines along which claim and slope disagree for sure."""
        return [c for c in self.lines.compared if c.disagrees]

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

    def nearer(self) -> Verdict:
        """Judge the claim nearer to zero, if it was given as a function."""
        if self.ask is not None:
            return nearer_to_zero(self.bench, self.ask, self.rng)
        small = all(c.excess <= 2 * c.bar for c in self.lines.compared)
        return "correct" if small else "undecided"

    def aside(self, suspects: list[Comparison]) -> bool:
        """Judge the claim beside a point where kinks meet; tell whether that has settled it.

        At such a point no claim need be the slope along every line, and a wrong one may well lie
        between the one-sided slopes.
        """
        kinks = [c for c in self.lines.compared if c.kink]
        if not kinks and not (suspects and is_bent(self.bench, suspects, self.rng)):
            return False
        if not (suspects or self.ask):
            return False
        self.judged_beside(suspects)
        return True

    def judged_beside(self, suspects: list[Comparison]) -> None:
        """Let the claim beside the point decide about the claim at it."""
        self.notes = (*self.notes, MEETING)
        beside = self.beside() if self.ask else "undecided"
        if beside == "wrong":
            self.wrong = True
        elif beside == "correct":
            self.held_against_around(suspects)
        elif suspects:
            self.faint = "undecided"

    def held_against_around(self, suspects: list[Comparison]) -> None:
        """Judge the claim at a kink by those all around it, which are right."""
        assert self.ask is not None
        around = look_around(self.bench, self.ask, self.rng)
        among = lies_among(self.bench, self.lines.compared, around)
        line = left_out(self.bench, around)
        if line is not None:
            self.wrong = True
            self.notes = (*self.notes, none_along(self.bench, line))
            if np.count_nonzero(line.direction) == 1:
                self.culprits += entries_of(self.bench, [line])
        elif suspects:
            self.faint = "kink" if among else "undecided"

    def beside(self) -> Verdict:
        """Hold a trial of the claim as a function at points beside this one."""
        assert self.ask is not None
        for point in points_aside(self.bench, self.rng):
            moved = moved_to(self.bench, point, self.ask)
            if moved is None:
                continue
            there = Trial(Lines(moved, self.rng))
            there.collect()
            there.convict()
            verdict, _ = there.weighed().verdict()
            if verdict == "wrong":
                self.culprits += there.culprits
                self.notes = (*self.notes, wrong_beside(self.bench, moved))
            if verdict in ("wrong", "correct"):
                return verdict
        return "undecided"

    def weighed(self) -> Weighing:
        """Put the evidence on the scales."""
        evidence = (self.lines.compared, self.culprits, self.notes, self.wrong, self.faint)
        return Weighing(self.bench, *evidence, self.lines.at_edge, self.ask is not None)

    def result(self, verdict: Verdict, reason: str) -> GradientCheck:
        """Put everything that was found into a result."""
        stated = seen_alone if self.lines.at_edge else smallest_detectable
        return GradientCheck(
            verdict,
            reason,
            wrong=worst_first(self.culprits),
            blocks=tuple(c for c in self.culprits if isinstance(c, Block)),
            notes=self.notes,
            evidence=tuple(c.evidence() for c in self.lines.compared),
            entries=self.bench.at.size,
            evaluations=self.bench.cost.evaluations,
            smallest_detectable=stated(self.lines.compared),
        )
