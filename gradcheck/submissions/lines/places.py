"""The line of a submission that a mistake stands in: by the values it sets, then by its names."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from gradcheck.sandbox import Piece
from gradcheck.submissions.diagnosis.held import RESIDUALS
from gradcheck.submissions.reading.assignments import WRAPPERS, called
from gradcheck.submissions.reading.definitions import Definition
from gradcheck.submissions.reading.names import ARRAYS, OUTPUT, plain

# Mistakes in how often a thing is counted, not in what is counted.
COUNTS = ("missing-mean", "double-mean", "wrong-count", "wrong-scale", "cost-scale")

# Mistakes in the factor that makes dZ from dA.
FACTORS = (
    "derivative-at-activation",
    "other-activation-derivative",
    "extra-activation-derivative",
)
RETURNED = "return"  # the name of what a function returns; its parts are return0, return1, ...
ALIAS = "alias"  # one array where another belongs, and nothing else done to it


@dataclass(frozen=True)
class Setter:
    """A statement that gives a name its value.

    Parameters
    ----------
    name : str
        A variable, an attribute or a key.
    line : int
    kind : {"set", "added", "rescaled", "passed", "handed"}
        ``dw = ...``, ``dw += ...``, ``dw = dw / m``, ``dw = np.squeeze(dw)`` or ``dw = other``,
        ``return dw``.
    """

    name: str
    line: int
    kind: str


def line_of(function: Definition, quantities: Iterable[str]) -> int | None:
    """Give the line that last sets the first of some quantities that the function names.

    Where it names none of them, the line that computes what it returns; None if there is none.

    >>> line_of(Definition("f", (), 0, (), frozenset(), frozenset(), 1, None, {"dw1": 7}), ["dW1"])
    7
    """
    for quantity in quantities:
        same = [line for name, line in function.set_at.items() if means(name, quantity)]
        if same:
            return max(same)
    returned = [function.set_at.get(name or "") for name in function.returned]
    known = [line for line in returned if line is not None]
    return known[0] if len(function.returned) == 1 and known else function.return_line


def line_for(setters: Sequence[Setter], names: Iterable[str], code: str) -> int | None:
    """Give the line that a mistake of a kind stands in, of those that set some names.

    A sum that is built in a loop has two lines: what is added, and what the sum is divided by.
    """
    known = frozenset(names)
    own = [setter for setter in setters if setter.name in known]
    summed = any(setter.kind == "added" for setter in own)
    whole = () if summed else ("set",)  # dw = 0 before the loop is no mistake
    order = ("added", *whole, "rescaled", "passed", "set")
    if code in FACTORS:  # dA * g'(Z), where dA may have had the same name
        order = ("added", "rescaled", *whole, "passed", "set")
    if code == "missing-mean" and summed:  # a total is right as such; to return it is not
        order = ("rescaled", "passed", "handed", *order)
    elif code in COUNTS:
        order = ("rescaled", *(("passed",) if summed else ()), *whole, "added", "passed", "set")
    if code in (ALIAS, "missing-activation-derivative"):  # dZ = dA, which is right itself
        order = ("passed", *order)
    lines = [[s.line for s in own if s.kind == kind] for kind in order]
    return next((found[-1] for found in lines if found), None)


def named_like(setters: Sequence[Setter], quantity: str, sharing: Sequence[str]) -> Iterator[str]:
    """Yield the names that mean a quantity.

    Parameters
    ----------
    setters : sequence of Setter
    quantity : str
    sharing : sequence of str
        The quantities that one name may hold one after the other, in this order: dZ2, then dZ1.
    """
    for setter in setters:
        if means(setter.name, quantity) or (quantity in sharing and plain(setter.name) == "dz"):
            yield setter.name


def setters_in(pieces: Sequence[Piece], function: Definition) -> tuple[Setter, ...]:
    """Give what a function's statements set, from the first line to the last."""
    node = node_of(pieces, function)
    if node is None:
        return ()
    found = [*_returns(node), *(s for part in ast.walk(node) for s in _setters(part))]
    return tuple(sorted(found, key=lambda setter: setter.line))


def changing_line(pieces: Sequence[Piece], function: Definition, name: str) -> int | None:
    """Give the line that changes an argument in place: ``w -= ...`` or ``W["b"][:] = ...``."""
    inner = nodes_of(pieces, function)
    added = [part for part in inner if isinstance(part, ast.AugAssign)]
    stores = [(part.target, part.lineno) for part in added]
    for part in inner:
        if isinstance(part, ast.Assign):
            stores += [(t, part.lineno) for t in part.targets if isinstance(t, ast.Subscript)]
    for target, line in stores:
        if any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(target)):
            return line
    # W = parameters["W"], and then W -= ...
    return min((part.lineno for part in added), default=None)


def loop_line(pieces: Sequence[Piece], function: Definition) -> int | None:
    """Give the line of a function's first loop."""
    inner = nodes_of(pieces, function)
    return min((n.lineno for n in inner if isinstance(n, (ast.For, ast.While))), default=None)


def divisors_in(pieces: Sequence[Piece], function: Definition) -> frozenset[str]:
    """Name what a function divides by."""
    return frozenset(
        name.id
        for part in nodes_of(pieces, function)
        if isinstance(part, (ast.BinOp, ast.AugAssign)) and isinstance(part.op, ast.Div)
        for name in ast.walk(part.right if isinstance(part, ast.BinOp) else part.value)
        if isinstance(name, ast.Name)
    )


def node_of(pieces: Sequence[Piece], function: Definition) -> ast.AST | None:
    """Give the tree of a function, with the lines of its file or cell; None for a part of one."""
    return next(iter(nodes_of(pieces, function)), None)


def nodes_of(pieces: Sequence[Piece], function: Definition) -> tuple[ast.AST, ...]:
    """Give all nodes in the tree of a function, its root first; none for a part of one."""
    return _nodes(tuple(pieces), function.line, function.cell)


def sets_globals(pieces: Sequence[Piece], function: Definition) -> bool:
    """Say whether a function leaves what it computes in globals."""
    return any(isinstance(node, ast.Global) for node in nodes_of(pieces, function))


@lru_cache(maxsize=32)  # of the submission that is judged now
def _nodes(pieces: tuple[Piece, ...], line: int, cell: int | None) -> tuple[ast.AST, ...]:
    for piece in pieces:
        last = piece.first_line + piece.source.count("\n") + 1
        if piece.cell == cell and piece.first_line <= line <= last:
            above = "\n" * (piece.first_line - 1)  # so that its lines are those of the file
            for node in ast.walk(ast.parse(above + piece.source)):
                if isinstance(node, (ast.FunctionDef, ast.Lambda)) and node.lineno == line:
                    return tuple(ast.walk(node))
    return ()


def _setters(node: ast.AST) -> Iterator[Setter]:
    match node:
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if isinstance(key, ast.Constant) and not isinstance(value, ast.Name):
                    yield Setter(str(key.value), value.lineno, "set")
        case ast.AugAssign(target=target, op=op, lineno=line):
            kind = "added" if isinstance(op, (ast.Add, ast.Sub)) else "rescaled"
            yield from (Setter(name, line, kind) for name in _names(target))
        case ast.Assign(targets=targets):
            parts = [p for t in targets for p in (t.elts if isinstance(t, ast.Tuple) else [t])]
            yield from (_setter(name, node) for part in parts for name in _names(part))


def _returns(function: ast.AST) -> Iterator[Setter]:
    """Give what a function itself returns, the functions inside it left out."""
    if isinstance(function, ast.Lambda):
        yield _returned(RETURNED, function.body)
    for part in () if isinstance(function, ast.Lambda) else _statements(function):
        if isinstance(part, ast.Return) and isinstance(part.value, ast.Tuple):
            parts = enumerate(part.value.elts)
            yield from (_returned(f"{RETURNED}{index}", inner) for index, inner in parts)
        elif isinstance(part, ast.Return) and part.value is not None:
            yield _returned(RETURNED, part.value)


def _statements(node: ast.AST) -> Iterator[ast.stmt]:
    for inner in ast.iter_child_nodes(node):
        if isinstance(inner, ast.stmt):
            yield inner
        if not isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield from _statements(inner)


def _returned(name: str, value: ast.expr) -> Setter:
    """Say what a return does: ``return total / m`` rescales, ``return float(J)`` hands over."""
    scales = isinstance(value, ast.BinOp) and isinstance(value.op, (ast.Div, ast.Mult))
    if scales and isinstance(value, ast.BinOp) and isinstance(value.left, ast.Name):
        return Setter(name, value.lineno, "rescaled")
    inner = value
    while isinstance(inner, ast.Call) and len(inner.args) == 1 and called(inner) in WRAPPERS:
        inner = inner.args[0]
    held = isinstance(inner, (ast.Name, ast.Subscript))
    return Setter(name, value.lineno, "handed" if held else "set")


def _setter(name: str, node: ast.Assign) -> Setter:
    value = node.value
    kind = "set"
    if isinstance(value, ast.BinOp) and isinstance(value.op, (ast.Div, ast.Mult)):
        kind = "rescaled" if _passes_on(value.left, name) else "set"
    elif isinstance(value, ast.BinOp) and isinstance(value.op, (ast.Add, ast.Sub)):
        kind = "added" if _passes_on(value.left, name) else "set"
    elif isinstance(value, ast.Name) or _passes_on(value, name):
        kind = "passed"
    return Setter(name, node.lineno, kind)


def _passes_on(node: ast.expr, name: str) -> bool:
    while isinstance(node, ast.Call) and len(node.args) == 1:
        node = node.args[0]
    while isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Div, ast.Mult)):
        node = node.left
    return name in _names(node)


def _names(node: ast.AST) -> tuple[str, ...]:
    """Give the names that a target goes by; of ``grads["dW" + str(l)]`` the part that is known."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return (name,)
        case ast.Subscript(slice=ast.Constant(value=str() as key)):
            return (key,)
        case ast.Subscript(slice=ast.BinOp(left=ast.Constant(value=str() as start))):
            return tuple(f"{start}{layer}" for layer in (1, 2))
        case ast.Subscript(slice=ast.JoinedStr(values=[ast.Constant(value=str() as start), *_])):
            return tuple(f"{start}{layer}" for layer in (1, 2))
        case ast.Subscript(value=inner):
            return _names(inner)
    return ()


def means(name: str, quantity: str) -> bool:
    """Say whether a name is one of a quantity's."""
    word, wanted = plain(name), plain(quantity)
    if word == wanted or (word in {"dz", *RESIDUALS} and wanted in ("dz", "dyhat")):
        return True
    spelt = ARRAYS.get(word)
    output = ARRAYS.get(wanted) == OUTPUT or wanted == "a2"
    return spelt is not None and (spelt == quantity or (spelt == OUTPUT and output))
