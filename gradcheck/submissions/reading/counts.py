"""Counts that are written as numbers: code that divides by how many examples its own data have."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gradcheck.submissions.reading.files import Source

_LEAST = 3  # halves and doubles count nothing
MOST = 1000  # examples that are drawn for it


@dataclass(frozen=True)
class Counts:
    """The numbers that may count examples.

    Parameters
    ----------
    divisors : tuple of int
        What is divided by, or how many ones stand beside the data, in the order of the text.
    seen : frozenset of int
        The sizes of the submission's own data, as far as its text shows them.
    """

    divisors: tuple[int, ...]
    seen: frozenset[int]


def counts_of(source: Source) -> Counts:
    """Find the numbers that the code divides by, and the sizes of its data, by reading.

    >>> from gradcheck.submissions.reading.files import read_bytes
    >>> counts_of(read_bytes("a.py", b"def f(x): return x.sum() / 209")).divisors
    (209,)
    """
    statements = [node for piece in source.pieces for node in _parsed(piece.source)]
    statements += [known.statement for known in source.loose]
    named = {name: number for node in statements for name, number in _constants(node)}
    found = (n for node in statements for n in _divisors(node, named))
    apart = [node for node in statements if not isinstance(node, _CODE)]
    seen = frozenset(size for node in apart for size in _sizes(node))
    return Counts(tuple(dict.fromkeys(n for n in found if _LEAST <= n <= MOST)), seen)


_CODE = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.If)


def _parsed(text: str) -> Sequence[ast.stmt]:
    try:
        return ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()


def _constants(node: ast.stmt) -> Iterator[tuple[str, int]]:
    if isinstance(node, ast.Assign) and (number := _whole(node.value)) is not None:
        yield from ((target.id, number) for target in node.targets if isinstance(target, ast.Name))


def _divisors(node: ast.stmt, named: dict[str, int]) -> Iterator[int]:
    for inner in ast.walk(node):
        if isinstance(inner, (ast.BinOp, ast.AugAssign)) and isinstance(inner.op, ast.Div):
            below = inner.right if isinstance(inner, ast.BinOp) else inner.value
            yield from _numbers(ast.walk(below), named)
        elif isinstance(inner, ast.Call) and _name(inner.func) in ("ones", "full"):
            yield from _numbers(ast.walk(inner), named)


def _numbers(nodes: Iterable[ast.AST], named: dict[str, int]) -> Iterator[int]:
    for node in nodes:
        number = named.get(node.id) if isinstance(node, ast.Name) else _whole(node)
        if number is not None:
            yield number


def _sizes(node: ast.stmt) -> Iterator[int]:
    """Yield what a statement says of sizes: its numbers, and how long its lists are."""
    for inner in ast.walk(node):
        number = _whole(inner)
        if number is not None:
            yield number
        elif isinstance(inner, (ast.List, ast.Tuple)):
            yield len(inner.elts)


def _whole(node: ast.AST) -> int | None:
    value = node.value if isinstance(node, ast.Constant) else None
    whole = isinstance(value, (int, float)) and not isinstance(value, bool) and value == value // 1
    return int(value) if whole and isinstance(value, (int, float)) else None


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
