"""From a cost and a gradient to a result: what can be said at once, and what needs a trial."""

import math
from dataclasses import replace
from typing import Any

import numpy as np

from gradcheck.claims import Finding
from gradcheck.directions import entry_scales
from gradcheck.findings import Observed, difference, observe, unsteady
from gradcheck.judging import Bench
from gradcheck.parameters import Vector
from gradcheck.probing import Cost, Instrument, OutOfBudgetError
from gradcheck.results import GradientCheck, Verdict
from gradcheck.trial import Trial

UNSTEADY = "equal calls of the gradient give different answers"
UNKNOWN = Instrument(step=2.0**-10, top=2.0**-7, noise=0.0, swing=0.0)


def judged(cost: Cost, gradient: Any, vector: Vector, rng: np.random.Generator) -> GradientCheck:
    """Judge a claimed gradient.

    Parameters
    ----------
    cost : Cost
        Counts its calls and keeps within the budget.
    gradient : callable, or its value
    vector : array of shape (entries,)
        The point.
    rng : numpy.random.Generator
        Draws the directions.
    """
    try:
        seen = observe(cost, gradient, vector)
    except OutOfBudgetError:
        reason = f"the budget of {cost.budget} evaluations is used up; allow 60 for a verdict"
        return GradientCheck("undecided", reason, entries=vector.size, evaluations=cost.budget)
    notes = seen.notes
    if cost.layout.integers:
        text = "at holds whole numbers, expected real ones; they were cast to float64"
        notes = (*notes, Finding("integer-dtype", text, fault=False))
    early = _early_verdict(seen, vector)
    if early is not None:
        return GradientCheck(*early, notes=notes, entries=vector.size, evaluations=cost.evaluations)
    claim, scales = seen.claim, entry_scales(vector)
    bench = Bench(cost, vector, claim.values, scales, seen.here, claim.eps, UNKNOWN, seen.magnitude)
    return _asked_again(Trial(bench, notes, rng, seen.ask).run(), seen, vector)


def _asked_again(check: GradientCheck, seen: Observed, vector: Vector) -> GradientCheck:
    """Take back a pass if the gradient, asked at the end once more, answers differently."""
    if seen.ask is None or not check:
        return check
    apart = difference(seen.claim.values, seen.ask(vector), seen.claim.eps)
    if not apart:
        return check
    notes = (unsteady("gradient", apart), *check.notes)
    return replace(check, verdict="wrong", reason=UNSTEADY, notes=notes)


def _early_verdict(seen: Observed, vector: Vector) -> tuple[Verdict, str] | None:
    """Give the verdict where nothing can be measured."""
    if not vector.size:
        return "undecided", "there are no entries to check; give at least one"
    unsteady = [note for note in seen.notes if note.code == "nondeterministic"]
    if any("gradient" in note.message for note in unsteady):
        return "wrong", UNSTEADY
    if unsteady:
        return "undecided", "equal calls of the cost give different answers"
    if not math.isfinite(seen.here):
        return "undecided", f"the cost is {seen.here} here; choose a point where it is finite"
    return None
