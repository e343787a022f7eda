"""What a function holds in its local variables while it runs, looked at only when it is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gradcheck.submissions.compare import as_numbers, compare
from gradcheck.submissions.names import meaning, plain
from gradcheck.submissions.steps import Step, Trial
from gradcheck.submissions.subject import Subject
from impl import Array

_SAME = ("same", "rank-1-array", "transposed")
Locals = Mapping[str, tuple[Any, int]]


@dataclass(frozen=True)
class Held:
    """The local variables of a function at its end, with the lines that set them, per trial."""

    subject: Subject
    trials: Sequence[Trial]
    locals: Sequence[Locals]

    def right(self, quantity: str) -> bool:
        """Say whether the function itself holds a quantity right, on every problem.

        A variable of the quantity's own name decides; where there is none, any that has its
        values will do.
        """
        return all(
            self._right(quantity, trial, held)
            for trial, held in zip(self.trials, self.locals, strict=True)
        )

    def _right(self, quantity: str, trial: Trial, held: Locals) -> bool:
        right = trial.problem.values[quantity]
        named = [value for name, (value, _) in held.items() if self._named(name, quantity)]
        values = named or [value for value, _ in held.values()]
        return any(self._equal(trial, quantity, value, right) for value in values)

    def _named(self, name: str, quantity: str) -> bool:
        own = f"d{self.subject.output}"  # without a nonlinearity Z is the output itself
        said = meaning(name, self.subject.model.quantities, self.subject.output)
        return said == quantity or (plain(name) == "dz" and quantity == own)

    def _equal(self, trial: Trial, quantity: str, value: Any, right: Array) -> bool:
        theirs = self.subject.layout.theirs(quantity, right)
        array = as_numbers(value)
        if array is None or array.size != theirs.size:
            return False
        return compare(value, theirs, trial.bar(quantity)) in _SAME


def held_by(subject: Subject, step: Step, trials: Sequence[Trial]) -> Held:
    """Run a function once more on each problem and keep its local variables."""
    function, kept = step.role.function, []
    for trial in trials:
        outcome, _ = subject.call(function, trial.problem, capture=True)
        kept.append({} if outcome.failure is not None else outcome.locals)
    return Held(subject, trials, kept)


def spared(subject: Subject, step: Step, trials: Sequence[Trial]) -> frozenset[str]:
    """Name the quantities on the way that a function computes right: the mistake lies elsewhere."""
    hidden = [line.target for line in step.formulas if line.target not in trials[0].observed]
    if not hidden or step.role.role == "update":
        return frozenset()
    held = held_by(subject, step, trials)
    return frozenset(name for name in hidden if held.right(name))
