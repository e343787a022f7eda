"""The nudge of 0.001, and how the error of a slope depends on the step, measured on a curve."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial

import numpy as np

from gradcheck.illustrations.instance import Instance
from gradcheck.illustrations.values import Nudge, Points, StepErrors
from gradcheck.probing import first_line
from gradcheck.slopes.extrapolated import remembering

STEP = 0.001
WIDE = 1.5  # how far the curve is drawn on either side
THIRDS = range(1, 44)  # of a power of ten: no step is a power of two, so each rounds

Curve = Callable[[float], float]


def nudge_of(variable: str, cost: str, curve: Curve, at: float, claimed: float) -> Nudge:
    """Nudge a curve by 0.001 and keep what a picture of it needs."""
    offsets = np.linspace(-WIDE, WIDE, 61)
    wide = tuple((float(at + t), curve(float(at + t))) for t in offsets)
    near = tuple((float(at + t), curve(float(at + t))) for t in np.linspace(-STEP, 2 * STEP, 13))
    before, after = curve(at), curve(at + STEP)
    return Nudge(variable, cost, at, STEP, before, after, claimed, _finite(wide), near)


def _finite(points: Points) -> Points:
    return tuple(point for point in points if np.isfinite(point[1]))


def errors_of(variable: str, curve: Curve, at: float, claimed: float) -> StepErrors:
    """Measure slopes with ever smaller steps, and let the judge choose one."""
    here = curve(at)
    one_sided, central = [], []
    for k in THIRDS:
        h = 10.0 ** (-k / 3)
        right, left = curve(at + h), curve(at - h)
        one_sided.append((h, abs((right - here) / h - claimed)))
        central.append((h, abs((right - left) / (2 * h) - claimed)))
    _, window = first_line(remembering(lambda t: curve(at + t)))  # as the judge begins a check
    return StepErrors(
        variable,
        _finite(tuple(one_sided)),
        _finite(tuple(central)),
        window.step,
        abs(window.slope.value - claimed),
        window.slope.bar,
        sys.float_info.epsilon * abs(here),
    )


def nudges(drawn: Instance) -> tuple[tuple[Nudge, ...], StepErrors | None]:
    """Nudge the first entry of every parameter; measure the errors for the first that matters."""
    found: list[Nudge] = []
    errors = None
    for leaf in drawn.derivation.inputs:
        slopes = drawn.known.get(f"d{leaf.name}")
        if leaf.kind != "parameter" or slopes is None:
            continue
        curve = partial(drawn.cost_at, leaf.name, (0, 0))
        at, claimed = float(drawn.inputs[leaf.name][0, 0]), float(np.asarray(slopes)[0, 0])
        label = leaf.name if leaf.shape == (1, 1) else f"{leaf.name}[0,\u00a00]"
        found.append(nudge_of(label, drawn.derivation.cost.name, curve, at, claimed))
        if errors is None and claimed != 0:
            errors = errors_of(label, curve, at, claimed)
    return tuple(found), errors
