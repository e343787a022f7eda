"""The cost that training computes and does not return: it is judged like any other."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gradcheck.submissions import Submission

Judge = Callable[..., Submission]

CLASS = """\
import numpy as np
class LogisticRegression:
    def __init__(self, lr=0.01, n_iters=1000):
        self.lr = lr
        self.n_iters = n_iters
    def fit(self, X, y):
        m, n = X.shape
        self.w = np.zeros(n)
        self.b = 0.0
        self.losses = []
        for _ in range(self.n_iters):
            a = 1 / (1 + np.exp(-(X @ self.w + self.b)))
            loss = -np.mean(y * np.log(a) + (1 - y) * np.log(1 - a))
            self.losses.append(loss)
            self.w -= self.lr * X.T @ (a - y) / m
            self.b -= self.lr * np.sum(a - y) / m
    def predict(self, X):
        return (1 / (1 + np.exp(-(X @ self.w + self.b))) > 0.5).astype(int)
"""
LINEAR = """\
import numpy as np
class LinearRegression:
    def __init__(self, learning_rate=0.01, epochs=1000):
        self.learning_rate, self.epochs = learning_rate, epochs
    def fit(self, X, y):
        m, n = X.shape
        self.w, self.b = np.zeros(n), 0.0
        self.cost_history = []
        for i in range(self.epochs):
            error = X @ self.w + self.b - y
            cost = np.sum(error ** 2) / (2 * m)
            self.cost_history.append(cost)
            self.w = self.w - self.learning_rate * X.T @ error / m
            self.b = self.b - self.learning_rate * error.mean()
"""
MODEL = """\
import numpy as np
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
def model(X, Y, num_iterations=2000, learning_rate=0.5):
    m = X.shape[1]
    w, b, costs = np.zeros((X.shape[0], 1)), 0.0, []
    for i in range(num_iterations):
        A = sigmoid(w.T @ X + b)
        J = -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / m
        w = w - learning_rate * X @ (A - Y).T / m
        b = b - learning_rate * np.sum(A - Y) / m
        if i % 100 == 0:
            print(J)
    return {"w": w, "b": b}
"""
LATE = LINEAR.replace("            cost = np.sum(error ** 2) / (2 * m)\n", "").replace(
    "            self.cost_history.append(cost)\n", ""
)
LATE += "            gap = X @ self.w + self.b - y\n            cost = np.mean(gap ** 2) / 2\n"
LATE += "            print(cost)\n"
METHOD = CLASS.replace("np.mean(y * np.log(a) + (1 - y) * np.log(1 - a))", "self.loss(y, a)")
METHOD = METHOD.replace("loss = -self", "now = self").replace("append(loss)", "append(now)")
METHOD += """\
    def loss(self, y, a):
        return -np.mean(y * np.log(a) + (1 - y) * np.log(1 - a))
"""
INLINE = CLASS.replace("            loss = ", "            self.losses.append(").replace(
    "np.log(1 - a))\n            self.losses.append(loss)", "np.log(1 - a)))"
)
SUMS = LINEAR.replace(" / (2 * m)", " / 2").replace("@ error / m", "@ error")
SUMS = SUMS.replace("error.mean()", "error.sum()")
TWICE = LINEAR.replace("/ (2 * m)", "/ m").replace("X.T @ error / m", "2 * X.T @ error / m")
TWICE = TWICE.replace("error.mean()", "2 * error.mean()")

NAMED_J = """
import numpy as np

class Neuron:
    def __init__(self, eta=0.1, most=1000):
        self.eta, self.most = eta, most

    def h(self, X):
        return 1 / (1 + np.exp(-(X @ self.w + self.b)))

    def J(self, X, y):
        a = self.h(X)
        return -(y @ np.log(a) + (1 - y) @ np.log(1 - a)) / y.size

    def fit(self, X, y):
        self.w, self.b, before = np.zeros(X.shape[1]), 0.0, np.inf
        for _ in range(self.most):
            error = self.h(X) - y
            self.w = self.w - self.eta * X.T @ error / y.size
            self.b = self.b - self.eta * error.mean()
            now = self.J(X, y)
            if abs(before - now) < 1e-9:
                break
            before = now
        return self
"""

SHARED = """
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def initialize(dim):
    return np.zeros((dim, 1)), 0.0

def optimize(w, b, X, Y, num_iterations, learning_rate):
    for i in range(num_iterations):
        A = sigmoid(np.dot(w.T, X) + b)
        cost = -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A))
        dw = np.dot(X, (A - Y).T)
        db = np.sum(A - Y)
        w = w - learning_rate * dw
        b = b - learning_rate * db
    return w, b, cost
"""

RIGHT = (NAMED_J, SHARED, CLASS, LINEAR, MODEL, LATE, METHOD, INLINE, SUMS, TWICE)

# A style, a mistake in the cost that it keeps, and its code.
WRONG = (
    (NAMED_J, "-(y @", "(y @", "cost-sign"),
    (NAMED_J, " + (1 - y)", " - (1 - y)", "cost-sign"),
    (CLASS, "(1 - y) * np.log(1 - a)", "0", "cost-term-missing"),
    (CLASS, "-np.mean", "np.mean", "cost-sign"),
    (CLASS, "-np.mean", "-np.sum", "missing-mean"),
    (CLASS, "np.log(1 - a)", "np.log(a)", "wrong-operand"),
    (CLASS, "+ (1 - y)", "- (1 - y)", "cost-sign"),
    (CLASS, "-np.mean(", "-0.5 * np.mean(", "cost-scale"),
    (INLINE, "-np.mean", "np.mean", "cost-sign"),
    (INLINE, "-np.mean", "-np.sum", "missing-mean"),
    (METHOD, "-np.mean", "np.mean", "cost-sign"),
    (METHOD, "np.log(1 - a)", "np.log(a)", "wrong-operand"),
    (LINEAR, "/ (2 * m)", "/ 2", "missing-mean"),
    (LINEAR, "/ (2 * m)", "/ m", "cost-scale"),
    (LINEAR, "/ (2 * m)", "/ 2 * m", "wrong-scale"),
    (LINEAR, "np.sum(error ** 2)", "-np.sum(error ** 2)", "cost-sign"),
    (LATE, "/ 2", "/ 4", "cost-scale"),
    (LATE, "np.mean(gap", "np.sum(gap", "missing-mean"),
    (MODEL, "-np.sum(Y", "np.sum(Y", "cost-sign"),
    (MODEL, ") / m\n        w", ")\n        w", "missing-mean"),
    (MODEL, "(1 - Y) * np.log(1 - A)", "0", "cost-term-missing"),
    (SUMS, " / 2", " / (2 * m)", "missing-mean"),
    (SHARED, "np.exp(-z)", "np.exp(z)", "forward-wrong"),
    (SHARED, "np.zeros((dim, 1)), 0.0", "np.zeros((dim, 2)), 0.0", "wrong-type"),
    (SUMS, "error.sum()", "error.mean()", "missing-mean"),
    (
        TWICE,
        "/ m\n            self.cost",
        "/ (2 * m)\n            self.cost",
        "gradient-of-other-scale",
    ),
)


@pytest.mark.parametrize("text", RIGHT)
def test_a_right_cost_that_training_keeps_is_seen(judge: Judge, text: str) -> None:
    """Wherever it is kept, a right cost is found right."""
    result = judge(text)
    assert (result.verdict, result.faults) == ("correct", ())
    assert {q.verdict for q in result.quantities if q.name == "J"} == {"correct"}


@pytest.mark.parametrize(("text", "old", "new", "code"), WRONG)
def test_a_wrong_cost_that_training_keeps_is_wrong(
    judge: Judge, text: str, old: str, new: str, code: str
) -> None:
    """Right gradients excuse no wrong cost beside them."""
    assert old in text
    result = judge(text.replace(old, new, 1))
    assert (result.verdict, code in {f.code for f in result.faults}) == ("wrong", True), result
