"""Logistic regression (course 2.1-2.10): one example, m examples in a loop, and vectorised."""

from __future__ import annotations

import math

import numpy as np

from impl.activations import cross_entropy, sigmoid
from impl.model import Array, Arrays, Model, arrays


def example(w: Array, b: float, x: Array, y: float) -> Arrays:
    """Run forward and backward for a single example (course 2.9).

    Parameters
    ----------
    w, x : array of shape (n_x, 1)
    b, y : float

    Returns
    -------
    dict
        ``z, a, L, dz, dw, db``. There is no ``da``: −y/a + (1−y)/(1−a) is infinite as soon as a
        rounds to 0 or 1, while dz = a − y stays exact.
    """
    z = (w.T @ x + b).item()
    a = float(sigmoid(z))
    L = cross_entropy(z, y)
    dz = a - y
    return arrays(z=z, a=a, L=L, dz=dz, dw=x * dz, db=dz)  # dw: (n_x, 1)


def run(parameters: Arrays, data: Arrays) -> Arrays:
    """Run forward and backward for m examples at once, without a loop."""
    m = MODEL.sizes_of(parameters, data)["m"]
    w, b = parameters["w"], parameters["b"]
    X, Y = data["X"], data["Y"]

    Z = w.T @ X + b  # (1, m)
    A = sigmoid(Z)  # (1, m)
    L = cross_entropy(Z, Y)  # (1, m)
    J = np.sum(L) / m  # ()

    dZ = A - Y  # (1, m), per example
    dw = X @ dZ.T / m  # (n_x, 1)
    db = np.sum(dZ) / m  # ()
    return arrays(Z=Z, A=A, L=L, J=J, dZ=dZ, dw=dw, db=db)


def looped(parameters: Arrays, data: Arrays) -> Arrays:
    """Get the same numbers by the course's two loops, over the examples and over the features."""
    sizes = MODEL.sizes_of(parameters, data)
    n_x, m = sizes["n_x"], sizes["m"]
    w, b = parameters["w"][:, 0].tolist(), float(parameters["b"])
    X, Y = data["X"].tolist(), data["Y"][0].tolist()

    Z, A, L, dZ = ([0.0] * m for _ in range(4))
    J, dw, db = 0.0, [0.0] * n_x, 0.0
    for i in range(m):
        Z[i] = math.fsum(w[j] * X[j][i] for j in range(n_x)) + b
        A[i] = float(sigmoid(Z[i]))
        L[i] = float(cross_entropy(Z[i], Y[i]))
        J += L[i]
        dZ[i] = A[i] - Y[i]
        for j in range(n_x):
            dw[j] += X[j][i] * dZ[i]
        db += dZ[i]
    return arrays(
        Z=[Z],
        A=[A],
        L=[L],
        J=J / m,
        dZ=[dZ],
        dw=np.array(dw).reshape(n_x, 1) / m,
        db=db / m,
    )


def predict(parameters: Arrays, X: Array) -> Array:
    """Label each example: 1 where σ(wᵀx + b) > ½, else 0. X is (n_x, m), the labels (1, m)."""
    return np.where(parameters["w"].T @ X + parameters["b"] > 0, 1.0, 0.0)


def initialise(sizes: dict[str, int], rng: np.random.Generator) -> Arrays:
    """Start from zeros: J is convex, so that any start will do; ``rng`` is left alone."""
    return {"w": np.zeros((sizes["n_x"], 1)), "b": np.asarray(0.0)}


MODEL = Model(
    name="logistic",
    sizes=("n_x", "m"),
    parameters={"w": ("n_x", 1), "b": ()},
    data={"X": ("n_x", "m"), "Y": (1, "m")},
    quantities={
        "Z": (1, "m"),
        "A": (1, "m"),
        "L": (1, "m"),
        "J": (),
        "dZ": (1, "m"),
        "dw": ("n_x", 1),
        "db": (),
    },
    labels="binary",
    run=run,
    looped=looped,
    predict=predict,
    initialise=initialise,
)
