"""Following training from outside: the parameters after no step, one step, two steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from gradcheck.sandbox import Outcome
from gradcheck.submissions.calling.binding import LEARNING_RATE, bind
from gradcheck.submissions.calling.returns import leaves
from gradcheck.submissions.calling.routes import Locals, LostError, Path
from gradcheck.submissions.calling.shown import parameters_in
from gradcheck.submissions.calling.single_step import follow_step, takes_activations
from gradcheck.submissions.calling.subject import Subject, takes
from gradcheck.submissions.reading.classes import Class
from gradcheck.submissions.reading.definitions import Definition
from gradcheck.submissions.reading.names import SETTINGS, plain, unmangled
from gradcheck.submissions.reference.problems import Problem
from impl import Arrays

STEPS = 2


def sets_rate(subject: Subject, trains: Definition) -> bool:
    """Say whether the learning rate is an argument, or a global that the submission lacks."""
    globals_read = trains.free - subject.source.defined
    names = (*trains.takes, *globals_read)
    return any(SETTINGS.get(plain(name)) == "learning_rate" for name in names)


def follow_class(subject: Subject, made: Class, trains: Definition) -> tuple[Path, ...]:
    """Follow the training method of a class on each problem.

    Raises
    ------
    LostError
        If it fails, or does not show its parameters.
    UnboundError
        If a parameter without a default has a name that means nothing here.
    """
    if takes_activations(subject, trains):
        return follow_step(subject, made, trains, _parameters)
    known = LEARNING_RATE if takes("learning_rate", made.init, trains) else None

    def train(problem: Problem, steps: int) -> tuple[Mapping[str, Any], float | None]:
        feed = subject.feed(problem, trains, iterations=steps)
        task = made.name, trains.name, bind(made.init, feed), bind(trains, feed), steps
        return subject.box.once(task, lambda: shown_by(problem, steps))

    def shown_by(problem: Problem, steps: int) -> tuple[Mapping[str, Any], float | None]:
        held, _ = _trained(subject, (made, trains), (problem, steps))
        shown = {name: value for name, (value, _) in subject.box.attributes(held).locals.items()}
        called = (n for n in shown if SETTINGS.get(plain(unmangled(n))) == "learning_rate")
        return shown, next((shown[n] for n in called if _number(shown[n])), known)

    def again(problem: Problem, steps: int) -> Locals:
        return _trained(subject, (made, trains), (problem, steps), capture=True)[1].locals

    return _moving(_paths(subject, train, again), takes("iterations", made.init, trains))


def trained(subject: Subject, made: Class, trains: Definition, task: tuple[Problem, int]) -> Any:
    """Make an instance and train it for so many steps; give its handle.

    Raises
    ------
    LostError
        If it fails.
    """
    return _trained(subject, (made, trains), task)[0]


def _trained(
    subject: Subject,
    known: tuple[Class, Definition],
    task: tuple[Problem, int],
    *,
    capture: bool = False,
) -> tuple[Any, Outcome]:
    (made, trains), (problem, steps) = known, task
    feed = subject.feed(problem, trains, iterations=steps)
    positional, keywords = bind(made.init, feed)
    held = _value(subject.box.call(made.name, positional, keywords))
    positional, keywords = bind(trains, feed)
    names = {} if takes("iterations", made.init, trains) else subject.cut_short(steps)
    name = f"{made.name}.{trains.name}"
    outcome = subject.box.call(name, [held, *positional], keywords, globals=names, capture=capture)
    _value(outcome)
    return held, outcome


def _value(outcome: Outcome) -> Any:
    if outcome.failure is not None:
        raise LostError(outcome.failure.message, outcome.failure)
    return outcome.value


def follow_function(subject: Subject, trains: Definition) -> tuple[Path, ...]:
    """Follow a function that makes its own parameters, trains them and returns them.

    Raises
    ------
    LostError
        If it fails, or does not return its parameters.
    UnboundError
        If a parameter without a default has a name that means nothing here.
    """
    known = LEARNING_RATE if takes("learning_rate", trains) else None

    def train(problem: Problem, steps: int) -> tuple[Mapping[str, Any], float | None]:
        outcome, _ = subject.call(trains, problem, iterations=steps)
        return _shown(trains, _value(outcome)), known

    def again(problem: Problem, steps: int) -> Locals:
        return subject.call(trains, problem, iterations=steps, capture=True)[0].locals

    return _moving(_paths(subject, train, again), takes("iterations", trains))


def follow_on(subject: Subject, trains: Definition) -> tuple[Path, ...]:
    """Follow a function that makes its own parameters from its first step to its second.

    Raises
    ------
    LostError
        If it fails, or does not return its parameters.
    UnboundError
        If a parameter without a default has a name that means nothing here.
    """
    rate = LEARNING_RATE if sets_rate(subject, trains) else None
    paths = []
    for problem in subject.problems:
        points = tuple(reached(subject, trains, problem, steps) for steps in (1, 2))
        paths.append(Path(problem, points, rate, partial(_given_again, subject, trains, problem)))
    return _moving(tuple(paths), takes("iterations", trains))


def reached(subject: Subject, trains: Definition, problem: Problem, steps: int) -> Arrays:
    """Give the parameters that a function returns when it is asked for so many steps.

    Raises
    ------
    LostError
        If it fails, or does not return its parameters.
    UnboundError
        If a parameter without a default has a name that means nothing here.
    """
    outcome, _ = subject.call(trains, problem, iterations=steps)
    return _parameters(subject, problem, _shown(trains, _value(outcome)))


def follow_given(subject: Subject, trains: Definition) -> tuple[Path, ...]:
    """Follow a function that trains the parameters it is given.

    One without a number of iterations is taken to do a single step.

    Raises
    ------
    LostError
        If it fails, or does not return its parameters.
    UnboundError
        If a parameter without a default has a name that means nothing here.
    """
    counts = takes("iterations", trains)
    rate = LEARNING_RATE if sets_rate(subject, trains) else None
    paths = []
    for problem in subject.problems:
        start = {name: problem.values[name] for name in subject.model.parameters}
        counted = range(1, (STEPS if counts else 1) + 1)
        points = (start, *(reached(subject, trains, problem, steps) for steps in counted))
        again = partial(_given_again, subject, trains, problem)
        paths.append(Path(problem, points, rate, again))
    return tuple(paths)


def _given_again(subject: Subject, trains: Definition, problem: Problem, steps: int) -> Locals:
    return subject.call(trains, problem, iterations=steps, capture=True)[0].locals


def _shown(trains: Definition, value: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, leaf in leaves(value, trains.returned):
        if name:
            found.setdefault(name, leaf)
    return found


Train = Callable[[Problem, int], tuple[Mapping[str, Any], float | None]]
Again = Callable[[Problem, int], Locals]


def _paths(subject: Subject, train: Train, again: Again) -> tuple[Path, ...]:
    paths = []
    for problem in subject.problems:
        start, runs = _runs(problem, train)
        points = tuple(_parameters(subject, problem, shown) for shown, _ in runs)
        held = partial(_nth, again, problem, start)
        paths.append(Path(problem, points, _number(runs[-1][1]), held))
    return tuple(paths)


def _nth(again: Again, problem: Problem, start: int, at: int) -> Locals:
    return again(problem, start + at)


def _moving(paths: tuple[Path, ...], settable: bool) -> tuple[Path, ...]:
    if not settable and all(_alike(path) for path in paths):
        raise LostError("the number of its iterations cannot be set", None)
    return paths


def _runs(
    problem: Problem, train: Train
) -> tuple[int, list[tuple[Mapping[str, Any], float | None]]]:
    """Train for more and more steps, from none; from one where that fails on what a loop sets."""
    try:
        return 0, [train(problem, steps) for steps in range(STEPS + 1)]
    except LostError as lost:
        try:
            return 1, [train(problem, steps) for steps in range(1, STEPS + 2)]
        except LostError:
            raise lost from None


def _alike(path: Path) -> bool:
    """Say whether training arrives at the same place after any number of steps."""
    first, *others = path.points
    return all(np.array_equal(first[name], at[name]) for at in others for name in first)


def _number(rate: Any) -> float | None:
    return float(rate) if isinstance(rate, (int, float)) and rate > 0 else None


def _parameters(subject: Subject, problem: Problem, shown: Mapping[str, Any]) -> Arrays:
    found, missing = parameters_in(shown, subject.model, subject.layout, problem)
    if missing:
        raise LostError(f"it shows no {', '.join(missing)} of the expected shape", None)
    return found
