"""How far a curve stays smooth around a point, found from outside inwards."""

import math
from dataclasses import dataclass
from itertools import pairwise

from gradcheck.slopes.extrapolated import EPS
from gradcheck.slopes.slope import Curve

COARSEST, FINEST, STRIDE = 0, -45, 5
REACH = 0.0035
COARSE = 1e-6
LEVELS = 5
ALIKE = 0.003


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


def reach_of(curve: Curve, noise: float = 0.0, coarsest: int = COARSEST) -> Reach:
    """Find how far a curve stays smooth around 0, coming in from 2^coarsest by factors of 32.

    The slopes of two neighbouring distances must agree, their bends must shrink with the
    distance, and the next change of the slope must be far smaller still: two far points can give
    equal slopes by chance (saturation, periods), and kinks can hide between them. Where the curve
    stops moving because its values are too coarse, the search is over.
    """
    here, swing = curve(0.0), 0.0
    pairs: list[Pair] = []
    for level in range(coarsest, FINEST, -STRIDE):
        distance = 2.0**level
        right, left = curve(distance), curve(-distance)
        swing = max([swing, *(abs(v - here) for v in (right, left) if math.isfinite(v))])
        size = max(abs(here), abs(right), abs(left))
        if right == here == left and pairs and abs(pairs[-1].slope) * distance < COARSE * size:
            break
        pairs.append(_pair(curve, distance, noise))
        if len(pairs) > 2 and _is_smooth(*pairs[-3:]):
            return _reach(pairs[-3], pairs[-2], swing)
    return _least_change(pairs, swing)


def stretch_of(curve: Curve, levels: int = LEVELS) -> float:
    """Give the first of the distances 2⁻⁵, 2⁻¹⁰, … at which a curve seems smooth, shorter if bent.

    Two pairs of points must fit together: a quick look, to lay the scales of parameters beside
    each other. At the distance given, the bend moves the curve by 2⁻¹⁰ of its size at most. No
    more than so many levels are looked at.
    """
    pairs = [_pair(curve, 2.0**level) for level in (-STRIDE, -2 * STRIDE)]
    while not _fits(pairs[-2], pairs[-1], ALIKE):
        if len(pairs) == levels and abs(pairs[-1].bend) > abs(pairs[-2].bend) / 2:
            return 2.0**-STRIDE  # a kink at 0 itself
        if len(pairs) == levels:
            break
        pairs.append(_pair(curve, pairs[-1].distance / 2**STRIDE))
        if _is_smooth(*pairs[-3:]):
            pairs.pop()
            break
    far = pairs[-2]
    here = curve(0.0)
    size = max(abs(here), abs(curve(far.distance)), abs(curve(-far.distance)))
    bent = abs(far.bend) * 4.0**STRIDE * far.distance
    shrink = math.sqrt(size / bent) if math.isfinite(bent) and bent > size else 1.0
    return far.distance * shrink


def _pair(curve: Curve, distance: float, noise: float = 0.0) -> Pair:
    here, right, left = curve(0.0), curve(distance), curve(-distance)
    bend = (right - here - (here - left)) / distance
    size = max(abs(here), abs(right), abs(left))
    blur = (8 * EPS * size + 2 * noise) / distance
    return Pair(distance, (right - left) / (2 * distance), bend, blur)


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
    gap, rest = abs(far.slope - near.slope), abs(near.slope - next_one.slope)
    settled = rest <= gap / 64 + near.blur + next_one.blur + 1e-10 * scale
    return _fits(far, near) and settled


def _fits(far: Pair, near: Pair, alike: float = 0.05) -> bool:
    """Whether slopes and bends at two distances are those of a smooth curve, or of a corner."""
    scale = _size(far, near)
    if not math.isfinite(scale + near.bend):
        return False
    blur = far.blur + near.blur
    fading = abs(near.bend) <= max(abs(far.bend) / 8, blur) + 0.005 * scale
    steady = abs(far.slope - near.slope) <= alike * scale + blur
    return steady and (fading or _is_corner(far, near))


def _is_corner(far: Pair, near: Pair) -> bool:
    blur = far.blur + near.blur
    return abs(near.bend - far.bend) <= 1e-9 * _size(far, near) + blur < abs(near.bend) / 64
