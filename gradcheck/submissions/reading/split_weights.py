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
            parts.setdefault(name, set()).add(ast.unparse(node.slice))
    return any({_FIRST, _OTHERS} <= found and meaning(n, ("w",), "") for n, found in parts.items())
