"""The sigmoid and the logistic loss: where they lie, and what they reward."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import sympy

from derivations import logistic
from derivations.engine.declaration import Claim, Derivation, Evidence, Statement
from derivations.engine.evidence import exactly, for_all, in_numbers
from derivations.engine.vocabulary import abstract, d, define, sum_columns, total
from derivations.logistic import X, Y, Z, b, m, w

z = sympy.Symbol("z", real=True)
sigma = 1 / (1 + sympy.exp(-z))
e = sympy.Symbol("e", positive=True)  # exp(−z), any positive number
yhat = sympy.Symbol("yhat", positive=True)

# any loss whatever, of each example by itself: one function of z where y = 1, another where y = 0
OF_ONE, OF_ZERO = abstract("f", "sigmoid"), abstract("g", "tanh")
ANY = define("L", Y * OF_ONE(Z) + (1 - Y) * OF_ZERO(Z))
MEAN = define("J", total(ANY) / m)


def sigmoid_range() -> Evidence:
    """Limits at both ends, one half in the middle, and bounds that wᵀx + b has not."""
    ends = sympy.limit(sigma, z, sympy.oo) == 1 and sympy.limit(sigma, z, -sympy.oo) == 0
    inside = sympy.cancel(1 - 1 / (1 + e)).is_positive and (1 / (1 + e)).is_positive
    norm = sympy.Symbol("norm", positive=True)  # |w|², positive unless w = 0
    shift, value = sympy.symbols("b t", real=True)
    line = sympy.expand((value - shift) / norm * norm + shift - value) == 0
    values = 1 / (1 + np.exp(-np.array([-30.0, 0.0, 30.0])))
    return Evidence(
        (
            for_all(bool(ends and inside), "limits 1 and 0; 0 < 1/(1 + e⁻ᶻ) < 1 as e⁻ᶻ > 0"),
            for_all(bool(line), "wᵀx + b takes every real value t: at x = w(t − b)/|w|², if w ≠ 0"),
            exactly(sigma.subs(z, 0) == sympy.Rational(1, 2), "σ(0) = 1/2"),
            in_numbers(
                bool(0 < values[0] < 1e-12 and values[1] == 0.5 and 1 - 1e-12 < values[2] < 1),
                f"σ(−30) = {values[0]:.1e}, σ(0) = {values[1]}",
            ),
        )
    )


def one_vector() -> Evidence:
    """θ = [b; w] against [1; x] is wᵀx + b, for every n_x."""
    n = sympy.Symbol("n_x", integer=True, positive=True)
    weights, features = sympy.MatrixSymbol("w", n, 1), sympy.MatrixSymbol("x", n, 1)
    bias, one = sympy.MatrixSymbol("b", 1, 1), sympy.Identity(1)
    theta, padded = sympy.BlockMatrix([[bias], [weights]]), sympy.BlockMatrix([[one], [features]])
    product = sympy.block_collapse(theta.T * padded)
    same = product == bias.T + weights.T * features
    left = [Fraction(3, 7), Fraction(-2, 5), Fraction(1, 3)]
    right = [Fraction(1), Fraction(5, 11), Fraction(-4, 9)]
    joined = sum((p * q for p, q in zip(left, right, strict=True)), Fraction(0))
    apart = left[0] + left[1] * right[1] + left[2] * right[2]
    rng = np.random.default_rng(0)
    v, x = rng.normal(size=(5, 1)), rng.normal(size=(5, 7))
    gap = np.abs(np.vstack([[[0.3]], v]).T @ np.vstack([np.ones((1, 7)), x]) - (v.T @ x + 0.3))
    return Evidence(
        (
            for_all(bool(same), "[b; w]ᵀ[1; x] = b + wᵀx for every n_x, block by block"),
            exactly(joined == apart, f"in fractions both are {joined}"),
            in_numbers(float(gap.max()) < 1e-14, "both forms agree on random data"),
        )
    )


def rewards() -> Evidence:
    """With y = 1 the loss falls towards 0 as ŷ → 1, with y = 0 as ŷ → 0."""
    gap = 1 - 1 / (1 + e)  # 1 − ŷ for any ŷ in (0, 1)
    one, zero = -sympy.log(yhat), -sympy.log(1 - yhat)
    falls = sympy.diff(one, yhat).is_negative
    rises = sympy.cancel(sympy.diff(zero, yhat).subs(yhat, 1 / (1 + e))).is_positive
    ends = one.subs(yhat, 1) == 0 and zero.subs(yhat, 0) == 0
    general = -(Y_ * sympy.log(yhat) + (1 - Y_) * sympy.log(1 - yhat))
    cases = general.subs(Y_, 1) == one and general.subs(Y_, 0) == zero
    grid = np.linspace(0.01, 0.99, 99)
    steps = np.diff(-np.log(grid)), np.diff(-np.log(1 - grid))
    return Evidence(
        (
            for_all(
                bool(falls and rises and gap.equals(e / (1 + e))),
                "dL/dŷ = −1/ŷ < 0 for y = 1, 1/(1 − ŷ) > 0 for y = 0, on all of (0, 1)",
            ),
            exactly(bool(ends and cases), "L = 0 at ŷ = y, for both labels"),
            in_numbers(bool((steps[0] < 0).all() and (steps[1] > 0).all()), "seen on a grid"),
        )
    )


Y_ = sympy.Symbol("y")

DERIVATION = Derivation(
    "loss",
    "The sigmoid, the loss and the cost",
    MEAN,
    examples=m,
    claims=(
        Statement("L2", "σ maps ℝ into (0, 1), with limits 1 and 0, and σ(0) = ½", sigmoid_range),
        Statement("L3", "θ with x₀ = 1 is the same model as (w, b)", one_vector),
        Statement("L4", "y = 1 rewards ŷ → 1, y = 0 rewards ŷ → 0", rewards),
        Claim(
            "L5",
            "∂J/∂w is the mean of the per-example derivatives, whatever the loss for y = 1 and for "
            "y = 0",
            d(w),
            X @ d(Z).T / m,
        ),
        Claim("L5", "and so is ∂J/∂b", d(b), sum_columns(d(Z)) / m),
        Claim("L5", "J = (1/m) Σ L", logistic.J, total(logistic.L) / m, cost=logistic.J),
    ),
)
