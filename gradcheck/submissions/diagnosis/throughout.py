"""One slip that many lines share: another count for m, a loop that leaves examples out."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.submissions.diagnosis import edits
from gradcheck.submissions.diagnosis.edits import rewrites
from gradcheck.submissions.diagnosis.mutations import LEFT_OUT, Mutation, other_counts
from gradcheck.submissions.reference.formulas import Formula


def throughout(formulas: tuple[Formula, ...], sizes: tuple[str, ...]) -> Iterator[Mutation]:
    """Yield what one slip does to many lines: another count for m, a loop that is too short."""
    for text in ("1", "m * m", *other_counts(sizes)):
        code = {"1": "missing-mean", "m * m": "double-mean"}.get(text, "wrong-count")
        edit = edits.unmean if text == "1" else edits.instead_of_m(text)
        lines = tuple(
            Formula(line.target, ast.unparse(tree))
            for line in formulas
            for tree in rewrites(line.tree, edit)
        )
        if len(lines) > 1:
            yield Mutation(code, lines, f"{text} stands for m, here and further down", text)
    for part, what in LEFT_OUT.items():
        lines = tuple(
            Formula(line.target, ast.unparse(tree))
            for line in formulas
            for tree in rewrites(line.tree, edits.only(part))
        )
        for some in (lines, lines[1:]):  # one loop for all, or the cost by itself
            if len(some) > 1:
                yield Mutation("wrong-operand", some, what)
                yield from _fewer(some, what)


def _fewer(lines: tuple[Formula, ...], what: str) -> Iterator[Mutation]:
    """Yield one m for all that is a number too small: it ends the loop, and it divides."""
    counted = tuple(
        Formula(line.target, ast.unparse(tree))
        for line in lines
        for tree in rewrites(line.tree, edits.instead_of_m("m - 1"))
    )
    if len(counted) == len(lines):
        yield Mutation("wrong-count", counted, f"m − 1 stands for m, so that {what}", "m - 1")
