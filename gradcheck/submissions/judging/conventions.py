"""Choices that differ from the course's and are right all the same."""

from __future__ import annotations

import re
from dataclasses import replace

from gradcheck.submissions.calling.roles import STEPS, Role
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.judging.judgement import Judgement, place, sentence
from gradcheck.submissions.reading.names import meaning
from gradcheck.submissions.reference.flow import COST, gradients_of
from gradcheck.submissions.results import Fault, Quantity, Remark
from impl import load

CODE = "other-convention"
TWICE = "the step is taken twice"
SUMS = "J carries a factor of m, and so do its gradients: sums over the examples, no means"
_SCALED = r"\w+ = (-?[\d./]+) \* \("


def with_conventions(subject: Subject, judged: Judgement) -> Judgement:
    """Turn what is only another convention into remarks: the layout, and the scale of the cost."""
    function = next((role.function for role in subject.roles.values() if _reads_x(role)), None)
    if subject.layout.examples_in_rows and function is not None:
        text = f"other than in the course: {subject.layout.name}; formulas are shown as it has them"
        remark = Remark(CODE, place(function), text)
        judged = replace(judged, remarks=(*judged.remarks, remark))
    if function is not None and len(subject.model.parameters) < len(
        load(subject.model.name).parameters
    ):
        text = "no bias of its own: θ goes with a column of ones"
        remark = Remark(CODE, place(function), text)
        judged = replace(judged, remarks=(*judged.remarks, remark))
    return without_half(subject, _scaled_alike(subject, judged))


def without_half(subject: Subject, judged: Judgement) -> Judgement:
    """Accept the gradients of the mean of squares, without ½, where no cost is given.

    They are twice those of the course, and nothing in the submission says that they are not meant.
    """
    gradients, known = set(gradients_of(subject.model)), {q.name for q in judged.quantities}
    stated = COST in known - _not_found(judged)
    right = {q.name for q in judged.quantities if q.verdict == "correct"}
    scaled = {fault.quantity for fault in judged.faults if _factor(fault) == "2"}
    twice = {f.quantity for f in judged.faults if f.message == TWICE and not gradients & right}
    whole = scaled == {f"d{subject.output}"} or gradients <= scaled or twice == {"optimise"}
    others = [f for f in judged.faults if _factor(f) != "2" and f.quantity not in twice]
    if stated or subject.model.labels != "real" or others or not whole:
        return judged
    text = "the gradients are those of the mean of squares, without ½"
    return replace(
        judged,
        faults=(),
        quantities=tuple(_cleared(q, {"optimise", *gradients}) for q in judged.quantities),
        remarks=(*judged.remarks, Remark(CODE, judged.faults[0].where, text)),
    )


def summed(judged: Judgement, *, besides: tuple[Fault, ...] = ()) -> Judgement:
    """Accept sums of squares with the gradients of sums: the cost says that they are meant.

    What is wrong ``besides`` stays.
    """
    wrong = {q.name for q in judged.quantities if q.verdict == "wrong"}
    cleared = wrong - {fault.quantity for fault in besides}
    remark = Remark(CODE, judged.faults[0].where, SUMS)
    return replace(
        judged,
        faults=besides,
        quantities=tuple(_cleared(quantity, cleared) for quantity in judged.quantities),
        remarks=(*judged.remarks, remark),
    )


def _not_found(judged: Judgement) -> set[str]:
    return {q.name for q in judged.quantities if q.verdict == "not-found"}


def _reads_x(role: Role) -> bool:
    return role.role in STEPS and any(meaning(p, ("X",), "") for p in role.function.parameters)


def _scaled_alike(subject: Subject, judged: Judgement) -> Judgement:
    """Accept a cost with another constant in front, if all gradients carry the same one.

    A gradient that carries it with the other sign has a wrong sign, and nothing else.
    """
    gradients = {f"d{name}" for name in subject.model.parameters}
    factors = {fault: _factor(fault) for fault in judged.faults}
    scaled = {fault: factor for fault, factor in factors.items() if factor}
    wrong = {quantity.name for quantity in judged.quantities if quantity.verdict == "wrong"}
    whole = {"J", *gradients} <= wrong and any(fault.quantity == "J" for fault in scaled)
    sizes = {factor.removeprefix("-") for factor in scaled.values()}
    if not whole or len(sizes) != 1 or _others(judged, scaled, gradients):
        return judged
    factor, where = next((scaled[f], f.where) for f in scaled if f.quantity == "J")
    signs = {fault: _sign(fault) for fault in scaled if scaled[fault] != factor}
    alike = {"J", "optimise", *gradients} - {fault.quantity for fault in signs}
    text = f"J carries a factor of {factor}, and so do its gradients"
    kept = (fault for fault in judged.faults if fault not in scaled or fault in signs)
    return replace(
        judged,
        faults=tuple(signs.get(fault, fault) for fault in kept),
        quantities=tuple(_cleared(q, alike) for q in judged.quantities),
        remarks=(*judged.remarks, Remark(CODE, where, text)),
    )


def _others(judged: Judgement, scaled: dict[Fault, str], gradients: set[str]) -> bool:
    """Say whether the cost or a gradient has a fault besides the factor."""
    return any(f.quantity in {"J", *gradients} and f not in scaled for f in judged.faults)


def _factor(fault: Fault) -> str:
    found = re.match(_SCALED, fault.computed or "")
    return found[1] if found and fault.code in ("wrong-scale", "cost-scale") else ""


def _sign(fault: Fault) -> Fault:
    computed = re.sub(_SCALED, f"{fault.quantity} = -(", fault.computed or "")
    return replace(fault, code="sign", message=sentence("sign", fault.quantity), computed=computed)


def _cleared(quantity: Quantity, names: set[str]) -> Quantity:
    return replace(quantity, verdict="correct") if quantity.name in names else quantity
