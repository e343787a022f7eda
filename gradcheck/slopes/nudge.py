"""The course's way: nudge the variable by 0.001 and see how far the cost moves."""

import sys

from gradcheck.slopes.slope import Curve, Slope


def nudge(curve: Curve, at: float = 0.0, step: float = 0.001) -> Slope:
    """Nudge `at` by `step` and divide the move of the curve by the nudge.

    Parameters
    ----------
    curve : callable
        A function of one number.
    at : float
        Where the slope is wanted.
    step : float
        The nudge; its error is about half the second derivative times the step.

    Returns
    -------
    Slope
        The bar is twice the change that half and a quarter of the nudge make (the first-order
        error term), plus the rounding of the values.

    Raises
    ------
    ValueError
        If the step is zero.

    Notes
    -----
    Source: course, sections 2.5 and 2.6. Good for teaching; `extrapolated` is what judges.
    """
    if step == 0:
        raise ValueError("nudge: step is 0, expected a non-zero number such as 0.001")
    here = curve(at)
    values = [curve(at + step / parts) for parts in (1, 2, 4)]
    slopes = [(v - here) * parts / step for v, parts in zip(values, (1, 2, 4), strict=True)]
    truncation = max(abs(slopes[0] - slopes[1]), 2 * abs(slopes[1] - slopes[2]))
    rounding = 16 * sys.float_info.epsilon * max(map(abs, [here, *values])) / abs(step)
    return Slope(slopes[0], 2.2 * truncation + rounding)
