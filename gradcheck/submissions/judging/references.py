"""Two references for cost and gradients: the model's truth, and the slope of the own cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from gradcheck.submissions.calling.compare import as_numbers
from gradcheck.submissions.calling.steps import Step, attempt, step_for
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.judging.conventions import summed
from gradcheck.submissions.judging.judgement import Judgement, sentence
from gradcheck.submissions.reference.flow import COST, gradients_of
from gradcheck.submissions.reference.problems import Problem
from gradcheck.submissions.results import Fault
from impl import Arrays

_NUDGE = 1e-4
_AGREE = 1e-6  # of a slope by central differences at this nudge; no known mistake comes so near
_DIRECTIONS = 3
_SUMS = {"J = np.sum((Y - Yhat) ** 2)", "J = np.sum((Y - Yhat) ** 2) / 2"}


def told_apart(subject: Subject, judged: Judgement) -> Judgement:
    """Say of a wrong cost whether the gradient goes with it.

    It may be that of the right cost; the slope of this one, which is then another function than
    the model's; or that of a third, with another factor than either.
    """
    verdicts = {quantity.name: quantity.verdict for quantity in judged.quantities}
    gradients = gradients_of(subject.model)
    known = [verdicts[name] for name in gradients if name in verdicts]
    if not known or COST not in verdicts or not judged.faults:
        return judged
    if verdicts[COST] != "wrong":
        return judged  # the fault stands at the gradient, and says so
    if all(verdict == "correct" for verdict in known):
        return _said(judged, (COST,), "the gradients are those of the right cost")
    if all(verdict == "wrong" for verdict in known):
        if _own_slope(subject):
            return _of_another(judged, subject)
        return _of_other_scale(judged)
    return judged


def _said(judged: Judgement, names: Sequence[str], text: str) -> Judgement:
    faults = tuple(
        replace(fault, message=f"{fault.message}; {text}") if fault.quantity in names else fault
        for fault in judged.faults
    )
    return replace(judged, faults=faults)


def _of_another(judged: Judgement, subject: Subject) -> Judgement:
    """Blame the cost alone: its gradient is right for it. A sum of squares is not to blame."""
    follow = {*subject.model.quantities} - {COST}
    costs = [fault for fault in judged.faults if fault.quantity == COST]
    if not costs:
        return judged
    if {fault.computed for fault in costs} <= _SUMS:
        others = tuple(f for f in judged.faults if f.quantity not in {COST, *follow})
        return summed(judged, besides=others)
    kept = tuple(f for f in judged.faults if f.quantity not in follow or f.where in _places(costs))
    quantities = tuple(
        replace(q, verdict="blamed-upstream") if q.name in follow and q.verdict == "wrong" else q
        for q in judged.quantities
    )
    whole = replace(judged, faults=kept, quantities=quantities)
    return _said(whole, (COST,), "the gradients are the slopes of this cost: another function")


def _places(faults: list[Fault]) -> set[object]:
    return {fault.where for fault in faults}


def _of_other_scale(judged: Judgement) -> Judgement:
    """Where cost and gradients carry two factors, the gradients are of a third cost."""
    scaled = [f for f in judged.faults if f.code == "wrong-scale"]
    others = [f for f in judged.faults if f.code not in ("wrong-scale", "cost-scale")]
    costs = [f for f in judged.faults if f.code == "cost-scale"]
    if not scaled or not costs or others:
        return judged
    code = "gradient-of-other-scale"
    first = replace(scaled[0], code=code, message=sentence(code, scaled[0].quantity))
    return replace(judged, faults=(*costs, first))


def _own_slope(subject: Subject) -> bool:
    """Say whether the gradient is the slope of the submission's own cost, in some directions."""
    costs = next((subject.roles[n] for n in ("cost", "propagate") if n in subject.roles), None)
    gives = next((subject.roles[n] for n in ("propagate", "backward") if n in subject.roles), None)
    if costs is None or gives is None:
        return False
    cost = step_for(costs, subject.model, subject.output)
    gradient = step_for(gives, subject.model, subject.output)
    problem, rng = subject.problems[0], np.random.default_rng(0)
    claimed = _gradient(subject, gradient, problem)
    if claimed is None:
        return False
    for direction in _directions(subject, problem, rng):
        ends = [_cost(subject, cost, _moved(subject, problem, direction, h)) for h in (-1, 1)]
        slope = (ends[1] - ends[0]) / (2 * _NUDGE)
        along = sum(float(np.vdot(claimed[name], step)) for name, step in direction.items())
        if not abs(slope - along) <= _AGREE * max(1.0, abs(along)):
            return False
    return True


def _directions(subject: Subject, at: Problem, rng: np.random.Generator) -> Iterator[Arrays]:
    for _ in range(_DIRECTIONS):
        yield {n: rng.standard_normal(at.values[n].shape) for n in subject.model.parameters}


def _moved(subject: Subject, problem: Problem, direction: Arrays, way: int) -> Problem:
    at = {name: problem.values[name] + way * _NUDGE * step for name, step in direction.items()}
    data = {name: problem.values[name] for name in subject.model.data}
    values = {**problem.values, **at, **subject.model.run(at, data, **problem.choice)}
    return replace(problem, values=values)


def _cost(subject: Subject, step: Step, problem: Problem) -> float:
    value = as_numbers(attempt(subject, step, problem).observed.get(COST))
    return float(value.item()) if value is not None and value.size == 1 else float("nan")


def _gradient(subject: Subject, step: Step, problem: Problem) -> Arrays | None:
    observed, found = attempt(subject, step, problem).observed, {}
    for name in subject.model.parameters:
        value, shape = as_numbers(observed.get(f"d{name}")), problem.values[name].shape
        if value is None or value.size != int(np.prod(shape)):
            return None
        found[name] = subject.layout.ours(f"d{name}", value, shape)
    return found
