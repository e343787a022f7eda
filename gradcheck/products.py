"""Checks of functions with many outputs: products with the Jacobian, and the Jacobian itself."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gradcheck.check import check_gradient
from gradcheck.claims import Claim, read_claim
from gradcheck.directions import draw_direction, entry_scales
from gradcheck.parameters import Layout, Leaf, Vector, flatten
from gradcheck.results import Entry, GradientCheck

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
        return _values(given, self.layout)

    def along(self, direction: Vector) -> Callable[[float], Vector]:
        """Give the outputs as a function of the distance gone, remembering them."""
        known: dict[float, Vector] = {}

        def ask(t: float) -> Vector:
            if t not in known:
                known[t] = self(self.at + t * direction)
            return known[t]

        return ask


def _opened(f: Callable[[Any], Any], at: Any, product: Any, name: str) -> Outputs:
    if not callable(f):
        raise TypeError(f"f is {type(f).__name__}, expected a function of the parameters")
    if product is None:
        raise TypeError(f"{name} is None, expected a function")
    inputs, vector = flatten(at)
    layout, outputs = flatten(f(inputs.restore(vector)), "f(at)")
    if not (vector.size and outputs.size):
        raise ValueError(f"{name}: there are no entries to check; give at least one in and out")
    return Outputs(f, inputs, layout, vector)


def _values(given: Any, layout: Layout) -> Vector:
    """Flatten outputs; where they are not finite, or not of their usual shape, give nan."""
    try:
        _, vector = flatten(given, "f(at)")
    except ValueError:
        return np.full(layout.size, np.nan)
    return vector if vector.size == layout.size else np.full(layout.size, np.nan)


def check_vjp(f: Any, vjp: Any, at: Any, *, rng: Seed = None) -> GradientCheck:
    """Check a vector-Jacobian product, the reverse pass of a function with many outputs.

    Parameters
    ----------
    f : callable
        Takes parameters like `at`, gives an array or a dict of arrays.
    vjp : callable
        ``vjp(at, v)`` takes a weight for every output, in the structure of the outputs, and gives
        the gradient of the weighted sum, in the structure of `at`.
    at : number, array, or dict of these
    rng : numpy.random.Generator or int, optional
        Draws weights and directions.

    Returns
    -------
    GradientCheck
        Of the weighted sum with random weights; it stands for all outputs.

    Raises
    ------
    TypeError, ValueError
        As `check_gradient`, and if there is nothing to check.
    """
    opened = _opened(f, at, vjp, "vjp")
    if not callable(vjp):
        raise TypeError(f"vjp is {type(vjp).__name__}, expected a function of at and weights")
    draw = np.random.default_rng(rng)
    weights = draw_direction(np.ones(opened.layout.size), draw)

    def weighted(parameters: Any) -> float:
        return float(weights @ _values(f(parameters), opened.layout))

    def pulled(parameters: Any) -> Any:
        return vjp(parameters, opened.layout.restore(weights))

    return check_gradient(weighted, pulled, at, rng=draw)


def check_jvp(f: Any, jvp: Any, at: Any, *, rng: Seed = None) -> GradientCheck:
    """Check a Jacobian-vector product, the forward-mode derivative of a function.

    Parameters
    ----------
    f : callable
        Takes parameters like `at`, gives an array or a dict of arrays.
    jvp : callable
        ``jvp(at, v)`` takes a direction in the structure of `at`, and gives the slope of every
        output along it, in the structure of the outputs.
    at : number, array, or dict of these
    rng : numpy.random.Generator or int, optional
        Draws directions and weights.

    Returns
    -------
    GradientCheck
        Wrong entries are named by output.

    Raises
    ------
    TypeError, ValueError
        As `check_gradient`, and if there is nothing to check.
    """
    opened = _opened(f, at, jvp, "jvp")
    if not callable(jvp):
        raise TypeError(f"jvp is {type(jvp).__name__}, expected a function of at and a direction")
    draw = np.random.default_rng(rng)
    direction = draw_direction(entry_scales(opened.at), draw)
    inputs = opened.inputs
    claim = read_claim(jvp(inputs.restore(opened.at), inputs.restore(direction)), opened.layout)
    return _along_line(opened, direction, claim, draw)


def _along_line(
    opened: Outputs, direction: Vector, claim: Claim, rng: np.random.Generator
) -> GradientCheck:
    """Lay claimed slopes of all outputs along a direction beside the measured ones."""
    outputs = opened.along(direction)
    weights = draw_direction(np.ones(opened.layout.size), rng)
    with np.errstate(invalid="ignore"):  # a claim of inf or nan stays visible in the sum
        claimed = float(weights @ claim.values)
    check = check_gradient(lambda t: float(weights @ outputs(t)), claimed, 0.0, rng=rng)
    verdict = "wrong" if claim.findings else check.verdict
    named: list[Entry] = []
    if verdict == "wrong":
        named = list(_wrong_outputs(opened, outputs, claim.values, rng))
    reason = f"{len(named)} of {weights.size} outputs disagree" if named else check.reason
    if claim.findings and not named:
        reason = "the values are right, but not the shape"
    return replace(
        check,
        verdict=verdict,
        reason=reason,
        wrong=tuple(named),
        blocks=(),
        notes=claim.findings,
        entries=weights.size,
    )


def _wrong_outputs(
    opened: Outputs, outputs: Callable[[float], Vector], claimed: Vector, rng: np.random.Generator
) -> Iterator[Entry]:
    """Judge the outputs one by one; their values along the line are known already."""
    for k in range(min(opened.layout.size, NAMED)):
        own = check_gradient(_component(outputs, k), float(claimed[k]), 0.0, rng=rng)
        for entry in own.wrong:
            name, index = opened.layout.locate(k)
            yield replace(entry, parameter=f"output {name}", index=index)


def _component(outputs: Callable[[float], Vector], k: int) -> Callable[[float], float]:
    return lambda t: float(outputs(t)[k])


def check_jacobian(f: Any, jacobian: Any, at: Any, *, rng: Seed = None) -> GradientCheck:
    """Check a full Jacobian.

    Parameters
    ----------
    f : callable
        Takes parameters like `at`, gives one array.
    jacobian : callable, or its value
        For each parameter an array of shape ``output shape + parameter shape``.
    at : number, array, or dict of these
    rng : numpy.random.Generator or int, optional
        Draws weights and directions.

    Returns
    -------
    GradientCheck
        An entry's index is that of the output followed by that of the parameter.

    Raises
    ------
    TypeError, ValueError
        As `check_gradient`, if there is nothing to check, or if `f` gives a dict.
    """
    opened = _opened(f, at, jacobian, "jacobian")
    if opened.layout.leaves[0].path:
        raise TypeError("f(at) is a dict, expected one array; check each of its arrays alone")
    draw = np.random.default_rng(rng)
    shape = opened.layout.leaves[0].shape
    given = jacobian(opened.inputs.restore(opened.at)) if callable(jacobian) else jacobian
    claim = read_claim(given, _with_outputs(opened.inputs, shape))
    rows = _rows(claim.values, opened.inputs, opened.layout.size)
    weights = draw_direction(np.ones(opened.layout.size), draw)
    with np.errstate(invalid="ignore"):
        claimed = opened.inputs.restore(weights @ rows)
    check = check_gradient(
        lambda p: float(weights @ _values(f(p), opened.layout)),
        claimed,
        at,
        rng=draw,
    )
    verdict = "wrong" if claim.findings else check.verdict
    named = [entry for wrong in check.wrong for entry in _column(opened, wrong, rows, draw)]
    return replace(
        check,
        verdict=verdict,
        wrong=tuple(named) or check.wrong,
        notes=claim.findings,
        entries=rows.size,
    )


def _with_outputs(inputs: Layout, shape: tuple[int, ...]) -> Layout:
    """Give the layout of a Jacobian: every parameter with the outputs' axes in front."""
    leaves: list[Leaf] = []
    start = 0
    for leaf in inputs.leaves:
        leaves.append(replace(leaf, shape=(*shape, *leaf.shape), start=start))
        start += leaves[-1].size
    return Layout(tuple(leaves))


def _rows(values: Vector, inputs: Layout, outputs: int) -> Vector:
    """Give the Jacobian as a matrix: a row for each output, a column for each entry."""
    parts, start = [], 0
    for leaf in inputs.leaves:
        size = outputs * leaf.size
        parts.append(values[start : start + size].reshape(outputs, leaf.size))
        start += size
    return np.concatenate(parts, axis=1)


def _column(
    opened: Outputs, wrong: Entry, rows: Vector, rng: np.random.Generator
) -> Iterator[Entry]:
    """Name the outputs of a column of the Jacobian that is wrong."""
    column = opened.inputs.entry(wrong.parameter, wrong.index)
    direction = np.zeros_like(opened.at)
    direction[column] = 1.0
    for entry in _wrong_outputs(opened, opened.along(direction), rows[:, column], rng):
        yield replace(entry, parameter=wrong.parameter, index=(*entry.index, *wrong.index))
