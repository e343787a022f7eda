"""Gradient descent: where a step goes, and how long it may be."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise

import numpy as np
import sympy

from derivations.engine.declaration import Evidence, Statement, Topic
from derivations.engine.evidence import exactly, for_all, identity, in_numbers, step_goes_nearer
from derivations.engine.vocabulary import data, parameter, scalar, sizes, sum_columns, total

n, n_x, m = sizes("n n_x m")
alpha = scalar("alpha")


def towards_the_minimum() -> Evidence:
    """Show that a step goes against the sign of the slope; it ends nearer if α is below 2/L."""
    rate, slope = sympy.symbols("alpha s", positive=True)
    against = (-rate * slope).is_negative and (-rate * -slope).is_positive
    far = descend_square(Fraction(3, 2), 4)
    near = descend_square(Fraction(1, 4), 4)
    shrinking = all(abs(b) < abs(a) for a, b in pairwise(near))
    growing = all(abs(b) > abs(a) for a, b in pairwise(far))
    w = descend_cosh(-3.0)
    return Evidence(
        (
            for_all(bool(against), "−α·s is negative where s > 0, and positive where s < 0"),
            for_all(
                step_goes_nearer(),  # convex: J′ has the sign of w − w*; L-Lipschitz: c ≤ L
                "with J′ = c(w − w*), 0 < c ≤ L: the squared distance falls by αc(2 − αc)(w − w*)² "
                "> 0 for 0 < αc < 2",
            ),
            exactly(shrinking and growing, f"J = w²: α = 1/4 gives {told(near)}"),
            in_numbers(abs(w) < 1e-6, f"J = cosh w from −3 with α = 0.1: |w| = {abs(w):.0e}"),
        ),
        condition="α < 2/L where the slope is L-Lipschitz: then every step ends nearer to w*",
        counterexample=f"J = w², α = 3/2, from 1: {told(far)}: past the minimum, ever farther",
    )


def descend_square(rate: Fraction, steps: int) -> list[Fraction]:
    """Descend J = w² from 1, exactly."""
    path = [Fraction(1)]
    for _ in range(steps):
        path.append(path[-1] - rate * 2 * path[-1])
    return path


def descend_cosh(w: float) -> float:
    """Descend J = cosh w for 200 steps with α = 0.1."""
    for _ in range(200):
        w -= 0.1 * math.sinh(w)
    return w


def told(path: list[Fraction]) -> str:
    """Print a path."""
    return ", ".join(map(str, path))


def steepest() -> Evidence:
    """Lagrange's identity: among steps of one length, −∇J goes down fastest."""
    g, v = data("g", n, 1), data("v", n, 1)
    wedge = g @ v.T - v @ g.T
    proofs = identity(total(g * g) * total(v * v) - (g.T @ v) ** 2, total(wedge**2) / 2)
    rng = np.random.default_rng(0)
    slope = rng.normal(size=(7, 1))
    steps = rng.normal(size=(7, 1000))
    falls = (slope * steps).sum(axis=0) / np.linalg.norm(steps, axis=0)
    best = float(-np.linalg.norm(slope))
    return Evidence(
        (
            *proofs,
            for_all(
                all(p.holds for p in proofs),
                "|∇J|²|v|² − (∇J·v)² is a sum of squares: no v of length 1 has a slope below "
                "−|∇J|, and v = −∇J/|∇J| has it",
            ),
            in_numbers(bool((falls >= best).all()), "none of 1000 random directions is steeper"),
        )
    )


def both_from_the_same_gradients() -> Evidence:
    """Say what db is off by when w has been updated first, on the linear model."""
    X, Y = data("X", n_x, m), data("Y", 1, m)
    w, b, dw = parameter("w", n_x, 1), parameter("b", 1, 1), data("dw", n_x, 1)
    late = sum_columns((w - alpha * dw).T @ X + b - Y) / m
    timely = sum_columns(w.T @ X + b - Y) / m
    proofs = identity(late - timely, -alpha * (dw.T @ sum_columns(X)) / m)
    return Evidence(
        (
            *proofs,
            for_all(
                all(p.holds for p in proofs),
                "updating w first makes db wrong by −α dwᵀ·(mean of x): it grows with α, and "
                "vanishes only where dw is orthogonal to the mean",
            ),
        )
    )


def a_step_reduces_the_loss() -> Evidence:
    """After one step on one example the error is (1 − α(1 + |x|²)) times what it was."""
    x, y = data("x", n_x, 1), data("y", 1, 1)
    w, b = parameter("w", n_x, 1), parameter("b", 1, 1)
    error = y - (w.T @ x + b)
    after = y - ((w + alpha * x * error).T @ x + b + alpha * error)
    proofs = identity(after, error - alpha * error * (1 + x.T @ x))
    c, rate = sympy.symbols("c alpha", positive=True)
    edge = sympy.expand(1 - (1 - rate * c) ** 2 - rate * c * (2 - rate * c)) == 0
    start = Fraction(1)  # the error y − ŷ at x = 2, where 1 + x² = 5 and the bound is 2/5
    losses = [
        ((1 - rate_ * 5) * start) ** 2 / 2 for rate_ in (Fraction(39, 100), Fraction(41, 100))
    ]
    return Evidence(
        (
            *proofs,
            for_all(
                bool(edge),
                "with c = 1 + |x|²: 1 − (1 − αc)² = αc(2 − αc), positive exactly for 0 < α < 2/c",
            ),
            exactly(
                losses[0] < start**2 / 2 < losses[1],
                f"x = 2: α = 39/100 takes ½ to {losses[0]}, α = 41/100 to {losses[1]}",
            ),
        ),
        condition="0 < α < 2/(1 + |x|²), and y ≠ ŷ",
        counterexample=f"x = 2, y − ŷ = 1, α = 41/100 > 2/5: ½ grows to {losses[1]}",
    )


DERIVATION = Topic(
    "descent",
    "Gradient descent",
    (
        Statement(
            "D1",
            "w := w − α dJ/dw moves left where the slope is positive, right where it is negative, "
            "and towards the minimum from either side",
            towards_the_minimum,
        ),
        Statement("D2", "−∇J is the direction of steepest descent", steepest),
        Statement(
            "D3",
            "both parameters are updated from the same gradients",
            both_from_the_same_gradients,
        ),
        Statement(
            "S4",
            "w := w + αx(y − ŷ), b := b + α(y − ŷ) reduce the loss",
            a_step_reduces_the_loss,
        ),
    ),
)
