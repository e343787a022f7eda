"""A step of training, for code whose gradient only its steps show: (θ − θ′)/α."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gradcheck.submissions.calling.binding import UnboundError
from gradcheck.submissions.calling.compare import EPS, as_numbers, compare
from gradcheck.submissions.calling.roles import Role
from gradcheck.submissions.calling.routes import LostError
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.counterexamples.calls import Call, Writer, place, taken
from gradcheck.submissions.counterexamples.experiments import Observation, before_step
from gradcheck.submissions.counterexamples.plain import plain
from gradcheck.submissions.counterexamples.small import moved_to
from gradcheck.submissions.counterexamples.trainers import Trainer, trainer_of
from gradcheck.submissions.reference.flow import gradients_of, targets_of
from gradcheck.submissions.reference.problems import Problem
from gradcheck.submissions.results import Fault, Training
from impl import Array, Arrays

IN_STEPS = ("stale-order", "update-rule", "update-sign")  # where no gradient is wrong
_DIGITS = 256  # the difference of two parameters keeps their rounding, divided by the rate
_LATEST = 3  # a start from zeros hides what the second step shows


def steps_of(subject: Subject, role: Role, fault: Fault) -> Iterator[Stepped]:
    """Look at the first gradient that the steps show wrong, from the blamed one on.

    Where the steps are wrong, and not the gradients, it is the parameters that are looked at.
    """
    trainer = trainer_of(subject, role)
    if trainer is None:
        return
    names: tuple[str, ...] = tuple(trainer.subject.model.parameters)
    if fault.code not in IN_STEPS:
        order = targets_of(trainer.subject.model)
        after = order[order.index(fault.quantity) :] if fault.quantity in order else order
        names = tuple(name for name in after if name in gradients_of(trainer.subject.model))
    for steps in range(_LATEST):
        for name in names:
            tried = Stepped(trainer, name, steps)
            for problem in trainer.subject.problems:
                seen = tried.observe(problem)
                if seen is not None and seen.match != "same":
                    yield replace(tried, match=seen.match)
                    return


@dataclass(frozen=True)
class Stepped:
    """A gradient that a step of training shows wrong, or a parameter that it takes elsewhere.

    Parameters
    ----------
    trainer : Trainer
    quantity : str
        ``dw``, or ``w`` where the step itself is wrong.
    steps : int
        How many steps are taken before the one that is looked at.
    match : str
    """

    trainer: Trainer
    quantity: str
    steps: int
    match: str = "different"

    @property
    def subject(self) -> Subject:
        """In the layout in which its training can be followed."""
        return self.trainer.subject

    @property
    def name(self) -> str:
        """The name of what trains."""
        return self.trainer.function.name

    @property
    def parameter(self) -> str:
        """What is stepped."""
        return self.quantity.removeprefix("d")

    def observe(self, problem: Problem) -> Observation | None:
        """Train for so many steps and for one more; None where that cannot be followed."""
        try:
            start, at = self._before(problem)
            left = self.trainer.left(problem, self.steps + 1)
        except (LostError, UnboundError):
            return None
        keys = self.trainer.keys(left, self.parameter, at[self.parameter])
        if keys is None:
            return None
        after = taken(left, keys)
        before = self.subject.layout.theirs(self.parameter, at[self.parameter])
        if start is not None:
            before = taken(start, keys)
        return self._seen(moved_to(self.subject.model, problem, at), keys, (before, after))

    def _before(self, problem: Problem) -> tuple[Any, Arrays]:
        if self.trainer.given and not self.steps:
            return None, {name: problem.values[name] for name in self.subject.model.parameters}
        start = self.trainer.left(problem, self.steps)
        return start, self.trainer.parameters(problem, start)

    def _seen(
        self, problem: Problem, keys: tuple[Any, ...], ends: tuple[Any, Any]
    ) -> Observation | None:
        before, after = map(as_numbers, ends)
        if before is None or after is None or before.size != after.size:
            return None
        rate, layout, name = self.trainer.rate, self.subject.layout, self.parameter
        computed: Array = after
        right = layout.theirs(name, problem.values[name] - rate * problem.values[f"d{name}"])
        if name != self.quantity:
            computed = (before.reshape(after.shape) - after) / rate
            right = layout.theirs(self.quantity, problem.values[self.quantity])
        right = right.reshape(computed.shape) if right.size == computed.size else right
        rounding = _DIGITS * EPS * float(np.abs(before).max(initial=1.0)) / rate
        match = compare(computed, right, problem.bars[self.quantity] + rounding)
        return Observation(problem, computed, right, match, self._told(problem, keys, after))

    def _told(self, problem: Problem, keys: tuple[Any, ...], after: Array) -> Training:
        given = self.trainer.given and not self.steps
        made, _ = self.trainer.call(Writer({}), problem)
        return Training(
            parameter=self.parameter,
            start=before_step(self.subject, problem),
            after=plain(after),
            rate=self.trainer.rate,
            steps=self.steps,
            place=place(keys, attribute=self.trainer.made is not None),
            made=made,
            given=given,
            counts=self.trainer.counts,
        )

    def call(self, problem: Problem) -> Call:
        """Write down how it is trained for ``steps`` steps."""
        return self.trainer.written(problem)
