"""Small problems of a model: few examples, and whole numbers for whatever is given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from math import prod
from types import MappingProxyType

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from gradcheck.submissions.reference.flow import LABELS
from gradcheck.submissions.reference.problems import Problem
from impl import Array, Arrays, Model

LARGEST_SIZE = 3
LARGEST_ENTRY = 2
_STEP = 1e-6
_JUMP = 1e-3  # far more than a smooth quantity moves in such a step


@dataclass(frozen=True)
class Frame:
    """What small problems have in common.

    Parameters
    ----------
    model : Model
    choice : mapping of str to str
        The hidden activation, where the model has one.
    visible : float
        What counts as a difference, relative to the larger of 1 and the right value: the bars of
        the problems.
    unit : float
        What the numbers are multiples of: whole ones come nowhere near some thresholds.
    """

    model: Model
    choice: Mapping[str, str]
    visible: float
    unit: float = 1.0


def sizes_upward(model: Model, *, outputs: int, examples: int) -> Iterator[dict[str, int]]:
    """Yield sizes, those with the fewest numbers in a problem first.

    There are at most so many ``outputs``, and at least so many ``examples``.
    """
    bounds = {name: range(1, LARGEST_SIZE + 1) for name in model.sizes}
    bounds["m"] = range(examples, LARGEST_SIZE + 1)
    if "n_y" in bounds:
        bounds["n_y"] = range(1, outputs + 1)
    every = (dict(zip(bounds, counts, strict=True)) for counts in product(*bounds.values()))
    yield from sorted(every, key=lambda sizes: _numbers(model, sizes))


def given_to(model: Model) -> tuple[str, ...]:
    """Name what a problem is made of; everything else follows."""
    return (*model.data, *model.parameters)


def _numbers(model: Model, sizes: Mapping[str, int]) -> int:
    shapes = model.shapes(sizes)
    return sum(prod(shapes[name]) for name in given_to(model))


def random_problem(frame: Frame, sizes: Mapping[str, int], rng: np.random.Generator) -> Problem:
    """Draw whole numbers, none of them 0 except among labels."""
    shapes = frame.model.shapes(sizes)
    given = {}
    for name in given_to(frame.model):
        low, high = _range(frame.model, name)
        entries = [entry for entry in range(low, high + 1) if entry or high == 1]
        given[name] = rng.choice(np.array(entries, dtype=np.float64), shapes[name])
    return problem_at(frame, given)


def problems(frame: Frame, sizes: Mapping[str, int]) -> SearchStrategy[Problem]:
    """Draw problems of these sizes that shrink towards zeros."""
    shapes = frame.model.shapes(sizes)

    @st.composite
    def drawn(draw: st.DrawFn) -> Problem:
        given = {}
        for name in given_to(frame.model):
            entries, count = st.integers(*_range(frame.model, name)), prod(shapes[name])
            numbers = draw(st.lists(entries, min_size=count, max_size=count))
            given[name] = np.array(numbers, dtype=np.float64).reshape(shapes[name])
        return problem_at(frame, given)

    return drawn()


def _range(model: Model, name: str) -> tuple[int, int]:
    binary = name == LABELS and model.labels == "binary"
    return (0, 1) if binary else (-LARGEST_ENTRY, LARGEST_ENTRY)


def problem_at(frame: Frame, given: Mapping[str, Array]) -> Problem:
    """Solve a problem: every quantity, and as its bar the least difference that counts."""
    model = frame.model
    units = {LABELS: 1.0} if model.labels == "binary" else {}
    given = {name: value * units.get(name, frame.unit) for name, value in given.items()}
    parameters = {name: given[name] for name in model.parameters}
    data = {name: given[name] for name in model.data}
    values = parameters | data | model.run(parameters, data, **frame.choice)
    bars = {
        name: frame.visible * max(1.0, float(np.abs(value).max(initial=0.0)))
        for name, value in values.items()
    }
    sizes = model.sizes_of(parameters, data)
    return Problem(sizes, MappingProxyType(values), MappingProxyType(bars), dict(frame.choice))


def moved_to(model: Model, problem: Problem, at: Mapping[str, Array]) -> Problem:
    """Give a problem with other parameters, in part or all, and what follows from them."""
    parameters = {name: problem.values[name] for name in model.parameters} | dict(at)
    data = {name: problem.values[name] for name in model.data}
    with np.errstate(all="ignore"):  # wrong steps may lead far away
        values = parameters | data | model.run(parameters, data, **problem.choice)
    return replace(problem, values=values, sizes=model.sizes_of(parameters, data))


def is_steady(model: Model, problem: Problem) -> bool:
    """Say whether every quantity moves little when the parameters do: at a kink some jump."""
    data = {name: problem.values[name] for name in model.data}
    rng = np.random.default_rng(0)  # a direction in which nothing cancels
    ways = {name: rng.standard_normal(problem.values[name].shape) for name in model.parameters}
    return all(
        _near(model.run(_moved(problem, ways, step), data, **problem.choice), problem)
        for step in (-_STEP, _STEP)
    )


def _moved(problem: Problem, ways: Arrays, step: float) -> Arrays:
    return {name: np.asarray(problem.values[name] + step * way) for name, way in ways.items()}


def _near(values: Arrays, problem: Problem) -> bool:
    return all(
        bool((np.abs(value - problem.values[name]) <= _JUMP).all())
        for name, value in values.items()
    )
