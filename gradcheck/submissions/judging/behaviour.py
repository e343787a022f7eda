"""What a function does besides its result: to its inputs, by chance, in which precision."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gradcheck.submissions.calling.binding import is_setting
from gradcheck.submissions.calling.compare import EPS, precision
from gradcheck.submissions.calling.steps import Step, Trial, opened
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.judging.judgement import Judgement, place, sentence
from gradcheck.submissions.judging.manner import integers, manner
from gradcheck.submissions.lines.places import changing_line
from gradcheck.submissions.reading.defining import names_set_by
from gradcheck.submissions.reading.names import meaning
from gradcheck.submissions.results import Fault, Quantity, Remark


def by_chance(subject: Subject, step: Step, trial: Trial) -> Judgement | None:
    """Find out whether two equal calls differ; then nothing else can be said of them."""
    function = step.role.function
    calls = (subject.call(function, trial.problem, seed=seed)[0] for seed in (1, 2))
    alive = (call.value for call in calls if call.failure is None)  # one alone may meet the first
    again = [opened(subject, value) for value in alive]
    if not any(_differs(value, trial.value) for value in again):
        return None
    where = place(function)
    text = sentence("nondeterministic", function.name, f=function.name)
    fault = Fault("nondeterministic", step.required[0], where, text)
    return Judgement(tuple(Quantity(name, "wrong", where) for name in step.required), (fault,))


def behaviour(subject: Subject, step: Step, trials: Sequence[Trial], *, right: bool) -> Judgement:
    """Look at what a function does besides its result: to its inputs, in which precision.

    Where its values are right, how it is written is looked at, too.
    """
    function = step.role.function
    faults, remarks = [], []
    for name in dict.fromkeys(name for trial in trials for name in trial.changed):
        if trials[0].value is not None:
            text = sentence("mutates-input", name, f=function.name)
            line = changing_line(subject.source.pieces, function, name)
            faults.append(Fault("mutates-input", name, place(function, line), text))
    faults += _hidden_globals(subject, step, trials[0])
    values = [value for trial in trials for value in trial.observed.values()]
    if any(precision(value) > EPS for value in values):
        remarks.append(short_precision(step))
    if right:
        remarks += manner(subject, step)
    if right and {"X", "Y"} & {
        meaning(name, subject.model.data, "") for name in function.parameters
    }:
        faults += integers(subject, step)
    return Judgement((), tuple(faults), tuple(remarks))


def _hidden_globals(subject: Subject, step: Step, trial: Trial) -> list[Fault]:
    """Find the arrays that a function reads from the notebook instead of its arguments.

    Functions of the parameters alone mean the data of their script, but no parameters.
    """
    function = step.role.function
    names = subject.globals(function, trial.problem)
    if not any(meaning(name, subject.model.data, "") for name in function.takes):
        own = frozenset[str]().union(*(names_set_by(at.statement) for at in subject.source.loose))
        own = frozenset(n for n in own if not meaning(n, subject.model.parameters, subject.output))
        names = {name: value for name, value in names.items() if name not in own}
    return [
        Fault(
            "hidden-global",
            name,
            place(function),
            sentence("hidden-global", name, f=function.name),
        )
        for name in names
        if not is_setting(name) and name not in subject.source.counts
    ]


def _differs(one: object, other: object) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() != other.keys() or any(_differs(one[key], other[key]) for key in one)
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) != len(other) or any(map(_differs, one, other))
    return (
        np.asarray(one, dtype=object if one is None else None).tobytes()
        != np.asarray(other, dtype=object if one is None else None).tobytes()
    )


def short_precision(step: Step) -> Remark:
    """Remark that a function does not compute in float64."""
    function = step.role.function
    text = f"{function.name} computes in a shorter floating type than float64"
    return Remark("single-precision", place(function), text)
