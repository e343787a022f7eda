"""Checks of products with the Jacobian of a function with many outputs."""

from dataclasses import replace
from typing import Any

import numpy as np

from gradcheck.check import check_gradient
from gradcheck.claims import Claim, read_claim
from gradcheck.directions import draw_direction, entry_scales
from gradcheck.outputs import Outputs, Seed, opened_for, values_of, wrong_outputs
from gradcheck.parameters import Vector
from gradcheck.results import Entry, GradientCheck


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
    opened = opened_for(f, at, vjp, "vjp")
    if not callable(vjp):
        raise TypeError(f"vjp is {type(vjp).__name__}, expected a function of at and weights")
    draw = np.random.default_rng(rng)
    weights = draw_direction(np.ones(opened.layout.size), draw)

    def weighted(parameters: Any) -> float:
        return float(weights @ values_of(f(parameters), opened.layout))

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
    opened = opened_for(f, at, jvp, "jvp")
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
        named = list(wrong_outputs(opened, outputs, claim.values, rng))
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
