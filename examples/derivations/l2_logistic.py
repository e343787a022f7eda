"""Logistic regression with an L2 penalty: a derivation of your own.

Run it: ``python l2_logistic.py`` prints the steps and the proofs.
"""

from derivations import (
    Claim,
    Derivation,
    d,
    data,
    define,
    log,
    parameter,
    prove,
    render,
    scalar,
    sigmoid,
    sizes,
    sum_columns,
    total,
)

n_x, m = sizes("n_x m")
lam = scalar("lambda")
X, Y = data("X", n_x, m), data("Y", 1, m)
w, b = parameter("w", n_x, 1), parameter("b", 1, 1)

Z = define("Z", w.T @ X + b)
A = define("A", sigmoid(Z))
L = define("L", -(Y * log(A) + (1 - Y) * log(1 - A)))
R = define("R", lam / (2 * m) * total(w * w))
J = define("J", total(L) / m + R)

DERIVATION = Derivation(
    "l2-logistic",
    "Logistic regression with an L2 penalty",
    J,
    examples=m,
    claims=(
        Claim("dw", "dw = (1/m) X dZᵀ + (λ/m) w", d(w), X @ d(Z).T / m + lam / m * w),
        Claim("db", "db = (1/m) Σ dZ: the bias is not penalised", d(b), sum_columns(d(Z)) / m),
    ),
)

if __name__ == "__main__":
    print(render([prove(DERIVATION)], "text"))  # noqa: T201  an example shows its result
