"""Mistakes whose numbers were once explained badly: each is named once, at its line."""

from __future__ import annotations

from types import ModuleType

import pytest

from gradcheck.sandbox import WarmParent

IMPORT = "import numpy as np\n"
NETWORK = """
def train(X, Y, n_h, num_iterations=1000, learning_rate=0.5):
    np.random.seed(3)
    m = X.shape[1]
    W1 = np.random.randn(n_h, X.shape[0]); b1 = np.zeros((n_h, 1))
    W2 = np.random.randn(1, n_h); b2 = np.zeros((1, 1))
    for i in range(num_iterations):
        A1 = np.tanh(W1 @ X + b1)
        A2 = 1 / (1 + np.exp(-(W2 @ A1 + b2)))
        dZ2 = A2 - Y
        W2 = W2 - learning_rate * dZ2 @ A1.T / m
        b2 = b2 - learning_rate * dZ2.mean(1, keepdims=True)
        dZ1 = W2.T @ dZ2 * (1 - A1 ** 2)
        W1 = W1 - learning_rate * dZ1 @ X.T / m
        b1 = b1 - learning_rate * dZ1.mean(1, keepdims=True)
    return W1, b1, W2, b2
"""
ENTRIES = """
def compute_cost(X, y, theta):
    return np.sum((X @ theta - y) ** 2) / (2 * len(y))

def gradient_descent(X, y, theta, alpha, num_iters):
    for _ in range(num_iters):
        for j in range(X.shape[1]):
            theta[j] = theta[j] - alpha / len(y) * np.sum((X @ theta - y) * X[:, j:j + 1])
    return theta
"""
UPHILL = """
x = np.random.rand(50, 2)
t = x @ np.array([2.0, -1.0]) + 0.3
w = np.zeros(2)
b = 0.0
lr = 0.1
for epoch in range(300):
    y = np.dot(x, w) + b
    e = y - t
    grad_w = np.mean(e[:, None] * x, axis=0)
    w -= lr * grad_w
    b += lr * np.mean(e)
"""
ONE_FEATURE = """
def compute_cost(x, y, w, b):
    total = 0
    for i in range(len(x)):
        total += (w * x[i] + b - y[i]) ** 2
    return total / (2 * len(x))

def compute_gradient(x, y, w, b):
    m = len(x)
    dj_dw = dj_db = 0
    for i in range(m):
        dj_dw += (w * x[i] + b - y[i]) * x[i]
        dj_db += y[i] - (w * x[i] + b)
    return dj_dw / m, dj_db / m
"""
RATED = """
class MLP:
    def __init__(self, n_x, n_h, n_y):
        self.W1 = np.random.randn(n_h, n_x); self.b1 = np.zeros((n_h, 1))
        self.W2 = np.random.randn(n_y, n_h); self.b2 = np.zeros((n_y, 1))

    def train(self, X, Y, iterations=100, lr=0.1):
        m = X.shape[1]
        for _ in range(iterations):
            A1 = 1 / (1 + np.exp(-(self.W1 @ X + self.b1)))
            A2 = 1 / (1 + np.exp(-(self.W2 @ A1 + self.b2)))
            d2 = (A2 - Y) * A2 * (1 - A2)
            d1 = self.W2.T @ d2 * A1 * (1 - A1)
            self.W2 -= lr * d2 @ A1.T / m
            self.b2 -= lr * d2.mean(axis=1, keepdims=True)
            self.W1 -= lr * d1 @ X.T / m
            self.b1 -= lr * d1.mean(axis=1, keepdims=True)
"""
MASK = """
def backward(X, Y, Z1, A1, A2, W2):
    m = Y.shape[1]
    dZ2 = A2 - Y
    dW2 = dZ2 @ A1.T / m
    db2 = dZ2.sum(1, keepdims=True) / m
    dZ1 = (W2.T @ dZ2) * (Z1 < 0)
    dW1 = dZ1 @ X.T / m
    db1 = dZ1.sum(1, keepdims=True) / m
    return dW1, db1, dW2, db2

def forward(X, W1, b1, W2, b2):
    Z1 = W1 @ X + b1
    A1 = np.maximum(Z1, 0)
    Z2 = W2 @ A1 + b2
    A2 = 1 / (1 + np.exp(-Z2))
    return Z1, A1, Z2, A2
"""
TOO_OFTEN = """
def propagate(w, b, X, Y):
    n, m = X.shape
    dw = np.zeros((n, 1))
    db = 0.0
    for i in range(m):
        z = b + np.sum(w[:, 0] * X[:, i])
        dz = 1 / (1 + np.exp(-z)) - Y[0, i]
        for j in range(n):
            dw[j, 0] += X[j, i] * dz
            db += dz
    return {"dw": dw / m, "db": db / m}
"""
RECORD = """
from dataclasses import dataclass

@dataclass
class Grads:
    dw: np.ndarray
    db: float

def propagate(w, b, X, Y):
    m = X.shape[1]
    A = 1 / (1 + np.exp(-(np.dot(w.T, X) + b)))
    cost = -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / m
    dw = np.dot(X, (A - Y).T) / m
    db = np.sum(A - Y)
    return Grads(dw, db), cost
"""
THETA = """
class LinearRegression:
    def __init__(self, lr=0.1, n_iters=100):
        self.lr = lr
        self.n_iters = n_iters

    def fit(self, X, y):
        Xb = np.c_[np.ones((X.shape[0], 1)), X]
        self.theta = np.zeros(Xb.shape[1])
        for _ in range(self.n_iters):
            grad = 3 * Xb.T @ (Xb @ self.theta - y) / len(y)
            self.theta -= self.lr * grad
        return self

    def predict(self, X):
        return np.c_[np.ones((X.shape[0], 1)), X] @ self.theta
"""
FEWER = """
def propagate(w, b, X, Y):
    m = X.shape[1] - 1
    J, db, dw = 0.0, 0.0, np.zeros(w.shape)
    for i in range(m):
        x, y = X[:, i:i + 1], Y[0, i]
        a = 1 / (1 + np.exp(-(np.sum(w * x) + b)))
        J += -(y * np.log(a) + (1 - y) * np.log(1 - a))
        dw += x * (a - y)
        db += a - y
    return {"dw": dw / m, "db": db / m}, J / m
"""
NESTED = """
def train_logistic(X, Y, alpha=0.1, steps=200):
    m = X.shape[1]
    w, b = np.zeros((X.shape[0], 1)), 0.0

    def forward():
        return 1 / (1 + np.exp(-(w.T @ X + b)))

    def backward(P):
        return X @ (P - Y).T / m, np.sum(P - Y)

    for k in range(steps):
        dw, db = backward(forward())
        w = w - alpha * dw
        b = b - alpha * db
    return w, b
"""
AHEAD = """
X = np.array([[0.5, 1.0, 1.5, 3.0]])
Y = np.array([[0, 0, 1, 1]])
count = X.shape[1] - 1
w = np.zeros((1, 1))
b = 0.0
for i in range(100):
    A = 1 / (1 + np.exp(-(w.T @ X + b)))
    dw = X @ (A - Y).T / count
    db = np.sum(A - Y) / count
    w = w - 0.1 * dw
    b = b - 0.1 * db
"""


@pytest.mark.parametrize(
    ("text", "code", "begins"),
    [
        (NETWORK, "stale-order", "dZ1 = W2.T"),
        (ENTRIES, "stale-order", "theta[j] = "),
        (UPHILL, "update-sign", "b += lr"),
        (ONE_FEATURE, "sign", "dj_db += "),
        (RATED, "extra-activation-derivative", "d2 = "),
        (MASK, "other-activation-derivative", "dZ1 = "),
        (TOO_OFTEN, "wrong-scale", "db += "),
        (RECORD, "missing-mean", "db = "),
        (THETA, "wrong-scale", "grad = "),
        (FEWER, "wrong-count", "m = "),
        (NESTED, "missing-mean", "return X @"),
        (AHEAD, "wrong-count", "count = "),
    ],
    ids=lambda value: value if len(value) < 30 else "",
)
def test_a_mistake_is_named_once_at_its_line(
    table: ModuleType, warm: WarmParent, text: str, code: str, begins: str
) -> None:
    """One mistake is one fault, with its own code, and stands where the student wrote it."""
    (fault,) = table.judged(IMPORT + text, warm).faults
    line = (IMPORT + text).splitlines()[(fault.where.line or 0) - 1].strip()
    assert (fault.code, line.startswith(begins)) == (code, True), (fault, line)


@pytest.mark.parametrize(
    "text",
    [
        NETWORK.replace("1 - A1 ** 2)", "1 - A1 ** 2)")
        .replace("        W2 = W2 - learning_rate * dZ2 @ A1.T / m\n", "")
        .replace(
            "        W1 = W1 -",
            "        W2 = W2 - learning_rate * dZ2 @ A1.T / m\n        W1 = W1 -",
        ),
        ENTRIES.replace("np.sum((X @ theta - y) * X", "np.sum((X @ old - y) * X").replace(
            "        for j", "        theta, old = theta.copy(), theta\n        for j"
        ),
        UPHILL.replace("b += lr", "b -= lr"),
        ONE_FEATURE.replace("y[i] - (w * x[i] + b)", "(w * x[i] + b) - y[i]"),
        RATED.replace("(A2 - Y) * A2 * (1 - A2)", "A2 - Y"),
        MASK.replace("Z1 < 0", "Z1 > 0"),
        RECORD.replace("np.sum(A - Y)\n", "np.sum(A - Y) / m\n"),
        THETA.replace("3 * Xb", "Xb"),
        NESTED.replace("np.sum(P - Y)", "np.mean(P - Y)"),
        AHEAD.replace("shape[1] - 1", "shape[1]"),
    ],
    ids=range(10),
)
def test_the_same_code_without_its_mistake_is_right(
    table: ModuleType, warm: WarmParent, text: str
) -> None:
    """What is read so that a mistake shows is read so that its absence shows, too."""
    result = table.judged(IMPORT + text, warm)
    assert (result.verdict, result.faults) == ("correct", ()), result.notes


def test_the_loop_of_a_script_is_found_as_a_loop(table: ModuleType, warm: WarmParent) -> None:
    """What has no name was not found by its name."""
    roles = table.judged(IMPORT + UPHILL, warm).roles
    assert {role.found_by for role in roles} == {"loop"}


def test_a_guard_is_shown_where_it_stands(table: ModuleType, warm: WarmParent) -> None:
    """The remark on a guarded log is placed at the guard, not at the line that ends the cost."""
    text = IMPORT + (
        "def compute_cost(A, Y):\n"
        "    logs = Y * np.log(A + 1e-8) + (1 - Y) * np.log(1 - A)\n"
        "    cost = -np.mean(logs)\n"
        "    return cost\n"
        "def backward(A, X, Y):\n"
        "    return np.dot(X, (A - Y).T) / X.shape[1], np.mean(A - Y)\n"
    )
    (guard,) = (r for r in table.judged(text, warm).remarks if r.code == "log-guard")
    assert guard.where.line == 3
