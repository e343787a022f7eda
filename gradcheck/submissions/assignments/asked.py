"""A judgement held against what the assignment asks for."""

from __future__ import annotations

from dataclasses import replace

from gradcheck.submissions.assignments.assignment import Assignment
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.judging.judgement import Judgement, place
from gradcheck.submissions.reference.flow import COST, EXAMPLES, gradients_of
from gradcheck.submissions.results import Fault, Quantity, Remark, Where

_CONVENTION = "other-convention"
_OFF = ("wrong", "blamed-upstream")


def as_asked(assignment: Assignment, subject: Subject, judged: Judgement) -> Judgement:
    """Turn into faults what the assignment does not accept, and into remarks what it does."""
    judged = _summed(assignment, subject, judged)
    faults = [
        *_absent(assignment, subject),
        *judged.faults,
        *_rows(assignment, subject),
        *(fault for remark in judged.remarks for fault in _refused(assignment, remark)),
    ]
    return replace(judged, faults=tuple(faults))


def _absent(assignment: Assignment, subject: Subject) -> list[Fault]:
    """Name the functions that the assignment asks for and that are not there."""
    there = {function.name for function in subject.source.functions}
    return [
        Fault("missing-function", _first(role), Where(), f"the assignment asks for {name}")
        for role, name in assignment.functions
        if name not in there
    ]


def _first(role: str) -> str:
    return {"cost": COST, "initialise": "initial parameters"}.get(role, role)


def _rows(assignment: Assignment, subject: Subject) -> list[Fault]:
    if "rows" in assignment.accepted or not subject.layout.examples_in_rows:
        return []
    function = next(iter(subject.roles.values())).function
    text = "X has its examples in rows; the assignment asks for columns"
    return [Fault("transposed", EXAMPLES, place(function), text)]


def _refused(assignment: Assignment, remark: Remark) -> list[Fault]:
    if remark.code == "slow-loop" and not assignment.loops:
        text = f"{remark.message}; the assignment asks for none"
        return [Fault("slow-loop", remark.where.function or "", remark.where, text)]
    scaled = remark.code == _CONVENTION and "carries a factor" in remark.message
    if scaled and "scale" not in assignment.accepted:
        return [Fault("cost-scale", COST, remark.where, remark.message)]
    return []


def _summed(assignment: Assignment, subject: Subject, judged: Judgement) -> Judgement:
    """Accept sums where the assignment does, if the cost and all gradients are sums."""
    wanted = {COST, *gradients_of(subject.model)}
    summed = all(fault.code == "missing-mean" for fault in judged.faults)
    off = {q.name for q in judged.quantities if q.verdict in _OFF}
    asked = "sum" in assignment.accepted and bool(judged.faults)
    if not (asked and summed and wanted <= off):
        return judged
    where = judged.faults[0].where
    remark = Remark(_CONVENTION, where, "J and its gradients are sums over the examples, no means")
    return replace(
        judged,
        faults=(),
        quantities=tuple(_right(quantity) for quantity in judged.quantities),
        remarks=(*judged.remarks, remark),
    )


def _right(quantity: Quantity) -> Quantity:
    return replace(quantity, verdict="correct") if quantity.verdict in _OFF else quantity
