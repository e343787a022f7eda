"""Where to start: equal hidden units stay equal, so a network must not start from zeros."""

from __future__ import annotations

from typing import Any

import numpy as np

from derivations.convexity import descend
from derivations.engine.declaration import Claim, Derivation, Evidence, Statement
from derivations.engine.evidence import in_numbers
from derivations.engine.expressions import Ones
from derivations.engine.vocabulary import (
    abstract,
    d,
    data,
    define,
    log,
    parameter,
    sigmoid,
    sizes,
    sum_columns,
    sum_rows,
    total,
)

n_x, n_h, n_y, m = sizes("n_x n_h n_y m")
X, Y = data("X", n_x, m), data("Y", n_y, m)
w, b, v = parameter("w", 1, n_x), parameter("b", 1, 1), parameter("v", n_y, 1)
b2 = parameter("b2", n_y, 1)
g1 = abstract("g1")

# every hidden unit is a copy of one, with w, b into it and v out of it; zeros are the case where
# that unit is zero
W1 = define("W1", Ones((n_h, 1)) @ w)
b1 = define("b1", Ones((n_h, 1)) @ b)
W2 = define("W2", v @ Ones((1, n_h)))
Z1 = define("Z1", W1 @ X + b1)
A1 = define("A1", g1(Z1))
Z2 = define("Z2", W2 @ A1 + b2)
A2 = define("A2", sigmoid(Z2))
L = define("L", -(Y * log(A2) + (1 - Y) * log(1 - A2)))
J = define("J", total(L) / m)


def train(start: Any, rng: Any) -> Any:
    """Train a network of three hidden units for 200 steps; return W1."""
    x, y = rng.normal(size=(2, 8)), (np.arange(8) % 2).reshape(1, 8)
    W1, b1, W2, b2 = start(3, 2), start(3, 1), start(1, 3), start(1, 1)
    for _ in range(200):
        A1 = np.tanh(W1 @ x + b1)
        A2 = 1 / (1 + np.exp(-(W2 @ A1 + b2)))
        dZ2 = (A2 - y) / 8
        dZ1 = W2.T @ dZ2 * (1 - A1**2)
        W2, b2 = W2 - dZ2 @ A1.T, b2 - dZ2.sum(axis=1, keepdims=True)
        W1, b1 = W1 - dZ1 @ x.T, b1 - dZ1.sum(axis=1, keepdims=True)
    return W1


def trained() -> Evidence:
    """Two hundred steps from zeros and from small random numbers."""
    same = train(lambda *shape: np.zeros(shape), np.random.default_rng(0))
    start = np.random.default_rng(1)
    other = train(lambda *shape: 0.5 * start.normal(size=shape), np.random.default_rng(0))
    equal = bool((same == same[0]).all())
    spread = float(np.ptp(other, axis=0).max())
    x, y = np.array([-1.0, 0.0, 1.0, 2.0]), np.array([0.0, 1.0, 0.0, 1.0])
    zero, far = (descend(x, y, start, 2.0, 600) for start in ((0.0, 0.0), (3.0, -2.0)))
    return Evidence(
        (
            in_numbers(equal, "after 200 steps from zeros the rows of W1 are equal, bit for bit"),
            in_numbers(
                float(np.abs(zero - far).max()) < 1e-6,
                "logistic regression arrives at its minimum from zeros as from elsewhere",
            ),
            in_numbers(spread > 0.1, f"from random numbers they differ by {spread:.2f}"),
        )
    )


DERIVATION = Derivation(
    "initialisation",
    "A network whose hidden units start equal",
    J,
    examples=m,
    claims=(
        Claim(
            "H12",
            "starting from zeros does not work: if all hidden units are equal, so are the rows of "
            "dW1, hence equal units stay equal under every step (induction)",
            d(W1),
            Ones((n_h, 1)) @ sum_rows(d(W1)) / n_h,
        ),
        Claim("H12", "the rows of db1 are equal", d(b1), Ones((n_h, 1)) @ total(d(b1)) / n_h),
        Claim(
            "H12",
            "the columns of dW2 are equal",
            d(W2),
            sum_columns(d(W2)) @ Ones((1, n_h)) / n_h,
        ),
        Statement("H12", "so does a run of the network", trained),
    ),
)
