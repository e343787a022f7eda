"""Which quantities a function returned, whatever it wrapped them in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from gradcheck.submissions.calling.compare import as_numbers, compare
from gradcheck.submissions.reading.names import meaning
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
    found: dict[str, Any] = {}
    rest: list[Any] = []
    for name, leaf in leaves(value, named):
        quantity = meaning(name, wanted, output) if name else None
        if quantity and quantity not in found:
            found[quantity] = leaf
        elif name is None or quantity is None:
            rest.append(leaf)
    for quantity, expected in wanted.items():
        match = next((r for r in rest if compare(r, expected, bars[quantity]) == "same"), None)
        if quantity not in found and match is not None:
            found[quantity] = match
            rest = [leaf for leaf in rest if leaf is not match]
    return found | _by_shape(rest, {n: e for n, e in wanted.items() if n not in found})


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
