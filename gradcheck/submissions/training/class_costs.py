"""The cost of a class that nothing in it calls: ``cost(Y, A)``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

from gradcheck.submissions.calling.binding import UnboundError, bind
from gradcheck.submissions.calling.compare import as_numbers
from gradcheck.submissions.calling.roles import Role
from gradcheck.submissions.calling.routes import Path
from gradcheck.submissions.calling.steps import Step, Trial
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.judging.judgement import Judgement
from gradcheck.submissions.judging.step import judge_trials
from gradcheck.submissions.reading.classes import Class
from gradcheck.submissions.reading.definitions import Definition
from gradcheck.submissions.reading.names import meaning, plain
from gradcheck.submissions.reference.flow import COST, LABELS, targets_of

_COST = r"_*(compute|calc(ulate)?|get)?(cost|loss|crossentropy|logloss|nll)(function|fn)?|j"
_SURE = frozenset({"cost-sign", "cost-term-missing", "other-loss", "wrong-operand", "sign"})


def judge_class_cost(subject: Subject, made: Class, paths: Sequence[Path]) -> Judgement:
    """Judge the method for the cost, where it takes the labels and the activation.

    It counts where it is right, and where a known mistake explains it: another scale or another
    cost may be meant.
    """
    method = next((m for n, m in made.methods.items() if re.fullmatch(_COST, plain(n))), None)
    if method is None or _is_called(method, made) or not _takes_output(subject, method):
        return Judgement()
    trials: list[Trial] = []
    with suppress(UnboundError):
        trials = [t for path in paths for t in _trial(subject, made, method, path)]
    if len(trials) != len(paths):
        return Judgement()
    step = Step(Role("cost", method, "name"), targets_of(subject.model), (COST,))
    judged = judge_trials(subject, step, trials)
    if {fault.code for fault in judged.faults} <= _SURE or not subject.diagnosed:
        return judged
    halved = subject.model.labels == "real"  # whose ½ may go without saying
    return Judgement() if halved else _left_open(judged, method)


def _is_called(method: Definition, made: Class) -> bool:
    """Say whether another method calls it: what training keeps of it is judged there."""
    return any(method.name in other.words for other in made.methods.values() if other != method)


def _left_open(judged: Judgement, method: Definition) -> Judgement:
    quantities = tuple(replace(q, verdict="undecided") for q in judged.quantities)
    note = f"line {method.line}: {method.name} was not judged: it gives another cost"
    return Judgement(quantities, notes=(note,))


def _takes_output(subject: Subject, method: Definition) -> bool:
    known = (*subject.model.data, subject.output)
    return {subject.output, LABELS} <= {meaning(n, known, subject.output) for n in method.takes}


def _trial(subject: Subject, made: Class, method: Definition, path: Path) -> Iterator[Trial]:
    """Give what the cost is at the start of a path; nothing where it fails."""
    at = path.points[0]
    data = {name: path.problem.values[name] for name in subject.model.data}
    run = subject.model.run(at, data, **path.problem.choice)
    values = {**path.problem.values, **at, **data, **run}
    problem = replace(path.problem, values=values)
    feed = subject.feed(problem, method)
    positional, keywords = bind(made.init, feed)
    held = subject.box.call(made.name, positional, keywords)
    positional, keywords = bind(method, feed)
    outcome = subject.box.call(f"{made.name}.{method.name}", [held.value, *positional], keywords)
    array = as_numbers(outcome.value) if outcome.failure is None else None
    if array is not None and array.size == 1:
        cost = float(array.item())
        yield Trial(problem, {COST: cost}, {COST: values[COST]}, cost)
