"""Is a cost the one it should be? A gradient may be right, and that of another function."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from gradcheck.calls import Cost
from gradcheck.claims import Finding
from gradcheck.directions import draw_direction, entry_scales
from gradcheck.messages import factor_text
from gradcheck.parameters import flatten
from gradcheck.results import GradientCheck

POINTS = 6
ROUNDINGS = 2.0**-40


class Watched(np.ndarray[Any, np.dtype[np.float64]]):
    """An array that notices when two arrays of m numbers are stretched to m × m."""

    blown_up: list[str]

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        """Compute as always; note operands of equal size whose result is larger than both."""
        plain = [np.asarray(x) if isinstance(x, Watched) else x for x in inputs]
        found = [x.blown_up for x in inputs if isinstance(x, Watched)]
        options.pop("out", None)
        answer = getattr(ufunc, method)(*plain, **options)
        shapes = [np.shape(x) for x in plain[:2]]
        if method == "__call__" and len(plain) == 2 and ufunc is not np.matmul:
            sizes = [math.prod(shape) for shape in shapes]
            if len(shapes[0]) != len(shapes[1]) and sizes[0] == sizes[1] < np.size(answer):
                found[0].append(f"{shapes[0]} with {shapes[1]} gives {np.shape(answer)}")
        return watched(answer, found[0]) if isinstance(answer, np.ndarray) else answer

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        """Compute functions such as np.dot, and go on watching their results."""
        answer = super().__array_function__(function, types, args, kwargs)
        return watched(answer, self.blown_up) if isinstance(answer, np.ndarray) else answer


def watched(array: Any, blown_up: list[str]) -> Watched:
    """Give an array that writes what it notices into a list."""
    view: Watched = np.asarray(array).view(Watched)
    view.blown_up = blown_up
    return view


def check_cost(
    cost: Callable[[Any], Any],
    reference: Callable[[Any], Any],
    at: Any,
    *,
    rng: np.random.Generator | int | None = None,
) -> GradientCheck:
    """Check that a cost gives the numbers of a reference, at a point and around it.

    Parameters
    ----------
    cost, reference : callable
        Take parameters like `at`, give one real number.
    at : number, array, or dict of these
    rng : numpy.random.Generator or int, optional
        Draws the points around.

    Returns
    -------
    GradientCheck
        `wrong` with the finding ``cost-scale`` (a constant factor), ``broadcast-blowup`` (m numbers
        were stretched to m × m), or ``other-cost``.

    Raises
    ------
    TypeError
        If one of them is not a function, or does not give one real number.
    """
    for name, function in (("cost", cost), ("reference", reference)):
        if not callable(function):
            raise TypeError(f"{name} is {type(function).__name__}, expected a function")
    layout, vector = flatten(at)
    draw = np.random.default_rng(rng)
    own, true = (Cost(function, layout, POINTS) for function in (cost, reference))
    moves = [draw_direction(entry_scales(vector), draw) / 4 for _ in range(POINTS - 1)]
    points = [vector, *(vector + move for move in moves)]
    pairs = np.array([(own(point), true(point)) for point in points])
    gaps = np.abs(pairs[:, 0] - pairs[:, 1])
    if np.all(gaps <= ROUNDINGS * np.abs(pairs).max(axis=1)):
        return GradientCheck(
            "correct", "the cost is the reference", entries=vector.size, evaluations=POINTS
        )
    note = _explained(pairs, _blow_ups(cost, at))
    reason = "the cost is another function"
    return GradientCheck("wrong", reason, notes=(note,), entries=vector.size, evaluations=POINTS)


def _explained(pairs: Any, blown_up: list[str]) -> Finding:
    got, expected = pairs[0]
    values = f"the cost is {got:.6g}, expected {expected:.6g}"
    if blown_up:
        return Finding("broadcast-blowup", f"{values}: {blown_up[0]}; give both the same shape")
    with np.errstate(all="ignore"):
        ratios = pairs[:, 0] / pairs[:, 1]
    if np.ptp(ratios) <= 1e-9 * abs(ratios[0]) and ratios[0] != 0:
        factor = factor_text(float(ratios[0]), 1e-9 * abs(ratios[0]))
        return Finding("cost-scale", f"{values}: {factor} times the reference everywhere")
    return Finding("other-cost", f"{values}, and not in a constant ratio elsewhere")


def _blow_ups(cost: Callable[[Any], Any], at: Any) -> list[str]:
    """Run the cost on arrays that watch; a cost that can't run on them tells nothing."""
    noticed: list[str] = []

    def wrap(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: wrap(inner) for key, inner in value.items()}
        return watched(np.array(value, dtype=np.float64), noticed)

    try:
        cost(wrap(at))
    except (TypeError, ValueError, AttributeError, ArithmeticError):
        return []
    return noticed
