"""Steps that contradict the gradients held beside them: then the update is at fault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from gradcheck.submissions.calling.steps import Step, Trial
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.diagnosis.held import held_by
from gradcheck.submissions.judging.judgement import Judgement
from gradcheck.submissions.lines.places import COUNTS
from gradcheck.submissions.lines.tracing import Trace
from gradcheck.submissions.results import Fault

_SAID: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "sign": ("update-sign", "the step goes uphill"),
        "wrong-scale": ("update-rule", "the step has another length than the learning rate says"),
    }
)
_KEPT = ("stale-order", "update-sign", "update-rule", "hard-coded", "unexplained")
_OTHERWISE = ("update-rule", "it is not stepped by its own gradient")


def blamed_on_update(
    subject: Subject, task: Step, trials: Sequence[Trial], judged: Judgement
) -> Judgement:
    """Blame the update for steps of a wrong sign or length where the gradient itself is right.

    Where the update divides the sum over the examples by m, a sum is right as such.

    Parameters
    ----------
    subject : Subject
    task : Step
        The training; what it gives are gradients, read from its steps.
    trials : sequence of Trial
    judged : Judgement
        As if the steps were the gradients.
    """
    gradients = {f"d{name}" for name in subject.model.parameters}
    if not any(fault.quantity in gradients for fault in judged.faults):
        return judged
    held, trace = held_by(subject, task, trials), Trace(subject, task, trials)
    right = [quantity.name for quantity in judged.quantities if quantity.verdict == "correct"]
    divides = any(map(held.summed, right))

    def blamed(fault: Fault) -> Fault:
        name = fault.quantity
        if name not in gradients or fault.code in _KEPT:  # momentum and Adam are unexplained
            return fault
        there = trace.setting(name[1:]) or fault.where
        if fault.code == "missing-mean" and divides and held.summed(name):
            return replace(fault, where=there)
        own = held.right(name) or (fault.code not in COUNTS and held.scaled(name))
        if not (own or (fault.code in _SAID and held.summed(name))):
            return fault
        code, words = _SAID.get(fault.code, _OTHERWISE)
        message = f"{name[1:]}: {words}"
        return replace(fault, code=code, where=there, message=message, computed=None, expected=None)

    return replace(judged, faults=tuple(dict.fromkeys(map(blamed, judged.faults))))
