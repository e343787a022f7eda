"""What can be trained for one step more or less: a class, a function, the loop of a script."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gradcheck.submissions.calling.binding import UnboundError, bind
from gradcheck.submissions.calling.compare import as_numbers
from gradcheck.submissions.calling.loops import follow_class, follow_function, follow_given, trained
from gradcheck.submissions.calling.returns import leaves
from gradcheck.submissions.calling.roles import Role
from gradcheck.submissions.calling.routes import LostError, Path, fitted_rate
from gradcheck.submissions.calling.shown import BIAS, parameters_in
from gradcheck.submissions.calling.subject import Subject, takes
from gradcheck.submissions.counterexamples.calls import (
    Call,
    Given,
    Keys,
    Steps,
    Writer,
    keys_of,
    settings,
)
from gradcheck.submissions.counterexamples.experiments import laid_out
from gradcheck.submissions.reading.classes import Class
from gradcheck.submissions.reading.definitions import Definition
from gradcheck.submissions.reading.names import meaning, unmangled
from gradcheck.submissions.reference.layouts import training_layouts
from gradcheck.submissions.reference.problems import Problem
from impl import Array, Arrays


@dataclass(frozen=True)
class Trainer:
    """Training that can be watched from outside.

    Parameters
    ----------
    subject : Subject
        In the layout in which it can be followed.
    function : Definition
        What trains, under the name that it is called by.
    made : Class or None
        The class whose method it is.
    given : bool
        Whether it is given the parameters that it starts from.
    rate : float
        The learning rate of its steps, seen in them where it is nowhere set.
    """

    subject: Subject
    function: Definition
    made: Class | None
    given: bool
    rate: float

    @property
    def counts(self) -> bool:
        """Whether the number of steps is an argument."""
        own = (self.made.init,) if self.made else ()
        return takes("iterations", *own, self.function)

    def left(self, problem: Problem, steps: int) -> Any:
        """Give what so many steps leave: what is returned, or the attributes by their names.

        Raises
        ------
        LostError
            If training fails.
        UnboundError
            If a parameter without a default has a name that means nothing here.
        """
        if self.made is not None:
            return self.attributes(self.held(self.made, problem, steps))
        outcome, _ = self.subject.call(self.function, problem, iterations=steps)
        if outcome.failure is not None:
            raise LostError(outcome.failure.message, outcome.failure)
        return outcome.value

    def held(self, made: Class, problem: Problem, steps: int) -> Any:
        """Make an instance, train it for so many steps and give its handle.

        Raises
        ------
        LostError, UnboundError
            As `left` does.
        """
        own = replace(self.function, name=self.function.own_name)
        return trained(self.subject, made, own, (problem, steps))

    def attributes(self, held: Any) -> dict[str, Any]:
        """Give the attributes of an instance by their names."""
        shown = self.subject.box.attributes(held).locals
        return {name: value for name, (value, _) in shown.items()}

    def parameters(self, problem: Problem, left: Any) -> Arrays:
        """Find the parameters in what training left, in the course's layout.

        Raises
        ------
        LostError
            If one is not there.
        """
        shown: dict[str, Any] = {}
        for name, leaf in self._named(left):
            shown.setdefault(name, leaf)
        found, missing = parameters_in(shown, self.subject.model, self.subject.layout, problem)
        if missing:
            raise LostError(f"it shows no {', '.join(missing)}", None)
        return found

    def keys(self, left: Any, parameter: str, right: Array) -> Keys | None:
        """Say where in what training left a parameter stands, one that has the size of ``right``.

        Of θ with a column of ones it is a part.
        """
        ones = self.subject.layout.ones
        for name, leaf in self._named(left):
            array, meant = as_numbers(leaf), meaning(name, self.subject.model.parameters, "")
            path = keys_of(leaf, left)
            if array is None or path is None or meant is None:
                continue
            if meant == parameter and array.size == right.size:
                return path
            if ones and meant != BIAS and array.ndim:
                return (*path, _part(parameter == BIAS, ones == "first", array))
        return None

    def _named(self, left: Any) -> Iterator[tuple[str, Any]]:
        if self.made is None:
            found = leaves(left, self.function.returned)
        else:
            found = (f for name, value in left.items() for f in leaves({unmangled(name): value}))
        yield from ((name, leaf) for name, leaf in found if name)

    def call(self, writer: Writer, problem: Problem) -> tuple[str, str]:
        """Write how it is called for ``steps`` steps, and before that how its class is made."""
        feed = self.subject.feed(problem, self.function, iterations=Steps(1))
        made = ""
        if self.made is not None:
            init = replace(self.made.init, name=self.made.name)
            made = writer.call(init, Given(*bind(init, feed), {}))
        named = replace(self.function, name=self.function.own_name) if made else self.function
        return made, writer.call(named, Given(*bind(named, feed), {}))

    def written(self, problem: Problem) -> Call:
        """Write the training down as a call, with what it is given."""
        writer = Writer(laid_out(self.subject, problem))
        made, text = self.call(writer, problem)
        names = self.subject.globals(self.function, problem)
        return Call(f"{made}.{text}" if made else text, writer.inputs, settings(names))


def _part(bias: bool, first: bool, array: Array) -> Any:
    """Give what picks the bias or the weights out of θ."""
    along = (0 if first else -1) if bias else (slice(1, None) if first else slice(None, -1))
    return (slice(None), along) if array.ndim == 2 and array.shape[0] == 1 else along


Followed = Callable[[Subject], Sequence[Path]]


def trainer_of(subject: Subject, role: Role) -> Trainer | None:
    """Find out how training can be watched, in the first layout in which it can be followed."""
    function = role.function
    if role.role == "optimise":
        return _watched(subject, (function, None, True), lambda s: follow_given(s, function))
    for made in subject.source.classes:
        trains = made.trains
        if trains is not None and function.name == f"{made.name}.{trains.name}":
            return _in_some_layout(subject, (function, made), _following(made, trains))
    return _in_some_layout(subject, (function, None), lambda s: follow_function(s, function))


def _following(made: Class, trains: Definition) -> Followed:
    return lambda subject: follow_class(subject, made, trains)


def _in_some_layout(
    subject: Subject, known: tuple[Definition, Class | None], follow: Followed
) -> Trainer | None:
    layouts = training_layouts(subject.model)
    tried = (_watched(replace(subject, layout=at), (*known, False), follow) for at in layouts)
    return next((found for found in tried if found is not None), None)


def _watched(
    subject: Subject, known: tuple[Definition, Class | None, bool], follow: Followed
) -> Trainer | None:
    try:
        paths = follow(replace(subject, problems=subject.problems[:2]))
    except (LostError, UnboundError):
        return None

    def slope(path: Path, at: Arrays) -> Arrays:
        data = {name: path.problem.values[name] for name in subject.model.data}
        return subject.model.gradient(at, data, **path.problem.choice)

    rate = paths[0].rate or fitted_rate(paths, slope)
    return None if rate is None or not np.isfinite(rate) else Trainer(subject, *known, rate)
