"""What a function holds in its local variables while it runs, looked at only when it is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from gradcheck.submissions.calling.compare import EPS, as_numbers, compare, precision
from gradcheck.submissions.calling.steps import Step, Trial
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.reading.names import meaning, plain
from impl import Array

# A difference from the labels, whatever it is called: the first derivative of the reverse pass.
RESIDUALS = frozenset({"err", "error", "errors", "diff", "residual", "residuals", "delta"})
_SAME = ("same", "rank-1-array", "transposed")
Locals = Mapping[str, tuple[Any, int]]


@dataclass(frozen=True)
class Held:
    """The local variables of a function at its end, with the lines that set them, per trial.

    Those of functions that it calls are among them, see ``gradcheck.sandbox.child.capture``.
    """

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

    def summed(self, quantity: str) -> bool:
        """Say whether a variable of the quantity's own name holds its sum over the examples."""
        return all(
            any(
                self._equal(trial, quantity, value, trial.problem.sizes["m"] * right)
                for name, (value, _) in held.items()
                if self._means(name) == quantity
            )
            for trial, held in zip(self.trials, self.locals, strict=True)
            for right in (trial.problem.values[quantity],)
        )

    def scaled(self, quantity: str) -> bool:
        """Say whether variables of the quantity's own name hold it, times one positive number."""
        factors = []
        for trial, held in zip(self.trials, self.locals, strict=True):
            right = self.subject.layout.theirs(quantity, trial.problem.values[quantity])
            named = (value for name, (value, _) in held.items() if self._means(name) == quantity)
            arrays = [as_numbers(value) for value in named]
            if not arrays or arrays[0] is None or arrays[0].size != right.size or not right.any():
                return False
            factors.append(float(np.vdot(arrays[0], right) / np.vdot(right, right)))
            if factors[0] <= 0 or not self._equal(
                trial, quantity, arrays[0] / factors[0], trial.problem.values[quantity]
            ):
                return False
        return bool(factors)

    def wrong(self, quantity: str) -> bool:
        """Say whether a variable of the quantity's own name holds other numbers on a problem."""
        return any(
            self._other(quantity, trial, held)
            for trial, held in zip(self.trials, self.locals, strict=True)
        )

    def _other(self, quantity: str, trial: Trial, held: Locals) -> bool:
        right = trial.problem.values[quantity]
        equal = [
            self._equal(trial, quantity, value, right)
            for name, (value, _) in held.items()
            if quantity in (self._means(name), self._residual(name)) and _is_array(value)
        ]
        return bool(equal) and not any(equal)  # a function may have been called elsewhere, too

    def _residual(self, name: str) -> str | None:
        known, output = self.subject.model.quantities, self.subject.output
        first = next((q for q in known if q in (f"d{output}", f"dZ{output[1:]}")), None)
        return first if plain(own_name(name)) in RESIDUALS else None

    @cached_property
    def arrays(self) -> tuple[dict[str, Array], ...]:
        """The variables of each trial that have the size of some quantity, in its shape."""
        return tuple(map(self._arrays, range(len(self.trials))))

    def _arrays(self, index: int) -> dict[str, Array]:
        values, kept = self.trials[index].problem.values, dict[str, Array]()
        for name, (value, _) in self.locals[index].items():
            quantity, array = self._means(name) or self._last(name), as_numbers(value)
            if quantity and array is not None and array.size == values[quantity].size:
                shape = values[quantity].shape
                kept.setdefault(f"own_{quantity}", self.subject.layout.ours(quantity, array, shape))
        return kept

    def _last(self, name: str) -> str | None:
        """Give the derivative that one name for all layers holds in the end."""
        shared = [q for q in self.subject.model.quantities if q.startswith("dZ")]
        return shared[-1] if plain(own_name(name)) == "dz" and shared else None

    def short(self) -> bool:
        """Say whether any variable is in a shorter floating type than float64."""
        return any(precision(value) > EPS for held in self.locals for value, _ in held.values())

    def _right(self, quantity: str, trial: Trial, held: Locals) -> bool:
        right = trial.problem.values[quantity]
        named = [value for name, (value, _) in held.items() if self._means(name) == quantity]
        values = named or [value for value, _ in held.values()]
        if self._residual_differs(quantity, trial, held):  # right in the cost, not in the gradient
            return False
        return any(self._equal(trial, quantity, value, right) for value in values)

    def _residual_differs(self, quantity: str, trial: Trial, held: Locals) -> bool:
        right = trial.problem.values[quantity]
        found = [value for name, (value, _) in held.items() if self._residual(name) == quantity]
        return not all(self._equal(trial, quantity, v, right) for v in found if _is_array(v))

    def _means(self, name: str) -> str | None:
        known, output = self.subject.model.quantities, self.subject.output
        word = own_name(name)
        if plain(word) == "dz" and f"d{output}" in known:  # without a nonlinearity Z is the output
            return f"d{output}"
        return meaning(word, known, output)

    def _equal(self, trial: Trial, quantity: str, value: Any, right: Array) -> bool:
        theirs = self.subject.layout.theirs(quantity, right)
        array = as_numbers(value)
        if array is None or array.size != theirs.size:
            return False
        return compare(value, theirs, trial.bar(quantity)) in _SAME


def held_by(subject: Subject, step: Step, trials: Sequence[Trial]) -> Held:
    """Run a function once more on each problem and keep its local variables."""
    function, kept = step.role.function, list[Locals]()
    for trial in trials:
        if trial.again is not None:
            kept.append(trial.again())
            continue
        outcome, _ = subject.call(function, trial.problem, capture=True)
        kept.append({} if outcome.failure is not None else outcome.locals)
    return Held(subject, trials, kept)


def _is_array(value: Any) -> bool:
    array = as_numbers(value)
    return array is not None and array.size > 1


def own_name(name: str) -> str:
    """Give a variable's name without that of the function that holds it.

    >>> own_name("Net.forward@1.z1")
    'z1'
    """
    return name.rpartition(".")[2]


def on_the_way(step: Step, trials: Sequence[Trial]) -> tuple[str, ...]:
    """Name the quantities that a function computes and does not return."""
    if step.role.role == "update":
        return ()
    return tuple(target for target in step.targets if target not in trials[0].observed)
