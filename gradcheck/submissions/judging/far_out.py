"""Judging what is right on the usual problems far out, too: where a cap on a value or a count acts.

Each function that computes lines of the textbook is called once more, on many examples of a wide
range. Nothing overflows there, so naive code is right as well.
"""

from __future__ import annotations

from contextlib import suppress

import numpy as np

from gradcheck.submissions.calling.binding import UnboundError
from gradcheck.submissions.calling.compare import as_numbers
from gradcheck.submissions.calling.steps import Step, Trial, attempt, step_for
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.diagnosis.guards import LARGEST
from gradcheck.submissions.diagnosis.held import held_by
from gradcheck.submissions.judging.judgement import Judgement, place
from gradcheck.submissions.lines.places import line_of
from gradcheck.submissions.lines.tracing import Trace
from gradcheck.submissions.reference.extremes import FAR, far_out
from gradcheck.submissions.reference.flow import COST, LABELS, forward_of
from gradcheck.submissions.results import Fault, Quantity, Remark

_JUDGED = ("propagate", "forward", "cost", "backward")
_MILD = frozenset({"single-precision", "log-guard"})  # what moves numbers far out by more


def judge_far_out(subject: Subject, judged: Judgement) -> Judgement:
    """Judge the functions on one problem of a wide range, where all else is right.

    A function that fails there alone is noted: that is no mistake in its formulas.
    """
    known = {remark.code for remark in judged.remarks} & _MILD
    if "single-precision" in known:
        return Judgement()
    verdicts = {quantity.name: quantity.verdict for quantity in judged.quantities}
    problem = far_out(subject.model, subject.problems)
    for role in (subject.roles[name] for name in _JUDGED if name in subject.roles):
        step = step_for(role, subject.model, subject.output)
        if any(verdicts.get(name) != "correct" for name in step.required):
            continue
        with suppress(UnboundError):
            trial = attempt(subject, step, problem)
            found = _judged(subject, step, trial, guarded="log-guard" in known)
            if found.faults or found.remarks or found.notes:
                return found
    return Judgement()


def _judged(subject: Subject, step: Step, trial: Trial, *, guarded: bool) -> Judgement:
    function, problem = step.role.function, trial.problem
    if trial.failure is not None:
        note = f"{function.name} fails on examples up to {FAR:g} in size: {trial.failure.message}"
        return Judgement(notes=(f"line {function.line}: {note}",))
    wrong = [n for n in step.targets if n in trial.observed and trial.match(n) != "same"]
    if wrong == [COST] and (guarded or _held_from_zero(subject, trial)):
        text = "J keeps its log from 0, which moves it where an output is close to 0 or 1"
        where = place(function, line_of(function, [COST]))
        return Judgement(remarks=() if guarded else (Remark("log-guard", where, text),))
    if not wrong:
        return Judgement()
    held = held_by(subject, step, [trial])
    on_the_way = (n for n in forward_of(subject.model) if n in step.targets and held.wrong(n))
    first = next(on_the_way, wrong[0])
    range_ = f"X up to {FAR:g} in size, m = {problem.sizes['m']}"
    message = f"{first} is right on small examples and wrong further out ({range_})"
    if first not in wrong:
        message += f", and so is {', '.join(wrong)}"
    where = Trace(subject, step, [trial]).place(first)
    code = "forward-wrong" if first in forward_of(subject.model) else "unexplained"
    fault = Fault(code, first, where, message)
    return Judgement(tuple(Quantity(name, "wrong", where) for name in wrong), (fault,))


def _held_from_zero(subject: Subject, trial: Trial) -> bool:
    """Say whether a cost lies between the right one and that of outputs kept from 0 and 1."""
    cost = as_numbers(trial.observed[COST])
    if subject.model.labels != "binary" or cost is None or cost.size != 1:
        return False
    output, labels = trial.problem.values[subject.output], trial.problem.values[LABELS]
    kept = np.clip(output, LARGEST, 1 - LARGEST)
    least = -np.mean(labels * np.log(kept) + (1 - labels) * np.log(1 - kept))
    return bool(least <= cost.item() <= float(trial.expected[COST]))
