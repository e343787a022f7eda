"""How a function is called on a problem, written so that a reader can type it."""

from __future__ import annotations

import keyword
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradcheck.submissions.counterexamples.experiments import Experiment
from gradcheck.submissions.counterexamples.plain import UnwritableError, plain
from gradcheck.submissions.reference.problems import Problem

TAKEN = frozenset(  # in the written test
    {"np", "student", "computed", "expected", "definitions", "SUBMISSION"}
)


@dataclass(frozen=True)
class Call:
    """A call as text.

    Parameters
    ----------
    text : str
        With the place of the quantity: ``propagate(w, b, X, Y)[0]['dw']``.
    inputs : mapping of str to number or nested list
        The names in it.
    settings : mapping of str to number or nested list
        Globals that have to be set.
    """

    text: str
    inputs: Mapping[str, Any]
    settings: Mapping[str, Any]


def call_of(experiment: Experiment, problem: Problem) -> Call:
    """Write down the call of an experiment on a problem.

    Raises
    ------
    UnwritableError
        If an argument cannot be written down, such as an object that stays in the child.
    """
    function, given = experiment.function, experiment.given(problem)
    named = _Named(_arrays(experiment, problem))
    arguments = [
        named.written(name, value)
        for name, value in zip(function.parameters, given.positional, strict=False)
    ]
    arguments += [f"{name}={named.literal(value)}" for name, value in given.keywords.items()]
    place = "".join(f"[{key!r}]" for key in experiment.keys)
    settings = {
        name: plain(value) if isinstance(value, np.ndarray) else value
        for name, value in given.globals.items()
    }
    return Call(f"{function.name}({', '.join(arguments)}){place}", named.inputs, settings)


def _arrays(experiment: Experiment, problem: Problem) -> dict[str, Any]:
    layout = experiment.subject.layout
    return {name: layout.theirs(name, value) for name, value in problem.values.items()}


@dataclass
class _Named:
    """Gives each array of a call a name, the same one to the same array."""

    known: Mapping[str, Any]
    inputs: dict[str, Any] = field(default_factory=dict)

    def written(self, name: str, value: Any) -> str:
        if isinstance(value, dict):
            pairs = (f"{key!r}: {self.written(str(key), inner)}" for key, inner in value.items())
            return "{" + ", ".join(pairs) + "}"
        if isinstance(value, (tuple, list)):
            inner = ", ".join(self.written(self._named_like(entry, name), entry) for entry in value)
            return f"[{inner}]" if isinstance(value, list) else f"({inner},)"
        if isinstance(value, np.ndarray):
            return self._input(name, plain(value))
        if isinstance(value, float):
            return self._input(name, value)
        return self.literal(value)

    def literal(self, value: Any) -> str:
        if value is None or isinstance(value, (bool, int, float, str)):
            return repr(value)
        raise UnwritableError(f"a {type(value).__name__} cannot be written down")

    def _named_like(self, value: Any, otherwise: str) -> str:
        """Name an entry of a tuple after the quantity that has its values."""
        same = (name for name, array in self.known.items() if np.array_equal(array, value))
        return next(same, otherwise)

    def _input(self, name: str, value: Any) -> str:
        """Keep a value under a name that Python allows and nothing else has."""
        fits = name.isidentifier() and not keyword.iskeyword(name) and name not in TAKEN
        free = base = name if fits else "value"
        count = 1
        while self.inputs.get(free, value) != value:
            count += 1
            free = f"{base}_{count}"
        self.inputs[free] = value
        return free
