"""How many labels a script writes out: the shape of what it keeps under a name, or nothing."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from math import prod

from gradcheck.submissions.reading.counts import parsed
from gradcheck.submissions.reading.files import Source
from gradcheck.submissions.reading.own import GROWS

Shape = tuple[int, ...]
_KEEP = frozenset({"astype", "copy"})
_SIZED = frozenset({"rand", "randn"})  # each argument is a size
_SHAPED = {
    **dict.fromkeys(("zeros", "ones", "empty", "full"), 0),
    **dict.fromkeys(("random", "random_sample", "standard_normal"), 0),
    **dict.fromkeys(("randint", "integers", "normal", "uniform", "binomial"), 2),
    "choice": 1,
}  # where the shape stands among the arguments
_INNER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def sizes_of(source: Source, name: str) -> frozenset[int]:
    """Give the sizes above 1 of what a script keeps under a name, where its text shows them.

    >>> from gradcheck.submissions.reading.files import read_bytes
    >>> sorted(sizes_of(read_bytes("a.py", b"y = np.array([[0, 1, 1]]); y = y.T"), "y"))
    [3]
    >>> sorted(sizes_of(read_bytes("a.py", b"y = np.tile(np.array([[0, 1]]), 5)"), "y"))
    []
    """
    shape: Shape | None = None
    for node in _in_order(source):
        match node:
            case ast.Assign(targets=targets, value=value) if name in _bare(targets):
                shape = _shape(value, {name: shape})
            case _ if not isinstance(node, _INNER) and _grows(node, name):
                shape = None
    return frozenset(size for size in shape or () if size > 1)


def _bare(targets: Sequence[ast.expr]) -> set[str]:
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _grows(statement: ast.stmt, name: str) -> bool:
    """Say whether a statement may give what a name holds another size."""
    for node in ast.walk(statement):
        match node:
            case ast.Name(id=found, ctx=ast.Store() | ast.Del()) if found == name:
                return True
            case ast.Attribute(value=ast.Name(id=found), ctx=ast.Store()) if found == name:
                return True
            case ast.Call(func=ast.Attribute(value=ast.Name(id=found), attr=attr)) if (
                found == name and attr in GROWS
            ):
                return True
    return False


def _in_order(source: Source) -> list[ast.stmt]:
    """Give the statements outside functions, in order."""
    pieces = [p for p in source.pieces if p.name == source.path]
    found = [
        (p.cell or 0, p.first_line + node.lineno, node) for p in pieces for node in parsed(p.source)
    ]
    found += [(k.piece.cell or 0, k.statement.lineno + 1, k.statement) for k in source.loose]
    return [node for *_, node in sorted(found, key=lambda known: known[:2])]


def _shape(value: ast.expr, known: dict[str, Shape | None]) -> Shape | None:
    """Give the shape of a value that is written out, and turned at most."""
    turns: list[Sequence[ast.expr] | None] = []
    scaled = False
    while (inner := _inside(value)) is not None:
        match value:
            case ast.Call(func=ast.Attribute(attr="reshape"), args=args):
                turns.append(args)
            case ast.Attribute() | ast.Call(func=ast.Attribute(attr="transpose")):
                turns.append(None)
            case ast.BinOp():
                scaled = True
        value = inner
    listed = isinstance(value, (ast.List, ast.Tuple))
    shape = None if scaled and listed else _made(value, known)  # [0, 1] * 5 is a longer list
    for turn in reversed(turns):
        if shape is not None:
            shape = shape[::-1] if turn is None else _reshaped(shape, turn)
    return shape


def _inside(value: ast.expr) -> ast.expr | None:
    """Give what a value is the same as, entry by entry, in another order, type or scale."""
    match value:
        case ast.Attribute(value=inner, attr="T"):
            return inner
        case ast.Call(func=ast.Attribute(value=inner, attr="reshape")):
            return inner
        case ast.Call(func=ast.Attribute(value=inner, attr="transpose"), args=[]):
            return inner
        case ast.Call(func=ast.Attribute(value=inner, attr=attr)) if attr in _KEEP:
            return inner
        case (
            ast.BinOp(left=inner, right=ast.Constant())
            | ast.BinOp(left=ast.Constant(), right=inner)
        ):
            return inner
        case ast.Compare(left=inner, comparators=[ast.Constant()]):
            return inner
    return None


def _made(value: ast.expr, known: dict[str, Shape | None]) -> Shape | None:
    """Give the shape of a literal, of an array of one, or of what makes arrays of a shape."""
    match value:
        case ast.Name(id=name):
            return known.get(name)
        case ast.List() | ast.Tuple():
            return _literal(value)
        case ast.Call(func=ast.Attribute(attr=maker) | ast.Name(id=maker), args=args):
            given = {k.arg: k.value for k in value.keywords}
            if maker in ("array", "asarray") and len(args) == 1 and given.keys() <= {"dtype"}:
                return _literal(args[0])
            if maker in _SIZED:
                return _numbers(args)
            place = _SHAPED.get(maker)
            written = given.get("size", given.get("shape"))
            if place is not None and written is None and len(args) > place:
                written = args[place]
            return _numbers(_parts(written)) if place is not None and written else None
    return None


def _literal(value: ast.expr) -> Shape | None:
    """Give the shape of numbers in a list, or in a list of lists."""
    try:
        rows = ast.literal_eval(value)
    except (ValueError, TypeError, RecursionError, MemoryError):
        return None
    if not isinstance(rows, (list, tuple)) or not rows:
        return None
    if all(isinstance(row, (int, float)) for row in rows):
        return (len(rows),)
    if not all(isinstance(row, (list, tuple)) for row in rows):
        return None
    lengths = {len(row) for row in rows}
    flat = all(isinstance(entry, (int, float)) for row in rows for entry in row)
    return (len(rows), *lengths) if flat and len(lengths) == 1 else None


def _parts(value: ast.expr) -> Sequence[ast.expr]:
    return value.elts if isinstance(value, (ast.Tuple, ast.List)) else [value]


def _numbers(parts: Sequence[ast.expr]) -> Shape | None:
    """Give sizes that are written as whole numbers, all of them."""
    found = tuple(p.value for p in parts if isinstance(p, ast.Constant) and type(p.value) is int)
    return found if found and len(found) == len(parts) else None


def _reshaped(shape: Shape, arguments: Sequence[ast.expr]) -> Shape | None:
    """Give the new shape; one size may be left open, as -1."""
    parts = _parts(arguments[0]) if len(arguments) == 1 else arguments
    sizes = [p for p in parts if not isinstance(p, ast.UnaryOp)]
    known = _numbers(sizes) if sizes else ()
    if known is None or len(parts) - len(sizes) > 1:
        return None
    open_size = (prod(shape) // max(1, prod(known)),) if len(parts) > len(sizes) else ()
    return (*known, *open_size)
