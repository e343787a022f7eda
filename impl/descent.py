"""Gradient descent: θ := θ − α·dθ, all parameters from the same gradients."""

from __future__ import annotations

import math
from collections.abc import Callable

from impl.model import Arrays


def step(parameters: Arrays, gradients: Arrays, learning_rate: float) -> Arrays:
    """Take one step; the arguments stay as they are, and every parameter moves at once.

    Parameters
    ----------
    parameters, gradients : dict of arrays
        Under the same names, of the same shapes.
    learning_rate : float
        α, the length of the step per unit of slope.
    """
    return {name: value - learning_rate * gradients[name] for name, value in parameters.items()}


def descend(
    cost_and_gradient: Callable[[Arrays], tuple[float, Arrays]],
    parameters: Arrays,
    *,
    learning_rate: float,
    iterations: int,
) -> tuple[Arrays, list[float]]:
    """Descend from ``parameters``; give the parameters reached and the cost before each step.

    Raises
    ------
    ValueError
        If the learning rate is not a positive finite number, or the iterations are negative.
    """
    if not (learning_rate > 0 and math.isfinite(learning_rate)):
        raise ValueError(f"learning_rate: got {learning_rate}, expected a positive finite number")
    if iterations < 0:
        raise ValueError(f"iterations: got {iterations}, expected 0 or more")
    costs = []
    for _ in range(iterations):
        J, gradients = cost_and_gradient(parameters)
        costs.append(J)
        parameters = step(parameters, gradients, learning_rate)
    return parameters, costs
