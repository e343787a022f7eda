"""Directions to probe: how far each entry moves, and which way."""

import math
from collections.abc import Callable

import numpy as np

from gradcheck.parameters import Layout, Vector

TAU = 2.0**-5
STEEPEST = 20
BLOCKS_MEASURED = 4


def draw_direction(scales: Vector, rng: np.random.Generator) -> Vector:
    """Draw a direction in which every entry moves, by ± 1/2 … 1 of its scale.

    Sizes are multiples of 2⁻¹⁰ of the scale: fine enough that errors of two entries do not cancel
    by chance, coarse enough that the sum with the parameters is hardly ever rounded.
    """
    sizes = rng.integers(512, 1024, size=scales.shape) / 1024
    signs = rng.integers(0, 2, size=scales.shape) * 2 - 1
    drawn: Vector = scales * sizes * signs
    return drawn


def entry_scales(at: Vector) -> Vector:
    """How far each entry moves at a step of 1: its own size, at least 1, as a power of two.

    With powers of two the moves are exact.
    """
    scales: Vector = np.exp2(np.floor(np.log2(np.maximum(np.abs(at), 1.0))))
    return scales


def levelled(
    scales: Vector,
    layout: Layout,
    move: Callable[[Vector], float],
    here: float,
    rng: np.random.Generator,
) -> Vector:
    """Shrink the scales of parameters along which the cost bends more, so that none hides another.

    Parameters
    ----------
    scales : array of shape (entries,)
    layout : Layout
        Up to four parameters are measured, with two evaluations each; more are left as they are.
    move : callable
        Gives the cost after a move.
    here : float
        The cost at rest.
    rng : numpy.random.Generator
    """
    leaves = [leaf for leaf in layout.leaves if leaf.size]
    if not 1 < len(leaves) <= BLOCKS_MEASURED:
        return scales
    level = scales.copy()
    for leaf in leaves:
        direction = np.zeros_like(scales)
        direction[leaf.where] = TAU * draw_direction(scales[leaf.where], rng)
        ahead, behind = move(direction), move(-direction)
        bend = abs(ahead - 2 * here + behind)
        size = max(abs(here), abs(ahead), abs(behind))
        if math.isfinite(bend) and bend > TAU**2 * size:
            shrink = math.floor(math.log2(TAU**2 * size / bend) / 2)
            level[leaf.where] *= 2.0 ** max(shrink, -STEEPEST)
    return level
