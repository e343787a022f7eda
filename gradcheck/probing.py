"""The cost along lines: how noisy it is, how far it is smooth, which step suits."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from gradcheck.noise import noise_of
from gradcheck.reach import COARSEST, reach_of
from gradcheck.slopes.extrapolated import EPS, MOVES, Window, settle, window
from gradcheck.slopes.slope import Curve

NOISY = 32
DEVIATIONS = 4
CANCELLING = 4
FINEST = 6
PAIR, TABLE = 2, 8
SHORT = 2.0**-5
GROSS = 2.0**-10
"""A larger share of what the cost moves is no rounding, but a kink at the point or next to it."""


@dataclass(frozen=True)
class Instrument:
    """What was learned about the cost on the first line, used on all others.

    Parameters
    ----------
    step : float
        The step that suited.
    top : float
        How far the cost was seen to be smooth.
    noise : float
        Measured error of one value of the cost.
    swing : float
        The largest move of the cost seen.
    corner : bool
        Whether there is a kink at the point itself.
    """

    step: float
    top: float
    noise: float
    swing: float
    corner: bool = False


def first_line(
    curve: Curve,
    noise: float = 0.0,
    coarsest: int = COARSEST,
    left: Callable[[], float] = lambda: math.inf,
) -> tuple[Instrument, Window]:
    """Learn scale and noise of the cost on a line, and measure its slope there.

    Parameters
    ----------
    curve : callable
        The cost along the line.
    noise : float
        What is known of the noise already.
    coarsest : int
        The power of two of the farthest points.
    left : callable
        Tells how many more calls of the cost may well be made. With few of them the steps are
        short at once, and not found by and by.

    Returns
    -------
    Instrument, Window
    """
    reach = reach_of(curve, noise, coarsest)
    least, step = noise, reach.step * (1 if left() >= 2 * TABLE else SHORT)
    nodes = range(9) if reach.corner else range(-4, 5)
    noise = _noise_along(curve, [step * k for k in nodes])
    while noise > (usual := NOISY * EPS * abs(curve(step))):
        spare = math.inf if noise > GROSS * abs(curve(step) - curve(0.0)) else left()
        if spare < TABLE:
            break
        share = _finer(noise / max(usual, math.ulp(0.0))) if spare >= 2 * TABLE else SHORT
        finer = _noise_along(curve, [step * share * k for k in nodes])
        if finer > noise / 8:
            break
        step, noise = step * share, finer
    if reach.swing > CANCELLING * abs(curve(0.0)):
        noise *= CANCELLING  # large terms cancel here: the few differences may have been lucky
    noise = max(noise, least)
    if left() >= PAIR:
        moves = MOVES if left() >= TABLE else 1
        found = settle(curve, step, reach.top, noise=noise, corner=reach.corner, moves=moves)
    else:
        found = window(curve, step, noise=noise, levels=3)
    swing = max(reach.swing, found.swing)
    return Instrument(found.step, reach.top, noise, swing, reach.corner), found


def _finer(excess: float) -> float:
    """Give the share of a step at which a difference of seventh order falls by so much, and more.

    Tables of differences that are too coarse show the curve itself as noise.
    """
    return 2.0 ** -max(2, math.ceil(min(math.log2(excess) / 7 + 1, FINEST)))


def summing_noise(entries: int, value: float) -> float:
    """Give an error that a value may well have where sums run over so many entries.

    It grows with the depth of the sum (N. J. Higham, Accuracy and Stability of Numerical
    Algorithms, 2002, section 4.2). Nearby points round alike, which can hide it from a table of
    differences.
    """
    return EPS * abs(value) * math.log2(max(entries, 2)) / 3


def _noise_along(curve: Curve, points: Sequence[float]) -> float:
    """Give some deviations of the noise of the curve, read at equally spaced points."""
    values = np.array([curve(point) for point in points])
    size = float(np.max(np.abs(values)))
    if not (np.isfinite(values).all() and size > 0):
        return 0.0
    with np.errstate(over="ignore"):  # a vector of subnormal numbers may be divided by 1 / size
        return DEVIATIONS * noise_of(values / size) * size


def noise_near(curve: Curve, step: float) -> float:
    """Give some deviations of the noise of the curve, read at nine points around 0."""
    return _noise_along(curve, [step * k for k in range(-4, 5)])


def glimpse(curve: Curve, known: Instrument) -> Window:
    """Measure the slope along another line like the first with six evaluations, not adapting."""
    return window(curve, known.step, noise=known.noise, levels=3)


def next_line(curve: Curve, known: Instrument) -> Window:
    """Measure the slope along another line like the first, adapting the step to it."""
    noise = known.noise
    return settle(curve, known.step, known.top, noise=noise, corner=known.corner)


def other_line(curve: Curve, known: Instrument) -> tuple[Instrument, Window]:
    """Measure the slope along a line of another kind: the noise is known, the reach is not."""
    reach, noise = reach_of(curve, known.noise), known.noise
    found = settle(curve, reach.step, reach.top, noise=noise, corner=reach.corner)
    swing = max(known.swing, reach.swing, found.swing)
    return Instrument(found.step, reach.top, noise, swing, reach.corner), found


def has_kink(found: Window) -> bool:
    """Whether the slopes on the two sides of 0 differ for sure."""
    return abs(found.jump.value) > 8 * found.jump.bar
