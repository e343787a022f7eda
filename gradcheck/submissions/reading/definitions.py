"""The definitions of a submission, found by reading it; nothing is run here."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from gradcheck.submissions.reading.names import ARRAYS, OUTPUT, plain

_DEFINING = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
_WRAPPERS = frozenset({"squeeze", "float", "asarray", "array"})
_MAKERS = frozenset(
    {"array", "float", "int", "float32", "float64", "dict", "list", "tuple", "sqrt"}
)
_MAKERS |= {"str", "bool", "object"}  # in a type that is given a name
_LAYERED = frozenset({"w", "b", "dw", "db", "z", "a", "dz"})


@dataclass(frozen=True)
class Definition:
    """A function as it stands in the source.

    Parameters
    ----------
    name : str
    parameters : tuple of str
        The positional ones, in order.
    required : int
        How many of them have no default.
    returned : tuple of (str or None)
        The names in the last return, as far as they are names: ``(None, "cache")``.
    words : frozenset of str
        Every name, attribute and string constant in the body.
    free : frozenset of str
        The names that it reads and does not set itself, builtins left out.
    line : int
    cell : int or None
    set_at : mapping of str to int
        The line that last assigns to a name or a key: ``grads["dw"] = ...``, ``{"dw": ...}``.
    return_line : int or None
        The line of the last return.
    tuples : mapping of str to tuple of str
        The names packed under a name: ``cache = (Z1, A1, Z2, A2)``.
    """

    name: str
    parameters: tuple[str, ...]
    required: int
    returned: tuple[str | None, ...]
    words: frozenset[str]
    free: frozenset[str]
    line: int
    cell: int | None
    set_at: Mapping[str, int]
    return_line: int | None = None
    tuples: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def is_definition(statement: ast.stmt, constants: frozenset[str]) -> bool:
    """Say whether a statement only defines, imports or sets a constant.

    Parameters
    ----------
    statement : ast.stmt
    constants : frozenset of str
        The names that earlier statements of this kind have set.
    """
    if isinstance(statement, _DEFINING):
        return True
    if isinstance(statement, ast.Try):
        return all(isinstance(inner, (ast.Import, ast.ImportFrom)) for inner in statement.body)
    if isinstance(statement, ast.AnnAssign) and statement.value is not None:
        return _is_bare(statement.target) and _is_constant(statement.value, constants)
    if isinstance(statement, ast.Assign):
        return all(map(_is_bare, statement.targets)) and _is_constant(statement.value, constants)
    return False


def _is_bare(target: ast.expr) -> bool:
    parts = target.elts if isinstance(target, ast.Tuple) else [target]
    return all(isinstance(part, ast.Name) for part in parts)


def _is_constant(value: ast.expr, constants: frozenset[str]) -> bool:
    if isinstance(value, ast.Lambda):
        return True
    for node in ast.walk(value):
        if isinstance(node, ast.Call) and _called(node) not in _MAKERS:
            return False
        if isinstance(node, (ast.Await, ast.NamedExpr, ast.Lambda)):
            return False
        if isinstance(node, ast.Subscript) and not isinstance(node.value, ast.Name):
            return False  # Dict[str, float] is a constant, sys.argv[1] is not
        if isinstance(node, ast.Name) and node.id not in constants | _MAKERS:
            return False
    return True


def _called(call: ast.Call) -> str:
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def names_set_by(statement: ast.stmt) -> frozenset[str]:
    """Give the names that a defining statement binds in the module."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return frozenset({statement.name})
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return frozenset((a.asname or a.name).split(".")[0] for a in statement.names)
    nodes = ast.walk(statement)
    return frozenset(
        n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    )


def functions_in(statement: ast.stmt, cell: int | None) -> Iterator[Definition]:
    """Give the function that a statement defines, with ``def`` or as ``name = lambda``."""
    if isinstance(statement, ast.FunctionDef):
        yield _definition(statement.name, statement, cell)
    elif isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Lambda):
        for target in statement.targets:
            if isinstance(target, ast.Name):
                yield _definition(target.id, statement.value, cell)


def _definition(name: str, node: ast.FunctionDef | ast.Lambda, cell: int | None) -> Definition:
    arguments = [*node.args.posonlyargs, *node.args.args]
    inner = [n for part in _body(node) for n in ast.walk(part)]
    read = {n.id for n in inner if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    stored = {n.id for n in inner if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
    stored |= {n.arg for n in inner if isinstance(n, ast.arg)} | {a.arg for a in arguments}
    strings = {n.value for n in inner if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    strings |= {n.attr for n in inner if isinstance(n, ast.Attribute)}
    strings |= {key for n in inner if isinstance(n, ast.expr) for key in _layered(n)}
    return Definition(
        name,
        tuple(argument.arg for argument in arguments),
        len(arguments) - len(node.args.defaults),
        _returned(node),
        frozenset(read | stored | strings),
        frozenset(read - stored - set(dir(builtins))),
        node.lineno,
        cell,
        MappingProxyType(_assignments(node)),
        _return_line(node),
        MappingProxyType(dict(_packed(node))),
    )


def _assignments(node: ast.FunctionDef | ast.Lambda) -> dict[str, int]:
    """Give the line that computes each name; ``J = np.squeeze(J)`` and ``Y_hat = Z`` don't."""
    found: dict[str, int] = {}
    inner = [n for n in ast.walk(node) if isinstance(n, (ast.stmt, ast.Dict))]
    for statement in sorted(inner, key=lambda n: n.lineno):
        for name, value in _targets(statement):
            if isinstance(statement, ast.AugAssign):
                mean = (
                    isinstance(value, ast.Name) and value.id == "m"
                )  # J /= m ends what J += began
                found[name] = found.get(name, statement.lineno) if mean else statement.lineno
                continue
            bare = isinstance(value, ast.Name) and isinstance(statement, ast.Assign)
            chosen = bare and ARRAYS.get(plain(name)) != OUTPUT  # A1 = Z1 may be the mistake
            source = "" if chosen else _passed_on(value)
            line = value.lineno if isinstance(statement, ast.Dict) else statement.lineno
            found[name] = found.get(source, line)
    return found


def _targets(node: ast.stmt | ast.Dict) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant):
                yield str(key.value), value
        return
    if isinstance(node, (ast.Assign, ast.AugAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in targets:
            for part in ast.walk(target):
                for name in _names(part):
                    yield name, node.value


def _names(node: ast.AST) -> tuple[str, ...]:
    if isinstance(node, ast.Name):
        return (node.id,)
    if isinstance(node, ast.Attribute):
        return (node.attr,)
    if not isinstance(node, ast.Subscript):
        return ()
    key = node.slice
    return (str(key.value),) if isinstance(key, ast.Constant) else _layered(key)


def _layered(node: ast.expr) -> tuple[str, ...]:
    """Give the keys that a loop over the layers makes: ``"dW" + str(l)``, ``f"dW{l}"``."""
    start: ast.expr | None = None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        start = node.left
    elif isinstance(node, ast.JoinedStr):
        start = node.values[0]
    text = start.value if isinstance(start, ast.Constant) else None
    if isinstance(text, str) and plain(text) in _LAYERED:
        return f"{text}1", f"{text}2"
    return ()


def _passed_on(value: ast.expr) -> str:
    """Give the name that a value merely passes on, or nothing."""
    while isinstance(value, ast.Call) and _called(value) in _WRAPPERS and len(value.args) == 1:
        value = value.args[0]
    return value.id if isinstance(value, ast.Name) else ""


def _packed(node: ast.FunctionDef | ast.Lambda) -> Iterator[tuple[str, tuple[str, ...]]]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Assign) and isinstance(inner.value, (ast.Tuple, ast.List)):
            names = [part.id for part in inner.value.elts if isinstance(part, ast.Name)]
            if len(names) == len(inner.value.elts) and isinstance(inner.targets[0], ast.Name):
                yield inner.targets[0].id, tuple(names)


def _body(node: ast.FunctionDef | ast.Lambda) -> list[ast.AST]:
    return [node.body] if isinstance(node, ast.Lambda) else list(node.body)


def _return_line(node: ast.FunctionDef | ast.Lambda) -> int | None:
    lines = [inner.lineno for inner in ast.walk(node) if isinstance(inner, ast.Return)]
    return max(lines, default=None)


def _returned(node: ast.FunctionDef | ast.Lambda) -> tuple[str | None, ...]:
    if isinstance(node, ast.Lambda):
        return ()
    returns = [n for part in node.body for n in ast.walk(part) if isinstance(n, ast.Return)]
    if not returns or returns[-1].value is None:
        return ()
    value = returns[-1].value
    parts = value.elts if isinstance(value, (ast.Tuple, ast.List)) else [value]
    return tuple(part.id if isinstance(part, ast.Name) else None for part in parts)
