"""How a function is called on a problem, written so that a reader can type it."""

from __future__ import annotations

import keyword
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradcheck.submissions.counterexamples.plain import UnwritableError, plain
from gradcheck.submissions.reading.definitions import Definition

# The names of the written test.
TAKEN = frozenset({"SUBMISSION", "after", "computed", "definitions", "expected", "np", "random"})
TAKEN |= {"steps", "student", "trained"}
Keys = tuple[Any, ...]  # the last may be the part of an array


class Steps(int):
    """A number of steps, which a call writes as ``steps``: it is made for several numbers."""


@dataclass(frozen=True)
class Given:
    """What a function is called with."""

    positional: list[Any]
    keywords: Mapping[str, Any]
    globals: Mapping[str, Any]


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


@dataclass
class Writer:
    """Writes calls, and gives each array in them a name, the same one to the same array.

    Parameters
    ----------
    known : mapping of str to array
        What a nameless array is called after, if it has the same numbers.
    """

    known: Mapping[str, Any]
    inputs: dict[str, Any] = field(default_factory=dict)

    def call(self, function: Definition, given: Given) -> str:
        """Write a call.

        Raises
        ------
        UnwritableError
            If an argument cannot be written down, such as an object that stays in the child.
        """
        pairs = zip(function.parameters, given.positional, strict=False)
        arguments = [self._written(name, value) for name, value in pairs]
        arguments += [f"{name}={self._literal(value)}" for name, value in given.keywords.items()]
        return f"{function.name}({', '.join(arguments)})"

    def _written(self, name: str, value: Any) -> str:
        if isinstance(value, dict):
            pairs = (f"{key!r}: {self._written(str(key), inner)}" for key, inner in value.items())
            return "{" + ", ".join(pairs) + "}"
        if isinstance(value, (tuple, list)):
            inner = ", ".join(self._written(self._like(entry, name), entry) for entry in value)
            return f"[{inner}]" if isinstance(value, list) else f"({inner},)"
        if isinstance(value, np.ndarray):
            return self._input(name, plain(value))
        if isinstance(value, float):
            return self._input(name, value)
        return self._literal(value)

    def _literal(self, value: Any) -> str:
        if isinstance(value, Steps):
            return "steps"
        if value is None or isinstance(value, (bool, int, float, str)):
            return repr(value)
        raise UnwritableError(f"got {type(value).__name__}, expected what text can stand for")

    def _like(self, value: Any, otherwise: str) -> str:
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


def place(keys: Keys, *, attribute: bool = False) -> str:
    """Write where in nested containers something stands.

    >>> place((0, "dw")), place(("theta", slice(1, None)), attribute=True)
    ("[0]['dw']", '.theta[1:]')
    """
    first, rest = (f".{keys[0]}", keys[1:]) if attribute else ("", keys)
    return first + "".join(f"[{_index(key)}]" for key in rest)


def _index(key: Any) -> str:
    if isinstance(key, tuple):
        return ", ".join(map(_index, key))
    if isinstance(key, slice):
        return f"{'' if key.start is None else key.start}:{'' if key.stop is None else key.stop}"
    return repr(key)


def settings(names: Mapping[str, Any]) -> dict[str, Any]:
    """Write the globals that a call needs down as JSON has them."""
    return {
        n: plain(value) if isinstance(value, np.ndarray) else value for n, value in names.items()
    }


def keys_of(wanted: Any, value: Any) -> Keys | None:
    """Say where in nested containers an object stands.

    >>> keys_of(found := [2.0], ({"dw": found}, 1.0))
    (0, 'dw')
    """
    return next(_paths_to(wanted, value), None)


def _paths_to(wanted: Any, value: Any) -> Iterator[Keys]:
    if value is wanted:
        yield ()
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from ((key, *rest) for rest in _paths_to(wanted, inner))
    elif isinstance(value, (tuple, list)):
        for index, inner in enumerate(value):
            yield from ((index, *rest) for rest in _paths_to(wanted, inner))


def taken(value: Any, keys: Keys) -> Any:
    """Take what stands at a place of nested containers.

    >>> taken(({"dw": 2.0}, 1.0), (0, "dw"))
    2.0

    Raises
    ------
    LookupError, TypeError
        If there is no such place.
    """
    for key in keys:
        value = value[key]
    return value
