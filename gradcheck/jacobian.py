"""Checks of a full Jacobian."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from gradcheck.check import check_gradient
from gradcheck.claims import read_claim
from gradcheck.directions import draw_direction
from gradcheck.outputs import Outputs, Seed, opened_for, values_of, wrong_outputs
from gradcheck.parameters import Layout, Leaf, Vector
from gradcheck.results import Entry, GradientCheck


def check_jacobian(f: Any, jacobian: Any, at: Any, *, rng: Seed = None) -> GradientCheck:
    """Check a full Jacobian.

    Parameters
    ----------
    f : callable
        Takes parameters like `at`, gives one array.
    jacobian : callable, or its value
        For each parameter an array of shape ``output shape + parameter shape``.
    at : number, array, or dict of these
    rng : numpy.random.Generator or int, optional
        Draws weights and directions.

    Returns
    -------
    GradientCheck
        An entry's index is that of the output followed by that of the parameter.

    Raises
    ------
    TypeError, ValueError
        As `check_gradient`, if there is nothing to check, or if `f` gives a dict.
    """
    opened = opened_for(f, at, jacobian, "jacobian")
    if opened.layout.leaves[0].path:
        raise TypeError("f(at) is a dict, expected one array; check each of its arrays alone")
    draw = np.random.default_rng(rng)
    shape = opened.layout.leaves[0].shape
    given = jacobian(opened.inputs.restore(opened.at)) if callable(jacobian) else jacobian
    claim = read_claim(given, _with_outputs(opened.inputs, shape))
    rows = _rows(claim.values, opened.inputs, opened.layout.size)
    weights = draw_direction(np.ones(opened.layout.size), draw)
    with np.errstate(invalid="ignore"):
        claimed = opened.inputs.restore(weights @ rows)
    check = check_gradient(
        lambda p: float(weights @ values_of(f(p), opened.layout)),
        claimed,
        at,
        rng=draw,
    )
    verdict = "wrong" if claim.findings else check.verdict
    named = [entry for wrong in check.wrong for entry in _column(opened, wrong, rows, draw)]
    return replace(
        check,
        verdict=verdict,
        wrong=tuple(named) or check.wrong,
        notes=claim.findings,
        entries=rows.size,
    )


def _with_outputs(inputs: Layout, shape: tuple[int, ...]) -> Layout:
    """Give the layout of a Jacobian: every parameter with the outputs' axes in front."""
    leaves: list[Leaf] = []
    start = 0
    for leaf in inputs.leaves:
        leaves.append(replace(leaf, shape=(*shape, *leaf.shape), start=start))
        start += leaves[-1].size
    return Layout(tuple(leaves))


def _rows(values: Vector, inputs: Layout, outputs: int) -> Vector:
    """Give the Jacobian as a matrix: a row for each output, a column for each entry."""
    parts, start = [], 0
    for leaf in inputs.leaves:
        size = outputs * leaf.size
        parts.append(values[start : start + size].reshape(outputs, leaf.size))
        start += size
    return np.concatenate(parts, axis=1)


def _column(
    opened: Outputs, wrong: Entry, rows: Vector, rng: np.random.Generator
) -> Iterator[Entry]:
    """Name the outputs of a column of the Jacobian that is wrong."""
    column = opened.inputs.entry(wrong.parameter, wrong.index)
    direction = np.zeros_like(opened.at)
    direction[column] = 1.0
    for entry in wrong_outputs(opened, opened.along(direction), rows[:, column], rng):
        yield replace(entry, parameter=wrong.parameter, index=(*entry.index, *wrong.index))
