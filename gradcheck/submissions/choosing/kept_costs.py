"""The cost that training computes on its way and does not return: it is judged, too.

It is found by its name among the variables that training leaves, a number or a list of them, or as
what a function of such a name returned. It is that before the last step, or after.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from gradcheck.submissions.calling.compare import as_numbers, compare
from gradcheck.submissions.calling.roles import Role
from gradcheck.submissions.calling.routes import Locals
from gradcheck.submissions.calling.steps import Step, Trial
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.choosing.readings import Reading
from gradcheck.submissions.judging.conventions import CODE, summed
from gradcheck.submissions.judging.judgement import Judgement, place, sentence
from gradcheck.submissions.judging.step import judge_trials
from gradcheck.submissions.lines.places import RETURNED, line_of, node_of
from gradcheck.submissions.reading.names import plain
from gradcheck.submissions.reference.flow import COST, gradients_of, targets_of
from gradcheck.submissions.results import Fault, Quantity, Remark
from gradcheck.submissions.training.kept import Kept, kept_by, size_of, training_of

_COST = re.compile(r"(total|train(ing)?|current)?(cost|loss)(es|s|history|hist|list|values?)?|j")
_COMPUTES = re.compile(r"_*(compute|calc(ulate)?|get)?(cost|loss|logloss|nll)(function|fn)?|j")
_MEAN_OF_SQUARES = re.compile(r"(train)?(mse|meansquared?(error|loss)?)")
TWICE_KEPT = "what is kept is the mean of squares; the gradients are those of half of it"
_STALE = frozenset({"unexplained", "hard-coded"})  # it may be that of a step before
_OF_SCALE = frozenset({"cost-scale", "wrong-scale", "missing-mean", "double-mean", "wrong-count"})


def with_kept_cost(read: Reading) -> Reading:
    """Give a reading with the cost judged that training keeps, where no function gives one."""
    known = {q.name for q in read.judged.quantities if q.verdict != "not-found"}
    training = training_of(read.subject)
    if COST in known or training is None:
        return read

    def judge(subject: Subject) -> Judgement:
        judged = read.judge(subject) if subject.diagnosed else read.judged
        kept = kept_by(subject, *training)
        return judged if kept is None else _added(judged, kept)

    return replace(read, judge=judge)


def _added(judged: Judgement, kept: Kept) -> Judgement:
    costs = _costs(kept)
    scales = {_scale(trials) for trials in costs}
    if kept.factor in scales and (kept.factor == "m") == bool(judged.faults):
        besides = tuple(f for f in judged.faults if f.quantity not in _summable(kept.subject))
        judged = summed(judged, besides=besides) if judged.faults else judged
        return _with_cost(judged, Judgement((Quantity(COST, "correct", place(kept.trains)),)))
    if judged.faults or not costs:
        return judged
    if kept.factor == "1" and "2" in scales and _says_mean_of_squares(kept):
        remark = Remark(CODE, place(kept.trains), TWICE_KEPT)
        right = Judgement((Quantity(COST, "correct", place(kept.trains)),), remarks=(remark,))
        return _with_cost(judged, right)
    if kept.factor == "2":
        return judged + _twice(kept) if "1" in scales else judged
    return _judged(judged, kept, costs)


def _summable(subject: Subject) -> set[str]:
    """Name what carries the factor where the losses are summed: the cost and all slopes of it."""
    slopes = {name for name in subject.model.quantities if name.startswith("d")}
    return {COST, *slopes, *gradients_of(subject.model)}


def _with_cost(judged: Judgement, cost: Judgement) -> Judgement:
    others = tuple(q for q in judged.quantities if q.name != COST)
    return replace(judged, quantities=others) + cost


def _twice(kept: Kept) -> Judgement:
    """Blame gradients that are twice the slopes of the cost beside them."""
    code, names = "gradient-of-other-scale", gradients_of(kept.subject.model)
    where = place(kept.trains, line_of(kept.trains, names))
    fault = Fault(code, names[0], where, sentence(code, names[0]))
    return Judgement(tuple(Quantity(name, "wrong", where) for name in names), (fault,))


def _judged(judged: Judgement, kept: Kept, costs: Sequence[Sequence[Trial]]) -> Judgement:
    """Name what is wrong with a cost; one that nothing explains may be another one on purpose."""
    role = Role("optimise", kept.trains, "name")
    step = Step(role, targets_of(kept.subject.model), (COST,))
    for trials in costs:
        cost = judge_trials(kept.subject, step, trials)
        codes = {fault.code for fault in cost.faults}
        doubtful = codes & _STALE or (codes & _OF_SCALE and not kept.rated)
        if not (doubtful and kept.subject.diagnosed):
            return _with_cost(judged, cost)
    note = f"line {kept.trains.line}: the cost that {kept.trains.own_name} keeps was not judged"
    return judged + Judgement(notes=(note,))


def _costs(kept: Kept) -> list[tuple[Trial, ...]]:
    """Give the trials with each cost that training keeps, before the steps and after them."""
    held = [trial.again() if trial.again else {} for trial in kept.trials]
    unread = _unread(kept)
    names = [name for name in held[0] if _is_cost(name) and all(name in at for at in held)]
    names = [name for name in names if name not in unread and not _is_called_again(name, held[0])]
    found = []
    for name in names:
        values = [_number(at, name) for at in held]
        for trials in (kept.trials, kept.after):
            if len(trials) == len(values) and None not in values:
                pairs = zip(trials, values, strict=True)
                found.append(tuple(_with(trial, value) for trial, value in pairs))
    return found


def _says_mean_of_squares(kept: Kept) -> bool:
    """Say whether a variable of training, or a function that it calls, has that name."""
    held = kept.trials[0].again() if kept.trials[0].again else {}
    words = {word for name in held for word in re.split(r"[.@]", name)}
    return any(_MEAN_OF_SQUARES.fullmatch(plain(word)) for word in words)


def _unread(kept: Kept) -> set[str]:
    """Name the variables of training that nothing reads: what is in them is no cost of anything."""
    node = node_of(kept.subject.source.pieces, kept.trains)
    names = [n for n in ast.walk(node) if isinstance(n, ast.Name)] if node else []
    read = {n.id for n in names if isinstance(n.ctx, ast.Load)}
    return {n.id for n in names} - read


def _with(trial: Trial, cost: Any) -> Trial:
    right = {COST: trial.problem.values[COST]}
    return replace(trial, observed={COST: cost}, expected=right, value=cost)


def _is_called_again(name: str, first: Locals) -> bool:
    """Say whether what holds a name runs more than once in a step: for each example."""
    call = name.rpartition(".")[0].partition("@")[0]
    return bool(call) and any(known.startswith(f"{call}@1.") for known in first)


def _is_cost(name: str) -> bool:
    call, _, inside = name.rpartition(".")
    if inside == RETURNED:
        function = call.partition("@")[0].rpartition(".")[2]
        return bool(_COMPUTES.fullmatch(plain(function)))
    return bool(_COST.fullmatch(plain(inside)))


def _number(held: Locals, name: str) -> float | None:
    """Give a cost, of several the last one."""
    value = held[name][0]
    array = as_numbers(value[-1] if isinstance(value, list) and value else value)
    return float(array.item()) if array is not None and array.size == 1 else None


def _scale(trials: Sequence[Trial]) -> str:
    """Say what the costs are multiplied by: 1, 2 or m; nothing if by none of these."""
    for factor in ("1", "2", "m"):
        sizes = [size_of(factor, trial) for trial in trials]
        if all(
            compare(trial.observed[COST] / size, trial.expected[COST], trial.bar(COST)) == "same"
            for trial, size in zip(trials, sizes, strict=True)
        ):
            return factor
    return ""
