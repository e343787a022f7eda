"""From a mistake to its line: the variable that holds the mistaken numbers, and what sets it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from gradcheck.submissions.calling.compare import as_numbers
from gradcheck.submissions.calling.steps import Step, Trial
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.diagnosis.explain import Explanation
from gradcheck.submissions.diagnosis.held import held_by
from gradcheck.submissions.judging.places import (
    ALIAS,
    Setter,
    divisors_in,
    line_for,
    line_of,
    named_like,
    setters_in,
)
from gradcheck.submissions.reading.names import SIZES, plain
from gradcheck.submissions.reference.flow import applied
from gradcheck.submissions.reference.formulas import Formula, line_named
from gradcheck.submissions.results import Where
from impl import Array

_NEAR = 1e-9  # of a value with itself, computed in another order


@dataclass(frozen=True)
class Trace:
    """Where a function of a submission sets what."""

    subject: Subject
    step: Step
    trials: Sequence[Trial]

    def place(self, quantity: str, explanation: Explanation | None = None) -> Where:
        """Give the place of a mistake at a quantity, as far as its explanation tells it."""
        function = self.step.role.function
        line = self._line(quantity, explanation)
        return Where(function.name, line or function.line, function.cell)

    def calls_again(self) -> bool:
        """Say whether the function calls one that gives the cost or the output."""
        words = self.step.role.function.words
        givers = (self.subject.roles.get(name) for name in ("cost", "forward", "propagate"))
        return any(giver is not None and giver.function.name in words for giver in givers)

    def _line(self, quantity: str, explanation: Explanation | None) -> int | None:
        function = self.step.role.function
        mutation = explanation.mutation if explanation else None
        if explanation is None or mutation is None:
            names = [*named_like(self._setters, quantity, ())]
            line = line_for(self._setters, names, "")
            return line or line_of(function, [quantity])
        counted = [*self._counted(mutation.count)]
        if len(mutation.lines) > 1:
            counted += [s.name for s in self._setters if SIZES.get(plain(s.name)) == "m"]
        if counted:
            return line_for(self._setters, counted, "")
        before = [*self._before(quantity)]
        if before:
            return line_for(self._setters, before, mutation.code)
        return self._line_after(quantity, explanation) or line_of(function, ())

    def _line_after(self, quantity: str, explanation: Explanation) -> int | None:
        """Go by the mistaken numbers, then by names: of the quantity, else of what it spoils."""
        mutation = explanation.mutation
        bare = mutation is not None and mutation.lines[0].text.isidentifier()
        for name in self.step.targets[self.step.targets.index(quantity) :]:
            code = ALIAS if bare and name == quantity else mutation.code if mutation else ""
            values = [known[name] for known in explanation.values]
            held = [*self._holding(name, values)]
            line = line_for(self._setters, held, code) or self._named(name, code)
            if line is not None:
                return line
        return None

    def _named(self, name: str, code: str) -> int | None:
        known = [*named_like(self._setters, name, self._sharing)]
        shared = [s.line for s in self._setters if s.name in known and s.kind == "set"]
        if name in self._sharing and len(shared) > 1:
            return shared[min(self._sharing.index(name), len(shared) - 1)]
        return line_for(self._setters, known, code)

    def _before(self, quantity: str) -> Iterator[str]:
        """Yield the variable of dA, where it is wrong already: dZ is made from it."""
        for z, _, a in applied(self.subject.model, self.trials[0].problem.values):
            line = line_named(self.subject.model, self.subject.activation, f"d{a}")
            if quantity != f"d{z}" or line is None:
                continue
            right = [line.value(self.subject.names(trial.problem)) for trial in self.trials]
            for name, values in self._everywhere():
                same = all(map(_alike, values, right))
                if plain(name) == plain(f"d{a}") and not same:
                    yield name

    @cached_property
    def _setters(self) -> tuple[Setter, ...]:
        return setters_in(self.subject.source.pieces, self.step.role.function)

    @cached_property
    def _sharing(self) -> tuple[str, ...]:
        """The derivatives that a loop over the layers has under one name."""
        inner = {f"d{name}" for name in self.subject.model.parameters}
        after = self.step.targets
        per_example = [n for n in after if self.step.kind(n) == "gradient" and n not in inner]
        return tuple(per_example) if len(per_example) > 1 else ()

    @cached_property
    def _locals(self) -> list[dict[str, Any]]:
        if self.step.role.role == "update":
            return []
        held = held_by(self.subject, self.step, self.trials).locals
        return [{name: value for name, (value, _) in kept.items()} for kept in held]

    def _everywhere(self) -> Iterator[tuple[str, list[Any]]]:
        for name in self._locals[0] if self._locals else ():
            if all(name in kept for kept in self._locals):
                yield name, [kept[name] for kept in self._locals]

    def _holding(self, quantity: str, wanted: Sequence[Array]) -> Iterator[str]:
        """Yield the variables that hold some values, or those of the last example."""
        if len(wanted) != len(self._locals):
            return
        others = {plain(name) for name in self.step.targets if name != quantity}
        for name, values in self._everywhere():
            if plain(name) in others and quantity not in self._sharing:
                continue
            pairs = [*zip(values, wanted, strict=True)]
            if all(_alike(v, w) for v, w in pairs) or all(_last(v, w) for v, w in pairs):
                yield name

    def _counted(self, count: str) -> list[str]:
        """Name the variables that hold another count, if the function divides by them."""
        if not count:
            return []
        by = divisors_in(self.subject.source.pieces, self.step.role.function)
        held = {name: values for name, values in self._everywhere() if name in by}
        right = [float(trial.problem.sizes["m"]) for trial in self.trials]
        if any(_counts(values, right) for values in held.values()):
            return []
        names = [self.subject.names(trial.problem) for trial in self.trials]
        wrong = [float(Formula("m", count).value(known)) for known in names]
        return [name for name, values in held.items() if _counts(values, wrong)]


def _counts(values: Sequence[Any], wanted: Sequence[float]) -> bool:
    return all(np.ndim(v) == 0 and v == w for v, w in zip(values, wanted, strict=True))


def _alike(value: Any, wanted: Array) -> bool:
    array = as_numbers(value)
    if array is None or array.size != wanted.size or wanted.size == 0:
        return False
    size = _NEAR * float(np.abs(wanted).max())
    candidates = [wanted.ravel(), wanted.T.ravel()]
    return any(bool((np.abs(array.ravel() - flat) <= size).all()) for flat in candidates)


def _last(value: Any, wanted: Array) -> bool:
    """Say whether a value is that of the last example, as a loop over them leaves it."""
    return wanted.ndim == 2 and wanted.shape[1] > 1 and _alike(value, wanted[:, -1:])
