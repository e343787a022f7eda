"""Random problems on which mistakes differ, with what belongs there and how exactly it is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from gradcheck.submissions.reference.flow import EXAMPLES, LABELS, applied, ends_of, output_of
from impl import Array, Arrays, Model

EPS = float(np.finfo(np.float64).eps)
SAFETY = 64  # honest code groups its sums otherwise than our handful of trials
TRIALS = 6
EXAMPLES_SIZE = "m"  # what every model calls the number of its examples
_FEW = 8


@dataclass(frozen=True)
class Problem:
    """A problem with its solution.

    Parameters
    ----------
    sizes : mapping of str to int
        All different, so that no shape fits by luck.
    values : mapping of str to array
        Parameters, data and every quantity of the model.
    bars : mapping of str to float
        How far a quantity may lie from its value by rounding alone: the spread of several
        evaluations of inputs moved by an ulp at random, times ``SAFETY``.
    choice : mapping of str to str
        The hidden activation, where the model has one.
    """

    sizes: Mapping[str, int]
    values: Mapping[str, Array]
    bars: Mapping[str, float]
    choice: Mapping[str, str]

    def names(self) -> dict[str, Any]:
        """Give every array and size that a formula can name."""
        return {**self.sizes, **self.values}


def draw(
    model: Model,
    rng: np.random.Generator,
    *,
    outputs: int,
    choice: Mapping[str, str],
    examples: int | None = None,
    features: int | None = None,
) -> Problem:
    """Draw a problem: sizes all different, weights near 1, biases not 0, mixed labels.

    Outputs near 0 or 1 and hidden units near a kink are drawn again: there right code differs
    from right code by more than rounding. With many ``examples`` the weights are smaller, and the
    hidden units may come nearer to a kink, or none would ever do.
    """
    wanted = {EXAMPLES_SIZE: examples, ends_of(model)[0]: features}
    asked = {name: size for name, size in wanted.items() if size is not None}
    sizes = _sizes(model, rng, outputs, asked)
    many = sizes[EXAMPLES_SIZE] > _FEW
    spread, gap = (0.3, 1e-6) if many else (0.7, 0.02)
    while True:
        parameters, data = _inputs(model, sizes, rng, spread)
        if not has_bias(model) and len(data[EXAMPLES]) > 1:
            data[EXAMPLES][0] = 1.0  # whoever adds a column of ones adds this one
        values = parameters | data | model.run(parameters, data, **choice)
        output = values[output_of(model)]
        tame = model.labels == "real" or (output.min() > 0.02 and output.max() < 0.98)
        bent = (values[z] for z, name, _ in applied(model, values) if name in model.activations)
        if tame and all(np.abs(z).min() > gap for z in bent):
            bars = bars_of(model, values, choice)
            return Problem(sizes, MappingProxyType(values), MappingProxyType(bars), dict(choice))


def has_bias(model: Model) -> bool:
    """Say whether a model keeps a bias apart from its weights."""
    return any(name.startswith("b") for name in model.parameters)


def _sizes(
    model: Model, rng: np.random.Generator, outputs: int, asked: Mapping[str, int]
) -> dict[str, int]:
    free = [int(size) for size in rng.permutation(np.arange(3, 8))]
    free = [size for size in free if size not in asked.values()]
    sizes: dict[str, int] = {**dict(zip(model.sizes, free, strict=False)), **asked}
    rows = model.data[LABELS][0]
    return sizes | ({rows: outputs} if isinstance(rows, str) else {})


def _inputs(
    model: Model, sizes: Mapping[str, int], rng: np.random.Generator, spread: float
) -> tuple[Arrays, Arrays]:
    shapes = model.shapes(sizes)
    draws = {name: rng.standard_normal(shapes[name]) for name in (*model.parameters, *model.data)}
    parameters = {name: np.asarray(draws[name]) * spread for name in model.parameters}
    if model.labels == "binary":
        labels = (
            np.arange(draws[LABELS].size) % 2
            if sizes[EXAMPLES_SIZE] > 1
            else rng.integers(2, size=draws[LABELS].size)
        )
        draws[LABELS] = rng.permutation(labels.astype(np.float64)).reshape(shapes[LABELS])
    return parameters, {name: draws[name] for name in model.data}


def bars_of(model: Model, values: Arrays, choice: Mapping[str, str]) -> dict[str, float]:
    """Give how far each quantity of a problem may lie from its value by rounding alone."""
    rng = np.random.default_rng(0)  # the bars of a problem are a function of the problem
    parameters = {name: values[name] for name in model.parameters}
    data = {name: values[name] for name in model.data}
    tries = [model.looped(parameters, data, **choice)]
    for _ in range(TRIALS):
        inputs = [{name: _jittered(v, rng) for name, v in p.items()} for p in (parameters, data)]
        tries += [run(*inputs, **choice) for run in (model.run, model.looped)]
    bars = {}
    for name, value in values.items():
        spread = max(np.abs(trial.get(name, value) - value).max(initial=0.0) for trial in tries)
        bars[name] = float(SAFETY * (spread + EPS * np.abs(value).max(initial=0.0)))
    return bars


def _jittered(value: Array, rng: np.random.Generator) -> Array:
    return np.asarray(value * (1 + EPS * rng.uniform(-1, 1, np.shape(value))))
