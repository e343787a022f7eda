"""Which quantities a function returned, whatever it wrapped them in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from gradcheck.submissions.calling.compare import as_numbers, compare
from gradcheck.submissions.reading.names import meaning, plain
from impl import Array

Leaf = tuple[str | None, Any]


def leaves(value: Any, named: tuple[str | None, ...] = ()) -> Iterator[Leaf]:
    """Take a returned value apart into values with the names they came under.

    Parameters
    ----------
    value : object
        Tuples, lists and dicts of arrays, nested.
    named : tuple of (str or None)
        The names in the return statement, used where the counts agree.
    """
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _named(str(key), inner)
    elif isinstance(value, tuple) or (isinstance(value, list) and not _is_vector(value, named)):
        names = named if len(named) == len(value) else (None,) * len(value)
        for name, inner in zip(names, value, strict=True):
            yield from _named(name, inner)
    else:
        yield (named[0] if len(named) == 1 else None), value


def _named(name: str | None, value: Any) -> Iterator[Leaf]:
    if isinstance(value, (dict, tuple)) or (isinstance(value, list) and not _is_vector(value, ())):
        yield from leaves(value)
    else:
        yield name, value


def _is_vector(value: list[Any], named: tuple[str | None, ...]) -> bool:
    """Say whether a list stands for an array; ``[dw, db, cost]`` does not."""
    if len(named) == len(value) > 1:
        return False
    return bool(value) and as_numbers(value) is not None and not isinstance(value[0], np.ndarray)


def read(
    value: Any,
    named: tuple[str | None, ...],
    wanted: Mapping[str, Array],
    *,
    output: str,
    bars: Mapping[str, float],
) -> dict[str, Any]:
    """Find the wanted quantities in a returned value: by name, then by value, then by shape.

    Parameters
    ----------
    value : object
    named : tuple of (str or None)
        The names in the return statement.
    wanted : mapping of str to array
        What belongs there, in the submission's layout.
    output : str
        What the model calls its last activation.
    bars : mapping of str to float

    Returns
    -------
    dict
        The values as they came; a quantity that was not found is absent.
    """
    called: dict[str, list[Leaf]] = {}
    rest: list[Leaf] = []
    for name, leaf in leaves(value, named):
        quantity = (meaning(name, wanted, output) if name else None) or ""
        if quantity not in wanted or _misnamed(name, quantity, leaf, (wanted, bars)):
            rest.append((name, leaf))
        else:
            called.setdefault(quantity, []).append((name, leaf))
    found = {name: _likeliest(name, some, wanted[name], bars) for name, some in called.items()}
    for quantity, expected in wanted.items():
        match = next((r for r in rest if compare(r[1], expected, bars[quantity]) == "same"), None)
        if quantity not in found and match is not None:
            found[quantity] = match[1]
            rest = [leaf for leaf in rest if leaf is not match]
    found |= _by_parameter(rest, {n: e for n, e in wanted.items() if n not in found})
    left = [leaf for _, leaf in rest if not any(leaf is taken for taken in found.values())]
    return found | _by_shape(left, {n: e for n, e in wanted.items() if n not in found})


def _likeliest(quantity: str, some: list[Leaf], right: Array, bars: Mapping[str, float]) -> Any:
    """Choose among values of one meaning: ``error`` may be the cost, or the residuals beside it."""
    exact = [leaf for name, leaf in some if plain(name or "") == plain(quantity)]
    same = [leaf for _, leaf in some if compare(leaf, right, bars[quantity]) == "same"]
    alike = [leaf for _, leaf in some if np.shape(leaf) == right.shape]
    return [*exact, *same, *alike, some[0][1]][0]


def _misnamed(
    name: str | None,
    quantity: str,
    leaf: Any,
    known: tuple[Mapping[str, Array], Mapping[str, float]],
) -> bool:
    """Say whether a word of several meanings names something that is another quantity exactly."""
    wanted, bars = known
    if name is None or plain(name) == plain(quantity):
        return False
    if compare(leaf, wanted[quantity], bars[quantity]) == "same":
        return False
    return any(compare(leaf, right, bars[other]) == "same" for other, right in wanted.items())


def _by_parameter(rest: list[Leaf], wanted: Mapping[str, Array]) -> dict[str, Any]:
    """Find gradients that go by the names of their parameters: ``{"w": dw, "b": db}``."""
    parameters = {name[1:]: name for name in wanted if name.startswith("d")}
    found: dict[str, Any] = {}
    for name, leaf in rest:
        parameter = meaning(name, parameters, "") if name else None
        if parameter:
            found.setdefault(parameters[parameter], leaf)
    return found


def _by_shape(rest: list[Any], wanted: Mapping[str, Array]) -> dict[str, Any]:
    if len(rest) == len(wanted) == 1:
        return {next(iter(wanted)): rest[0]}
    found = {}
    for quantity, expected in wanted.items():
        fitting = [leaf for leaf in rest if np.shape(leaf) == expected.shape]
        if len(fitting) == 1 or (fitting and len(fitting) == len(wanted)):
            found[quantity] = fitting[0]
            rest = [leaf for leaf in rest if leaf is not fitting[0]]
    return found
