"""Which line of a function sets a name, and what is packed under one; found by reading."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from gradcheck.submissions.reading.names import ARRAYS, OUTPUT, plain

Body = ast.FunctionDef | ast.Lambda
WRAPPERS = frozenset({"squeeze", "float", "asarray", "array"})
_LAYERED = frozenset({"w", "b", "dw", "db", "z", "a", "dz"})


def assignments(nodes: Iterable[ast.AST]) -> dict[str, int]:
    """Give the line that computes each name; ``J = np.squeeze(J)`` and ``Y_hat = Z`` don't."""
    found: dict[str, int] = {}
    setting = (ast.Assign, ast.AugAssign, ast.Dict)
    inner = [node for node in nodes if isinstance(node, setting)]
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


def _targets(node: ast.Assign | ast.AugAssign | ast.Dict) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant):
                yield str(key.value), value
        return
    for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
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
    return (str(key.value),) if isinstance(key, ast.Constant) else layered(key)


def layered(node: ast.expr) -> tuple[str, ...]:
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
    while isinstance(value, ast.Call) and called(value) in WRAPPERS and len(value.args) == 1:
        value = value.args[0]
    return value.id if isinstance(value, ast.Name) else ""


def packed(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield names with the names packed under them: ``cache = (Z1, A1)``."""
    for inner in nodes:
        if isinstance(inner, ast.Assign) and isinstance(inner.value, (ast.Tuple, ast.List)):
            names = [part.id for part in inner.value.elts if isinstance(part, ast.Name)]
            if len(names) == len(inner.value.elts) and isinstance(inner.targets[0], ast.Name):
                yield inner.targets[0].id, tuple(names)


def called(call: ast.Call) -> str:
    """Give the plain name of what is called, or nothing."""
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
