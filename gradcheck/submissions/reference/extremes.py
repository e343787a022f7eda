"""Problems at the ends: examples far out and many of them, and outputs close to one half.

The usual problems are few and tame, so that every mistake in a formula shows. What caps a value or
a count is right on them: it shows far out. A threshold beside one half shows where outputs are
close to it.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import MappingProxyType

import numpy as np

from gradcheck.submissions.reference.flow import COST, EXAMPLES, LABELS, applied
from gradcheck.submissions.reference.problems import (
    EPS,
    EXAMPLES_SIZE,
    SAFETY,
    Problem,
    bars_of,
    has_bias,
)
from impl import Array, Arrays, Model

FAR, OUTPUT = 30.0, 10.0  # sizes of X, and of Z where it becomes the output
MANY = 33
_HIDDEN = 3.0  # a hidden unit that is further out hardly has a slope
_CLOSE, _BESIDE = 0.4, 64  # |Z| of outputs from 0.4 to 0.6, and how many of them
_GAP = 1e-6


@dataclass(frozen=True)
class _Base:
    """A problem with its model, told apart by their names and numbers: a class shares them."""

    key: tuple[object, ...]
    model: Model = field(compare=False)
    problem: Problem = field(compare=False)


def far_out(model: Model, problems: tuple[Problem, ...]) -> Problem:
    """Give a problem with X up to 30 in size, |Z| up to 10 and 33 examples.

    Where all problems have as many examples as each other, this one has so many, too: the
    submission may be written for no other number.
    """
    return _far_out(_based(model, problems))


def close_to_half(model: Model, problems: tuple[Problem, ...]) -> Problem:
    """Give a problem whose outputs lie between 0.4 and 0.6, on both sides of one half.

    One whose labels are real has no such threshold, and one of few examples alone no room:
    these are given as they are.
    """
    if model.labels != "binary" or _count(problems, _BESIDE) < _BESIDE:
        return problems[-1]
    return _close_to_half(_based(model, problems))


def _based(model: Model, problems: tuple[Problem, ...]) -> _Base:
    problem = problems[0]
    shapes = tuple(model.parameters.items())
    drawn = problem.values[EXAMPLES].tobytes()
    many = _count(problems, MANY)
    key = (model.name, shapes, tuple(problem.choice.items()), drawn, many)
    return _Base(key, model, replace(problem, sizes={**problem.sizes, EXAMPLES_SIZE: many}))


def _count(problems: tuple[Problem, ...], many: int) -> int:
    counts = {problem.sizes[EXAMPLES_SIZE] for problem in problems}
    return many if len(counts) > 1 else counts.pop()


@lru_cache(maxsize=64)
def _far_out(base: _Base) -> Problem:
    model, problem = base.model, base.problem
    rng = np.random.default_rng(zlib.crc32(problem.values[EXAMPLES].tobytes()))
    while True:
        shapes = model.shapes(problem.sizes)
        data = {
            EXAMPLES: _with_ones(model, rng.uniform(-FAR, FAR, shapes[EXAMPLES])),
            LABELS: rng.standard_normal(shapes[LABELS]),
        }
        if model.labels == "binary":
            data[LABELS] = np.where(data[LABELS] > 0, 1.0, 0.0)
        parameters = {n: rng.standard_normal(shapes[n]) for n in model.parameters}
        parameters = _scaled(model, parameters, data, problem)
        values = parameters | data | model.run(parameters, data, **problem.choice)
        bent = [values[z] for z, name, _ in applied(model, values) if name in model.activations]
        if all(np.abs(z).min() > _GAP for z in bent):
            plain = replace(model, looped=model.run)  # loops over so many examples take long
            bars = bars_of(plain, values, problem.choice)
            if model.labels == "binary":  # log(1 - A) keeps that much less of A where it is near 1
                bars[COST] += SAFETY * EPS * float(np.exp(OUTPUT))
            return replace(problem, values=MappingProxyType(values), bars=MappingProxyType(bars))


def _with_ones(model: Model, examples: Array) -> Array:
    if not has_bias(model) and len(examples) > 1:
        examples[0] = 1.0  # whoever adds a column of ones adds this one
    return examples


def _scaled(model: Model, parameters: Arrays, data: Arrays, problem: Problem) -> Arrays:
    """Scale the parameters of each layer until the largest of its Z has the size that it may."""
    reached = [z for z, _, _ in applied(model, _run(model, parameters, data, problem))]
    for z in reached:
        size = OUTPUT if z == reached[-1] else _HIDDEN
        largest = float(np.abs(_run(model, parameters, data, problem)[z]).max())
        own = {name: np.asarray(parameters[name] * (size / largest)) for name in _of(z, parameters)}
        parameters = parameters | own
    return parameters


def _of(z: str, parameters: Arrays) -> tuple[str, ...]:
    """Name the parameters of a layer: those with its number, as W1 and b1 for Z1."""
    layer = re.sub(r"\D", "", z)
    return tuple(name for name in parameters if re.sub(r"\D", "", name) == layer)


def _run(model: Model, parameters: Arrays, data: Arrays, problem: Problem) -> Arrays:
    return parameters | data | model.run(parameters, data, **problem.choice)


@lru_cache(maxsize=64)
def _close_to_half(base: _Base) -> Problem:
    model = base.model
    problem = replace(base.problem, sizes={**base.problem.sizes, EXAMPLES_SIZE: _BESIDE})
    rng = np.random.default_rng(zlib.crc32(problem.values[EXAMPLES].tobytes()))
    shapes = model.shapes(problem.sizes)
    examples = 1 + rng.standard_normal(shapes[EXAMPLES])  # their mean is not 0
    labels = np.where(rng.standard_normal(shapes[LABELS]) > 0, 1.0, 0.0)
    data = {EXAMPLES: _with_ones(model, examples), LABELS: labels}
    parameters = {name: problem.values[name] for name in model.parameters}
    *_, (z, _, _) = applied(model, _run(model, parameters, data, problem))
    for name in _of(z, parameters):
        if name.startswith("b"):
            middle = float(np.median(_run(model, parameters, data, problem)[z]))
            parameters = parameters | {name: np.asarray(parameters[name] - middle)}
    largest = float(np.abs(_run(model, parameters, data, problem)[z]).max())
    own = {n: np.asarray(parameters[n] * (_CLOSE / largest)) for n in _of(z, parameters)}
    values = _run(model, parameters | own, data, problem)
    return replace(problem, values=MappingProxyType(values))
