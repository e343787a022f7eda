"""One-sided slopes: for bounds of the domain and for kinks."""

import math

import numpy as np

from gradcheck.slopes.extrapolated import EPS, NODES, weights_to_zero
from gradcheck.slopes.slope import Curve, Slope

WEIGHTS = weights_to_zero(NODES)
COARSE = weights_to_zero(NODES[:3])
PAIR = weights_to_zero(NODES[:2])
SHARE = float(np.abs(WEIGHTS) @ (2 / NODES))


def one_sided(curve: Curve, at: float = 0.0, step: float = 1e-3, *, noise: float = 0.0) -> Slope:
    """Measure the slope on one side: to the right for a positive step, to the left for a negative.

    Parameters
    ----------
    curve : callable
        A function of one number, looked at only at `at` and at `at + step·(1, 2, 4, 8)`.
    at : float
        Where the slope is wanted.
    step : float
        The smallest step; its sign chooses the side.
    noise : float
        The error of one value of the curve; at least two roundings are assumed.

    Returns
    -------
    Slope
        Of fourth order; the bar is the difference to lower orders plus the rounding of the values,
        infinite where the curve is not finite.

    Raises
    ------
    ValueError
        If the step is zero.
    """
    if step == 0:
        raise ValueError("one_sided: step is 0, expected a positive (right) or negative (left) one")
    here = curve(at)
    values = np.array([curve(at + step * node) for node in NODES])
    if not np.isfinite([here, *values]).all():
        return Slope(0.0, math.inf)
    secants = (values - here) / (step * NODES)
    value = float(WEIGHTS @ secants)
    size = max(abs(here), float(np.max(np.abs(values))))
    rounding = SHARE * max(noise, 2 * EPS * size) / abs(step)
    orders = [float(w @ secants[: len(w)]) for w in (WEIGHTS, COARSE, PAIR)]
    truncation = max(abs(orders[0] - orders[1]), abs(orders[1] - orders[2]) / NODES[-1])
    return Slope(value, truncation + rounding)
