"""From a cost and a gradient to a result: what can be said at once, and what needs a trial."""

import math
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np

from gradcheck.around import BESIDE
from gradcheck.calls import Cost, OutOfBudgetError
from gradcheck.claims import Finding
from gradcheck.comparing import Bench
from gradcheck.directions import draw_direction, entry_scales
from gradcheck.findings import Observed, difference, observe, unsteady
from gradcheck.lines import Lines
from gradcheck.parameters import Vector
from gradcheck.probing import Instrument
from gradcheck.results import GradientCheck, Verdict
from gradcheck.trial import Trial

UNSTEADY = "equal calls of the gradient give different answers"
BY_HEART = "the claim is the slope at this very point, but not beside it"
JUMP = 1e-3
JUMP_STAYS = 0.75
OFTEN = 6
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
    bench = replace(bench, exact=seen.exact)
    trial = Trial(Lines(bench, rng, seen.ask), notes)
    check = trial.run()
    return _asked_again(trial, check, seen) if check and seen.ask is not None else check


def _asked_again(trial: Trial, check: GradientCheck, seen: Observed) -> GradientCheck:
    """Take back a pass if the gradient answers differently later, or is wrong beside the point.

    It is asked a little way off, which a gradient that has learned the point by heart won't
    expect, and at the point some times more. Only where the claim jumps, that is, does not come
    nearer at half the way, are slopes measured there.
    """
    assert seen.ask is not None
    at, bench, values = trial.bench.at, trial.bench, seen.claim.values
    far = BESIDE * draw_direction(bench.scales, trial.rng)
    first, second = (np.abs(seen.ask(at + move) - values) for move in (far, far / 2))
    jumps = (first > JUMP * np.max(np.abs(values))) & (second > JUMP_STAYS * first)
    if jumps.any() and check.verdict == "correct":
        with suppress(OutOfBudgetError):
            if trial.beside() == "wrong":
                return replace(check, verdict="wrong", reason=BY_HEART)
    asked = [seen.ask(at) for _ in range(trial.rng.integers(1, OFTEN))]
    apart = max(difference(values, answer, seen.claim.eps) for answer in asked)
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
