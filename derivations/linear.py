"""The linear model with squared loss, vectorised over m examples, and for one example."""

from __future__ import annotations

from derivations.engine.declaration import Claim, Derivation
from derivations.engine.expressions import Ones
from derivations.engine.vocabulary import (
    d,
    data,
    define,
    parameter,
    sizes,
    sum_columns,
    total,
)

n_x, m = sizes("n_x m")
X, Y = data("X", n_x, m), data("Y", 1, m)
w, b = parameter("w", n_x, 1), parameter("b", 1, 1)

Yhat = define("Yhat", w.T @ X + b)
L = define("L", (Y - Yhat) ** 2 / 2)
J = define("J", total(L) / m)

# one example, with as many features as one likes
x, y = data("x", n_x, 1), data("y", 1, 1)
yhat = define("yhat", w.T @ x + b)
loss = define("L", (y - yhat) ** 2 / 2)

DERIVATION = Derivation(
    "linear",
    "The linear model with squared loss",
    J,
    examples=m,
    claims=(
        Claim("S1", "dL/dŷ = −(y − ŷ)", d(Yhat), -(Y - Yhat)),
        Claim("S2", "dŷ/db = 1", d(b), Ones((1, 1)), cost=yhat),
        Claim("S2", "dŷ/dw = x, feature by feature", d(w), x, cost=yhat),
        Claim("S3", "for one example, dL/db = −(y − ŷ)", d(b), -(y - yhat), cost=loss),
        Claim("S3", "for one example, dL/dw = −x(y − ŷ)", d(w), -x * (y - yhat), cost=loss),
        Claim("S3", "over m examples, db = −(1/m) Σ (y − ŷ)", d(b), -sum_columns(Y - Yhat) / m),
        Claim("S3", "over m examples, dw = −(1/m) X (Y − Ŷ)ᵀ", d(w), -X @ (Y - Yhat).T / m),
    ),
)
