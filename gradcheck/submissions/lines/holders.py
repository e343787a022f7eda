"""The variables of a submission that hold certain numbers, in the functions that ran."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from gradcheck.submissions.calling.compare import as_numbers
from gradcheck.submissions.calling.steps import Step, Trial
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.diagnosis.explain import Explanation
from gradcheck.submissions.lines.alike import alike, of_last
from gradcheck.submissions.lines.frames import Frame, frames_of
from gradcheck.submissions.reading.names import plain
from gradcheck.submissions.reference.flow import COST, LOSS, applied
from gradcheck.submissions.reference.formulas import line_named

Held = Iterator[tuple[Frame, str]]
_LOSSES = r"l|loss(es)?(perexample|i)?|(example|sample|each)loss(es)?"


@dataclass(frozen=True)
class Holders:
    """What the functions of a step hold, in each trial."""

    subject: Subject
    step: Step
    trials: Sequence[Trial]

    @cached_property
    def frames(self) -> tuple[Frame, ...]:
        """The functions that ran, the one that ends first before the others."""
        return frames_of(self.subject, self.step, self.trials)

    @cached_property
    def sharing(self) -> tuple[str, ...]:
        """The derivatives that a loop over the layers has under one name."""
        inner = {f"d{name}" for name in self.subject.model.parameters}
        after = self.step.targets
        per_example = [n for n in after if self.step.kind(n) == "gradient" and n not in inner]
        return tuple(per_example) if len(per_example) > 1 else ()

    def holding(self, quantity: str, wanted: Sequence[Any]) -> Held:
        """Yield the variables that hold some values, those of the last example, or 1/m of them."""
        arrays = [array for value in wanted if (array := as_numbers(value)) is not None]
        if len(arrays) != len(self.trials):
            return
        counts = [trial.problem.sizes["m"] for trial in self.trials]
        averaged = [array / m for array, m in zip(arrays, counts, strict=True)]
        tried = [(alike, arrays), (of_last, arrays)]
        if quantity and self.step.kind(quantity) == "gradient":  # dZ may carry 1/m already
            tried.append((alike, averaged))
        others = {plain(name) for name in self.step.targets if name != quantity}
        for frame in self.frames:
            for name, values in frame.values.items():
                if quantity and plain(name) in others and quantity not in self.sharing:
                    continue
                if any(all(map(same, values, like)) for same, like in tried):
                    yield frame, name

    def losses(self, explanation: Explanation) -> Held:
        """Yield the losses of the examples, by name, where they carry the cost's own factor."""
        wrong = []
        for trial, known in zip(self.trials, explanation.values, strict=True):
            right, cost = trial.problem.values, known[COST]
            if cost.size != 1:  # no mean at all
                return
            wrong.append(right[LOSS] * (cost.item() / float(right[COST])))
        for frame in self.frames:
            for name, values in frame.values.items():
                if re.fullmatch(_LOSSES, plain(name)) and all(map(alike, values, wrong)):
                    yield frame, name

    def sums(self, explanation: Explanation) -> Held:
        """Yield the sums of the losses that carry the sign of a cost that is turned."""
        counts = [trial.problem.sizes["m"] for trial in self.trials]
        right = [trial.problem.values[COST] for trial in self.trials]
        if all(map(alike, right, [-known[COST] for known in explanation.values])):
            sums = [-cost * m for cost, m in zip(right, counts, strict=True)]
            yield from self.holding("", sums)

    def of_theta(self, explanation: Explanation) -> Held:
        """Yield what holds the slopes of weights and bias together, where θ does."""
        first, known = self.subject.layout.ones == "first", explanation.values
        if self.subject.layout.ones is None or not all({"dw", "db"} <= v.keys() for v in known):
            return
        pairs = [[v["db"].ravel(), v["dw"].ravel()][:: 1 if first else -1] for v in known]
        yield from self.holding("", [np.concatenate(pair) for pair in pairs])

    def before(self, quantity: str) -> Held:
        """Yield the variable of dA, where it is wrong already: dZ is made from it."""
        for z, _, a in applied(self.subject.model, self.trials[0].problem.values):
            line = line_named(self.subject.model, self.subject.activation, f"d{a}")
            if quantity != f"d{z}" or line is None:
                continue
            right = [line.value(self.subject.names(trial.problem)) for trial in self.trials]
            for frame in self.frames:
                for name, values in frame.values.items():
                    if plain(name) == plain(f"d{a}") and not all(map(alike, values, right)):
                        yield frame, name
