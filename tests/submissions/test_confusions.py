"""Slips that look like another model, another layout or another mistake, and are not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gradcheck.submissions import Submission

Judge = Callable[..., Submission]

LOGISTIC = """import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def propagate(w, b, X, Y):
    A = sigmoid(w.T @ X + b)
    cost = -np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A))
    dw = np.mean(X * (A - Y), axis=1, keepdims=True)
    db = np.mean(A - Y)
    return {"dw": dw, "db": db}, cost
"""
LINEAR = """def forward(X, w, b):
    return X @ w + b

def compute_cost(X, y, w, b):
    r = forward(X, w, b) - y
    return (r ** 2).mean() / 2

def compute_gradient(X, y, w, b):
    r = forward(X, w, b) - y
    return X.T.dot(r) / len(y), r.mean()

def gradient_descent(X, y, w, b, lr, epochs):
    for epoch in range(epochs):
        gw, gb = compute_gradient(X, y, w, b)
        w, b = w - lr * gw, b - lr * gb
    return w, b
"""
ROWS = """import numpy as np

def initialize_parameters(n_x, n_h, n_y):
    rng = np.random.default_rng(1)
    W1, b1 = rng.normal(size=(n_x, n_h)), np.zeros((1, n_h))
    W2, b2 = rng.normal(size=(n_h, n_y)), np.zeros((1, n_y))
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}

def forward(X, params):
    Z1 = X @ params["W1"] + params["b1"]
    A1 = np.tanh(Z1)
    Z2 = A1 @ params["W2"] + params["b2"]
    A2 = 1 / (1 + np.exp(-Z2))
    return A2, (Z1, A1, Z2, A2)

def backward(params, cache, X, Y):
    Z1, A1, Z2, A2 = cache
    dZ = A2 - Y
    dW2 = A1.T @ dZ / len(X)
    db2 = np.sum(dZ, axis=0, keepdims=True) / len(X)
    dZ = dZ @ params["W2"].T * (1 - A1 ** 2)
    dW1 = X.T @ dZ / len(X)
    db1 = np.sum(dZ, axis=0, keepdims=True) / len(X)
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}
"""
SIGMA = "sigmoid(w.T @ X + b)"
MEAN = "np.mean(A - Y)"
DB1 = "db1 = np.sum(dZ, axis=0, keepdims=True)"
PRIME = "(1 - A1 ** 2)"

# text, what is changed in it, code, quantity, line
CONFUSED = (
    (LOGISTIC, SIGMA, "w.T @ X + b", "forward-wrong", "A", 7),  # not the linear model
    (LOGISTIC, SIGMA, "sigmoid(w.T @ X)", "forward-wrong", "Z", 7),  # not the one without a bias
    (LOGISTIC, MEAN, "np.mean(dw)", "bias-axis", "db", 10),
    (LINEAR, "return X @ w + b", "return X @ w - b", "forward-wrong", "Yhat", 2),  # before J
    (LINEAR, "b - lr * gb", "b - lr * gw.mean()", "update-rule", "optimise", 15),
    (ROWS, DB1, "db1 = np.sum(dZ, axis=0)", "rank-1-array", "db1", 23),  # not flat vectors
    (ROWS, PRIME, "(A1 > 0.1)", "unexplained", "dZ1", 21),  # one name for both layers
)


@pytest.mark.parametrize("text", [LOGISTIC, LINEAR, ROWS], ids=["logistic", "linear", "rows"])
def test_the_texts_are_right_as_they_stand(judge: Judge, text: str) -> None:
    """Nothing but the slip is blamed."""
    assert judge(text).verdict == "correct"


@pytest.mark.parametrize(("text", "old", "new", "code", "quantity", "line"), CONFUSED)
def test_a_slip_is_called_what_it_is(
    judge: Judge, text: str, old: str, new: str, code: str, quantity: str, line: int
) -> None:
    """The first fault has the slip's code, quantity and line."""
    assert old in text
    first = judge(text.replace(old, new)).faults[0]
    assert (first.code, first.quantity, first.where.line) == (code, quantity, line)
