"""An epsilon inside the log of the cost, recognised by its formula and never by a tolerance."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

import numpy as np

from gradcheck.submissions.calling.compare import as_numbers, compare
from gradcheck.submissions.calling.steps import Step, Trial, evaluated, lines_of
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.diagnosis.edits import rewrites
from gradcheck.submissions.reference.flow import COST
from gradcheck.submissions.reference.formulas import Formula

SMALLEST, LARGEST = 1e-20, 1.0001e-4  # up to 1e-4, which a fit finds but for rounding
_PROBE = 1e-7


def guarded(formula: Formula) -> tuple[Formula, ...]:
    """Give a cost with ``guard`` added inside both logs, the first alone, the second alone."""
    one_side = tuple(Formula(formula.target, t) for t in dict.fromkeys(_one_side(formula.tree)))
    both = tuple(
        Formula(formula.target, text)
        for line in one_side[:1]
        for text in _one_side(line.tree)
        if text.count("guard") == 2 and "guard + guard" not in text
    )
    return both[:1] + one_side


def _one_side(tree: ast.expr) -> Iterator[str]:
    def edit(node: ast.AST) -> Iterator[ast.expr]:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "log":
            (argument,) = node.args
            if "guard" not in ast.unparse(argument):
                inside = ast.BinOp(argument, ast.Add(), ast.Name("guard"))
                yield ast.Call(node.func, [inside], [])

    for changed in rewrites(tree, edit):
        yield ast.unparse(changed)


def find_guard(
    subject: Subject, step: Step, trials: Sequence[Trial]
) -> tuple[Formula, float] | None:
    """Find the guarded cost that reproduces the observed costs on every problem.

    The size of the guard is fitted on the first problem; the others must then agree with it to
    the rounding bar.

    Returns
    -------
    tuple of (Formula, float), or None
        The formula with ``guard`` in it, and the guard.
    """
    lines = lines_of(subject, step)
    cost = next(line for line in lines if line.target == COST)
    before = lines[: lines.index(cost)]
    for formula in guarded(cost):
        guard = _fitted(subject, (*before, formula), trials[0])
        if SMALLEST < guard < LARGEST and all(
            _reproduced(subject, (*before, formula), trial, guard) for trial in trials
        ):
            return formula, guard
    return None


def _cost(subject: Subject, lines: tuple[Formula, ...], trial: Trial, guard: float) -> float:
    names = subject.names(trial.problem) | {"guard": guard}
    return float(evaluated(lines, names)[COST])


def _fitted(subject: Subject, lines: tuple[Formula, ...], trial: Trial) -> float:
    observed = as_numbers(trial.observed[COST])
    if observed is None or observed.size != 1:
        return 0.0
    start = _cost(subject, lines, trial, 0.0)
    guard = _PROBE
    for _ in range(4):  # the cost is nearly linear in so small a guard
        slope = (_cost(subject, lines, trial, guard) - start) / guard
        guard = (observed.item() - start) / slope if slope else 0.0
        if not SMALLEST < guard < LARGEST:
            return 0.0
    return guard


def _reproduced(subject: Subject, lines: tuple[Formula, ...], trial: Trial, guard: float) -> bool:
    right = np.asarray(_cost(subject, lines, trial, guard))
    return compare(trial.observed[COST], right, trial.bar(COST) * 2) == "same"
