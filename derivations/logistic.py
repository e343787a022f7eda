"""Logistic regression, vectorised over m examples, and for one example."""

from __future__ import annotations

from derivations.engine.declaration import Claim, Derivation
from derivations.engine.vocabulary import (
    d,
    data,
    define,
    log,
    parameter,
    prime,
    sigmoid,
    sizes,
    sum_columns,
    total,
)

n_x, m = sizes("n_x m")
X, Y = data("X", n_x, m), data("Y", 1, m)
w, b = parameter("w", n_x, 1), parameter("b", 1, 1)

Z = define("Z", w.T @ X + b)
A = define("A", sigmoid(Z))
L = define("L", -(Y * log(A) + (1 - Y) * log(1 - A)))
J = define("J", total(L) / m)

# one example, with as many features as one likes
x, y = data("x", n_x, 1), data("y", 1, 1)
z = define("z", w.T @ x + b)
a = define("a", sigmoid(z))
loss = define("L", -(y * log(a) + (1 - y) * log(1 - a)))

DERIVATION = Derivation(
    "logistic",
    "Logistic regression",
    J,
    examples=m,
    claims=(
        Claim("L6", "dL/da = −y/a + (1 − y)/(1 − a)", d(A), -Y / A + (1 - Y) / (1 - A)),
        Claim("L7", "da/dz = a(1 − a)", prime(sigmoid)(Z), A * (1 - A)),
        Claim("L8", "dz = (dL/da)(da/dz)", d(Z), d(A) * prime(sigmoid)(Z)),
        Claim("L8", "which is a − y", d(Z), A - Y),
        Claim("L9", "for one example, dw = x dz for every feature", d(w), x @ d(z), cost=loss),
        Claim("L9", "for one example, db = dz", d(b), d(z), cost=loss),
        Claim("L10", "dw = (1/m) X dZᵀ", d(w), X @ d(Z).T / m),
        Claim("L10", "db = (1/m) Σ dz", d(b), sum_columns(d(Z)) / m),
    ),
)
