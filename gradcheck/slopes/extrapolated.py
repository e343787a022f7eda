"""Symmetric differences at four steps, extrapolated to eighth order: the method that judges."""

import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gradcheck.slopes.slope import Curve, Slope

EPS = sys.float_info.epsilon
LEVELS = (1.0, 2.0, 4.0, 8.0)
MOVES = 4
REGULAR = 32
HEADROOM = 16.0
"""Room for the sums of what is weighted: sizes of weights add up to less than five."""
NEXT = 16
"""Each correction over the one before is a few times the last such ratio: four for a sine."""


@dataclass(frozen=True)
class Window:
    """What the points ± step·(1, 2, 4, …) tell about a curve at 0.

    Parameters
    ----------
    step : float
        The smallest of the steps.
    slope : Slope
        The slope at 0; its bar is `truncation` + `rounding` + half the `jump`.
    jump : Slope
        The slope on the right less the slope on the left: 0 unless there is a kink at 0.
    truncation : float
        How far the orders and steps disagree.
    rounding : float
        What errors of the curve's values of size `noise` can do to the slope.
    noise : float
        The assumed error of one value of the curve.
    swing : float
        The largest move of the curve seen.
    """

    step: float
    slope: Slope
    jump: Slope
    truncation: float
    rounding: float
    noise: float
    swing: float


def weights_to_zero(nodes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Lagrange weights that carry values at the nodes to node 0; their sum is 1."""
    gaps = nodes[None, :] - nodes[:, None]
    np.fill_diagonal(gaps, 1.0)
    factors = nodes[None, :] / gaps
    np.fill_diagonal(factors, 1.0)
    product: NDArray[np.float64] = factors.prod(axis=1)
    return product


def _jump_weights(nodes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights that carry κ + c₁h + c₃h³ + c₅h⁵ + … at the nodes to κ."""
    powers = [0, *range(1, 2 * len(nodes) - 2, 2)]
    first: NDArray[np.float64] = np.linalg.inv(np.power.outer(nodes, powers))[0]
    return first


NODES = np.array(LEVELS)
ODD = {n: weights_to_zero(NODES[:n] ** 2) for n in (1, 2, 3, 4)}
JUMP = {n: _jump_weights(NODES[:n]) for n in (1, 2, 3, 4)}
SHARE = {n: float(np.abs(ODD[n]) @ (1 / NODES[:n])) for n in ODD}
JUMP_SHARE = {n: float(4 * np.abs(JUMP[n]) @ (1 / NODES[:n])) for n in JUMP}


def window(curve: Curve, step: float, *, noise: float = 0.0, levels: int = 4) -> Window:
    """Measure slope and jump of a curve at 0 from `2·levels` points around it.

    Parameters
    ----------
    curve : callable
        A function of one number; also called at 0, so it had better remember its values.
    step : float
        The smallest step, positive.
    noise : float
        The error of one value of the curve; at least three roundings are assumed.
    levels : int
        How many steps: 2 gives order four, 3 order six, 4 order eight.

    Returns
    -------
    Window
        Its bars are infinite where the curve is not finite at one of the points, or so steep that
        the sums overflow.
    """
    steps = step * NODES[:levels]
    right = np.array([curve(h) for h in steps])
    left = np.array([curve(-h) for h in steps])
    here = curve(0.0)
    with np.errstate(over="ignore", invalid="ignore"):
        secants = (right - left) / (2 * steps)
        bends = (right - here - (here - left)) / steps
        largest = HEADROOM * np.max(np.abs([*secants, *bends]))
    if not np.isfinite([*right, *left, here, largest]).all():
        lost = Slope(0.0, math.inf)
        return Window(step, lost, lost, math.inf, 0.0, 0.0, 0.0)
    size = max(abs(here), float(np.max(np.abs([right, left]))))
    noise = max(noise, 3 * EPS * size, 3 * math.ulp(0.0))
    value = float(ODD[levels] @ secants)
    truncation = _truncation(secants)
    rounding = SHARE[levels] * noise / step
    jump = float(JUMP[levels] @ bends)
    jump_bar = (
        4 * abs(jump - float(JUMP[levels - 1] @ bends[:-1])) + JUMP_SHARE[levels] * noise / step
    )
    swing = max(float(np.max(np.abs(right - here))), float(np.max(np.abs(left - here))))
    slope = Slope(value, truncation + rounding + abs(jump) / 2)
    return Window(step, slope, Slope(jump, jump_bar), truncation, rounding, noise, swing)


def _truncation(secants: NDArray[np.float64]) -> float:
    """How far the orders disagree: the last correction, if corrections fall as they should.

    On a smooth curve each order corrects far less than the one before. The last correction may be
    small by chance, so it counts for at least what the fall of the earlier ones foretells. Where
    a kink in a higher derivative lies at 0, corrections fall by a constant factor only; then the
    last one is multiplied by the factor between the orders, which bounds what is left.
    """
    levels = len(secants)
    orders = [float(ODD[n] @ secants[:n]) for n in range(1, levels + 1)]
    corrections = np.abs(np.diff(orders))
    last = float(corrections[-1])
    if levels == 2 or last > corrections[-2] / REGULAR:
        return last * 4.0 ** (levels - 1)
    before = float(corrections[-2])
    if levels == 3:
        return last * max(1 / REGULAR, NEXT * last / before) if before else last
    earliest = float(corrections[0])
    return max(last, before * min(1.0, before / earliest) if earliest else before)


def settle(
    curve: Curve,
    step: float,
    top: float,
    *,
    noise: float = 0.0,
    corner: bool = False,
    moves: int = MOVES,
) -> Window:
    """Move the step to where truncation and rounding balance, and give the best window seen.

    The bar grows to cover every other window that was seen, so that steps must agree.

    Parameters
    ----------
    curve : callable
        A function of one number that remembers its values.
    step : float
        The first step to try.
    top : float
        The farthest point allowed.
    noise : float
        As for `window`.
    corner : bool
        Whether there is a kink at 0 for sure, so that no step makes the jump go away.
    moves : int
        How many steps may be tried.
    """
    seen: dict[float, Window] = {}
    for _ in range(moves):
        if step in seen:
            break
        seen[step] = window(curve, step, noise=noise)
        step = _better_step(seen[step], top, corner=corner)
    best = min(seen.values(), key=lambda w: w.slope.bar)
    return _covering(best, [w for w in seen.values() if w is not best])


def _better_step(tried: Window, top: float, *, corner: bool) -> float:
    """Where the error a·step⁶ + b/step is least, to a power of two; the same step if near."""
    if not math.isfinite(tried.truncation):
        return tried.step / 16
    bent = not corner and abs(tried.jump.value) > tried.jump.bar
    error = tried.truncation + (abs(tried.jump.value) / 2 if bent else 0.0)
    ratio = 6 * error / max(tried.rounding, math.ulp(0.0))
    shift = round(math.log2(max(ratio, 1e-30)) / 7)
    if shift >= 1:
        return float(tried.step * 2.0**-shift)
    room = math.floor(math.log2(top / (8 * tried.step)))
    return (
        float(tried.step * 2.0 ** min(-shift, room, 4)) if shift <= -2 and room > 0 else tried.step
    )


def _covering(best: Window, others: Sequence[Window]) -> Window:
    excess = [abs(w.slope.value - best.slope.value) - w.slope.bar for w in others]
    bar = max([best.slope.bar, *(x for x in excess if math.isfinite(x))])
    return replace(best, slope=Slope(best.slope.value, bar))


def extrapolated(curve: Curve, at: float = 0.0, step: float = 2.0**-6) -> Slope:
    """Measure a slope to about twelve digits, with a bar built from truncation and rounding.

    Parameters
    ----------
    curve : callable
        A function of one number.
    at : float
        Where the slope is wanted.
    step : float
        The first step to try; it adapts from there.

    Returns
    -------
    Slope
        The bar adds the disagreement of the orders six and eight and the worst that the
        rounding of the values can do. Infinite where the curve is not finite.

    Raises
    ------
    ValueError
        If the step is not positive.

    Notes
    -----
    L. F. Richardson, Phil. Trans. R. Soc. A 210 (1911). The curve must be smooth over eight steps;
    a kink inside shows as disagreement, and the step shrinks until it lies outside.
    """
    if not step > 0:
        raise ValueError(f"extrapolated: step is {step}, expected a positive number")
    return settle(remembering(lambda t: curve(at + t)), step, top=1024 * step).slope


def remembering(curve: Curve) -> Callable[[float], float]:
    """Give the same curve, asking for each of its values only once."""
    known: dict[float, float] = {}

    def ask(t: float) -> float:
        if t not in known:
            known[t] = curve(t)
        return known[t]

    return ask
