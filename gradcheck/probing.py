"""The cost along lines: counting its calls, drawing directions, choosing the step."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from gradcheck.noise import noise_of
from gradcheck.parameters import Layout, Vector, to_numpy
from gradcheck.slopes.extrapolated import EPS, Window, remembering, settle
from gradcheck.slopes.slope import Curve

OUTSIDE = (ArithmeticError, ValueError, AssertionError)
COARSEST, FINEST, STRIDE = 0, -45, 5
REACH = 0.0035
NOISY = 32
DEVIATIONS = 4
CANCELLING = 4
COARSE = 1e-6


class OutOfBudgetError(Exception):
    """The evaluations that the caller allowed are used up; caught before it reaches anyone."""


@dataclass
class Cost:
    """The caller's cost as a function of the flat vector; counts its calls.

    Parameters
    ----------
    function : callable
        The caller's own function.
    layout : Layout
        Of the parameters.
    budget : int
        The largest number of calls.
    progress : callable or None
        Told the number of calls after each of them.

    Attributes
    ----------
    evaluations : int
        The calls so far.
    """

    function: Callable[[Any], Any]
    layout: Layout
    budget: int
    progress: Callable[[int], None] | None = None
    evaluations: int = field(default=0, init=False)

    def __call__(self, vector: Vector) -> float:
        """Call the function; outside its domain the value is nan.

        Raises
        ------
        OutOfBudgetError
            If no call is left.
        TypeError
            If the cost is not one real number.
        """
        try:
            return self.evaluate(self.layout.restore(vector))
        except OUTSIDE:
            return math.nan

    def evaluate(self, parameters: Any) -> float:
        """Call the function with the caller's kind of parameters, letting its exceptions pass."""
        if self.evaluations >= self.budget:
            raise OutOfBudgetError
        self.evaluations += 1
        with np.errstate(all="ignore"):
            value = as_number(self.function(parameters))
        if self.progress is not None:
            self.progress(self.evaluations)
        return value

    def along(self, origin: Vector, direction: Vector, here: float) -> Curve:
        """Give the cost as a function of the distance gone from `origin`, where it is `here`."""
        return remembering(lambda t: self(origin + t * direction) if t else here)


def as_number(value: Any) -> float:
    """Read one real number off whatever a cost returned.

    Raises
    ------
    TypeError
        If it is complex, not numeric, or holds more than one number.
    """
    array = np.asarray(to_numpy(value))
    if array.size != 1 or array.dtype.kind not in "fiub":
        kind = f"{array.dtype} of shape {array.shape}"
        got = type(value).__name__ if array.dtype == object else kind
        raise TypeError(f"the cost returned {got}, expected one real number")
    return float(array.reshape(()))


@dataclass(frozen=True)
class Reach:
    """How far a curve stays smooth around 0.

    Parameters
    ----------
    top : float
        Slopes measured at this distance and at a 32nd of it agree.
    step : float
        A first step for `settle`.
    swing : float
        The largest move of the curve seen on the way.
    corner : bool
        Whether there is a kink at 0 itself.
    """

    top: float
    step: float
    swing: float
    corner: bool = False


@dataclass(frozen=True)
class Pair:
    """What two points at the same distance tell: the slope between them, the bend, their blur."""

    distance: float
    slope: float
    bend: float
    blur: float


def reach_of(curve: Curve, noise: float = 0.0) -> Reach:
    """Find how far a curve stays smooth around 0, coming in from 1 by factors of 32.

    The slopes of two neighbouring distances must agree, their bends must shrink with the
    distance, and the next change of the slope must be far smaller still: two far points can give
    equal slopes by chance (saturation, periods), and kinks can hide between them. Where the curve
    stops moving because its values are too coarse, the search is over.
    """
    here, swing = curve(0.0), 0.0
    pairs: list[Pair] = []
    for level in range(COARSEST, FINEST, -STRIDE):
        distance = 2.0**level
        right, left = curve(distance), curve(-distance)
        swing = max([swing, *(abs(v - here) for v in (right, left) if math.isfinite(v))])
        bend = (right - here - (here - left)) / distance
        size = max(abs(here), abs(right), abs(left))
        blur = (8 * EPS * size + 2 * noise) / distance
        if right == here == left and pairs and abs(pairs[-1].slope) * distance < COARSE * size:
            break
        pairs.append(Pair(distance, (right - left) / (2 * distance), bend, blur))
        if len(pairs) > 2 and _is_smooth(*pairs[-3:]):
            return _reach(pairs[-3], pairs[-2], swing)
    return _least_change(pairs, swing)


def _reach(far: Pair, near: Pair, swing: float) -> Reach:
    scale = _size(far, near)
    change = abs(far.slope - near.slope) / scale if scale else 0.0
    step = min(REACH * far.distance / math.sqrt(max(change, 1e-6)), far.distance / 8)
    return Reach(far.distance, 2.0 ** math.floor(math.log2(step)), swing, _is_corner(far, near))


def _least_change(pairs: list[Pair], swing: float) -> Reach:
    """Settle for the two neighbouring distances whose slopes are most alike."""
    finite = [p for p in pairs if math.isfinite(p.slope + p.bend)]
    couples = [(f, n) for f, n in pairwise(finite) if _size(f, n)]
    if not couples:
        return Reach(2.0**-10, 2.0**-13, swing)
    far, near = min(couples, key=lambda c: abs(c[0].slope - c[1].slope) / _size(*c))
    return _reach(far, near, swing)


def _size(far: Pair, near: Pair) -> float:
    return max(abs(far.slope), abs(near.slope), abs(far.bend))


def _is_smooth(far: Pair, near: Pair, next_one: Pair) -> bool:
    """Whether slope and bend behave from far to near as those of a smooth curve, or of a corner."""
    scale = _size(far, near)
    if not math.isfinite(scale + near.bend + next_one.slope):
        return False
    blur = far.blur + near.blur
    gap = abs(far.slope - near.slope)
    fading = abs(near.bend) <= max(abs(far.bend) / 8, blur) + 0.005 * scale
    rest = abs(near.slope - next_one.slope)
    settled = rest <= gap / 64 + near.blur + next_one.blur + 1e-10 * scale
    return gap <= 0.05 * scale + blur and (fading or _is_corner(far, near)) and settled


def _is_corner(far: Pair, near: Pair) -> bool:
    blur = far.blur + near.blur
    return abs(near.bend - far.bend) <= 1e-9 * _size(far, near) + blur < abs(near.bend) / 64


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


def first_line(curve: Curve, noise: float = 0.0) -> tuple[Instrument, Window]:
    """Learn scale and noise of the cost on a line, and measure its slope there.

    Parameters
    ----------
    curve : callable
        The cost along the line.
    noise : float
        What is known of the noise already.

    Returns
    -------
    Instrument, Window
    """
    reach = reach_of(curve, noise)
    step, least = reach.step, noise
    noise = _noise_along(curve, step)
    while noise > NOISY * EPS * abs(curve(step)):
        finer = _noise_along(curve, step / 64)
        if finer > noise / 8:
            break
        step, noise = step / 8, finer
    if reach.swing > CANCELLING * abs(curve(0.0)):
        noise *= CANCELLING  # large terms cancel here: the few differences may have been lucky
    noise = max(noise, least)
    found = settle(curve, step, reach.top, noise=noise, corner=reach.corner)
    swing = max(reach.swing, found.swing)
    return Instrument(found.step, reach.top, noise, swing, reach.corner), found


def _noise_along(curve: Curve, step: float) -> float:
    """Give some deviations of the noise of the curve, read on one side of a kink."""
    values = np.array([curve(step * k) for k in range(9)])
    size = float(np.max(np.abs(values)))
    if not (np.isfinite(values).all() and size > 0):
        return 0.0
    return DEVIATIONS * noise_of(values / size) * size


def next_line(curve: Curve, known: Instrument) -> Window:
    """Measure the slope along another line like the first, with what that one taught."""
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
