"""Steps that contradict the gradients held beside them: then the update is at fault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from gradcheck.submissions.calling.steps import Step, Trial
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.diagnosis.held import held_by
from gradcheck.submissions.judging.judgement import Judgement
from gradcheck.submissions.judging.tracing import Trace

_SAID: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "sign": ("update-sign", "the step goes uphill"),
        "wrong-scale": ("update-rule", "the step has another length than the learning rate says"),
    }
)


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
    if not any(fault.code in (*_SAID, "missing-mean") for fault in judged.faults):
        return judged
    held, trace, faults = held_by(subject, task, trials), Trace(subject, task, trials), []
    right = [quantity.name for quantity in judged.quantities if quantity.verdict == "correct"]
    divides = any(map(held.summed, right))
    for fault in judged.faults:
        name = fault.quantity
        summed = name.startswith("d") and held.summed(name)
        if fault.code == "missing-mean" and divides and summed:
            fault = replace(fault, where=trace.setting(name[1:]) or fault.where)
        if fault.code in _SAID and (summed or (name.startswith("d") and held.right(name))):
            code, words = _SAID[fault.code]
            where = trace.setting(name[1:]) or fault.where
            message = f"{name[1:]}: {words}"
            fault = replace(
                fault, code=code, where=where, message=message, computed=None, expected=None
            )
        faults.append(fault)
    return replace(judged, faults=tuple(faults))
