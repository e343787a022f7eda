"""Directions to probe: how far each entry moves, and which way."""

import math
from collections.abc import Callable

import numpy as np

from gradcheck.parameters import Layout, Vector
from gradcheck.reach import LEVELS, stretch_of
from gradcheck.slopes.slope import Curve

LEVELLED = -5
TAU = 2.0**LEVELLED
BLOCKS_MEASURED = 4
FEW = 2


def draw_direction(scales: Vector, rng: np.random.Generator) -> Vector:
    """Draw a direction in which every entry moves, by ± 1/2 … 1 of its scale.

    Sizes are multiples of 2⁻¹⁰ of the scale: fine enough that errors of two entries do not cancel
    by chance, coarse enough that the sum with the parameters is hardly ever rounded.
    """
    sizes = rng.integers(512, 1024, size=scales.shape) / 1024
    signs = rng.integers(0, 2, size=scales.shape) * 2 - 1
    drawn: Vector = scales * sizes * signs
    return drawn


def uphill(claimed: Vector, drawn: Vector) -> Vector:
    """Turn a direction uphill in every entry, as the claim has it, and shorten it.

    Along it a factor common to all entries shows, for their parts of the slope never cancel. They
    add up to more than along other lines; shortened, it has a slope like theirs and suits the
    same step.
    """
    parts = np.where(drawn == 0, 0.0, claimed) * drawn
    steepest = float(np.abs(parts).max(initial=0.0))
    if not 0 < steepest < math.inf:
        return drawn
    share = np.linalg.norm(parts / steepest) / np.abs(parts / steepest).sum()
    turned: Vector = np.where(parts < 0, -drawn, drawn) * 2.0 ** math.floor(math.log2(share))
    return turned


def entry_scales(at: Vector) -> Vector:
    """How far each entry moves at a step of 1: its own size, at least 1, as a power of two.

    With powers of two the moves are exact.
    """
    scales: Vector = np.exp2(np.floor(np.log2(np.maximum(np.abs(at), 1.0))))
    return scales


def levelled(
    scales: Vector, layout: Layout, along: Callable[[Vector], Curve], rng: np.random.Generator
) -> Vector:
    """Shrink the scales of parameters along which the cost is smooth less far than along others.

    So a line can go far in all parameters at once, and the kinks or bends along one of them, such
    as those of hidden units, do not blur the slopes along the others.

    Parameters
    ----------
    scales : array of shape (entries,)
    layout : Layout
        Up to four parameters are measured, mostly with four evaluations each; more are left as
        they are.
    along : callable
        Gives the cost along a direction.
    rng : numpy.random.Generator
    """
    leaves = [leaf for leaf in layout.leaves if leaf.size]
    if not 1 < len(leaves) <= BLOCKS_MEASURED:
        return scales
    level = scales.copy()
    for leaf in leaves:
        direction = np.zeros_like(scales)
        direction[leaf.where] = draw_direction(scales[leaf.where], rng)
        stretch = stretch_of(along(direction), LEVELS - (len(leaves) > FEW))
        level[leaf.where] *= 2.0 ** min(0, math.floor(math.log2(stretch / TAU)))
    return level
