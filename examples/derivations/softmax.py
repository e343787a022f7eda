"""Softmax with cross-entropy: a derivation of your own, proven by the engine as it stands.

Run it: ``python softmax.py`` prints the steps and the proofs.
"""

from derivations import (
    Claim,
    Derivation,
    d,
    data,
    define,
    exp,
    log,
    parameter,
    prove,
    render,
    sizes,
    sum_columns,
    sum_rows,
    total,
)

n_x, n_y, m = sizes("n_x n_y m")
X, Y = data("X", n_x, m), data("Y", n_y, m)
W, b = parameter("W", n_y, n_x), parameter("b", n_y, 1)

Z = define("Z", W @ X + b)
E = define("E", exp(Z))
A = define("A", E / sum_rows(E))
L = define("L", -sum_rows(Y * log(A)))
J = define("J", total(L) / m)

DERIVATION = Derivation(
    "softmax",
    "Softmax with cross-entropy",
    J,
    examples=m,
    columns_sum_to_one=(Y,),  # the labels are one-hot, or probabilities
    claims=(
        Claim("dZ", "dZ = A − Y", d(Z), A - Y),
        Claim("dW", "dW = (1/m) dZ Xᵀ", d(W), d(Z) @ X.T / m),
        Claim("db", "db = (1/m) Σ dZ", d(b), sum_columns(d(Z)) / m),
    ),
)

if __name__ == "__main__":
    print(render([prove(DERIVATION)], "text"))  # noqa: T201  an example shows its result
