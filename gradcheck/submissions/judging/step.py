"""Judging a function that computes lines of the textbook: forward, cost, gradient, update."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from gradcheck.submissions.calling.binding import UnboundError
from gradcheck.submissions.calling.compare import as_numbers, compare, relative_distance
from gradcheck.submissions.calling.returns import leaves
from gradcheck.submissions.calling.steps import Step, Trial, attempt
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.diagnosis.explain import explain, hidden_by_one_output
from gradcheck.submissions.diagnosis.factors import factored
from gradcheck.submissions.diagnosis.guards import LARGEST, find_guard
from gradcheck.submissions.diagnosis.held import held_by
from gradcheck.submissions.diagnosis.search import search_for
from gradcheck.submissions.judging.behaviour import behaviour, by_chance, short_precision
from gradcheck.submissions.judging.excuses import excused
from gradcheck.submissions.judging.faults import explained_faults, plain_faults
from gradcheck.submissions.judging.judgement import Judgement, failed, not_judged, place
from gradcheck.submissions.judging.manner import scalars
from gradcheck.submissions.lines.places import line_of, nodes_of
from gradcheck.submissions.lines.tracing import Trace
from gradcheck.submissions.reading.assignments import called
from gradcheck.submissions.reading.definitions import Definition
from gradcheck.submissions.reading.names import plain
from gradcheck.submissions.reading.steps import LOOP
from gradcheck.submissions.reference.flow import COST, ends_of, forward_of
from gradcheck.submissions.reference.problems import SAFETY
from gradcheck.submissions.results import Fault, Quantity, Remark

_GUARDING = ("log", "clip", "maximum", "minimum")

# From the worst to the mildest: the first that any problem shows is the finding.
_WORST = ("wrong-type", "nonfinite", "different", "wrong-shape", "transposed", "rank-1-array")


def judge_step(subject: Subject, step: Step) -> Judgement:
    """Judge one function on several problems, fed with the reference's values."""
    function = step.role.function
    try:
        trials = [attempt(subject, step, problem) for problem in subject.problems]
    except UnboundError as unknown:
        return not_judged(function, unknown, step.required)
    failure = next((trial.failure for trial in trials if trial.failure), None)
    if failure is not None:
        reason = excused(subject, function, failure)
        if reason is not None:
            return not_judged(function, reason, step.required)
        return failed(failure, function, step.required) + Judgement(remarks=scalars(subject, step))
    absent = [name for name in step.required if any(name not in t.observed for t in trials)]
    if absent and function.name.startswith(LOOP):  # its steps show what no variable holds
        step = replace(step, required=tuple(n for n in step.required if n not in absent))
    elif absent:
        return _before_the_last(subject, step, trials) or _absent(step, trials, absent)
    chance = by_chance(subject, step, trials[0])
    if chance is not None:
        return chance
    wide = _wide(subject, step, trials)
    labels = any(_mean_of_labels(subject, trial) for trial in wide)
    judged = judge_trials(subject, step, [*trials, *(() if labels else wide)])
    judged += behaviour(subject, step, trials, right=not judged.faults)
    if subject.wide and not wide and not judged.faults:
        judged += _hidden(subject, step, trials)
    return judged


def _before_the_last(subject: Subject, step: Step, trials: Sequence[Trial]) -> Judgement | None:
    """Say that a forward pass ends before its last activation, which stands elsewhere."""
    if step.role.role != "forward" or len(forward_of(subject.model)) < 2:
        return None
    if not all(any(_is(subject, trial, v) for _, v in leaves(trial.value)) for trial in trials):
        return None
    function = step.role.function
    note = f"line {function.line}: {function.name} gives what its last activation is taken of"
    return Judgement(notes=(note,))


def _is(subject: Subject, trial: Trial, value: object) -> bool:
    name = forward_of(subject.model)[-2]
    right = subject.layout.theirs(name, trial.problem.values[name])
    return compare(value, right, trial.bar(name)) == "same"


def _wide(subject: Subject, step: Step, narrow: Sequence[Trial]) -> list[Trial]:
    """Try two outputs, which tell more mistakes apart; code for one output may refuse them."""
    right = all(trial.match(COST) == "same" for trial in narrow if COST in trial.observed)
    if not any(step.kind(target) == "gradient" for target in step.targets):
        return []
    trials = [attempt(subject, step, problem) for problem in subject.wide]
    whole = all(t.failure is None and set(step.required) <= set(t.observed) for t in trials)
    trials = [_for_one_output(subject, t) for t in trials] if right else trials
    return trials if whole else []


def _for_one_output(subject: Subject, trial: Trial) -> Trial:
    """Give a cost that is the mean over all labels as that over the examples: for one it is."""
    cost = as_numbers(trial.observed.get(COST))
    if cost is None or trial.match(COST) == "same":
        return trial
    count = trial.problem.sizes[str(ends_of(subject.model)[1])]
    summed = replace(trial, observed={**trial.observed, COST: cost * count})
    return summed if summed.match(COST) == "same" else trial


def _mean_of_labels(subject: Subject, trial: Trial) -> bool:
    """Say whether all that is wrong is a mean over all labels: for one output that is m."""
    count = trial.problem.sizes[str(ends_of(subject.model)[1])]
    wrong = [name for name in trial.observed if trial.match(name) != "same"]
    summed = {n: as_numbers(trial.observed[n]) for n in wrong}
    if any(value is None for value in summed.values()):
        return False
    times = {name: value * count for name, value in summed.items() if value is not None}
    again = replace(trial, observed=times)
    return bool(wrong) and all(again.match(name) == "same" for name in wrong)


def _hidden(subject: Subject, step: Step, trials: Sequence[Trial]) -> Judgement:
    """Where two outputs do not run, find the mistake that a single one hides, if there is one."""
    if not any(step.kind(target) == "gradient" for target in step.targets):
        return Judgement()
    failure = attempt(subject, step, subject.wide[0]).failure
    if failure is None or not failure.message.startswith("ValueError"):
        return Judgement()  # it says itself that it wants one output
    hidden = hidden_by_one_output(search_for(subject, step, trials), subject.wide[0])
    trace = Trace(subject, step, trials)
    return Judgement((), tuple(explained_faults(trace, [hidden] if hidden else [])))


def _absent(step: Step, trials: Sequence[Trial], absent: Sequence[str]) -> Judgement:
    function = step.role.function
    empty = all(trial.value is None for trial in trials)
    code = "not-implemented" if empty else "wrong-type"
    message = (
        f"{function.name} returns None"
        if empty
        else (f"{function.name} returns no {', '.join(absent)}")
    )
    where = place(function)
    fault = Fault(code, absent[0], where, message)
    return Judgement(tuple(Quantity(name, "wrong", where) for name in absent), (fault,))


def judge_trials(subject: Subject, step: Step, trials: Sequence[Trial]) -> Judgement:
    """Judge what was seen on several problems, and name the mistakes behind it."""
    seen = [n for n in trials[0].expected if all(n in trial.observed for trial in trials)]
    empty = [name for name in seen if all(trial.observed[name] is None for trial in trials)]
    if empty and len(empty) == len([name for name in seen if name in step.required]):
        return _absent(step, [replace(trial, value=None) for trial in trials], empty)
    matches = {name: _worst(trials, name) for name in seen}
    remarks: tuple[Remark, ...] = ()
    if matches.get("J") == "different":
        guard = find_guard(subject, step, trials)
        if guard is not None:
            matches["J"] = "same"
            remarks = (_guard_remark(subject, step, guard[1]),)
    near = [n for n in seen if matches[n] == "different" and _nearly(trials, n)]
    if near and held_by(subject, step, trials).short():
        matches |= dict.fromkeys(near, "same")
        remarks = (*remarks, short_precision(step))
    wrong = [n for n in seen if matches[n] in ("different", "wrong-shape", "nonfinite")]
    found = (explain if subject.diagnosed else factored)(subject, step, trials, wrong)
    trace = Trace(subject, step, trials)
    faults = [*plain_faults(trace, matches), *explained_faults(trace, found)]
    order = step.targets
    faults.sort(key=lambda fault: order.index(fault.quantity.split(",")[0]))
    where = place(step.role.function)
    upstream = "blamed-upstream" if subject.own and step.role.role != "update" else "correct"
    verdicts = [
        Quantity(name, upstream if matches[name] == "same" else "wrong", where) for name in seen
    ]
    return Judgement(tuple(verdicts), tuple(faults), remarks)


def _worst(trials: Sequence[Trial], name: str) -> str:
    matches = {trial.match(name) for trial in trials}
    return next((worst for worst in _WORST if worst in matches), "same")


def _guard_remark(subject: Subject, step: Step, guard: float) -> Remark:
    function = step.role.function
    logs = _guarded_line(subject, function)
    where = place(function, logs or line_of(function, ["J"]))
    return Remark("log-guard", where, f"J has {guard:.3g} inside its log; it moves J a little")


def _guarded_line(subject: Subject, function: Definition) -> int | None:
    """Give the first line that keeps a log from zero: ``np.log(A + 1e-9)``."""
    calls = (n for n in nodes_of(subject.source.pieces, function) if isinstance(n, ast.Call))
    guarding = (call for call in calls if called(call) in _GUARDING)
    lines = (call.lineno for call in guarding if any(map(_is_tiny, ast.walk(call))))
    return min(lines, default=None)


def _is_tiny(node: ast.AST) -> bool:
    if isinstance(node, ast.Name):
        return "eps" in plain(node.id)
    value = node.value if isinstance(node, ast.Constant) else None
    return isinstance(value, float) and min(abs(value), abs(value - 1)) < LARGEST


def _nearly(trials: Sequence[Trial], name: str) -> bool:
    """Say whether rounding in float32 alone could have moved a quantity this far."""
    bar = SAFETY * float(np.finfo(np.float32).eps)
    return all(relative_distance(t.observed[name], t.expected[name]) < bar for t in trials)
