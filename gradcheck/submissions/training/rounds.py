"""Training that cannot be followed step by step, seen where it does not arrive as it should.

Descent that steps after every example or every batch is right in its own way, and so is a loop that
nobody can cut short: neither may be called wrong for arriving elsewhere.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.submissions.calling.steps import changes
from gradcheck.submissions.calling.subject import Subject, takes
from gradcheck.submissions.lines.places import node_of
from gradcheck.submissions.reading.definitions import Definition
from gradcheck.submissions.reading.names import meaning, unmangled

BY_EXAMPLE = "it steps after every example or batch"
_RECORDS = frozenset({"print", "append", "extend", "write", "set_description", "set_postfix"})


def cannot_follow(
    subject: Subject, trains: Definition, made: Definition | None = None
) -> str | None:
    """Say why training that arrives elsewhere is not called wrong, or None.

    Parameters
    ----------
    subject : Subject
    trains : Definition
    made : Definition, optional
        How its class is made, whose training was seen to move.
    """
    node = node_of(subject.source.pieces, trains)
    if node is None:
        return None
    names = tuple(subject.model.parameters)
    depth = max((depth for depth, inner in _nested(node) if _steps(inner, names)), default=0)
    single = bool(trains.roles) and not takes("iterations", trains)  # a round of a script's loop
    within = depth > 1 or (depth and single)
    if within and not takes("batch", *(made, trains) if made else (trains,)):
        return BY_EXAMPLE
    if depth and made is None and not _is_cut(subject, trains):
        return "the number of its iterations cannot be set"
    return None


def _nested(node: ast.AST, depth: int = 0) -> Iterator[tuple[int, ast.AST]]:
    for inner in ast.iter_child_nodes(node):
        yield depth, inner
        yield from _nested(inner, depth + isinstance(inner, (ast.For, ast.While)))


def _steps(node: ast.AST, parameters: tuple[str, ...]) -> bool:
    """Say whether a statement sets a parameter as a whole, or calls what may."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        called = node.value.func
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        return name not in _RECORDS
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
        return bool(meaning(unmangled(node.attr), parameters, ""))
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return bool(meaning(node.id, parameters, ""))
    return False


def _is_cut(subject: Subject, trains: Definition) -> bool:
    """Say whether one step and two arrive at different places."""
    if takes("iterations", trains):
        return True
    one, two = (subject.call(trains, subject.problems[0], iterations=n)[0] for n in (1, 2))
    return bool(changes(("",), [one.value], (two.value,)))
