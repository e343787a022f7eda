"""Which mistakes reproduce the numbers of a function on every problem."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from gradcheck.submissions.compare import EPS, as_numbers, compare
from gradcheck.submissions.formulas import Formula
from gradcheck.submissions.mutations import Mutation, Setting, mutations
from gradcheck.submissions.problems import SAFETY
from gradcheck.submissions.steps import Step, Trial, evaluated
from gradcheck.submissions.subject import Subject
from gradcheck.submissions.textbook import OTHER_LOSSES
from impl import Array

_FITS = ("same", "rank-1-array")


@dataclass(frozen=True)
class Explanation:
    """Wrong quantities, and the one mistake that reproduces them; None where none does."""

    quantities: tuple[str, ...]
    mutation: Mutation | None


def explain(
    subject: Subject, step: Step, trials: Sequence[Trial], wrong: Sequence[str]
) -> tuple[Explanation, ...]:
    """Find the mistakes behind the wrong quantities of a step, each once.

    A mistake is accepted if, with it in its line, all later lines and the earlier accepted
    mistakes included, the first wrong quantity comes out as observed on every problem and no
    quantity that fitted ceases to fit. Of several the one that explains most has it.
    """
    lines = step.formulas
    left, found = list(wrong), []
    fitting = [name for name in trials[0].expected if name not in wrong and _seen(name, trials)]
    while left:
        best = _best(subject, (step, lines), trials, (left, fitting))
        if best is None:
            found.append(Explanation((left.pop(0),), None))
            continue
        mutation, explained = best
        lines = _replaced(lines, mutation.formula)
        fitting += explained
        left = [name for name in left if name not in explained]
        found.append(Explanation(tuple(explained), mutation))
    return tuple(found)


def _seen(name: str, trials: Sequence[Trial]) -> bool:
    return all(name in trial.observed for trial in trials)


def _best(
    subject: Subject,
    work: tuple[Step, tuple[Formula, ...]],
    trials: Sequence[Trial],
    names: tuple[list[str], list[str]],
) -> tuple[Mutation, list[str]] | None:
    left, fitting = names
    best: tuple[Mutation, list[str]] | None = None
    for mutation in candidates(subject, work[0], trials, left[0]):
        lines = _replaced(work[1], mutation.formula)
        if not _all_fit(subject, lines, trials, [left[0], *fitting]):
            continue
        explained = [n for n in left if _all_fit(subject, lines, trials, [n])]
        if best is None or len(explained) > len(best[1]):
            best = mutation, explained
        if len(explained) == len(left):
            break
    return best


def _replaced(lines: tuple[Formula, ...], changed: Formula) -> tuple[Formula, ...]:
    return tuple(changed if line.target == changed.target else line for line in lines)


def candidates(
    subject: Subject, step: Step, trials: Sequence[Trial], first_wrong: str
) -> Iterator[Mutation]:
    """Yield the mistakes to try: those of the nearest line first, then further up the data flow."""
    order = [line.target for line in step.formulas]
    upward = step.formulas[: order.index(first_wrong) + 1][::-1]
    if step.kind(first_wrong) == "update":
        upward = upward[:1]
    for line in upward:
        yield from mutations(line, _setting(subject, step, line.target))
    for line in upward:
        yield from _scaled(step, line, trials, first_wrong)


def _setting(subject: Subject, step: Step, target: str) -> Setting:
    model = subject.model
    arrays = (*model.parameters, *model.data, *(n for n in model.quantities if n not in ("L", "J")))
    kind = step.kind(target)
    losses = OTHER_LOSSES[model.name] if kind == "cost" else ()
    return Setting(arrays, model.sizes, kind, subject.activation, losses)


def _scaled(
    step: Step, line: Formula, trials: Sequence[Trial], first_wrong: str
) -> Iterator[Mutation]:
    """Yield the line times the constant that the observed numbers show, if there is one."""
    ratios = [_ratio(trial, first_wrong) for trial in trials]
    if any(ratio is None for ratio in ratios):
        return
    known = [ratio for ratio in ratios if ratio is not None]
    if np.ptp(known) > 1e-9 * abs(known[0]):
        return
    near = Fraction(known[0]).limit_denominator(1000)
    exact = near != 0 and abs(float(near) - known[0]) < 1e-9 * abs(known[0])
    factor = str(near) if exact else repr(known[0])
    code = {"cost": "cost-scale", "forward": "forward-wrong", "update": "update-rule"}.get(
        step.kind(line.target), "wrong-scale"
    )
    formula = Formula(line.target, f"{factor} * ({line.text})")
    yield Mutation(code, formula, f"a factor of {factor} is too much")


def _ratio(trial: Trial, name: str) -> float | None:
    observed, right = as_numbers(trial.observed[name]), trial.expected[name]
    if observed is None or observed.size != right.size:
        return None
    observed, right = observed.ravel(), right.ravel()
    largest = int(np.abs(right).argmax())
    if right[largest] == 0:
        return None
    ratio = float(observed[largest] / right[largest])
    return ratio if np.isfinite(ratio) and ratio not in (0.0, 1.0) else None


def _all_fit(
    subject: Subject, lines: tuple[Formula, ...], trials: Sequence[Trial], names: Sequence[str]
) -> bool:
    return all(_fits(subject, lines, trial, names) for trial in trials)


def _fits(subject: Subject, lines: tuple[Formula, ...], trial: Trial, names: Sequence[str]) -> bool:
    try:
        values = evaluated(lines, subject.names(trial.problem))
    except (ValueError, TypeError):  # shapes that do not go together: not what was computed
        return False
    return all(_same(subject, trial, name, values[name]) for name in names)


def _same(subject: Subject, trial: Trial, name: str, value: Array) -> bool:
    theirs = subject.layout.theirs(name, value)
    return compare(trial.observed[name], theirs, _bar(trial, name, theirs)) in _FITS


def _bar(trial: Trial, name: str, value: Array) -> float:
    """Widen the bar of the right value to that of a wrong one, which may be larger."""
    right = float(np.abs(trial.expected[name]).max(initial=0.0)) or 1.0
    bar: Any = max(trial.bar(name), SAFETY * EPS * right)
    return float(bar * max(1.0, np.abs(value).max(initial=0.0) / right))
