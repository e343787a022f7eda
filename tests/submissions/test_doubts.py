"""What is wrong only if it was read right is left open where nothing shows that it was."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gradcheck.submissions import Submission

Judge = Callable[..., Submission]

OBJECT = """
import numpy as np

class Weights:
    def __init__(self, w, b):
        self.w, self.b = w, b

def chance(model, X):
    return 1 / (1 + np.exp(-(X @ model.w + model.b)))

def loss(model, X, y):
    a = chance(model, X)
    return float(-(y * np.log(a) + (1 - y) * np.log(1 - a)).mean())

def gradient(model, X, y):
    d = (chance(model, X) - y) / len(y)
    return Weights(X.T @ d, float(d.sum()))
"""

PAIRS = """
import numpy as np

def forward(params, X):
    (W1, b1), (W2, b2) = params
    Z1 = W1 @ X + b1
    A1 = np.tanh(Z1)
    A2 = 1 / (1 + np.exp(-(W2 @ A1 + b2)))
    return [(X, A1), (A1, A2)]

def backward(params, cache, Y):
    m = Y.shape[1]
    dZ2 = (cache[-1][1] - Y) / m
    dZ1 = params[1][0].T @ dZ2 * (1 - cache[0][1] ** 2)
    return [(dZ1 @ cache[0][0].T, dZ1.sum(1)), (dZ2 @ cache[1][0].T, dZ2.sum(1))]
"""

UNROLLED = """
import numpy as np

def initialize(n_x, n_h, n_y):
    theta = np.random.randn(n_h * n_x + n_h + n_y * n_h + n_y) * 0.01
    return theta

def cost_and_gradient(theta, X, Y, n_h):
    n_x, m = X.shape
    W1, b1, W2, b2 = np.split(theta, np.cumsum([n_h * n_x, n_h, n_h * len(Y)]))
    A1 = np.tanh(W1.reshape(n_h, n_x) @ X + b1[:, None])
    A2 = 1 / (1 + np.exp(-(W2.reshape(-1, n_h) @ A1 + b2[:, None])))
    dZ2 = (A2 - Y) / m
    dZ1 = W2.reshape(-1, n_h).T @ dZ2 * (1 - A1 ** 2)
    J = -(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)).sum() / m
    parts = dZ1 @ X.T, dZ1.sum(1), dZ2 @ A1.T, dZ2.sum(1)
    return J, np.concatenate([part.ravel() for part in parts])
"""

SIGNS = """
import numpy as np

def cost_and_gradient(w, X, t):
    margin = t * (X @ w)
    cost = np.mean(np.log1p(np.exp(-margin)))
    return cost, -(X.T @ (t / (1 + np.exp(margin)))) / len(t)
"""

LEAKY = """
import numpy as np

def slope(z):
    return np.where(z > 0, z, 0.01 * z)

def forward(X, W1, b1, W2, b2):
    Z1 = W1.dot(X) + b1
    A1 = slope(Z1)
    Z2 = W2.dot(A1) + b2
    A2 = 1 / (1 + np.exp(-Z2))
    return Z1, A1, Z2, A2

def backward(X, Y, Z1, A1, A2, W2):
    m = Y.shape[1]
    dZ2 = A2 - Y
    dZ1 = W2.T.dot(dZ2) * np.where(Z1 > 0, 1, 0.01)
    dW2, db2 = dZ2.dot(A1.T) / m, dZ2.mean(axis=1, keepdims=True)
    dW1, db1 = dZ1.dot(X.T) / m, dZ1.mean(axis=1, keepdims=True)
    return dW1, db1, dW2, db2
"""

ONE = """
import numpy as np

def backprop(x, y, w1, b1, w2, b2):
    z1 = np.dot(w1, x) + b1
    a1 = np.tanh(z1)
    a2 = 1 / (1 + np.exp(-(np.dot(w2, a1) + b2)))
    dz2 = a2 - y
    dz1 = np.dot(w2.T, dz2) * (1 - a1 * a1)
    dw2 = np.dot(dz2, a1.T)
    db2 = dz2
    dw1 = np.dot(dz1, x.T)
    db1 = dz1
    return dw1, db1, dw2, db2
"""

LOGITS = """
import numpy as np

def forward(params, X):
    h = np.tanh(X @ params["W1"] + params["b1"])
    return h, h @ params["W2"] + params["b2"]

def loss(params, X, y):
    _, logits = forward(params, X)
    return np.mean(np.maximum(logits, 0) - logits * y + np.log1p(np.exp(-np.abs(logits))))

def grads(params, X, y):
    h, logits = forward(params, X)
    d = (1 / (1 + np.exp(-logits)) - y) / len(X)
    dh = d @ params["W2"].T * (1 - h ** 2)
    return {"W1": X.T @ dh, "b1": dh.sum(0), "W2": h.T @ d, "b2": d.sum(0)}
"""

GLOBALS = """
import numpy as np
W1 = b1 = W2 = b2 = None
cache = {}

def init(n_x, n_h, n_y):
    global W1, b1, W2, b2
    W1, b1 = np.random.randn(n_h, n_x) * 0.01, np.zeros((n_h, 1))
    W2, b2 = np.random.randn(n_y, n_h) * 0.01, np.zeros((n_y, 1))

def forward(X):
    cache["A1"] = np.tanh(W1 @ X + b1)
    cache["A2"] = 1 / (1 + np.exp(-(W2 @ cache["A1"] + b2)))
    return cache["A2"]

def backward(X, Y):
    m = Y.shape[1]
    dZ2 = (cache["A2"] - Y) / m
    dZ1 = W2.T @ dZ2 * (1 - cache["A1"] ** 2)
    return dZ1 @ X.T, dZ1.sum(1, keepdims=True), dZ2 @ cache["A1"].T, dZ2.sum(1, keepdims=True)
"""

PAIR_OF_THETA = """
import numpy as np

def cost(x, y, theta):
    r = x.dot(theta) - y
    return (r ** 2).sum() / (2 * len(y))

def gradient(x, y, theta):
    r = x.dot(theta) - y
    first = (r * x[:, [0]]).sum() / len(y)
    second = (r * x[:, [1]]).sum() / len(y)
    return np.array([[first], [second]])
"""

SQUARES = """
import numpy as np

x = np.linspace(0, 2, 60)
y = 3 * x - 1
w = 0.1
b = 0.2
rate = 0.01
for step in range(200):
    guess = w * x + b
    loss = sum((guess - y) ** 2)
    gw = sum(2 * x * (guess - y))
    gb = sum(2 * (guess - y))
    w = w - rate * gw
    b = b - rate * gb
"""

ELU = """
import numpy as np

def elu(z):
    return np.where(z > 0, z, np.exp(z) - 1)

def forward(X, W1, b1, W2, b2):
    Z1 = W1 @ X + b1
    A1 = elu(Z1)
    A2 = 1 / (1 + np.exp(-(W2 @ A1 + b2)))
    return Z1, A1, A2

def backward(X, Y, Z1, A1, A2, W2):
    m = Y.shape[1]
    dZ2 = (A2 - Y) / m
    dZ1 = W2.T @ dZ2 * np.where(Z1 > 0, 1, np.exp(Z1))
    dW1, db1 = dZ1 @ X.T, dZ1.sum(axis=1, keepdims=True)
    dW2, db2 = dZ2 @ A1.T, dZ2.sum(axis=1, keepdims=True)
    return dW1, db1, dW2, db2
"""

XOR = """
import numpy as np

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
y = np.array([[0], [1], [1], [0]])

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

def sigmoid_slope(a):
    return a * (1 - a)

W1, b1 = np.random.rand(2, 4), np.zeros((1, 4))
W2, b2 = np.random.rand(4, 1), np.zeros((1, 1))
for step in range(5000):
    hidden = sigmoid(X @ W1 + b1)
    output = sigmoid(hidden @ W2 + b2)
    d_output = (y - output) * sigmoid_slope(output)
    d_hidden = d_output @ W2.T * sigmoid_slope(hidden)
    W2 += 0.1 * hidden.T @ d_output
    b2 += 0.1 * d_output.sum(axis=0, keepdims=True)
    W1 += 0.1 * X.T @ d_hidden
    b1 += 0.1 * d_hidden.sum(axis=0, keepdims=True)
"""

LITERAL = XOR.replace("(y - output) * sigmoid_slope(output)", "y - output")

BEST = """
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def propagate(w, b, X, Y):
    m = X.shape[1]
    A = sigmoid(np.dot(w.T, X) + b)
    cost = -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / m
    return {"dw": np.dot(X, (A - Y).T) / m, "db": np.sum(A - Y) / m}, cost

def model(X_train, Y_train, num_iterations=2000, learning_rate=0.5):
    w, b = np.zeros((X_train.shape[0], 1)), 0.0
    best, kept = np.inf, None
    for i in range(num_iterations):
        grads, cost = propagate(w, b, X_train, Y_train)
        if cost < best:
            best, kept = cost, (w, b)
        w = w - learning_rate * grads["dw"]
        b = b - learning_rate * grads["db"]
    w, b = kept
    return {"w": w, "b": b, "best": best}
"""

COURSE = """
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def forward_propagation(X, parameters):
    W1, b1 = parameters["W1"], parameters["b1"]
    W2, b2 = parameters["W2"], parameters["b2"]
    A1 = np.tanh(np.dot(W1, X) + b1)
    A2 = sigmoid(np.dot(W2, A1) + b2)
    return A2, {"A1": A1, "A2": A2}

def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    A1, A2, W2 = cache["A1"], cache["A2"], parameters["W2"]
    dZ2 = A2 - Y
    dZ1 = np.dot(W2.T, dZ2) * (1 - A1 ** 2)
    return {
        "dW1": np.dot(dZ1, X.T) / m, "db1": np.sum(dZ1, axis=1, keepdims=True) / m,
        "dW2": np.dot(dZ2, A1.T) / m, "db2": np.sum(dZ2, axis=1, keepdims=True) / m,
    }
"""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (OBJECT, "model is an object with a .w, and none is made here"),
        (PAIRS, "no forward pass gives its cache"),
        (UNROLLED, "what it returns is read as none of W1, b1, W2, b2"),
        (SIGNS, "its gradients are the slopes of its own cost"),
        (GLOBALS, "it takes what another call leaves in cache"),
        (ELU, "its hidden activation is none of tanh, sigmoid, ReLU and leaky ReLU"),
        (XOR, "its gradient is that of squared errors"),
        (LITERAL, "its gradient is that of the model's loss at a scale that no rate tells"),
    ],
    ids=["object", "pairs", "unrolled", "signs", "globals", "elu", "xor", "literal"],
)
def test_what_cannot_be_fed_or_is_another_function_is_undecided(
    text: str, said: str, judge: Judge
) -> None:
    """And a note says why."""
    result = judge(text)
    assert (result.verdict, result.faults) == ("undecided", ())
    assert said in " ".join(result.notes)


@pytest.mark.parametrize(
    "text",
    [LEAKY, ONE, LOGITS, PAIR_OF_THETA, SQUARES, BEST, COURSE],
    ids=["leaky", "one", "logits", "pair", "squares", "best", "course"],
)
def test_what_is_right_is_correct(text: str, judge: Judge) -> None:
    """An activation of z is no sigmoid for that, and a column for one example is an example."""
    result = judge(text)
    assert (result.verdict, result.faults) == ("correct", ())


@pytest.mark.parametrize(
    ("text", "right", "wrong", "code"),
    [
        (COURSE, 'cache["A1"]', 'cache["A3"]', "crashed"),
        (COURSE, "A1 ** 2", "A1.pow(2)", "crashed"),
        (COURSE, "dZ2 = A2 - Y", "dZ2 = A2.subtract(Y)", "crashed"),
        (COURSE, "(-z))", "(z))", "forward-wrong"),
        (COURSE, "np.exp(-z)", "np.exp(-z).summ()", "crashed"),
        (LEAKY, "np.exp(-Z2)", "np.exp(Z2)", "forward-wrong"),
        (LEAKY, "A2 - Y", "Y - A2", "sign"),
        (
            LEAKY,
            "np.where(Z1 > 0, 1, 0.01)",
            "np.where(Z1 > 0, 1, 0)",
            "other-activation-derivative",
        ),
        (ONE, "a2 - y", "y - a2", "sign"),
        (ONE, "1 - a1 * a1", "1 - z1 * z1", "derivative-at-activation"),
        (ONE, " * (1 - a1 * a1)", "", "missing-activation-derivative"),
        (ONE, "db1 = dz1", "db1 = np.sum(dz1, axis=1, keepdims=True)", "missing-mean"),
        (LOGITS, "-logits)) - y", "logits)) - y", "forward-wrong"),
        (LOGITS, "(1 - h ** 2)", "(1 - h)", "unexplained"),
        (LOGITS, "d.sum(0)}", "d.mean(0)}", "double-mean"),
        (LOGITS, "logits * y +", "logits * y -", "unexplained"),
        (LOGITS, "np.tanh", "np.sin", "forward-wrong"),
        (GLOBALS, "np.tanh(W1 @ X + b1)", "np.tanh(W1 @ Xx + b1)", "crashed"),
        (PAIR_OF_THETA, "x[:, [1]]).sum() / len(y)", "x[:, [1]]).sum()", "unexplained"),
        (
            PAIR_OF_THETA,
            "r = x.dot(theta) - y\n    first",
            "r = y - x.dot(theta)\n    first",
            "sign",
        ),
        (SQUARES, "gb = sum(2 *", "gb = sum(1 *", "wrong-scale"),
        (SQUARES, "gw = sum(2 * x *", "gw = sum(2 *", "other-loss"),
        (SQUARES, "b = b - rate", "b = b + rate", "update-sign"),
        (SQUARES, "sum((guess - y) ** 2)", "sum(guess - y)", "unexplained"),
        (XOR, "sigmoid_slope(hidden)", "sigmoid_slope(output)", "unexplained"),
        (XOR, "X.T @ d_hidden", "X.T @ hidden", "unexplained"),
        (LITERAL, "y - output", "output - y", "unexplained"),
        (LITERAL, "X.T @ d_hidden", "X.T @ hidden", "unexplained"),
        (LITERAL, "d_output @ W2.T *", "d_output @ W2.T +", "unexplained"),
        (UNROLLED, "return theta", "return None", "wrong-type"),
        (UNROLLED, "return theta", "W1 = np.zeros((n_h, n_x))\n    return W1", "wrong-type"),
    ],
)
def test_a_mistake_beside_is_still_found(
    text: str, right: str, wrong: str, code: str, judge: Judge
) -> None:
    """Patience with the style is none with the mistake."""
    assert right in text
    result = judge(text.replace(right, wrong, 1))
    assert code in {fault.code for fault in result.faults}


def test_another_function_is_wrong_where_the_model_is_said(judge: Judge) -> None:
    """Then nothing is left open."""
    result = judge(SIGNS, model="logistic")
    assert (result.verdict, result.faults[0].code) == ("wrong", "unexplained")
