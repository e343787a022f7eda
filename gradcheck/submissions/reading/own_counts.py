"""Counts that a module takes from its own data: ``m = len(X)``, ``m, n = X.shape``.

Functions that read them mean the count of the data at hand, so on problems of ours they are given
that of ours. A count that is written out stays as it is.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gradcheck.submissions.reading.defining import names_set_by
from gradcheck.submissions.reading.names import meaning

_DATA = ("X", "Y")
_WRAPS = frozenset({"float", "int"})
_TURNS = frozenset({"T", "transpose", "swapaxes", "reshape", "ravel", "flatten", "squeeze"})


@dataclass(frozen=True)
class OwnCount:
    """A count that is taken from an array of the module.

    Parameters
    ----------
    array : str
        The module's name of the array.
    axis : int or None
        The axis that is counted along; None for all entries.
    turned : bool
        Whether the module turns or reshapes the array somewhere: then the axis says nothing of
        what its functions are given.
    """

    array: str
    axis: int | None
    turned: bool = False


def own_counts(statements: Sequence[ast.stmt]) -> Mapping[str, OwnCount]:
    """Find the names that count a module's own data; the last assignment to a name decides.

    Parameters
    ----------
    statements : sequence of ast.stmt
        Those of the module, in order.
    """
    found: dict[str, OwnCount] = {}
    for statement in statements:
        for name in names_set_by(statement):
            found.pop(name, None)
        found |= dict(_counted(statement))
    turned = _turned(statements) if found else frozenset()
    return {n: OwnCount(c.array, c.axis, c.array in turned) for n, c in found.items()}


def _counted(statement: ast.stmt) -> Iterator[tuple[str, OwnCount]]:
    if not isinstance(statement, ast.Assign):
        return
    for target in statement.targets:
        if isinstance(target, ast.Name) and (count := _count(statement.value)):
            yield target.id, count
        elif isinstance(target, ast.Tuple) and (array := _shape_of(statement.value)):
            for axis, part in enumerate(target.elts):
                if isinstance(part, ast.Name):
                    yield part.id, OwnCount(array, axis)


def _count(value: ast.expr) -> OwnCount | None:
    match value:
        case ast.Call(ast.Name(name), [inner]) if name in _WRAPS:
            return _count(inner)
        case ast.Call(ast.Name("len"), [ast.Name(array)]):
            axis: int | None = 0
        case ast.Attribute(ast.Name(array), "size"):
            axis = None
        case ast.Call(ast.Attribute(attr="size"), [ast.Name(array)]):
            axis = None
        case ast.Call(ast.Attribute(attr="size"), [ast.Name(array), ast.Constant(int(axis))]):
            pass
        case ast.Subscript(shape, ast.Constant(int(axis))):
            array = _shape_of(shape)
        case _:
            return None
    return OwnCount(array, axis) if array and meaning(array, _DATA, "") else None


def _shape_of(value: ast.expr) -> str:
    """Name the array of which a value is the shape."""
    match value:
        case ast.Attribute(ast.Name(array), "shape"):
            return array if meaning(array, _DATA, "") else ""
        case ast.Call(ast.Attribute(attr="shape"), [ast.Name(array)]):
            return array if meaning(array, _DATA, "") else ""
    return ""


def _turned(statements: Iterable[ast.stmt]) -> frozenset[str]:
    """Name the arrays that are turned, reshaped or given another axis."""
    nodes = [node for statement in statements for node in ast.walk(statement)]
    found = set()
    for node in nodes:
        turns = isinstance(node, ast.Attribute) and node.attr in _TURNS
        if turns or (isinstance(node, ast.Subscript) and _adds_axis(node)):
            found |= {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
        if isinstance(node, ast.Assign) and _turns_within(node.value):
            found |= {t.id for t in node.targets if isinstance(t, ast.Name)}
    return frozenset(found)


def _turns_within(value: ast.expr) -> bool:
    return any(isinstance(n, ast.Attribute) and n.attr in _TURNS for n in ast.walk(value))


def _adds_axis(node: ast.Subscript) -> bool:
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else []
    new = (isinstance(p, ast.Attribute) and p.attr == "newaxis" for p in parts)
    none = (isinstance(p, ast.Constant) and p.value is None for p in parts)
    return any(new) or any(none)
