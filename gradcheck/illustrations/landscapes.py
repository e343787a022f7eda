"""Costs with descents on them: a bowl over (w, b), and a curve with two minima."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from gradcheck.illustrations.values import Descent, Landscape, Points
from impl.activations import sigmoid
from impl.descent import descend
from impl.model import Arrays, arrays

X, Y = np.array([[-1.0, 0.5, 2.0]]), np.array([[-1.5, 0.5, 1.0]])
START = (-1.6, 2.2)
RATES = (0.15, 0.9)
STEPS = 24
LEVELS = (0.03, 0.1, 0.3, 0.7, 1.4, 2.5, 4.0)  # above the least cost
ANGLES = 72

# squared error on σ(wx), as the proof of L13 has it: steep, pulling back, shallow
XS, LABELS = np.array([10.0, 1.0, 0.1]), np.array([1.0, 0.0, 1.0])


def bowl(run: Callable[[Arrays, Arrays], Arrays]) -> Landscape:
    """Descend the cost of the linear model with one feature, at a short and at a long step.

    ``run`` gives every quantity of the model, as ``impl`` has it.
    """
    data = arrays(X=X, Y=Y)

    def cost(w: float, b: float) -> float:
        return float(run(arrays(w=[[w]], b=b), data)["J"])

    lowest = np.linalg.lstsq(np.vstack([X, np.ones_like(X)]).T, Y[0], rcond=None)[0]
    minimum = float(lowest[0]), float(lowest[1])
    contours = tuple(_contour(cost, minimum, cost(*minimum) + level) for level in LEVELS)
    descents = tuple(Descent(f"α = {rate}", _path(run, data, rate)) for rate in RATES)
    return Landscape(
        "The cost over w and b, and two descents",
        f"Closed lines join points of equal cost around one minimum. From the same start, "
        f"{descents[0].name} goes straight in; {descents[1].name} leaps from side to side.",
        ("w", "b"),
        descents,
        (minimum,),
        contours=contours,
    )


def _path(run: Callable[[Arrays, Arrays], Arrays], data: Arrays, rate: float) -> Points:
    """Return (w, b) before every step and after the last."""

    def cost_and_gradient(parameters: Arrays) -> tuple[float, Arrays]:
        q = run(parameters, data)
        return float(q["J"]), {"w": q["dw"], "b": q["db"]}

    at = arrays(w=[[START[0]]], b=START[1])
    points = [START]
    for _ in range(STEPS):
        at, _costs = descend(cost_and_gradient, at, learning_rate=rate, iterations=1)
        points.append((float(at["w"].item()), float(at["b"])))
    return tuple(points)


def _contour(
    cost: Callable[[float, float], float], centre: tuple[float, float], level: float
) -> Points:
    """Find the line of equal cost around a minimum: along each ray by halving (J is convex)."""
    points = []
    for k in range(ANGLES):
        along = math.cos(2 * math.pi * k / ANGLES), math.sin(2 * math.pi * k / ANGLES)

        def beyond(r: float, along: tuple[float, float] = along) -> bool:
            return cost(centre[0] + r * along[0], centre[1] + r * along[1]) > level

        inside, outside = 0.0, 1.0
        while not beyond(outside):
            inside, outside = outside, 2 * outside
        for _ in range(24):
            middle = (inside + outside) / 2
            inside, outside = (inside, middle) if beyond(middle) else (middle, outside)
        points.append((centre[0] + inside * along[0], centre[1] + inside * along[1]))
    return tuple(points)


def two_minima() -> Landscape:
    """Descend the squared error on σ(wx) from two sides: each start finds its own minimum."""
    curve = tuple((float(w), squared(float(w))) for w in np.linspace(-6, 4, 201))
    starts = (-5.0, 3.5)
    ends = [_fall(start) for start in starts]
    descents = tuple(
        Descent(f"from w = {start:g}".replace("-", "−"), tuple((w, squared(w)) for w in path))
        for start, path in zip(starts, ends, strict=True)
    )
    minima = tuple((path[-1], squared(path[-1])) for path in ends)
    found = " and ".join(f"w = {w:.2f}".replace("-", "−") for w, _ in minima)
    return Landscape(
        "A squared error on σ(wx) with two minima",
        f"The curve has minima at {found}, with a hill between: descent ends in the one on its "
        "own side.",
        ("w", "J"),
        descents,
        minima,
        curve=curve,
    )


def squared(w: float) -> float:
    """Return J(w) = (1/m) Σ ½(σ(wx) − y)²."""
    return float(np.mean((sigmoid(w * XS) - LABELS) ** 2) / 2)


def squared_slope(w: float) -> float:
    """Return dJ/dw."""
    a = sigmoid(w * XS)
    return float(np.mean((a - LABELS) * a * (1 - a) * XS))


def _fall(w: float) -> list[float]:
    """Descend until the slope is flat; keep every step that moved far enough to be seen."""
    seen = [w]
    for _ in range(4000):
        w -= 1.0 * squared_slope(w)
        if abs(w - seen[-1]) > 0.25:
            seen.append(w)
    return [*seen, w]
