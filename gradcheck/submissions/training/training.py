"""Judging a training loop by the parameters that a few steps of it arrive at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from gradcheck.sandbox import Failure
from gradcheck.submissions.calling.binding import LEARNING_RATE, UnboundError
from gradcheck.submissions.calling.compare import compare
from gradcheck.submissions.calling.loops import follow_given
from gradcheck.submissions.calling.returns import read
from gradcheck.submissions.calling.steps import changes
from gradcheck.submissions.calling.subject import Subject, takes
from gradcheck.submissions.judging.conventions import TWICE
from gradcheck.submissions.judging.excuses import failed_or_excused
from gradcheck.submissions.judging.judgement import Judgement, not_judged, place, sentence
from gradcheck.submissions.lines.places import changing_line, line_of, loop_line
from gradcheck.submissions.reading.definitions import Definition
from gradcheck.submissions.reference.problems import Problem
from gradcheck.submissions.results import Fault, Quantity
from gradcheck.submissions.training.by_example import judged_by_example
from gradcheck.submissions.training.rounds import BY_EXAMPLE, cannot_follow
from impl import Arrays
from impl.descent import step

STEPS = 3
_WIDER = 100  # each step carries the rounding of the one before
Gradient = Callable[[Problem, Arrays], Arrays]
Rule = Callable[[Arrays, Callable[[Arrays], Arrays]], Arrays]


@dataclass(frozen=True)
class Run:
    """What a loop returned after so many steps on a problem."""

    problem: Problem
    steps: int
    value: Any


STRAY = "is not stepped by its own gradient"


def judge_training(subject: Subject, function: Definition, gradient: Gradient) -> Judgement:
    """Judge a loop of gradient descent after one, two and three steps.

    Parameters
    ----------
    subject : Subject
    function : Definition
        A function without a number of iterations is taken to do a single step.
    gradient : callable
        Gives the gradient to descend by: the true one, or the submission's own where that was
        judged wrong already.
    """
    counts = takes("iterations", function)
    runs = []
    failure: Failure | None = None
    changed: dict[str, None] = {}
    for problem in subject.problems[:2]:
        for steps in range(1, STEPS + 1) if counts else (1,):
            try:
                outcome, given = subject.call(function, problem, iterations=steps)
            except UnboundError as unknown:
                return not_judged(function, unknown, ("optimise",))
            if outcome.failure is not None:
                failure = failure or outcome.failure
                continue
            runs.append(Run(problem, steps, outcome.value))
            changed |= dict.fromkeys(changes(function.parameters, given, outcome.arguments))
    found = _finding(subject, function, runs, gradient)
    if failure is not None and found[0] not in ("update-rule", "update-sign"):
        return failed_or_excused(subject, function, failure, ("optimise",))
    if all(run.value is None for run in runs):
        found = "not-implemented", f"{function.name} returns None", found[2]
    astray = _another_way(subject, function) if found[0] else None
    return astray or _said(subject, function, found, list(changed))


def _another_way(subject: Subject, function: Definition) -> Judgement | None:
    """Judge what may arrive elsewhere since it goes another way; None where it does not."""
    reason = cannot_follow(subject, function)
    if reason == BY_EXAMPLE:
        follow = partial(follow_given, trains=function)
        return judged_by_example(subject, function, ("optimise",), follow)
    return None if reason is None else not_judged(function, reason, ("optimise",))


def _said(
    subject: Subject,
    function: Definition,
    found: tuple[str, str, tuple[str, ...]],
    changed: list[str],
) -> Judgement:
    """Say what a loop does, and which of its arguments it changes."""
    code, what, names = found
    where, verdict = place(function), "wrong" if code else "correct"
    counted = loop_line(subject.source.pieces, function) if "one step too" in what else None
    spot = place(function, counted or line_of(function, names))
    faults = [Fault(code, "optimise", spot, what)] if code else []
    for name in changed:
        text = sentence("mutates-input", name, f=function.name)
        line = changing_line(subject.source.pieces, function, name)
        faults.append(Fault("mutates-input", name, place(function, line), text))
    return Judgement((Quantity("optimise", verdict, where),), tuple(faults))


def _finding(
    subject: Subject, function: Definition, runs: list[Run], gradient: Gradient
) -> tuple[str, str, tuple[str, ...]]:
    """Give the code of what the loop does, in words, and the parameters that it concerns."""
    names = tuple(subject.model.parameters)
    alone = ((*rule, (name,)) for name in names for rule in _alone(name))
    for code, what, rule, offset, concerned in (*((*r, names) for r in _rules()), *alone):
        if all(
            _arrived(subject, function, run, _walk(subject, run, (rule, offset), gradient))
            for run in runs
        ):
            return code, what, concerned
    stray = _astray(subject, function, runs, gradient)
    if len(stray) < len(names):
        return "update-rule", f"{', '.join(stray)} {STRAY}", stray
    what = "the parameters arrive elsewhere than gradient descent takes them"
    return "unexplained", what, names


def _astray(
    subject: Subject, function: Definition, runs: list[Run], gradient: Gradient
) -> tuple[str, ...]:
    """Name the parameters that a single step takes elsewhere: later ones mix them all."""
    found: dict[str, None] = {}
    for run in (run for run in runs if run.steps == 1):
        reached = _walk(subject, run, (lambda p, g: step(p, g(p), LEARNING_RATE), 0), gradient)
        found |= dict.fromkeys(_missed(subject, function, run, reached))
    return tuple(found or subject.model.parameters)


def _rules() -> Iterator[tuple[str, str, Rule, int]]:
    """Yield what a loop may do, the right thing first: code, words, a step, steps too many."""
    rate = LEARNING_RATE

    def by(length: float) -> Rule:
        return lambda p, g: step(p, g(p), length)

    yield "", "", by(rate), 0
    yield "update-sign", "the steps go uphill", by(-rate), 0
    yield "stale-order", "a parameter moves before the others' gradients are taken", _stale, 0
    yield "update-rule", "the loop takes one step too few", by(rate), -1
    yield "update-rule", "the loop takes one step too many", by(rate), 1
    yield "update-rule", "the learning rate is left out", by(1.0), 0
    yield "update-rule", TWICE, by(2 * rate), 0
    yield "update-rule", "the parameters stay as they were", by(0.0), 0


def _alone(name: str) -> Iterator[tuple[str, str, Rule, int]]:
    """Yield what a loop may do to one parameter while the others are stepped rightly."""
    rate = LEARNING_RATE

    def by(length: float) -> Rule:
        def rule(p: Arrays, g: Callable[[Arrays], Arrays]) -> Arrays:
            gradient = g(p)
            return step(p, gradient, rate) | {name: step(p, gradient, length)[name]}

        return rule

    yield "update-sign", f"the steps of {name} go uphill", by(-rate), 0
    yield "update-rule", f"{name} stays as it was", by(0.0), 0
    yield "update-rule", f"the learning rate is left out for {name}", by(1.0), 0
    yield "update-rule", f"the step of {name} is taken twice", by(2 * rate), 0


def _stale(parameters: Arrays, gradient: Callable[[Arrays], Arrays]) -> Arrays:
    for name in parameters:
        moved = step(parameters, gradient(parameters), LEARNING_RATE)[name]
        parameters = parameters | {name: moved}
    return parameters


def _walk(subject: Subject, run: Run, rule: tuple[Rule, int], gradient: Gradient) -> Arrays:
    parameters = {name: run.problem.values[name] for name in subject.model.parameters}
    for _ in range(run.steps + rule[1]):
        parameters = rule[0](parameters, lambda at: gradient(run.problem, at))
    return parameters


def _arrived(subject: Subject, function: Definition, run: Run, reached: Arrays) -> bool:
    return not _missed(subject, function, run, reached)


def _missed(subject: Subject, function: Definition, run: Run, reached: Arrays) -> tuple[str, ...]:
    theirs = {name: subject.layout.theirs(name, value) for name, value in reached.items()}
    bars = {}
    for name, array in theirs.items():
        size = max(1.0, float(np.abs(array).max(initial=0.0)))
        bars[name] = _WIDER * size * (run.problem.bars[name] + run.problem.bars[f"d{name}"])
    found = read(run.value, function.returned, theirs, output=subject.output, bars=bars)
    return tuple(
        name
        for name, array in theirs.items()
        if name not in found or compare(found[name], array, bars[name]) != "same"
    )
