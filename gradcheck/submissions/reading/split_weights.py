"""Weights that hold the bias as their first entry: ``w[0]`` beside ``w[1:]``."""

from __future__ import annotations

import ast

from gradcheck.submissions.reading.counts import parsed
from gradcheck.submissions.reading.files import Source
from gradcheck.submissions.reading.names import meaning

_FIRST, _OTHERS = "0", "1:"


def splits_off_bias(source: Source) -> bool:
    """Say whether a submission takes weights apart into the bias and the rest."""
    parts: dict[str, set[str]] = {}
    nodes = (node for piece in source.pieces for node in parsed(piece.source))
    for node in (inner for statement in nodes for inner in ast.walk(statement)):
        if isinstance(node, ast.Subscript):
            array = node.value
            name = array.attr if isinstance(array, ast.Attribute) else getattr(array, "id", "")
            parts.setdefault(name, set()).add(_part(node.slice))
    return any({_FIRST, _OTHERS} <= found and meaning(n, ("w",), "") for n, found in parts.items())


def _part(index: ast.expr) -> str:
    """Name the part that an index takes, if it is the first entry or all others."""
    match index:
        case ast.Constant(value=int(first)) if first == 0:
            return _FIRST
        case ast.Slice(lower=ast.Constant(value=1), upper=None, step=None):
            return _OTHERS
    return ""
