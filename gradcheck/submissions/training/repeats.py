"""What the number of its steps, and two of them side by side, tell of a training function.

It makes its own start, which nobody sees. What it returns does not depend on the labels as long as
no step was taken.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import numpy as np

from gradcheck.submissions.calling.binding import UnboundError
from gradcheck.submissions.calling.loops import reached
from gradcheck.submissions.calling.routes import LostError
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.lines.places import nodes_of
from gradcheck.submissions.reading.definitions import Definition
from gradcheck.submissions.reference.flow import LABELS
from gradcheck.submissions.reference.problems import EPS, SAFETY
from gradcheck.submissions.training.actions import Action
from impl import Array, Arrays

_REPEATS = Action("update-rule", "each step repeats the one before; its gradient is not taken anew")


def repeated(subject: Subject, trains: Definition) -> dict[str, Action]:
    """Name the parameters whose third step is their second one again.

    Where every step has one length in all entries, it may be a method that takes such ones.
    """
    problem = subject.problems[0]
    try:
        points = [reached(subject, trains, problem, steps) for steps in (1, 2, 3)]
    except (LostError, UnboundError):
        return {}
    found = {name: [point[name] for point in points] for name in subject.model.parameters}
    again = {name: steps for name, steps in found.items() if _repeats(steps)}
    return dict.fromkeys(again, _REPEATS) if any(map(_varies, again.values())) else {}


def _repeats(points: list[Array]) -> bool:
    second, third = points[1] - points[0], points[2] - points[1]
    return bool((np.abs(third - second) <= _bar(points)).all())


def _varies(points: list[Array]) -> bool:
    return float(np.ptp(np.abs(points[1] - points[0]))) > _bar(points)


def _bar(points: list[Array]) -> float:
    return SAFETY * EPS * max(float(np.abs(point).max(initial=0.0)) for point in points)


def miscounted(subject: Subject, trains: Definition, one: Arrays) -> str | None:
    """Say whether a function takes one step too few or too many, or None.

    ``one`` is what it returns when it is asked for one. Asked for none, it may take one as
    ``while True`` does; then it takes no other for one.
    """
    few, many = "the loop takes one step too few", "the loop takes one step too many"
    if _keeps_best(subject, trains):
        return None
    none = None
    with suppress(LostError):  # it may return what its loop sets
        none = reached(subject, trains, subject.problems[0], 0)
    with suppress(LostError):
        if none is None:
            return None if _depends(subject, trains, (one, 1)) else few
        if _depends(subject, trains, (none, 0)):
            return None if _same(none, one) else many
        return few if _same(none, one) else None
    return None


def _keeps_best(subject: Subject, trains: Definition) -> bool:
    """Say whether it keeps the best so far, ``if cost < best: best = cost``, and not the last."""
    choices = [n for n in nodes_of(subject.source.pieces, trains) if isinstance(n, ast.If)]
    return any(
        _names([choice.test], ast.Load) & _names(choice.body, ast.Store) for choice in choices
    )


def _names(nodes: Sequence[ast.AST], use: type[ast.expr_context]) -> set[str]:
    found = (inner for node in nodes for inner in ast.walk(node))
    return {n.id for n in found if isinstance(n, ast.Name) and isinstance(n.ctx, use)}


def _depends(subject: Subject, trains: Definition, known: tuple[Arrays, int]) -> bool:
    """Say whether what a function returned for so many steps depends on the labels."""
    (point, steps), problem = known, subject.problems[0]
    turned = {**problem.values, LABELS: 1 - problem.values[LABELS]}
    other = reached(subject, trains, replace(problem, values=turned), steps)
    return not _same(point, other)


def _same(one: Arrays, other: Arrays) -> bool:
    return all(np.array_equal(one[name], other[name]) for name in one)
