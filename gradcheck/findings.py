"""What a cost and a gradient do besides returning values: change inputs, answer differently."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcheck.calls import Cost
from gradcheck.claims import Claim, Finding, read_claim
from gradcheck.parameters import Layout, Vector, flatten

SAME = 64


@dataclass(frozen=True)
class Observed:
    """What watching the caller's functions gave.

    Parameters
    ----------
    claim : Claim
        The first answer of the gradient.
    here : float
        The cost at the point.
    exact : numpy.longdouble, optional
        The same in extended precision, where the cost answers in that.
    magnitude : float
        The larger of the costs there and at zero.
    notes : tuple of Finding
    ask : callable or None
        Gives the claim elsewhere, if a function was given.
    """

    claim: Claim
    here: float
    exact: np.longdouble | None
    magnitude: float
    notes: tuple[Finding, ...]
    ask: Callable[[Vector], Vector] | None


def observe(cost: Cost, gradient: Any, vector: Vector) -> Observed:
    """Call cost and gradient at the point, the cost also closely and at zero, then both again.

    Parameters
    ----------
    cost : Cost
    gradient : callable, or its value
    vector : array of shape (entries,)
    """
    layout = cost.layout
    notes: list[Finding] = []
    here, changed = _watched(cost.evaluate, layout, vector)
    if changed:
        notes.append(_mutation("cost", changed))
    ask = gradient if callable(gradient) else lambda at: gradient
    claim, changed = _watched(lambda at: read_claim(ask(at), layout), layout, vector)
    if changed:
        notes.append(_mutation("gradient", changed))
    exact = cost.exact(vector, here)  # before the second call, which shows if that has changed it
    far = cost(np.zeros_like(vector) if vector.any() else np.full_like(vector, 0.25))
    with np.errstate(all="ignore"):
        again = read_claim(ask(layout.restore(vector)), layout)
    swayed = difference(claim.values, again.values, claim.eps)
    wavering = difference(np.array([here]), np.array([cost(vector)]), claim.eps)
    for name, apart in (("gradient", swayed), ("cost", wavering)):
        if apart:
            notes.insert(0, unsteady(name, apart))
    findings = (*notes, *claim.findings)
    elsewhere = _asking(gradient, layout) if callable(gradient) else None
    magnitude = max(abs(here), abs(far) if math.isfinite(far) else 0.0)
    return Observed(claim, here, exact, magnitude, findings, elsewhere)


def _asking(gradient: Callable[[Any], Any], layout: Layout) -> Callable[[Vector], Vector]:
    def ask(vector: Vector) -> Vector:
        with np.errstate(all="ignore"):
            return read_claim(gradient(layout.restore(vector)), layout).values

    return ask


def _watched(
    function: Callable[[Any], Any], layout: Layout, vector: Vector
) -> tuple[Any, list[str]]:
    """Call the function on a copy; give its answer and the parameters that it changed."""
    given = layout.restore(vector)
    with np.errstate(all="ignore"):
        answer = function(given)
    try:
        after = flatten(given)[1]
    except (TypeError, ValueError):
        after = np.full(layout.size, np.nan)
    if after.shape != vector.shape:
        return answer, [leaf.name for leaf in layout.leaves]
    return answer, [
        leaf.name
        for leaf in layout.leaves
        if not np.array_equal(after[leaf.where], _rounded(leaf.restore(vector)))
    ]


def _rounded(value: Any) -> Vector:
    return flatten(value)[1]


def difference(first: Vector, second: Vector, eps: float) -> float:
    """Give the largest difference of two answers, 0 if it is only rounding (threaded sums)."""
    both_missing = np.isnan(first) & np.isnan(second)
    with np.errstate(invalid="ignore"):
        apart = np.where(both_missing | (first == second), 0.0, np.abs(first - second))
    largest = float(np.max(apart, initial=0.0))
    allowed = SAME * eps * float(np.max(np.abs(np.nan_to_num(first)), initial=0.0))
    return 0.0 if largest <= allowed else largest


def _mutation(function: str, names: list[str]) -> Finding:
    message = f"the {function} changes {', '.join(names)} in place, expected it to leave them alone"
    return Finding("mutates-input", message)


def unsteady(function: str, apart: float) -> Finding:
    """Say that two calls at the same point gave different answers."""
    message = f"two calls of the {function} at the same point differ by {apart:.3g}, expected equal"
    return Finding("nondeterministic", message)
