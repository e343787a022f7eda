"""The mistakes that are tried for a wrong quantity, the likeliest first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np

from gradcheck.submissions.calling.compare import as_numbers
from gradcheck.submissions.calling.steps import Step, Trial, lines_of
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.diagnosis.held import on_the_way
from gradcheck.submissions.diagnosis.losses import other_losses
from gradcheck.submissions.diagnosis.mutations import Mutation, Setting, mutations
from gradcheck.submissions.diagnosis.search import Search
from gradcheck.submissions.diagnosis.throughout import throughout
from gradcheck.submissions.reading.steps import LOOP
from gradcheck.submissions.reference.flow import COST, applied, targets_of
from gradcheck.submissions.reference.formulas import Formula, slips_of

UNEXPLAINED = "unexplained"


def candidates(search: Search, first_wrong: str) -> Iterator[Mutation]:
    """Yield the mistakes to try: those of the nearest line first, then further up the data flow.

    Then the same wrong count in all lines, and a constant factor, which the numbers suggest.
    """
    step = search.step
    lines = lines_of(search.subject, step)
    order = [line.target for line in lines]
    upward = lines[: order.index(first_wrong) + 1][::-1]
    if step.kind(first_wrong) == "update":
        upward = upward[:1]
    upward = tuple(line for line in upward if line.target not in search.spared)
    first = [line for line in upward[::-1] if line.target in search.suspects]
    upward = tuple(dict.fromkeys((*first, *upward)))
    for line in upward:
        yield from mutations(line, setting_of(search.subject, step, line.target))
    if step.role.role == "optimise" or step.role.function.name.startswith(LOOP):
        yield from (moved for line in upward for moved in _moved(line, search.subject))
    yield from throughout(lines, search.subject.model.sizes)
    for line in upward:
        yield from scaled(step, line, search.trials, first_wrong)
        if step.kind(line.target) == "cost":  # after the factor: it may be of the same loss
            yield from other_losses(line.target, search.subject.output)
    hidden = on_the_way(step, search.trials) if search.held else ()
    for line in (line for line in upward if line.target in hidden):
        for text in (f"own_{line.target}", f"own_{line.target} * m"):  # 1/m may be in it already
            yield Mutation(UNEXPLAINED, (Formula(line.target, text),), "")


def _moved(line: Formula, subject: Subject) -> Iterator[Mutation]:
    """Yield a line of the reverse pass with a parameter that has made its step already."""
    for name in subject.model.parameters if line.target.startswith("d") else ():
        text = re.sub(rf"\b{name}\b", f"({name} - learning_rate * d{name})", line.text)
        if text != line.text:
            words = f"{name} has made its step already when this is computed"
            yield Mutation("stale-order", (Formula(line.target, text),), words)


def setting_of(subject: Subject, step: Step, target: str) -> Setting:
    """Give what the mistakes of a line may draw on."""
    model, kind = subject.model, step.kind(target)
    arrays = (*model.parameters, *model.data, *(n for n in targets_of(model) if n != COST))
    if kind == "update":
        return Setting(arrays, model.sizes, kind)
    values = subject.problems[0].values
    return Setting(
        arrays,
        model.sizes,
        kind,
        weights=tuple(f"d{name}" for name in model.parameters if not name.startswith("b")),
        slips=slips_of(model, subject.activation, target),
        applied={z: (name, a) for z, name, a in applied(model, values)},
    )


def scaled(
    step: Step, line: Formula, trials: Sequence[Trial], first_wrong: str
) -> Iterator[Mutation]:
    """Yield the line times the constant that the observed numbers show, if there is one."""
    known = constant_factor(trials, first_wrong)
    if known is None:
        return
    near = Fraction(known).limit_denominator(1000)
    exact = near != 0 and abs(float(near) - known) < 1e-9 * abs(known)
    factor = str(near) if exact else repr(known)
    code = {"cost": "cost-scale", "forward": "forward-wrong", "update": "update-rule"}.get(
        step.kind(line.target), "wrong-scale"
    )
    formula = Formula(line.target, f"{factor} * ({line.text})")
    yield Mutation(code, (formula,), f"a factor of {factor} does not belong there")


def constant_factor(trials: Sequence[Trial], name: str) -> float | None:
    """Give the factor by which a quantity is off in its largest entry, if all trials share it."""
    ratios = [_ratio(trial, name) for trial in trials]
    known = [ratio for ratio in ratios if ratio is not None]
    if not known or len(known) < len(ratios) or np.ptp(known) > 1e-9 * abs(known[0]):
        return None
    return known[0]


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
