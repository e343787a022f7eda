"""How noisy a function is, read off a table of its differences."""

import math

import numpy as np
from numpy.typing import NDArray


def noise_of(values: NDArray[np.float64]) -> float:
    """Estimate the error of one value from equally spaced values of a smooth function.

    Parameters
    ----------
    values : array of shape (n,)
        At least seven values at equal distances, close enough for the function to be a polynomial
        of degree n − 3 between them.

    Returns
    -------
    float
        A standard deviation: what is left when the smooth part has been differenced away, in the
        two highest orders, over the factor by which differences swell independent errors.

    Raises
    ------
    ValueError
        If there are fewer than seven values.

    Notes
    -----
    J. J. Moré and S. M. Wild, SIAM J. Sci. Comput. 33 (2011), 1292-1314, equation (2.3).
    """
    if len(values) < 7:
        raise ValueError(f"noise_of: got {len(values)} values, expected 7 or more")
    orders = (len(values) - 2, len(values) - 1)
    levels = [
        np.sqrt(np.mean(np.diff(values, order) ** 2) / math.comb(2 * order, order))
        for order in orders
    ]
    return float(max(levels))
