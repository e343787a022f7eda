"""Counts that are written as numbers: code that divides by how many examples its own data have."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gradcheck.submissions.reading.files import Source
from gradcheck.submissions.reading.names import meaning
from gradcheck.submissions.reading.steps import PARAMETERS

_LEAST = 3  # halves and doubles count nothing
MOST = 1000  # examples that are drawn for it
_PAIRED = frozenset({"randn", "rand", "reshape"})  # calls of two sizes
_LABELS = ("Y",)
_TURNS = frozenset({"T", "transpose", "swapaxes"})
Named = Mapping[str, int]
Shape = tuple[int | None, int | None]


@dataclass(frozen=True)
class Counts:
    """The numbers that may count examples.

    Parameters
    ----------
    divisors : tuple of int
        What is divided by, or how many ones stand beside the data, in the order of the text.
    rows, columns : frozenset of int
        How many the submission's own arrays have, as far as its text shows them.
    labels : frozenset of int
        The sizes of its labels above 1.
    """

    divisors: tuple[int, ...]
    rows: frozenset[int]
    columns: frozenset[int]
    labels: frozenset[int]

    def contradict(self, number: int) -> bool:
        """Say whether there are labels, and not so many."""
        return bool(self.labels) and number not in self.labels

    def shows(self, number: int, *, in_rows: bool) -> bool:
        """Say whether own arrays have so many rows, or columns: the number of features is none."""
        return number in (self.rows if in_rows else self.columns)


def counts_of(source: Source) -> Counts:
    """Find the numbers that the code divides by, and the sizes of its data, by reading.

    >>> from gradcheck.submissions.reading.files import read_bytes
    >>> counts_of(read_bytes("a.py", b"def f(x): return x.sum() / 209")).divisors
    (209,)
    """
    statements = [node for piece in source.pieces for node in parsed(piece.source)]
    statements += [known.statement for known in source.loose]
    named = {name: number for node in statements for name, number in _constants(node)}
    found = (n for node in statements for n in _divisors(node, named))
    apart = [node for node in statements if not isinstance(node, _CODE)]
    data = [node for node in apart if not _sets(node, PARAMETERS)]
    shapes = [shape for node in data for shape in _shapes(node, named)]
    named_labels = (node for node in data if _sets(node, _LABELS))
    labels = {n for node in named_labels for shape in _written(node, named) for n in shape}
    return Counts(
        tuple(dict.fromkeys(n for n in found if _LEAST <= n <= MOST)),
        frozenset(rows for rows, _ in shapes if rows),
        frozenset(columns for _, columns in shapes if columns),
        frozenset(n for n in labels if n and n > 1),
    )


_CODE = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.If)


def parsed(text: str) -> Sequence[ast.stmt]:
    """Give the statements of a text, none where it is no Python."""
    try:
        return ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()


def _constants(node: ast.stmt) -> Iterator[tuple[str, int]]:
    if isinstance(node, ast.Assign) and (number := _whole(node.value)) is not None:
        yield from ((target.id, number) for target in node.targets if isinstance(target, ast.Name))


def _divisors(node: ast.stmt, named: Named) -> Iterator[int]:
    for inner in ast.walk(node):
        if isinstance(inner, (ast.BinOp, ast.AugAssign)) and isinstance(inner.op, ast.Div):
            below = inner.right if isinstance(inner, ast.BinOp) else inner.value
            yield from _numbers(ast.walk(below), named)
        elif isinstance(inner, ast.Call) and _name(inner.func) in ("ones", "full"):
            yield from _numbers(ast.walk(inner), named)


def _numbers(nodes: Iterable[ast.AST], named: Named) -> Iterator[int]:
    for node in nodes:
        number = _number(node, named)
        if number is not None:
            yield number


def _number(node: ast.AST, named: Named) -> int | None:
    return named.get(node.id) if isinstance(node, ast.Name) else _whole(node)


def _sets(node: ast.stmt, quantities: Sequence[str]) -> bool:
    """Say whether a statement sets a quantity and nothing else: a pair says less of sizes."""
    targets = node.targets if isinstance(node, ast.Assign) else []
    return any(isinstance(t, ast.Name) and meaning(t.id, quantities, "") for t in targets)


def _shapes(node: ast.stmt, named: Named) -> Iterator[Shape]:
    """Yield the shapes that a statement shows of arrays; of one axis, or turned, for both."""
    turned = any(isinstance(n, ast.Attribute) and n.attr in _TURNS for n in ast.walk(node))
    for shape in _written(node, named):
        yield shape
        if turned:
            yield shape[::-1]
    calls = (n for n in ast.walk(node) if isinstance(n, ast.Call) and not _is_pair(n))
    given = (a for call in calls for a in (*call.args, *(k.value for k in call.keywords)))
    yield from ((number, number) for a in given if (number := _number(a, named)))


def _written(node: ast.AST, named: Named) -> Iterator[Shape]:
    """Yield the shapes of lists, and those that are written out."""
    left = [node]
    while left:
        node = left.pop()
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
            continue  # what data are multiplied by is none
        inner: Iterable[ast.AST] = ast.iter_child_nodes(node)
        if isinstance(node, ast.List) and node.elts:
            first = node.elts[0]
            nested = first.elts if isinstance(first, (ast.List, ast.Tuple)) else node.elts
            yield len(node.elts), len(nested)
            inner = ()
        elif isinstance(node, ast.Tuple) and len(node.elts) == 2:
            yield _number(node.elts[0], named), _number(node.elts[1], named)
        elif isinstance(node, ast.Call) and _is_pair(node):
            yield _number(node.args[0], named), _number(node.args[1], named)
        elif isinstance(node, ast.Subscript):
            inner = (node.value,)
        left.extend(inner)


def _is_pair(call: ast.Call) -> bool:
    return len(call.args) == 2 and _name(call.func) in _PAIRED


def _whole(node: ast.AST) -> int | None:
    value = node.value if isinstance(node, ast.Constant) else None
    whole = isinstance(value, (int, float)) and not isinstance(value, bool) and value == value // 1
    return int(value) if whole and isinstance(value, (int, float)) else None


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def entries_of(source: Source) -> set[int]:
    """Give the numbers that entries and columns of arrays are named by: 0 and 1 of ``theta[1]``."""
    found: set[int] = set()
    statements = (node for piece in source.pieces for node in parsed(piece.source))
    for node in (inner for statement in statements for inner in ast.walk(statement)):
        if isinstance(node, ast.Subscript) and not _is_of_shape(node.value):
            constants = (n.value for n in ast.walk(node.slice) if isinstance(n, ast.Constant))
            found |= {value for value in constants if type(value) is int}
    return found


def _is_of_shape(value: ast.expr) -> bool:
    """Say whether a value is a shape: ``X.shape``, ``np.shape(X)``, ``the_shape``."""
    nodes = ast.walk(value)
    return any("shape" in _name(n) for n in nodes if isinstance(n, (ast.Name, ast.Attribute)))
