"""Scripts without a loop: one pass forward, cost and gradients, line by line.

The lines from the first that uses the parameters to the last that computes a gradient or steps
become the body of a loop that is run once, and are read as the loop of any other script.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import takewhile

from gradcheck.sandbox import Piece
from gradcheck.submissions.reading.loose import Loose, Script
from gradcheck.submissions.reading.names import meaning
from gradcheck.submissions.reading.steps import PARAMETERS, one_step, stepped

_GRADIENTS = ("dw", "db", "dW1", "db1", "dW2", "db2")
_DATA = ("X",)
_SIMPLE = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr)


def pass_in(statements: Sequence[Loose], loose: Sequence[Loose] = ()) -> Script | None:
    """Find one pass through a model among the statements of a script.

    Parameters
    ----------
    statements : sequence of Loose
        The simple statements that a script holds outside functions, in order.
    loose : sequence of Loose
        All that do something, its blocks too.

    Returns
    -------
    Script or None
        None if nothing computes a gradient.
    """
    start = next((n for n, at in enumerate(statements) if _runs_forward(at.statement)), None)
    ends = [n for n, at in enumerate(statements) if _ends(at.statement)]
    if start is None or not ends or ends[-1] <= start:
        return None
    body = statements[start : ends[-1] + 1]
    if not any(_sets(at.statement, _GRADIENTS[::2]) for at in body):
        return None
    first = body[0]
    place = f"cell {first.piece.cell}, " if first.piece.cell else ""
    place += f"line {first.statement.lineno}"
    if {at.piece.cell for at in body} != {first.piece.cell} or first.statement.lineno < 2:
        return Script((), None, f"{place}: the pass is spread over several cells")
    piece, loop = _as_loop(body)
    earlier = [at.statement for at in statements[:start]]
    before = takewhile(lambda known: known.statement is not first.statement, loose)
    blocks = [at.statement for at in before if not isinstance(at.statement, _SIMPLE)]
    pieces, function = one_step(piece, loop, earlier, beside=blocks)
    roles = ("propagate", "optimise") if stepped(loop) else ("propagate",)
    note = f"{place}: the lines from there were judged as a function of one pass"
    return Script(pieces, replace(function, roles=roles), note)


def _runs_forward(statement: ast.stmt) -> bool:
    """Say whether a statement computes something from data and weights."""
    value = getattr(statement, "value", None)
    names = {n.id for n in ast.walk(value) if isinstance(n, ast.Name)} if value else set()
    weights = any(meaning(name, ("w", "W1"), "") for name in names)
    data = any(meaning(name, _DATA, "") for name in names)
    return isinstance(statement, ast.Assign) and weights and data


def _ends(statement: ast.stmt) -> bool:
    return _sets(statement, _GRADIENTS) or (
        isinstance(statement, (ast.Assign, ast.AugAssign)) and bool(list(_stepping(statement)))
    )


def _stepping(statement: ast.Assign | ast.AugAssign) -> Iterator[str]:
    """Yield the parameters that a statement sets from their gradients."""
    read = {n.id for n in ast.walk(statement.value) if isinstance(n, ast.Name)}
    if any(meaning(name, _GRADIENTS, "") for name in read):
        yield from (name for name in _stored(statement) if meaning(name, PARAMETERS, ""))


def _sets(statement: ast.stmt, quantities: Sequence[str]) -> bool:
    return any(meaning(name, quantities, "") for name in _stored(statement))


def _stored(statement: ast.stmt) -> list[str]:
    nodes = ast.walk(statement)
    return [n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]


def _as_loop(body: Sequence[Loose]) -> tuple[Piece, ast.While]:
    """Write statements as a loop whose head stands on the line before them."""
    first, last = body[0].statement, body[-1].statement
    head = first.lineno - 1
    lines = [""] * ((last.end_lineno or last.lineno) - head)
    for at in body:
        for number, line in enumerate(at.piece.source.split("\n"), at.piece.first_line - head - 1):
            lines[number] = f"    {line}" if not lines[number] else f"{lines[number]}; {line}"
    piece = replace(body[0].piece, source="\n".join(["while True:", *lines]), first_line=head)
    (loop,) = ast.increment_lineno(ast.parse(piece.source), head - 1).body
    assert isinstance(loop, ast.While)
    return piece, loop
