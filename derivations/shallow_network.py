"""One hidden layer: the network, for every size and every differentiable activation."""

from __future__ import annotations

from derivations import logistic
from derivations.engine.declaration import Claim, Derivation, Evidence, Statement
from derivations.engine.instantiate import instantiate
from derivations.engine.prove import prove_claim
from derivations.engine.results import Proof
from derivations.engine.trees import replaced
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

in_one_piece = sigmoid(W2 @ g1(W1 @ X + b1) + b2)
H6 = Claim("H6", "dZ1 = W2ᵀ dZ2 ∗ g1′(Z1)", d(Z1), W2.T @ d(Z2) * prime(g1)(Z1))
MODEL = Derivation("shallow-network", "A network with one hidden layer", J, m, (H6,))


def instances() -> Evidence:
    """dZ1 with each activation in place of the abstract one."""
    proofs: list[Proof] = []
    for name in ("tanh", "sigmoid", "relu", "leaky_relu"):
        model = instantiate(MODEL, name)
        (claim,) = (claim for claim in model.claims if isinstance(claim, Claim))
        proofs += prove_claim(model, claim).proofs
    return Evidence(tuple(proofs))


def without_hidden_layer() -> Evidence:
    """Put A1 := X and W2 := wᵀ into the first three equations: logistic regression."""
    here = {"A1": logistic.X, "A2": logistic.A, "Y": logistic.Y, "Z2": logistic.Z}
    dZ, dW, db = A2 - Y, d(Z2) @ A1.T / m, sum_columns(d(Z2)) / m
    pairs = ((logistic.Z, dZ), (logistic.w, dW), (logistic.b, db))
    proofs: list[Proof] = []
    for target, formula in pairs:
        right = replaced(formula, here)
        right = right if target != logistic.w else right.T
        proofs += prove_claim(logistic.DERIVATION, Claim("H11", "", d(target), right)).proofs
    return Evidence(tuple(proofs))


DERIVATION = Derivation(
    MODEL.name,
    MODEL.title,
    J,
    examples=m,
    claims=(
        Claim(
            "H2",
            "Z1 = W1X + b1, A1 = g1(Z1), Z2 = W2A1 + b2, A2 = σ(Z2), J = (1/m) Σ L",
            J,
            -(total(Y * log(in_one_piece)) + total((1 - Y) * log(1 - in_one_piece))) / m,
        ),
        Claim("H3", "dZ2 = A2 − Y", d(Z2), A2 - Y),
        Claim("H4", "dW2 = (1/m) dZ2 A1ᵀ", d(W2), d(Z2) @ A1.T / m),
        Claim(
            "H5", "db2 = (1/m) np.sum(dZ2, axis=1, keepdims=True)", d(b2), sum_columns(d(Z2)) / m
        ),
        H6,
        Statement("H6", "and so with tanh, σ, ReLU, leaky ReLU", instances),
        Claim("H7", "dW1 = (1/m) dZ1 Xᵀ", d(W1), d(Z1) @ X.T / m),
        Claim(
            "H8", "db1 = (1/m) np.sum(dZ1, axis=1, keepdims=True)", d(b1), sum_columns(d(Z1)) / m
        ),
        Statement(
            "H11",
            "with n2 = 1 and no hidden layer the first three equations are logistic regression's",
            without_hidden_layer,
        ),
    ),
)
