"""The gradients that the steps of a training show, where it was followed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from gradcheck.submissions.calling.compare import EPS
from gradcheck.submissions.calling.roles import Role
from gradcheck.submissions.calling.routes import Path, fitted_rate, steps_along
from gradcheck.submissions.calling.steps import Step, Trial
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.diagnosis.held import held_by
from gradcheck.submissions.judging.judgement import Judgement, place
from gradcheck.submissions.judging.step import judge_trials
from gradcheck.submissions.lines.places import line_of
from gradcheck.submissions.lines.tracing import Trace
from gradcheck.submissions.reading.definitions import Definition
from gradcheck.submissions.reference.flow import targets_of
from gradcheck.submissions.results import Fault, Quantity
from gradcheck.submissions.training.updates import blamed_on_update
from impl import Arrays
from impl.descent import step

Move = Callable[[Path, Arrays], Arrays]
_DIGITS = 256  # the difference of two parameters keeps their rounding, divided by the rate


def _slope(subject: Subject, path: Path, at: Arrays) -> Arrays:
    data = {name: path.problem.values[name] for name in subject.model.data}
    return subject.model.gradient(at, data, **path.problem.choice)


def judge_paths(subject: Subject, trains: Definition, paths: Sequence[Path]) -> Judgement:
    """Judge the gradients that the steps show."""
    still = [name for name in subject.model.parameters if _stays(paths, name)]
    if paths[0].rate is not None and len(still) == len(subject.model.parameters):
        still = _unmoved(subject, trains, paths)
    names = tuple(f"d{name}" for name in subject.model.parameters if name not in still)
    rate = paths[0].rate or fitted_rate(paths, lambda path, at: _slope(subject, path, at))
    task = Step(Role("optimise", trains, "name"), targets_of(subject.model), names)
    trials = [trial for path in paths for trial in path_trials(subject, path, (names, rate or 1.0))]
    judged = Judgement()
    if still:
        message = f"{', '.join(still)}: training leaves it as it was"
        judged = _blame(trains, "update-rule", [f"d{name}" for name in still], message)
        set_at = subject.diagnosed and Trace(subject, task, trials).setting(still[-1])
        if set_at:
            judged = replace(judged, faults=(replace(judged.faults[0], where=set_at),))
    if not names or rate is None:
        return judged
    stale = _stale(subject, paths, rate)
    if stale:
        return _blame(trains, "stale-order", names, stale)
    found = _uphill(judge_trials(subject, task, trials))
    return judged + blamed_on_update(subject, task, trials, found)


def _unmoved(subject: Subject, trains: Definition, paths: Sequence[Path]) -> list[str]:
    """Name the parameters that no step moves, where all of them stay.

    Where training holds a wrong gradient, such as 0 @ X, it follows that: no step is missing.
    """
    names = tuple(f"d{name}" for name in subject.model.parameters)
    task = Step(Role("optimise", trains, "name"), targets_of(subject.model), names)
    trials = [trial for path in paths for trial in path_trials(subject, path, (names, 1.0))]
    held = held_by(subject, task, trials)
    return [] if any(map(held.wrong, names)) else list(subject.model.parameters)


def _stays(paths: Sequence[Path], name: str) -> bool:
    return all(np.array_equal(path.points[0][name], path.points[-1][name]) for path in paths)


def _blame(trains: Definition, code: str, names: Sequence[str], message: str) -> Judgement:
    where = place(trains, line_of(trains, [name[1:] for name in names]))
    fault = Fault(code, names[-1], where, message)
    return Judgement(tuple(Quantity(name, "wrong", where) for name in names), (fault,))


def path_trials(
    subject: Subject, path: Path, known: tuple[Sequence[str], float]
) -> Iterator[Trial]:
    """Give what each step of a path shows of the gradient, as if a function had returned it."""
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


def _stale(subject: Subject, paths: Sequence[Path], rate: float) -> str:
    """Say how each parameter, or each entry, follows the slope at those that moved before it."""
    forth = tuple(subject.model.parameters)

    def moved(path: Path, at: Arrays) -> Arrays:
        return step(at, _slope(subject, path, at), rate)

    def arrives(go: Move) -> bool:
        return all(
            np.allclose(after[name], reached[name], rtol=1e-11, atol=1e-12)
            for path in paths
            for at, after in zip(path.points, path.points[1:], strict=False)
            for reached in (go(path, at),)
            for name in at
        )

    if arrives(moved):
        return ""
    if arrives(lambda path, at: _one_by_one(path, at, forth, moved)):
        return "a parameter moves before the others' gradients are taken"
    if any(arrives(partial(_entry_by_entry, order=o, moved=moved)) for o in (forth, forth[::-1])):
        return "an entry moves before the others' gradients are taken"
    return ""


def _one_by_one(path: Path, at: Arrays, order: Sequence[str], moved: Move) -> Arrays:
    for name in order:
        at = at | {name: moved(path, at)[name]}
    return at


def _entry_by_entry(path: Path, at: Arrays, order: Sequence[str], moved: Move) -> Arrays:
    for name in order:
        for index in np.ndindex(at[name].shape):
            array = np.array(at[name])
            array[index] = moved(path, at)[name][index]
            at = at | {name: array}
    return at


def _uphill(judged: Judgement) -> Judgement:
    """Where every gradient is turned, it is the step that goes the wrong way."""
    signs = [fault for fault in judged.faults if fault.code == "sign"]
    wrong = {quantity.name for quantity in judged.quantities if quantity.verdict == "wrong"}
    if not signs or len(signs) < len(judged.faults) or len(wrong) < len(judged.quantities):
        return judged
    fault = replace(signs[0], code="update-sign", message="the steps go uphill")
    return replace(judged, faults=(replace(fault, computed=None, expected=None),))
