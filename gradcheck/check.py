"""Is a claimed gradient the slope of a cost? The entry point of the judge."""

from collections.abc import Callable
from typing import Any

import numpy as np

from gradcheck.calls import Cost
from gradcheck.judgement import judged
from gradcheck.parameters import flatten
from gradcheck.results import GradientCheck

DEFAULT_BUDGET = 100_000


def check_gradient(
    cost: Callable[[Any], Any],
    gradient: Any,
    at: Any,
    *,
    budget: int | None = None,
    rng: np.random.Generator | int | None = None,
    progress: Callable[[int], None] | None = None,
) -> GradientCheck:
    """Check a claimed gradient against the slope of the cost.

    Nobody picks a tolerance: each slope is measured with an error bar, and the bar decides.

    Parameters
    ----------
    cost : callable
        Takes parameters like `at`, gives one real number.
    gradient : callable, or its value
        Takes parameters like `at`, gives the claimed gradient in the same structure (keys may
        carry a ``d`` in front); or the claimed gradient at `at` itself.
    at : number, array, or dict of these (dicts may nest)
        Where to check. Never changed: both functions get copies, in float64; where NumPy's long
        double is finer, the cost gets some in that too, which narrows the bars if it keeps it.
    budget : int, optional
        The largest number of calls of the cost; a correct gradient takes fewer than 60.
    rng : numpy.random.Generator or int, optional
        Draws the directions; fresh ones every time when left out.
    progress : callable, optional
        Told the number of evaluations after each of them, to draw a progress bar.

    Returns
    -------
    GradientCheck
        True only for a pass; ``str()`` of it is the message.

    Raises
    ------
    TypeError
        If `cost` is not callable or not a real number, or the gradient has another structure.
    ValueError
        If `at` is empty or not finite, or the budget is too small to measure anything.

    Examples
    --------
    >>> check = check_gradient(lambda x: (x**2).sum(), lambda x: 2 * x, np.ones(3))
    >>> check.verdict
    'correct'
    >>> print(check_gradient(lambda x: x**2, lambda x: 3 * x, 2.0).wrong[0])
    x: claimed 6, measured 4 ± 7e-14
    """
    _check_arguments(cost, gradient, budget)
    layout, vector = flatten(at)
    counted = Cost(cost, layout, DEFAULT_BUDGET if budget is None else budget, progress)
    return judged(counted, gradient, vector, np.random.default_rng(rng))


def assert_gradient(
    cost: Callable[[Any], Any],
    gradient: Any,
    at: Any,
    *,
    budget: int | None = None,
    rng: np.random.Generator | int | None = None,
) -> GradientCheck:
    """Check a gradient as `check_gradient` does, and raise unless it passes.

    Parameters
    ----------
    cost, gradient, at, budget, rng
        As `check_gradient` takes them.

    Returns
    -------
    GradientCheck
        ``correct`` or ``kink``: nothing else comes back.

    Raises
    ------
    AssertionError
        With the message of the check.
    """
    check = check_gradient(cost, gradient, at, budget=budget, rng=rng)
    if not check:
        raise AssertionError(str(check))
    return check


def _check_arguments(cost: Any, gradient: Any, budget: int | None) -> None:
    if not callable(cost):
        raise TypeError(f"cost is {type(cost).__name__}, expected a function of the parameters")
    if gradient is None:
        raise TypeError("gradient is None, expected a function of the parameters, or its value")
    if budget is not None and budget < 1:
        raise ValueError(f"budget is {budget}, expected a positive number of evaluations, or None")
