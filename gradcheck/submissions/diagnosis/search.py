"""What is known while mistakes are searched, and whether lines reproduce the numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gradcheck.submissions.calling.compare import EPS, as_numbers, compare
from gradcheck.submissions.calling.steps import Step, Trial, evaluated, lines_of
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.diagnosis.held import Held
from gradcheck.submissions.diagnosis.mutations import Mutation
from gradcheck.submissions.reference.formulas import Formula
from gradcheck.submissions.reference.problems import SAFETY
from impl import Array

_FITS = ("same", "rank-1-array")


@dataclass(frozen=True)
class Search:
    """What is known while the mistakes of a step are searched.

    Parameters
    ----------
    subject : Subject
    step : Step
    trials : sequence of Trial
    lines : mapping of str to tuple of Formula
        For each quantity the lines it comes from, with the mistakes that were accepted. They
        differ where a mistake was made on the way to one quantity alone.
    fitting : tuple of str
        The quantities that come out as observed.
    spared : frozenset of str
        The quantities in whose lines no mistake is looked for.
    suspects : frozenset of str
        The quantities in whose lines a mistake is looked for first.
    held : Held or None
        The function's local variables, where it computes more than it returns.
    """

    subject: Subject
    step: Step
    trials: Sequence[Trial]
    lines: Mapping[str, tuple[Formula, ...]]
    fitting: tuple[str, ...]
    spared: frozenset[str] = frozenset()
    suspects: frozenset[str] = frozenset()
    held: Held | None = None

    def changed(self, mutation: Mutation, only: Sequence[str]) -> Search:
        """Put a mistake into the lines of some quantities."""
        new = {name: replaced(self.lines[name], mutation) for name in only}
        return replace(self, lines={**self.lines, **new})

    def computed(self, name: str) -> tuple[dict[str, Array], ...]:
        """Give what the lines of a quantity make of all their targets, on each problem."""
        indices = range(len(self.trials))
        return tuple(evaluated(self.lines[name], self._names(index)) for index in indices)

    def _names(self, index: int) -> dict[str, Any]:
        own = self.held.arrays[index] if self.held else {}
        return self.subject.names(self.trials[index].problem) | own

    def fits(self, names: Sequence[str]) -> bool:
        """Say whether the lines reproduce quantities on every problem."""
        return all(self._fits(index, names) for index in range(len(self.trials)))

    def _fits(self, index: int, names: Sequence[str]) -> bool:
        trial = self.trials[index]
        known: dict[tuple[Formula, ...], dict[str, Array]] = {}
        for name in names:
            lines = self.lines[name]
            try:
                if lines not in known:
                    known[lines] = evaluated(lines, self._names(index))
            except (
                ValueError,
                TypeError,
                NameError,
            ):  # shapes that do not go together: not what was done
                return False
            if not _same(self.subject, trial, name, known[lines][name]):
                return False
        return True


def search_for(subject: Subject, step: Step, trials: Sequence[Trial]) -> Search:
    """Start a search: all quantities that were seen, from the right lines."""
    seen = [n for n in trials[0].expected if all(n in trial.observed for trial in trials)]
    return Search(subject, step, trials, dict.fromkeys(seen, lines_of(subject, step)), tuple(seen))


def replaced(lines: tuple[Formula, ...], mutation: Mutation) -> tuple[Formula, ...]:
    """Put a mistake in the place of the lines that it changes."""
    new = {line.target: line for line in mutation.lines}
    return tuple(new.get(line.target, line) for line in lines)


def _same(subject: Subject, trial: Trial, name: str, value: Array) -> bool:
    theirs = subject.layout.theirs(name, value)
    observed = as_numbers(trial.observed[name])
    if observed is None or observed.size != theirs.size:  # at once, however much was returned
        return False
    return compare(trial.observed[name], theirs, _bar(trial, name, theirs)) in _FITS


def _bar(trial: Trial, name: str, value: Array) -> float:
    """Widen the bar of the right value to that of a wrong one, which may be larger."""
    right = float(np.abs(trial.expected[name]).max(initial=0.0)) or 1.0
    bar: Any = max(trial.bar(name), SAFETY * EPS * right)
    return float(bar * max(1.0, np.abs(value).max(initial=0.0) / right))
