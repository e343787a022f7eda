"""A network with one hidden layer of g1 units and a sigmoid output, trained on cross-entropy."""

from __future__ import annotations

import numpy as np

from impl.activations import ACTIVATIONS, activation_named, cross_entropy, sigmoid
from impl.model import Array, Arrays, Model, arrays


def run(parameters: Arrays, data: Arrays, activation: str = "tanh") -> Arrays:
    """Run forward and backward for m examples at once, without a loop.

    With n_y > 1 outputs the loss of an example is the sum over its outputs.
    """
    m = MODEL.sizes_of(parameters, data)["m"]
    g1 = activation_named(activation)
    W1, b1, W2, b2 = (parameters[name] for name in ("W1", "b1", "W2", "b2"))
    X, Y = data["X"], data["Y"]

    Z1 = W1 @ X + b1  # (n_h, m)
    A1 = g1.g(Z1)  # (n_h, m)
    Z2 = W2 @ A1 + b2  # (n_y, m)
    A2 = sigmoid(Z2)  # (n_y, m)
    L = cross_entropy(Z2, Y)  # (n_y, m)
    J = np.sum(L) / m  # ()

    dZ2 = A2 - Y  # (n_y, m), per example; σ′ is already inside
    dW2 = dZ2 @ A1.T / m  # (n_y, n_h)
    db2 = np.sum(dZ2, axis=1, keepdims=True) / m  # (n_y, 1)
    dZ1 = W2.T @ dZ2 * g1.g_prime(Z1)  # (n_h, m), per example
    dW1 = dZ1 @ X.T / m  # (n_h, n_x)
    db1 = np.sum(dZ1, axis=1, keepdims=True) / m  # (n_h, 1)
    forward = arrays(Z1=Z1, A1=A1, Z2=Z2, A2=A2, L=L, J=J)
    return forward | arrays(dZ2=dZ2, dW2=dW2, db2=db2, dZ1=dZ1, dW1=dW1, db1=db1)


def looped(parameters: Arrays, data: Arrays, activation: str = "tanh") -> Arrays:
    """Get the same numbers, one example after the other, each a column vector."""
    sizes = MODEL.sizes_of(parameters, data)
    g1 = activation_named(activation)
    W1, b1, W2, b2 = (parameters[name] for name in ("W1", "b1", "W2", "b2"))

    shapes = MODEL.shapes(sizes)
    total: Arrays = {name: np.zeros(shapes[name]) for name in MODEL.quantities}
    for i in range(sizes["m"]):
        x, y = data["X"][:, i : i + 1], data["Y"][:, i : i + 1]  # (n_x, 1), (n_y, 1)
        z1 = W1 @ x + b1  # (n_h, 1)
        a1 = g1.g(z1)  # (n_h, 1)
        z2 = W2 @ a1 + b2  # (n_y, 1)
        dz2 = sigmoid(z2) - y  # (n_y, 1)
        dz1 = W2.T @ dz2 * g1.g_prime(z1)  # (n_h, 1)
        losses = cross_entropy(z2, y)  # (n_y, 1)

        columns = arrays(Z1=z1, A1=a1, Z2=z2, A2=sigmoid(z2), L=losses, dZ2=dz2, dZ1=dz1)
        for name, column in columns.items():
            total[name][:, i : i + 1] = column
        terms = arrays(J=np.sum(losses), dW2=dz2 @ a1.T, db2=dz2, dW1=dz1 @ x.T, db1=dz1)
        for name, term in terms.items():
            total[name] += term / sizes["m"]
    return total


def predict(parameters: Arrays, X: Array, activation: str = "tanh") -> Array:
    """Label each output: 1 where A2 > ½, else 0. X is (n_x, m), the labels (n_y, m)."""
    A1 = activation_named(activation).g(parameters["W1"] @ X + parameters["b1"])  # (n_h, m)
    return np.where(parameters["W2"] @ A1 + parameters["b2"] > 0, 1.0, 0.0)


def initialise(sizes: dict[str, int], rng: np.random.Generator) -> Arrays:
    """Start from small random weights and zero biases.

    The weights must differ: hidden units that start equal stay equal under every step.
    """
    n_x, n_h, n_y = sizes["n_x"], sizes["n_h"], sizes["n_y"]
    return {
        "W1": 0.01 * rng.standard_normal((n_h, n_x)),
        "b1": np.zeros((n_h, 1)),
        "W2": 0.01 * rng.standard_normal((n_y, n_h)),
        "b2": np.zeros((n_y, 1)),
    }


MODEL = Model(
    name="shallow-network",
    sizes=("n_x", "n_h", "n_y", "m"),
    parameters={"W1": ("n_h", "n_x"), "b1": ("n_h", 1), "W2": ("n_y", "n_h"), "b2": ("n_y", 1)},
    data={"X": ("n_x", "m"), "Y": ("n_y", "m")},
    quantities={
        "Z1": ("n_h", "m"),
        "A1": ("n_h", "m"),
        "Z2": ("n_y", "m"),
        "A2": ("n_y", "m"),
        "L": ("n_y", "m"),
        "J": (),
        "dZ2": ("n_y", "m"),
        "dW2": ("n_y", "n_h"),
        "db2": ("n_y", 1),
        "dZ1": ("n_h", "m"),
        "dW1": ("n_h", "n_x"),
        "db1": ("n_h", 1),
    },
    labels="binary",
    run=run,
    looped=looped,
    predict=predict,
    initialise=initialise,
    activations=tuple(ACTIVATIONS),
)
