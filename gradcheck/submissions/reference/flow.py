"""What a model says of itself beyond its shapes: which array plays which part in the data flow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

import numpy as np

from impl import Array, Model
from impl.activations import ACTIVATIONS

LOSS, COST, EXAMPLES, LABELS = "L", "J", "X", "Y"  # the names that every model shares


def targets_of(model: Model) -> tuple[str, ...]:
    """Name what a submission computes, in the order of the data flow.

    The loss of an example stands inside the cost: nobody returns it.
    """
    return tuple(name for name in model.quantities if name != LOSS)


def forward_of(model: Model) -> tuple[str, ...]:
    """Name the quantities before the cost."""
    targets = targets_of(model)
    return targets[: targets.index(COST)]


def output_of(model: Model) -> str:
    """Name what a prediction is made from: the last quantity before the cost."""
    return forward_of(model)[-1]


def gradients_of(model: Model) -> tuple[str, ...]:
    """Name the gradients of the parameters."""
    return tuple(f"d{name}" for name in model.parameters)


def weights_of(model: Model) -> tuple[str, ...]:
    """Name the parameters that are matrices of free sizes: no bias, no single number."""
    named = {n: s for n, s in model.parameters.items() if len(s) == 2}
    return tuple(name for name, shape in named.items() if set(shape) - {1} and shape[1] != 1)


def hidden_sizes(model: Model) -> tuple[str, ...]:
    """Name the sizes that no data have: those of hidden layers."""
    given = {size for shape in model.data.values() for size in shape}
    return tuple(size for size in model.sizes if size not in given)


def ends_of(model: Model) -> tuple[str, str | int]:
    """Name the sizes of one example and of its labels."""
    return str(model.data[EXAMPLES][0]), model.data[LABELS][0]


def applied(model: Model, values: Mapping[str, Array]) -> Iterator[tuple[str, str, str]]:
    """Yield (z, g, a) where the forward pass holds a = g(z) for a known activation g."""
    forward = forward_of(model)
    for before, after in pairwise(forward):
        if values[before].shape == values[after].shape:
            for name, known in ACTIVATIONS.items():
                if np.array_equal(known.g(values[before]), values[after]):
                    yield before, name, after
