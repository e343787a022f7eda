"""Judging training whose gradient is inside it, by the steps that it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

import numpy as np

from gradcheck.submissions.calling.binding import UnboundError
from gradcheck.submissions.calling.compare import EPS
from gradcheck.submissions.calling.loops import (
    STEPS,
    LostError,
    Path,
    failure_of,
    fitted_rate,
    follow_class,
    follow_function,
    follow_given,
    steps_along,
    trained,
)
from gradcheck.submissions.calling.roles import Role
from gradcheck.submissions.calling.steps import Step, Trial
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.judging.by_example import (
    Follow,
    judged_by_example,
    on_examples,
)
from gradcheck.submissions.judging.excuses import failed_or_excused
from gradcheck.submissions.judging.judgement import FAILED, Judgement, failed, not_judged, place
from gradcheck.submissions.judging.parts import judge_labels
from gradcheck.submissions.judging.places import line_of
from gradcheck.submissions.judging.rounds import BY_EXAMPLE, cannot_follow
from gradcheck.submissions.judging.step import judge_trials
from gradcheck.submissions.judging.tracing import Trace
from gradcheck.submissions.judging.updates import blamed_on_update
from gradcheck.submissions.reading.classes import Class
from gradcheck.submissions.reading.definitions import Definition
from gradcheck.submissions.reference.flow import gradients_of, targets_of
from gradcheck.submissions.reference.layouts import training_layouts
from gradcheck.submissions.results import Fault, Quantity
from impl import Arrays
from impl.descent import step

_DIGITS = 256  # the difference of two parameters keeps their rounding, divided by the rate

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
        if any(fault.code == "forward-wrong" for fault in judged.faults):  # it predicts by that
            known = tuple(replace(q, verdict="blamed-upstream") for q in told.quantities)
            told = replace(told, quantities=known, faults=())
        return judged + told

    return _in_some_layout(subject, trains, judge)


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
    return _by_example(subject, trains, follow) or judged_by_example(
        subject, trains, gradients, follow
    )


def _by_example(subject: Subject, trains: Definition, follow: Follow) -> Judgement | None:
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
    return list(_trials(subject, path, (names, path.rate or 1.0)))


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
    first: Subject | None = None
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
        first = first or tried
    if first is not None:
        return judge(first)
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


def _slope(subject: Subject, path: Path, at: Arrays) -> Arrays:
    data = {name: path.problem.values[name] for name in subject.model.data}
    return subject.model.gradient(at, data, **path.problem.choice)


def judge_paths(subject: Subject, trains: Definition, paths: Sequence[Path]) -> Judgement:
    """Judge the gradients that the steps show."""
    still = [name for name in subject.model.parameters if _stays(paths, name)]
    names = tuple(f"d{name}" for name in subject.model.parameters if name not in still)
    rate = paths[0].rate or fitted_rate(paths, lambda path, at: _slope(subject, path, at))
    task = Step(Role("optimise", trains, "name"), targets_of(subject.model), names)
    trials = [trial for path in paths for trial in _trials(subject, path, (names, rate or 1.0))]
    judged = Judgement()
    if still:
        message = f"{', '.join(still)}: training leaves it as it was"
        judged = _blame(trains, "update-rule", [f"d{name}" for name in still], message)
        set_at = subject.diagnosed and Trace(subject, task, trials).setting(still[-1])
        if set_at:
            judged = replace(judged, faults=(replace(judged.faults[0], where=set_at),))
    if not names or rate is None:
        return judged
    if _stale(subject, paths, rate):
        message = "a parameter moves before the others' gradients are taken"
        return _blame(trains, "stale-order", names, message)
    found = _uphill(judge_trials(subject, task, trials))
    return judged + blamed_on_update(subject, task, trials, found)


def _stays(paths: Sequence[Path], name: str) -> bool:
    return all(np.array_equal(path.points[0][name], path.points[-1][name]) for path in paths)


def _blame(trains: Definition, code: str, names: Sequence[str], message: str) -> Judgement:
    where = place(trains, line_of(trains, [name[1:] for name in names]))
    fault = Fault(code, names[-1], where, message)
    return Judgement(tuple(Quantity(name, "wrong", where) for name in names), (fault,))


def _trials(subject: Subject, path: Path, known: tuple[Sequence[str], float]) -> Iterator[Trial]:
    names, rate = known
    for index, (at, shown) in enumerate(steps_along(path, rate), 1):
        data = {name: path.problem.values[name] for name in subject.model.data}
        values = at | data | subject.model.run(at, data, **path.problem.choice)
        size = max(float(np.abs(value).max(initial=0.0)) for value in at.values())
        bars = {
            name: bar
            + _DIGITS * EPS * max(size, float(np.abs(values[name]).max(initial=0.0))) / rate
            for name, bar in path.problem.bars.items()
        }
        sizes = {**path.problem.sizes, **subject.model.sizes_of(at, data)}
        problem = replace(path.problem, sizes=sizes, values=values, bars=bars)
        theirs = {name: subject.layout.theirs(name, shown[name]) for name in names}
        right = {name: subject.layout.theirs(name, values[name]) for name in names}
        yield Trial(problem, theirs, right, theirs, again=partial(path.again, index))


def _stale(subject: Subject, paths: Sequence[Path], rate: float) -> bool:
    """Say whether each parameter follows the gradient at the ones that moved before it."""

    def moved(path: Path, at: Arrays, fresh: bool) -> Arrays:
        for name in at if fresh else ():
            at = at | {name: step(at, _slope(subject, path, at), rate)[name]}
        return at if fresh else step(at, _slope(subject, path, at), rate)

    def arrives(fresh: bool) -> bool:
        return all(
            np.allclose(after[name], moved(path, at, fresh)[name], rtol=1e-11, atol=1e-12)
            for path in paths
            for at, after in zip(path.points, path.points[1:], strict=False)
            for name in at
        )

    return arrives(fresh=True) and not arrives(fresh=False)


def _uphill(judged: Judgement) -> Judgement:
    """Where every gradient is turned, it is the step that goes the wrong way."""
    signs = [fault for fault in judged.faults if fault.code == "sign"]
    wrong = {quantity.name for quantity in judged.quantities if quantity.verdict == "wrong"}
    if not signs or len(signs) < len(judged.faults) or len(wrong) < len(judged.quantities):
        return judged
    fault = replace(signs[0], code="update-sign", message="the steps go uphill")
    return replace(judged, faults=(replace(fault, computed=None, expected=None),))


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
    outcome = subject.box.call(f"{made.name}.{predicts.name}", [held, examples])
    if outcome.failure is not None:
        return failed(outcome.failure, predicts, ("predict",))
    data = {name: path.problem.values[name] for name in subject.model.data}
    run = subject.model.run(path.points[-1], data, **path.problem.choice)
    return judge_labels(subject, predicts, outcome.value, run[subject.output])
