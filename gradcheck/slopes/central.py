"""Symmetric differences: the second-order method."""

import sys

from gradcheck.slopes.slope import Curve, Slope


def central(curve: Curve, at: float = 0.0, step: float = 1e-5) -> Slope:
    """Measure a slope from the two points `at ± step`.

    Parameters
    ----------
    curve : callable
        A function of one number.
    at : float
        Where the slope is wanted.
    step : float
        Half the distance of the two points; the error is step² times a sixth of the third
        derivative.

    Returns
    -------
    Slope
        The bar is twice the change that half the step makes, plus the rounding of the values.

    Raises
    ------
    ValueError
        If the step is zero.

    Notes
    -----
    At a symmetric kink, such as |x| at 0, this method returns 0 with no sign of trouble;
    `gradcheck.check_gradient` looks at the two one-sided slopes as well.
    """
    if step == 0:
        raise ValueError("central: step is 0, expected a non-zero number such as 1e-5")
    wide = [curve(at + step), curve(at - step)]
    near = [curve(at + step / 2), curve(at - step / 2)]
    value = (wide[0] - wide[1]) / (2 * step)
    halved = (near[0] - near[1]) / step
    rounding = 4 * sys.float_info.epsilon * max(map(abs, wide + near)) / abs(step)
    return Slope(value, 1.5 * abs(value - halved) + rounding)
