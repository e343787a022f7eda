"""The complex step: no cancellation at all, but only where the code is truly analytic."""

import sys
from collections.abc import Callable

from gradcheck.slopes.slope import Slope


def complex_step(
    curve: Callable[[complex], object], reference: Slope, *, at: float = 0.0, step: float = 1e-30
) -> Slope:
    """Measure a slope as Im curve(at + i·step) / step, and believe it only beside a real one.

    Parameters
    ----------
    curve : callable
        A function of one complex number.
    reference : Slope
        A slope measured with real numbers. Code that drops the imaginary part (``abs``, ``vdot``,
        ``astype(float)``, a float buffer) gives 0 or nonsense here without any warning.
    at : float
        Where the slope is wanted.
    step : float
        The imaginary step; so small that its square vanishes.

    Returns
    -------
    Slope
        With a bar of a few roundings where it agrees with the reference; else the reference itself.

    Notes
    -----
    Source: W. Squire and G. Trapp, SIAM Review 40 (1998).
    """
    try:
        moved = curve(complex(at, step))
    except (TypeError, ValueError, ArithmeticError):
        return reference
    if not hasattr(moved, "imag"):
        return reference
    value = float(moved.imag) / step
    proven = reference.bar < float("inf") and reference.agrees_with(value)
    return Slope(value, 16 * sys.float_info.epsilon * abs(value)) if proven else reference
