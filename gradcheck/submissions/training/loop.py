"""Judging training whose gradient is inside it, by the steps that it takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np

from gradcheck.submissions.calling.binding import UnboundError
from gradcheck.submissions.calling.compare import as_numbers
from gradcheck.submissions.calling.loops import (
    STEPS,
    follow_class,
    follow_function,
    follow_given,
    trained,
)
from gradcheck.submissions.calling.roles import Role
from gradcheck.submissions.calling.routes import LostError, Path, failure_of
from gradcheck.submissions.calling.steps import Step, Trial
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.diagnosis.held import held_by
from gradcheck.submissions.judging.conventions import CODE
from gradcheck.submissions.judging.excuses import failed_or_excused
from gradcheck.submissions.judging.judgement import FAILED, Judgement, failed, not_judged, place
from gradcheck.submissions.judging.parts import judge_labels, probabilities_allowed
from gradcheck.submissions.reading.classes import Class
from gradcheck.submissions.reading.definitions import Definition
from gradcheck.submissions.reference.flow import forward_of, gradients_of
from gradcheck.submissions.reference.layouts import training_layouts
from gradcheck.submissions.results import Remark
from gradcheck.submissions.training.by_example import (
    Follow,
    judged_by_example,
    on_examples,
)
from gradcheck.submissions.training.class_costs import judge_class_cost
from gradcheck.submissions.training.paths import judge_paths, path_trials
from gradcheck.submissions.training.rounds import BY_EXAMPLE, cannot_follow
from impl import Array

_VAGUE = frozenset({"unexplained", "update-rule", *FAILED})  # may come from the way it steps


def judge_class(subject: Subject, made: Class, trains: Definition) -> Judgement:
    """Judge a class by the steps of its training, then its predictions."""

    def judge(candidate: Subject) -> Judgement:
        paths = follow_class(candidate, made, trains)
        judged = judge_paths(candidate, trains, paths)

        def follow(subject: Subject) -> tuple[Path, ...]:
            return follow_class(subject, made, trains)

        judged = _followed(candidate, (trains, made.init), judged, follow)
        told = _predictions(candidate, (made, trains), paths)
        if not judged.faults:
            judged += judge_class_cost(candidate, made, paths)
        if any(fault.code == "forward-wrong" for fault in judged.faults):  # it predicts by that
            known = tuple(replace(q, verdict="blamed-upstream") for q in told.quantities)
            told = replace(told, quantities=known, faults=())
        return judged + told

    return _in_some_layout(subject, trains, judge)


def held_forward(subject: Subject, made: Class, trains: Definition) -> int:
    """Count what of the forward pass a class holds right on the way, in its first step."""
    forward = forward_of(subject.model)
    for layout in training_layouts(subject.model):
        tried = replace(subject, layout=layout, problems=subject.problems[:1])
        with suppress(LostError, UnboundError):
            (path,) = follow_class(tried, made, trains)
            step = Step(Role("optimise", trains, "name"), forward, ())
            held = held_by(tried, step, list(path_trials(tried, path, ((), path.rate or 1.0)))[:1])
            return sum(held.right(name) for name in forward)
    return 0


def judge_model_function(subject: Subject, trains: Definition) -> Judgement:
    """Judge a function that trains from its own start by the steps that it takes."""

    def judge(candidate: Subject) -> Judgement:
        judged = judge_paths(candidate, trains, follow_function(candidate, trains))
        return _followed(candidate, (trains,), judged, lambda s: follow_function(s, trains))

    return _in_some_layout(subject, trains, judge)


def _followed(
    subject: Subject, functions: tuple[Definition, ...], judged: Judgement, follow: Follow
) -> Judgement:
    """Take faults back where training arrives elsewhere because it goes another way."""
    reason = cannot_follow(subject, *functions) if judged.faults else None
    if reason is None:
        return judged
    trains, gradients = functions[0], gradients_of(subject.model)
    if reason != BY_EXAMPLE:
        return not_judged(trains, reason, gradients)
    alone = judged_by_example(subject, trains, gradients, follow)
    return alone if _shows(subject, alone) else _on_one(subject, trains, follow) or alone


def _on_one(subject: Subject, trains: Definition, follow: Follow) -> Judgement | None:
    """Give the mistakes that show on a single example, as far as they are known ones."""
    one = on_examples(subject, 1)
    with suppress(LostError, UnboundError):
        judged = judge_paths(one, trains, follow(one))
        if judged.faults and not _VAGUE & {fault.code for fault in judged.faults}:
            return judged
    return None


def first_steps(subject: Subject, trains: Definition) -> list[Trial]:
    """Give what the steps on the first problem show of the gradient; a failure where they fail.

    Raises
    ------
    UnboundError
        If a parameter without a default has a name that means nothing here.
    """
    names = gradients_of(subject.model)
    try:
        (path,) = follow_given(replace(subject, problems=subject.problems[:1]), trains)
    except LostError as error:
        failure = failure_of(error)  # without one it ran, and shows too little
        return [Trial(subject.problems[0], {}, {}, None, failure)] if failure else []
    return list(path_trials(subject, path, (names, path.rate or 1.0)))


def judge_given(subject: Subject, trains: Definition) -> Judgement:
    """Judge the gradient inside a function that steps the parameters it is given."""
    try:
        judged = judge_paths(subject, trains, follow_given(subject, trains))
        return _followed(subject, (trains,), judged, lambda s: follow_given(s, trains))
    except UnboundError as unknown:
        return not_judged(trains, unknown, gradients_of(subject.model))
    except LostError as error:
        return _lost(subject, trains, error)


def _in_some_layout(
    subject: Subject, trains: Definition, judge: Callable[[Subject], Judgement]
) -> Judgement:
    """Judge in the layouts in which training can be followed, until all is right in one."""
    lost: list[LostError] = []
    first: tuple[Subject, Judgement] | None = None
    for layout in training_layouts(subject.model):
        tried = replace(subject, layout=layout)
        try:
            judged = judge(replace(tried, diagnosed=False))
        except UnboundError as unknown:
            return not_judged(trains, unknown, gradients_of(subject.model))
        except LostError as error:
            lost.append(error)
            continue
        if not judged.faults and _shows(subject, judged):
            return judged
        first = first or (tried, judged)
    if first is not None:
        return judge(first[0]) if subject.diagnosed else first[1]
    furthest = min(lost, key=lambda error: failure_of(error) is not None)
    return _lost(subject, trains, furthest)


def _shows(subject: Subject, judged: Judgement) -> bool:
    right = {q.name for q in judged.quantities if q.verdict == "correct"}
    return bool(right & set(gradients_of(subject.model)))


def _lost(subject: Subject, trains: Definition, error: LostError) -> Judgement:
    gradients = gradients_of(subject.model)
    failure = failure_of(error)
    if failure is not None:
        return failed_or_excused(subject, trains, failure, gradients)
    return not_judged(trains, str(error.args[0]), gradients)


def _predictions(
    subject: Subject, known: tuple[Class, Definition], paths: Sequence[Path]
) -> Judgement:
    """Judge the predictions of a trained instance against its own parameters."""
    made, trains = known
    predicts, path = made.predicts, paths[-1]
    if predicts is None:
        return Judgement()
    held = trained(subject, made, trains, (path.problem, STEPS))
    examples = subject.layout.theirs("X", path.problem.values["X"])
    name = f"{made.name}.{predicts.name}"
    outcome = subject.box.call(name, [held, examples])
    value = outcome.value
    if outcome.failure is not None:
        value = _one_by_one(subject, (name, held), examples)
        if value is None:
            return failed(outcome.failure, predicts, ("predict",))
    data = {name: path.problem.values[name] for name in subject.model.data}
    run = subject.model.run(path.points[-1], data, **path.problem.choice)
    labels, remarks = _from_signs(predicts, value)
    judged = judge_labels(subject, predicts, labels, run[subject.output])
    judged = replace(judged, remarks=(*judged.remarks, *remarks))
    return probabilities_allowed(predicts, judged)


def _from_signs(predicts: Definition, value: Any) -> tuple[Any, tuple[Remark, ...]]:
    """Give labels −1 and 1 as 0 and 1: a class may predict signs."""
    labels = as_numbers(value)
    if labels is None or not {-1.0} <= {*np.unique(labels)} <= {-1.0, 1.0}:
        return value, ()
    text = f"{predicts.own_name} gives −1 and 1 for the labels 0 and 1"
    return (labels + 1) / 2, (Remark(CODE, place(predicts), text),)


def _one_by_one(subject: Subject, known: tuple[str, Any], examples: Any) -> Array | None:
    """Give the predictions of a method that takes one example; None where it fails on that, too."""
    name, held = known
    rows = examples if subject.layout.examples_in_rows else np.transpose(examples)
    labels = [as_numbers(subject.box.call(name, [held, row.copy()]).value) for row in rows]
    given = [label.ravel() for label in labels if label is not None]
    return np.concatenate(given) if len(given) == len(labels) else None
