"""The parameters among what training shows: attributes, returned values, whatever holds them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from gradcheck.submissions.calling.compare import as_numbers
from gradcheck.submissions.calling.returns import leaves
from gradcheck.submissions.reading.names import meaning, unmangled
from gradcheck.submissions.reference.flow import hidden_sizes, output_of
from gradcheck.submissions.reference.layouts import Layout
from gradcheck.submissions.reference.problems import Problem
from impl import Array, Arrays, Model

BIAS = "b"


def parameters_in(
    shown: Mapping[str, Any], model: Model, layout: Layout, problem: Problem
) -> tuple[Arrays, tuple[str, ...]]:
    """Find the parameters among named values.

    A hidden layer may have any size. A layout with a column of ones has one array for the weights
    and the bias.

    Returns
    -------
    tuple of (dict of arrays, tuple of str)
        What was found, in the course's layout, and the names of what was not.
    """
    named = list(_named(shown))
    tries = [_fitting(named, model, layout, sizes) for sizes in _sizes(named, model, problem)]
    found = max(tries, key=len)
    return found, tuple(name for name in model.parameters if name not in found)


def _named(shown: Mapping[str, Any]) -> Iterator[tuple[str, Array]]:
    for name, value in shown.items():
        for inner, leaf in leaves({unmangled(name): value}):
            array = as_numbers(leaf)
            if inner and array is not None:
                yield inner, array


def _sizes(
    named: list[tuple[str, Array]], model: Model, problem: Problem
) -> Iterator[Mapping[str, int]]:
    yield problem.sizes
    for free in hidden_sizes(model):
        for size in sorted({length for _, array in named for length in array.shape}):
            yield {**problem.sizes, free: size}


def _fitting(
    named: list[tuple[str, Array]], model: Model, layout: Layout, sizes: Mapping[str, int]
) -> Arrays:
    shapes = model.shapes(sizes)
    found: Arrays = {}
    for name, array in named:
        quantity = meaning(name, model.parameters, output_of(model))
        if quantity is None or quantity not in model.parameters or quantity in found:
            continue
        whole = _with_bias(quantity, array, model, (layout, shapes))
        if whole:
            found |= whole
            continue
        right = layout.theirs(quantity, np.zeros(shapes[quantity]))
        if array.shape == right.shape or array.size == right.size == 1:
            found[quantity] = layout.ours(quantity, array, shapes[quantity])
    return found or _by_shape(named, model, layout, shapes)


def _by_shape(
    named: list[tuple[str, Array]],
    model: Model,
    layout: Layout,
    shapes: Mapping[str, tuple[int, ...]],
) -> Arrays:
    """Find parameters of other names where there are as many, and each shape fits one alone."""
    unknown = [array for name, array in named if meaning(name, shapes, output_of(model)) is None]
    if not len(unknown) == len(named) == len(model.parameters):
        return {}
    found: Arrays = {}
    for name in model.parameters:
        right = layout.theirs(name, np.zeros(shapes[name]))
        fitting = [a for a in unknown if a.shape == right.shape or a.size == right.size == 1]
        if len(fitting) == 1:
            found[name] = layout.ours(name, fitting[0], shapes[name])
    return found if len(found) == len(unknown) else {}


def _with_bias(
    quantity: str,
    array: Array,
    model: Model,
    known: tuple[Layout, Mapping[str, tuple[int, ...]]],
) -> Arrays:
    """Take θ apart where a column of ones carries the bias."""
    layout, shapes = known
    if layout.ones is None or BIAS not in model.parameters or quantity == BIAS:
        return {}
    shape = shapes[quantity]
    if array.size != np.prod(shape) + 1 or max(array.shape) != array.size:
        return {}
    flat = array.ravel()
    bias, weights = (flat[0], flat[1:]) if layout.ones == "first" else (flat[-1], flat[:-1])
    return {quantity: weights.reshape(shape), BIAS: np.asarray(bias).reshape(shapes[BIAS])}
