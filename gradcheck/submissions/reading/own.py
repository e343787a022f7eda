"""The script's own values of what a step is given, where its statements alone make them."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from gradcheck.submissions.reading.defining import names_set_by

_BLOCKS = (ast.For, ast.While, ast.If, ast.With, ast.Try, ast.Match)
GROWS = frozenset(
    {"append", "extend", "insert", "pop", "remove", "clear", "resize", "update", "add"}
)  # methods after which a list or an array has another size


def own_data(earlier: Sequence[ast.stmt], given: Sequence[str], kept: Sequence[ast.stmt]) -> str:
    """Write the body of a function that gives the script's own values.

    Parameters
    ----------
    earlier : sequence of ast.stmt
        All that is done before the loop.
    given : sequence of str
        What the values are wanted of.
    kept : sequence of ast.stmt
        Those of the earlier statements that set what they rest on.

    Returns
    -------
    str
        Nothing where a block makes the values, as it may run for long, or where another
        statement changes one without setting its name: ``X.append(x)``, ``y.shape = 5, 1``.
    """
    names = frozenset(given).union(*map(names_set_by, kept))
    known = {id(statement) for statement in kept}
    others = [statement for statement in earlier if id(statement) not in known]
    blocks = any(isinstance(statement, _BLOCKS) for statement in kept)
    if blocks or any(_changes(statement, names) for statement in others):
        return ""
    text = "\n".join(map(ast.unparse, kept))
    lines = ["    known = dict(globals())", f"    exec({text!r}, known)"]
    return "\n".join([*lines, f"    return [known[name] for name in {list(given)!r}]"])


def _changes(statement: ast.stmt, names: AbstractSet[str]) -> bool:
    """Say whether a statement may change what a name holds, or what it was made of."""
    nodes = list(ast.walk(statement))
    if isinstance(statement, _BLOCKS):
        if any(isinstance(node, ast.Name) and node.id in names for node in nodes):
            return True
    elif _shows(statement, names):
        return False
    return any(_changes_in_place(node, names) for node in nodes)


def _shows(statement: ast.stmt, names: AbstractSet[str]) -> bool:
    """Say whether a statement only prints or plots."""
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Name(id="print"))):
            return True
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=module)))):
            return module not in names and module in ("plt", "pyplot", "pylab")
    return False


def _changes_in_place(node: ast.AST, names: AbstractSet[str]) -> bool:
    """Say whether a method of a name is called, or a part of anything that has a name is set.

    A constant that no loop needs may lie behind the names: ``rows`` of ``X = np.array(rows)``.
    """
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr)):
            return name in names or attr in GROWS
        case (
            ast.Attribute(value=value, ctx=ast.Store() | ast.Del())
            | ast.Subscript(value=value, ctx=ast.Store() | ast.Del())
        ):
            return isinstance(value, ast.Name)
    return False
