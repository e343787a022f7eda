"""The linear model with squared loss: ŷ = wᵀx + b, L = ½(y − ŷ)²."""

from __future__ import annotations

import math

import numpy as np

from impl.model import Array, Arrays, Model, arrays


def run(parameters: Arrays, data: Arrays) -> Arrays:
    """Run forward and backward for m examples at once, without a loop."""
    m = MODEL.sizes_of(parameters, data)["m"]
    w, b = parameters["w"], parameters["b"]
    X, Y = data["X"], data["Y"]

    Yhat = w.T @ X + b  # (1, m)
    L = (Y - Yhat) ** 2 / 2  # (1, m)
    J = np.sum(L) / m  # ()

    dYhat = -(Y - Yhat)  # (1, m), per example; w and b share it
    dw = X @ dYhat.T / m  # (n_x, 1)
    db = np.sum(dYhat) / m  # ()
    return arrays(Yhat=Yhat, L=L, J=J, dYhat=dYhat, dw=dw, db=db)


def looped(parameters: Arrays, data: Arrays) -> Arrays:
    """Get the same numbers by loops over the examples and over the features."""
    sizes = MODEL.sizes_of(parameters, data)
    n_x, m = sizes["n_x"], sizes["m"]
    w, b = parameters["w"][:, 0].tolist(), float(parameters["b"])
    X, Y = data["X"].tolist(), data["Y"][0].tolist()

    Yhat, L, dYhat = ([0.0] * m for _ in range(3))
    J, dw, db = 0.0, [0.0] * n_x, 0.0
    for i in range(m):
        Yhat[i] = math.fsum(w[j] * X[j][i] for j in range(n_x)) + b
        L[i] = (Y[i] - Yhat[i]) ** 2 / 2
        J += L[i]
        dYhat[i] = -(Y[i] - Yhat[i])
        for j in range(n_x):
            dw[j] += X[j][i] * dYhat[i]
        db += dYhat[i]
    return arrays(
        Yhat=[Yhat],
        L=[L],
        J=J / m,
        dYhat=[dYhat],
        dw=np.array(dw).reshape(n_x, 1) / m,
        db=db / m,
    )


def predict(parameters: Arrays, X: Array) -> Array:
    """Give ŷ for each example: X is (n_x, m), the predictions are (1, m)."""
    prediction: Array = parameters["w"].T @ X + parameters["b"]
    return prediction


def initialise(sizes: dict[str, int], rng: np.random.Generator) -> Arrays:
    """Start from small random weights and b = 0; J is convex, so that any start will do."""
    return {"w": 0.01 * rng.standard_normal((sizes["n_x"], 1)), "b": np.asarray(0.0)}


MODEL = Model(
    name="linear",
    sizes=("n_x", "m"),
    parameters={"w": ("n_x", 1), "b": ()},
    data={"X": ("n_x", "m"), "Y": (1, "m")},
    quantities={
        "Yhat": (1, "m"),
        "L": (1, "m"),
        "J": (),
        "dYhat": (1, "m"),
        "dw": ("n_x", 1),
        "db": (),
    },
    labels="real",
    run=run,
    looped=looped,
    predict=predict,
    initialise=initialise,
)
