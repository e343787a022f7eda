"""The parts of a formula that carry a mistake in it: any of them may have a line of its own."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TypeGuard

from gradcheck.submissions.reference.formulas import Formula


def carriers(wrong: Formula, right: Formula) -> tuple[str, ...]:
    """Give the parts of a wrong formula that carry its mistake, without the whole.

    A name alone is none, nor what stands for one, nor is a part that stands in the right formula as
    well: these may be right where they are set.

    >>> carriers(Formula("J", "-sum(Y * log(Y)) / m"), Formula("J", "-sum(Y * log(A)) / m"))
    ('log(Y)', 'Y * log(Y)', 'sum(Y * log(Y))', '-sum(Y * log(Y))')
    """
    parts = [mine for mine, theirs in _apart(wrong.tree, right.tree) if not _is_name(theirs)]
    if parts:  # what is summed may be another loss
        parts += [node.args[0] for node in ast.walk(parts[-1]) if _sums(node)]
    inside = {ast.unparse(node) for node in ast.walk(right.tree)}
    texts = [ast.unparse(part) for part in parts[::-1] if not _is_name(part)]
    return tuple(text for text in texts if text not in inside and text != ast.unparse(wrong.tree))


def remainder(wrong: Formula, right: Formula) -> tuple[str, str] | None:
    """Give what is left of a sum and what of it is lost, or None.

    >>> remainder(Formula("Z", "W @ X"), Formula("Z", "W @ X + b"))
    ('W @ X', 'b')
    """
    *_, (left, whole) = _apart(wrong.tree, right.tree)
    match whole:
        case ast.BinOp(one, ast.Add(), other):
            sides, kept = [ast.unparse(one), ast.unparse(other)], ast.unparse(left)
            return (kept, sides[1 - sides.index(kept)]) if kept in sides else None
    return None


def _sums(node: ast.AST) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "sum"


def _is_name(node: ast.AST) -> bool:
    while isinstance(node, ast.Attribute):  # W2.T
        node = node.value
    return isinstance(node, ast.Name)


def _apart(one: ast.AST, other: ast.AST) -> Iterator[tuple[ast.expr, ast.AST]]:
    """Yield the expressions of two trees, from the whole down to where they part."""
    if isinstance(one, ast.expr):
        yield one, other
    mine, theirs = (list(ast.iter_child_nodes(node)) for node in (one, other))
    if type(one) is not type(other) or len(mine) != len(theirs):
        return
    pairs = [(a, b) for a, b in zip(mine, theirs, strict=True) if ast.dump(a) != ast.dump(b)]
    if len(pairs) == 1:
        yield from _apart(*pairs[0])
