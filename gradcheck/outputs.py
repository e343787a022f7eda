"""Functions with many outputs, as functions from vector to vector."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gradcheck.check import check_gradient
from gradcheck.parameters import Layout, Vector, flatten
from gradcheck.results import Entry

Seed = np.random.Generator | int | None
NAMED = 64


@dataclass(frozen=True)
class Outputs:
    """A function with many outputs, as a function from vector to vector.

    Parameters
    ----------
    function : callable
        The caller's own.
    inputs, layout : Layout
        How its parameters and its outputs lie in vectors.
    at : array of shape (entries,)
    """

    function: Callable[[Any], Any]
    inputs: Layout
    layout: Layout
    at: Vector

    def __call__(self, vector: Vector) -> Vector:
        """Give all outputs."""
        with np.errstate(all="ignore"):
            given = self.function(self.inputs.restore(vector))
        return values_of(given, self.layout)

    def along(self, direction: Vector) -> Callable[[float], Vector]:
        """Give the outputs as a function of the distance gone, remembering them."""
        known: dict[float, Vector] = {}

        def ask(t: float) -> Vector:
            if t not in known:
                known[t] = self(self.at + t * direction)
            return known[t]

        return ask


def opened_for(f: Callable[[Any], Any], at: Any, product: Any, name: str) -> Outputs:
    """Open a check of a function and a product with its Jacobian, which messages call `name`.

    Raises
    ------
    TypeError, ValueError
        If one of them is missing, or there is nothing to check.
    """
    if not callable(f):
        raise TypeError(f"f is {type(f).__name__}, expected a function of the parameters")
    if product is None:
        raise TypeError(f"{name} is None, expected a function")
    inputs, vector = flatten(at)
    layout, outputs = flatten(f(inputs.restore(vector)), "f(at)")
    if not (vector.size and outputs.size):
        raise ValueError(f"{name}: there are no entries to check; give at least one in and out")
    return Outputs(f, inputs, layout, vector)


def values_of(given: Any, layout: Layout) -> Vector:
    """Flatten outputs; where they are not finite, or not of their usual shape, give nan."""
    try:
        _, vector = flatten(given, "f(at)")
    except ValueError:
        return np.full(layout.size, np.nan)
    return vector if vector.size == layout.size else np.full(layout.size, np.nan)


def wrong_outputs(
    opened: Outputs, outputs: Callable[[float], Vector], claimed: Vector, rng: np.random.Generator
) -> Iterator[Entry]:
    """Judge the first 64 outputs one by one; their values along the line are known already."""
    for k in range(min(opened.layout.size, NAMED)):
        own = check_gradient(_component(outputs, k), float(claimed[k]), 0.0, rng=rng)
        for entry in own.wrong:
            name, index = opened.layout.locate(k)
            yield replace(entry, parameter=f"output {name}", index=index)


def _component(outputs: Callable[[float], Vector], k: int) -> Callable[[float], float]:
    return lambda t: float(outputs(t)[k])
