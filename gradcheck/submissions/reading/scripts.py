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
from gradcheck.submissions.reading.names import BUNDLES, meaning, plain
from gradcheck.submissions.reading.steps import GRADIENTS, Loop, one_step, statements_of, stepped
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
    loops = [(depth, loop, at) for at in loose for depth, loop in _loops(at.statement)]
    found = [(len(stepped(loop)), -d, loop.lineno, at, loop) for d, loop, at in loops]
    if not any(steps for steps, *_ in found):  # what only computes gradients forgets to step
        passing = pass_in(statements, loose)
        timed = any(_measures_time(at.statement) for at in loose)
        found = [known for known in found if not timed and _takes_gradients(known[-1])]
        if passing is not None or not found:
            return passing
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


def _measures_time(statement: ast.stmt) -> bool:
    """Say whether a statement looks at a clock: then a loop repeats the same on purpose."""
    calls = (n.func for n in ast.walk(statement) if isinstance(n, ast.Call))
    names = (c.attr if isinstance(c, ast.Attribute) else getattr(c, "id", "") for c in calls)
    return any(name in ("time", "perf_counter", "process_time") for name in names)


def _takes_gradients(loop: Loop) -> bool:
    """Say whether a loop computes the same gradients in each of its rounds."""
    if isinstance(loop, ast.For):
        over = loop.iter.func if isinstance(loop.iter, ast.Call) else None
        if not (isinstance(over, ast.Name) and over.id == "range"):
            return False
    counted = {n.id for n in _names(loop.target)} if isinstance(loop, ast.For) else set()
    return any(
        isinstance(statement, ast.Assign)
        and any(map(_is_gradient, _bare(statement.targets)))
        and not counted & {n.id for n in _names(statement.value)}
        for statement in statements_of(loop.body)
    )


def _bare(targets: Sequence[ast.expr]) -> Iterator[str]:
    """Yield the names that are set as a whole: an entry of a gradient is a part of one round."""
    for target in targets:
        parts = target.elts if isinstance(target, ast.Tuple) else [target]
        yield from (part.id for part in parts if isinstance(part, ast.Name))


def _is_gradient(name: str) -> bool:
    return BUNDLES.get(plain(name)) == "gradients" or bool(meaning(name, GRADIENTS, ""))


def _names(node: ast.AST) -> Iterator[ast.Name]:
    yield from (n for n in ast.walk(node) if isinstance(n, ast.Name))


def _loops(statement: ast.AST, depth: int = 0) -> Iterator[tuple[int, Loop]]:
    """Yield the loops outside functions, each with how many stand around it."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return
    if isinstance(statement, (ast.For, ast.While)):
        yield depth, statement
        depth += 1
    for inner in ast.iter_child_nodes(statement):
        if not isinstance(inner, ast.expr):
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
    variables = {n.id for n in _names(loop.target)}
    over = {n.id for n in _names(loop.iter)}
    called = {n.func.id for n in ast.walk(loop.iter) if _is_named_call(n)}  # type: ignore[attr-defined]
    if any(meaning(name, ("X", "Y"), "") for name in over) and not called & {"range", "len"}:
        return True
    picked = (n for n in ast.walk(loop) if isinstance(n, ast.Subscript))
    return any(
        isinstance(n.value, ast.Name)
        and meaning(n.value.id, ("X", "Y"), "")
        and variables & {inner.id for inner in _names(n.slice)}
        for n in picked
    )


def _is_named_call(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
