"""The cost along lines: counting its calls, drawing directions, choosing the step."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradcheck.noise import noise_of
from gradcheck.parameters import Layout, Vector, to_numpy
from gradcheck.slopes.extrapolated import EPS, Window, remembering, settle
from gradcheck.slopes.slope import Curve

OUTSIDE = (ArithmeticError, ValueError, AssertionError)
COARSEST, FINEST, STRIDE = 0, -45, 5
REACH = 0.0035


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


def entry_scales(layout: Layout, at: Vector, claimed: Vector) -> Vector:
    """How far each entry is moved by a step of 1, as powers of two so that moves are exact.

    An entry moves by its own size, at least by 1; parameters with steep gradients move less, so
    that none hides behind another's. The claim only sets the scale: a wrong one costs sharpness.
    """
    scales = np.exp2(np.floor(np.log2(np.maximum(np.abs(at), 1.0))))
    sizes = [
        float(np.sqrt(np.mean((claimed * scales)[x.where] ** 2))) if x.size else 0.0
        for x in layout.leaves
    ]
    least = min((s for s in sizes if s > 0), default=1.0)
    for leaf, size in zip(layout.leaves, sizes, strict=True):
        if size > 0:
            scales[leaf.where] *= 2.0 ** max(-20, math.floor(math.log2(least / size)))
    return scales


def draw_direction(scales: Vector, rng: np.random.Generator) -> Vector:
    """Draw a direction in which every entry moves, by ± 1/2 … 1 of its scale.

    Sizes are multiples of 2⁻¹⁰ of the scale: fine enough that errors of two entries do not cancel
    by chance, coarse enough that the sum with the parameters is hardly ever rounded.
    """
    sizes = rng.integers(512, 1024, size=scales.shape) / 1024
    signs = rng.integers(0, 2, size=scales.shape) * 2 - 1
    drawn: Vector = scales * sizes * signs
    return drawn


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
    """

    top: float
    step: float
    swing: float


def reach_of(curve: Curve) -> Reach:
    """Find how far a curve stays smooth around 0, coming in from 1 by factors of 32.

    The slopes of two neighbouring distances must agree, and their bends must shrink with the
    distance: two far points can give equal slopes by chance (saturation, periods), not equal bends.
    """
    swing = 0.0
    pairs: list[tuple[float, float, float]] = []
    for level in range(COARSEST, FINEST, -STRIDE):
        distance = 2.0**level
        right, left, here = curve(distance), curve(-distance), curve(0.0)
        moves = [abs(v - here) for v in (right, left) if math.isfinite(v)]
        swing = max([swing, *moves])
        slope, bend = (right - left) / (2 * distance), (right - here - (here - left)) / distance
        pairs.append((distance, slope, bend))
        if len(pairs) > 1:
            change = _change(pairs[-2], pairs[-1], 8 * EPS * abs(here))
            if change is not None:
                top = pairs[-2][0]
                step = min(REACH * top / math.sqrt(max(change, 1e-6)), top / 8)
                return Reach(top, 2.0 ** math.floor(math.log2(step)), swing)
    return Reach(2.0**-10, 2.0**-13, swing)


def _change(
    far: tuple[float, float, float], near: tuple[float, float, float], noise: float
) -> float | None:
    """How much slope and bend change from far to near, relative to their size; None if too much."""
    scale = max(abs(far[1]), abs(near[1]), abs(far[2]))
    if not math.isfinite(scale + near[2]):
        return None
    tolerance = 0.05 * scale + noise / near[0]
    gap = abs(far[1] - near[1])
    fading = abs(near[2]) <= max(abs(far[2]) / 8, noise / near[0]) + 0.005 * scale
    corner = abs(near[2] - far[2]) <= 1e-9 * scale + noise / near[0]
    if gap > tolerance or not (fading or corner):
        return None
    return gap / scale if scale else 0.0


@dataclass(frozen=True)
class Instrument:
    """What was learned about the cost on the first line, used on all others.

    Parameters
    ----------
    step : float
        The step that suited.
    top : float
        How far the cost was seen to be smooth.
    relative_noise : float
        Measured noise over the size of the cost.
    swing : float
        The largest move of the cost seen.
    """

    step: float
    top: float
    relative_noise: float
    swing: float


def first_line(curve: Curve) -> tuple[Instrument, Window]:
    """Learn scale and noise of the cost on a line, and measure its slope there.

    Returns
    -------
    Instrument, Window
    """
    reach = reach_of(curve)
    step = reach.step
    noise = _relative_noise(curve, step)
    while noise > 8 * EPS:
        finer = _relative_noise(curve, step / 4)
        if finer > noise / 4:
            break
        step, noise = step / 4, finer
    found = settle(curve, step, reach.top, relative_noise=noise)
    return Instrument(found.step, reach.top, noise, max(reach.swing, found.swing)), found


def _relative_noise(curve: Curve, step: float) -> float:
    """Three deviations of the noise over the size of the curve, read on one side of a kink."""
    values = np.array([curve(step * k) for k in range(9)])
    size = float(np.max(np.abs(values)))
    if not (np.isfinite(values).all() and size > 0):
        return 0.0
    return 3 * noise_of(values) / size


def has_kink(found: Window) -> bool:
    """Whether the slopes on the two sides of 0 differ for sure."""
    return abs(found.jump.value) > 8 * found.jump.bar


def next_line(curve: Curve, known: Instrument) -> Window:
    """Measure the slope along another line with what the first one taught."""
    return settle(curve, known.step, known.top, relative_noise=known.relative_noise)
