"""A method that takes one step from activations that it is given: ``gradient_descent(X, Y, A)``.

They are those of its own forward pass, which has to be the model's: otherwise nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from gradcheck.sandbox import Outcome
from gradcheck.submissions.calling.binding import LEARNING_RATE, bind
from gradcheck.submissions.calling.compare import as_numbers
from gradcheck.submissions.calling.returns import leaves
from gradcheck.submissions.calling.routes import Locals, LostError, Path
from gradcheck.submissions.calling.subject import Subject, takes
from gradcheck.submissions.reading.classes import Class
from gradcheck.submissions.reading.definitions import Definition
from gradcheck.submissions.reading.names import meaning, plain
from gradcheck.submissions.reference.flow import forward_of
from gradcheck.submissions.reference.problems import Problem
from impl import Array, Arrays

_FORWARD = r"(feed)?(forward|fwd)"
_NEAR = 1e-9  # of activations: another activation is further away
Read = Callable[[Subject, Problem, Mapping[str, Any]], Arrays]


def takes_activations(subject: Subject, trains: Definition) -> bool:
    """Say whether a method takes a single step from activations that it is given."""
    needed = trains.parameters[: trains.required]
    given = any(meaning(name, forward_of(subject.model), subject.output) for name in needed)
    return given and not takes("iterations", trains)


def follow_step(
    subject: Subject, made: Class, trains: Definition, parameters: Read
) -> tuple[Path, ...]:
    """Follow the step of a new instance on each problem, from its own forward pass.

    Parameters
    ----------
    subject : Subject
    made : Class
    trains : Definition
    parameters : callable
        Finds the parameters among the attributes.

    Raises
    ------
    LostError
        If it fails, or does not show its parameters.
    UnboundError
        If a parameter without a default has a name that means nothing here.
    """
    return tuple(
        _path(subject, made, trains, (problem, parameters)) for problem in subject.problems
    )


def _path(subject: Subject, made: Class, trains: Definition, known: tuple[Problem, Read]) -> Path:
    problem, parameters = known
    start = parameters(subject, problem, _attributes(subject, _new(subject, made, problem)))
    data = {name: problem.values[name] for name in subject.model.data}
    values = start | data | subject.model.run(start, data, **problem.choice)
    own = replace(problem, values={**problem.values, **values})
    if not _is_own(subject, made, trains, own):
        raise LostError("its own forward pass gives no such activations", None)

    def step(*, capture: bool = False) -> tuple[Any, Outcome]:
        held = _new(subject, made, problem)
        positional, keywords = bind(trains, subject.feed(own, trains))
        name = f"{made.name}.{trains.name}"
        return held, _ran(subject.box.call(name, [held, *positional], keywords, capture=capture))

    def again(at: int) -> Locals:
        return step(capture=True)[1].locals

    held, _ = step()
    rate = LEARNING_RATE if takes("learning_rate", made.init, trains) else None
    reached = parameters(subject, problem, _attributes(subject, held))
    return Path(problem, (start, reached), rate, again)


def _is_own(subject: Subject, made: Class, trains: Definition, own: Problem) -> bool:
    """Say whether a forward pass of a new instance gives the activations that the step is given."""
    forward = next((m for n, m in made.methods.items() if re.match(_FORWARD, plain(n))), None)
    if forward is None:
        return False
    positional, keywords = bind(forward, subject.feed(own, forward))
    name = f"{made.name}.{forward.name}"
    outcome = _ran(subject.box.call(name, [_new(subject, made, own), *positional], keywords))
    given = [array for _, leaf in leaves(outcome.value) if (array := as_numbers(leaf)) is not None]
    needed = {meaning(n, forward_of(subject.model), subject.output) for n in trains.takes} - {None}
    return all(any(_same(subject, own, (n or "", array)) for array in given) for n in needed)


def _same(subject: Subject, own: Problem, known: tuple[str, Array]) -> bool:
    name, array = known
    right = subject.layout.theirs(name, own.values[name])
    return array.shape == right.shape and bool((np.abs(array - right) <= _NEAR).all())


def _new(subject: Subject, made: Class, problem: Problem) -> Any:
    positional, keywords = bind(made.init, subject.feed(problem, made.init))
    return _ran(subject.box.call(made.name, positional, keywords)).value


def _attributes(subject: Subject, held: Any) -> dict[str, Any]:
    return {name: value for name, (value, _) in subject.box.attributes(held).locals.items()}


def _ran(outcome: Outcome) -> Outcome:
    if outcome.failure is not None:
        raise LostError(outcome.failure.message, outcome.failure)
    return outcome
