"""What may excuse a claim that lies outside its bar: an error that no measurement so far shows.

Four of them are looked for, and each widens the bar as far as it goes: the claim is itself rough
from rounding; the cost is rough at points that are no round numbers; the cost is not what it is in
extended precision; the cost is rough from near.
"""

import math
import sys
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from gradcheck.comparing import BLURS, Bench, Comparison, widest
from gradcheck.extended import blurs
from gradcheck.noise import noise_of
from gradcheck.parameters import Vector
from gradcheck.slopes.extrapolated import EPS, SHARE, window

NODES, WIDE = range(-4, 5), range(-8, 9, 2)
DEVIATIONS = 8
ROUGH = 2.0**-16
"""What moves a claim by a larger share is no rounding, but a jump."""
SMOOTH = 16
TOO_LARGE = 2.0**10
FINE, COARSEST, STRIDE = 2.0**-12, 2.0**-3, 2.0**5
SHOWING, MATCHING = 8, 4
LARGE = 2.0**-4
HALVINGS, SOON = 20, 8
STEEP = 2.0**-6
AHEAD, ODD_SHARE, OWN = range(1, 10), 0.6180339887498949, 16


def excused(
    bench: Bench,
    accused: Comparison,
    ask: Callable[[Vector], Vector] | None,
    rng: np.random.Generator,
) -> Comparison:
    """Give a comparison that disagrees with a bar that takes all excuses in.

    Parameters
    ----------
    bench : Bench
    accused : Comparison
    ask : callable or None
        Gives the claim at other points.
    rng : numpy.random.Generator
    """
    if ask is not None and accused.excess < ROUGH * _steepest(accused):
        rough = max(_rough_claim(bench, accused, ask), _shaken_claim(bench, accused, ask, rng))
        accused = replace(accused, claim_bar=accused.claim_bar + rough)
    if accused.disagrees and not bench.closely:
        accused = _widened(accused, _uneven_noise(bench, accused))
    if accused.disagrees and bench.exact is not None:
        accused = _widened(accused, _inexact_cost(bench, accused))
    if accused.disagrees and accused.found.step < FINE:
        accused = _widened(accused, _rough_cost(bench, accused))
    return accused


def _steepest(accused: Comparison) -> float:
    """Give about the largest slope along the line near the point, be the claim right or not.

    No rounding of a claim can excuse more than its share of that, and so need not be looked for.
    """
    found = accused.found
    return max(abs(accused.claimed), found.swing / (max(NODES) * found.step))


def _widened(accused: Comparison, by: float) -> Comparison:
    slope = accused.found.slope
    wider = replace(accused.found, slope=replace(slope, bar=slope.bar + by))
    return replace(accused, found=wider)


def _rough_claim(bench: Bench, accused: Comparison, ask: Callable[[Vector], Vector]) -> float:
    """Give some deviations of the noise of the claim along the line, as its differences show it.

    Where terms cancel in it, as in 1 − a, that is far more than the rounding of what is left.
    """
    step, line = accused.found.step, accused.direction
    used = np.flatnonzero(line)
    with np.errstate(over="ignore", invalid="ignore"):  # claims near the largest number
        values = np.array([ask(bench.at + k * step * line)[used] @ line[used] for k in NODES])
    size = float(np.max(np.abs(values)))
    if not 0 < size < math.inf:
        return 0.0
    noise = DEVIATIONS * noise_of(values / size)
    return noise * size if noise < ROUGH else 0.0


def _shaken_claim(
    bench: Bench,
    accused: Comparison,
    ask: Callable[[Vector], Vector],
    rng: np.random.Generator,
) -> float:
    """Give some times how far one rounding of each parameter moves the claim along the line.

    Points along a line may round alike, so that the claim is smooth there, and off all the same.
    """
    noise = BLURS * widest(blurs(bench, ask, rng), accused.direction)
    return noise if noise < ROUGH * abs(accused.claimed) else 0.0


def _uneven_noise(bench: Bench, accused: Comparison) -> float:
    """Give what noise does to a slope that shows only where points lie at odd distances.

    Steps are powers of two: a large number added on the way, as in (x + 10⁷)², may round all of
    such points alike, or not at all. The rounding of the odd points themselves is left out.
    """
    step = accused.found.step
    curve = bench.curve(accused.direction)
    values = np.array([curve(ODD_SHARE * k * step) for k in AHEAD])
    swing = float(np.ptp(values))
    if not 0 < swing < math.inf:
        return 0.0
    noise = DEVIATIONS * noise_of((values - values[0]) / swing)
    if not noise < ROUGH:
        return 0.0
    noise = swing * (noise - OWN * EPS / step)
    return SHARE[4] * noise / step if noise > bench.instrument.noise else 0.0


def _inexact_cost(bench: Bench, accused: Comparison) -> float:
    """Give what the difference of the cost in float64 and in extended precision does to a slope.

    Where slopes are measured in float64, it is the rounding of the cost, unless it is too large
    for that. Where they are measured in extended precision, it is another function if it is
    smooth, which rounding is not: the cost holds another constant for other numbers, such as
    their rounding unit. The claim is one about float64.
    """
    step = accused.found.step
    close = replace(bench, closely=True).curve(accused.direction)
    plain = replace(bench, closely=False).curve(accused.direction)
    apart = np.array([close(k * step) - (plain(k * step) - bench.here) for k in WIDE])
    size = float(np.max(np.abs(apart)))
    if not 0 < size < math.inf:
        return 0.0
    if not bench.closely:
        return SHARE[4] * size / step if size < TOO_LARGE * EPS * bench.magnitude else 0.0
    rise = float(abs(apart[-1] - apart[0]))
    smooth = rise > SMOOTH * noise_of(apart / size) * size
    return 2 * rise / (step * (WIDE[-1] - WIDE[0])) if smooth else 0.0


def _rough_cost(bench: Bench, accused: Comparison) -> float:
    """Give twice the gap if a look from afar sees the claim, and would see the gap.

    Values that are rounded on the way (to float32, to a few digits, beside terms that cancel)
    move in steps, which are flat or straight from near, and no difference of neighbours is rough.
    """
    gap = abs(accused.gap)
    curve, step = bench.curve(accused.direction), STRIDE * accused.found.step
    while step <= COARSEST:
        far = window(curve, step, noise=bench.instrument.noise)
        blur = far.truncation + abs(far.jump.value) / 2
        if SHOWING * blur < gap and MATCHING * abs(far.slope.value - accused.claimed) < gap:
            return 2 * gap
        step *= STRIDE
    return 0.0


def moves_in_steps(bench: Bench, accused: Comparison) -> bool:
    """Whether the cost jumps near the point, and much of the slope may hide in its jumps.

    As ln(1 − a) does where a is close to 1: 1 − a is a few roundings, and stays the same for a
    while. What is left of the change when an interval is halved again and again is a jump.
    """
    if abs(accused.gap) < LARGE * abs(accused.claimed):
        return False
    curve, slope = bench.curve(accused.direction), accused.found.slope.value

    def unexplained(low: float, high: float) -> float:
        change = abs(curve(high) - curve(low) - slope * (high - low))
        return 0.0 if math.isnan(change) else min(change, sys.float_info.max)

    sides = [(-COARSEST, 0.0), (0.0, COARSEST)]
    whole = max(unexplained(*side) for side in sides)
    for halvings in range(HALVINGS):
        low, high = max(sides, key=lambda side: unexplained(*side))
        if not unexplained(low, high) > (STEEP * whole if halvings > SOON else 0.0):
            return False
        sides = [(low, (low + high) / 2), ((low + high) / 2, high)]
    return True
