"""Scripts without functions: the training loop of a script, made into a function of one step.

The body of the loop becomes a function of what it reads: the data, the parameters, the learning
rate. So it can be judged like any other function, on problems of ours instead of the script's own
data, which is rarely there, and without its hundred thousand steps. What it needs besides, such as
``m = X.shape[1]``, is taken from the statements before it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import takewhile

from gradcheck.submissions.reading.loose import Loose, Script
from gradcheck.submissions.reading.names import meaning
from gradcheck.submissions.reading.steps import Loop, one_step, stepped
from gradcheck.submissions.reading.straight import pass_in


def script_in(loose: Sequence[Loose], statements: Sequence[Loose]) -> Script | None:
    """Find the training loop among the statements of a script, else one pass without a loop.

    Parameters
    ----------
    loose : sequence of Loose
        The statements that do something, in order.
    statements : sequence of Loose
        These and the constants between them.

    Returns
    -------
    Script or None
        None if nothing steps parameters or computes a gradient.
    """
    found = [
        (len(stepped(loop)), -depth, loop.lineno, at, loop)
        for at in loose
        for depth, loop in _loops(at.statement)
        if stepped(loop)
    ]
    if not found:
        return pass_in(statements)
    *_, at, loop = max(found, key=lambda known: known[:3])
    place = f"cell {at.piece.cell}, " if at.piece.cell else ""
    by_example = _goes_by_example(loop)
    if by_example:
        around = [outer for _, outer in _loops(at.statement) if loop in outer.body]
        if not around:
            note = "the loop goes over the examples once, and no loop repeats it"
            return Script((), None, f"{place}line {loop.lineno}: {note}")
        loop = around[0]
    earlier = [known.statement for known in takewhile(lambda known: known is not at, loose)]
    earlier += list(_before(at.statement, loop))
    pieces, function = one_step(at.piece, loop, earlier)
    if by_example:
        function = replace(function, roles=("optimise",))
    note = f"{place}line {loop.lineno}: the loop was judged as a function of one step"
    return Script(pieces, function, note)


def _loops(statement: ast.AST, depth: int = 0) -> Iterator[tuple[int, Loop]]:
    """Yield the loops outside functions, each with how many stand around it."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return
    if isinstance(statement, (ast.For, ast.While)):
        yield depth, statement
        depth += 1
    for inner in ast.iter_child_nodes(statement):
        yield from _loops(inner, depth)


def _before(statement: ast.AST, loop: Loop) -> Iterator[ast.stmt]:
    """Yield the simple statements before the loop in the block that it stands in."""
    for inner in ast.walk(statement):
        if isinstance(inner, ast.Assign) and inner.lineno < loop.lineno:
            yield inner


def _goes_by_example(loop: Loop) -> bool:
    """Say whether the loop runs over examples: its variable picks out data, or is data."""
    if not isinstance(loop, ast.For):
        return False
    variables = {n.id for n in ast.walk(loop.target) if isinstance(n, ast.Name)}
    over = {n.id for n in ast.walk(loop.iter) if isinstance(n, ast.Name)}
    called = {n.func.id for n in ast.walk(loop.iter) if _is_named_call(n)}  # type: ignore[attr-defined]
    if any(meaning(name, ("X", "Y"), "") for name in over) and not called & {"range", "len"}:
        return True
    picked = (n for n in ast.walk(loop) if isinstance(n, ast.Subscript))
    return any(
        isinstance(n.value, ast.Name)
        and meaning(n.value.id, ("X", "Y"), "") is not None
        and variables & {inner.id for inner in ast.walk(n.slice) if isinstance(inner, ast.Name)}
        for n in picked
    )


def _is_named_call(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
