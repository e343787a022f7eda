"""One hidden layer: the network of the course's third week, for every size and every activation."""

from __future__ import annotations

from derivations.engine.declaration import Claim, Derivation
from derivations.engine.vocabulary import (
    abstract,
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

n_x, n_h, n_y, m = sizes("n_x n_h n_y m")
X, Y = data("X", n_x, m), data("Y", n_y, m)
W1, b1 = parameter("W1", n_h, n_x), parameter("b1", n_h, 1)
W2, b2 = parameter("W2", n_y, n_h), parameter("b2", n_y, 1)
g1 = abstract("g1")

Z1 = define("Z1", W1 @ X + b1)
A1 = define("A1", g1(Z1))
Z2 = define("Z2", W2 @ A1 + b2)
A2 = define("A2", sigmoid(Z2))
L = define("L", -(Y * log(A2) + (1 - Y) * log(1 - A2)))
J = define("J", total(L) / m)

DERIVATION = Derivation(
    "shallow-network",
    "A network with one hidden layer",
    J,
    examples=m,
    claims=(
        Claim("H3", "dZ2 = A2 − Y", d(Z2), A2 - Y),
        Claim("H4", "dW2 = (1/m) dZ2 A1ᵀ", d(W2), d(Z2) @ A1.T / m),
        Claim(
            "H5", "db2 = (1/m) np.sum(dZ2, axis=1, keepdims=True)", d(b2), sum_columns(d(Z2)) / m
        ),
        Claim("H6", "dZ1 = W2ᵀ dZ2 ∗ g1′(Z1)", d(Z1), W2.T @ d(Z2) * prime(g1)(Z1)),
        Claim("H7", "dW1 = (1/m) dZ1 Xᵀ", d(W1), d(Z1) @ X.T / m),
        Claim(
            "H8", "db1 = (1/m) np.sum(dZ1, axis=1, keepdims=True)", d(b1), sum_columns(d(Z1)) / m
        ),
    ),
)
