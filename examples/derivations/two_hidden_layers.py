"""Two hidden layers with any two activations: a derivation of your own.

Run it: ``python two_hidden_layers.py`` prints the steps and the proofs.
"""

from derivations import (
    Claim,
    Derivation,
    abstract,
    d,
    data,
    define,
    log,
    parameter,
    prime,
    prove,
    render,
    sigmoid,
    sizes,
    sum_columns,
    total,
)

n_0, n_1, n_2, n_3, m = sizes("n_0 n_1 n_2 n_3 m")
X, Y = data("X", n_0, m), data("Y", n_3, m)
W1, b1 = parameter("W1", n_1, n_0), parameter("b1", n_1, 1)
W2, b2 = parameter("W2", n_2, n_1), parameter("b2", n_2, 1)
W3, b3 = parameter("W3", n_3, n_2), parameter("b3", n_3, 1)
g1, g2 = abstract("g1", "tanh"), abstract("g2", "relu")

Z1 = define("Z1", W1 @ X + b1)
A1 = define("A1", g1(Z1))
Z2 = define("Z2", W2 @ A1 + b2)
A2 = define("A2", g2(Z2))
Z3 = define("Z3", W3 @ A2 + b3)
A3 = define("A3", sigmoid(Z3))
L = define("L", -(Y * log(A3) + (1 - Y) * log(1 - A3)))
J = define("J", total(L) / m)

DERIVATION = Derivation(
    "two-hidden-layers",
    "A network with two hidden layers",
    J,
    examples=m,
    claims=(
        Claim("dZ3", "dZ3 = A3 − Y", d(Z3), A3 - Y),
        Claim("dZ2", "dZ2 = W3ᵀ dZ3 ∗ g2′(Z2)", d(Z2), W3.T @ d(Z3) * prime(g2)(Z2)),
        Claim("dZ1", "dZ1 = W2ᵀ dZ2 ∗ g1′(Z1)", d(Z1), W2.T @ d(Z2) * prime(g1)(Z1)),
        Claim("dW1", "dW1 = (1/m) dZ1 Xᵀ", d(W1), d(Z1) @ X.T / m),
        Claim("db1", "db1 = (1/m) Σ dZ1", d(b1), sum_columns(d(Z1)) / m),
    ),
)

if __name__ == "__main__":
    print(render([prove(DERIVATION)], "text"))  # noqa: T201  an example shows its result
