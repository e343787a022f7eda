"""What is not called wrong, since the reason may lie with us, and what is wrong nevertheless."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from gradcheck.submissions import Submission

Judge = Callable[..., Submission]
HERE = Path(__file__).parent
RIGHT = HERE / "right"
NETWORK = (RIGHT / "network_course.txt").read_text()
LOGISTIC = (RIGHT / "logistic_course.txt").read_text()

# A style that is read, a mistake in it, and the code under which it is found.
WRONG = (
    ("linear_ones_inside_flat", "X.T @ r / m", "X.T @ r", "missing-mean"),
    ("linear_ones_inside_flat", "r = X @ theta - y", "r = y - X @ theta", "sign"),
    ("linear_ones_inside_split", "/ m\n", "* m\n", "wrong-scale"),
    ("logistic_ones_inside", "(sigmoid(X @ theta) - y)", "(y - sigmoid(X @ theta))", "sign"),
    ("logistic_add_bias", "(sigmoid(Xb @ theta) - y) / len(y)", "y / len(y)", "wrong-operand"),
    ("logistic_lambd", "dw = np.dot(X, (A-Y).T)/m", "dw = np.dot(X, (A-Y).T)", "missing-mean"),
    (
        "logistic_lambda_default",
        "err = sigmoid(X @ w + b) - y",
        "err = y - sigmoid(X @ w + b)",
        "sign",
    ),
    ("class_ridge", "X.T @ (p - y)", "X.T @ (y - p)", "sign"),
    ("network_dropout_lambd", "(1-A1*A1)", "(1-Z1*Z1)", "derivative-at-activation"),
    (
        "network_dropout_lambd",
        "db2 = dZ2.sum(axis=1, keepdims=True)/m",
        "db2 = dZ2",
        "bias-not-summed",
    ),
    ("logistic_pure_python", "e*x[j]/m", "e*x[j]", "missing-mean"),
    ("logistic_pure_python", "math.exp(-z)", "math.exp(z)", "forward-wrong"),
    ("class_literal_loop", "X.T @ (p - y) / m", "X.T @ (p - y)", "missing-mean"),
    ("class_literal_loop", "self.b -= ", "self.b += ", "sign"),
    ("class_network_literal_loop", "d1.sum(axis=0", "d2.sum(axis=0", "unexplained"),
    ("model_literal_loop", "(A - Y).T / m", "(A - Y).T", "missing-mean"),
    ("linear_literal_loop", "np.sum(p - y) / m", "np.sum(p - y)", "missing-mean"),
    ("class_batches", "np.mean(p-yb)", "np.sum(p-yb)", "missing-mean"),
    ("class_early_stop", "X.T @ (p - y)/m", "X.T @ p/m", "wrong-operand"),
    ("class_network_step", "(self.Z1 > 0)", "(self.Z1 < 0)", "other-activation-derivative"),
)


@pytest.mark.parametrize(("style", "old", "new", "code"), WRONG)
def test_a_mistake_in_a_forgiven_style_is_wrong(
    judge: Judge, style: str, old: str, new: str, code: str
) -> None:
    """What is tolerated is the style."""
    text = (HERE / "variants" / f"{style}.txt").read_text()
    assert old in text
    result = judge(text.replace(old, new, 1))
    assert result.verdict == "wrong"
    assert code in {fault.code for fault in result.faults}


def test_a_backward_alone_with_a_turned_error_is_wrong(judge: Judge) -> None:
    """Nothing else is needed to see its sign."""
    text = """import numpy as np

def backward_propagation(Y_hat, X, Y):
    m = X.shape[1]
    dZ = Y - Y_hat
    dW = 1 / m * np.dot(dZ, X.T)
    db = 1 / m * np.sum(dZ, axis=1, keepdims=True)
    return {"dW": dW, "db": db}
"""
    result = judge(text)
    assert result.verdict == "wrong"
    assert {fault.code for fault in result.faults} == {"sign"}


def test_a_function_that_is_called_and_not_there_is_missing(judge: Judge) -> None:
    """The function that calls it is not blamed, nor is what it calls before."""
    start, end = NETWORK.index("def backward_propagation"), NETWORK.index("def update_parameters")
    result = judge(NETWORK[:start] + NETWORK[end:])
    (fault,) = result.faults
    assert (fault.code, fault.quantity) == ("missing-function", "dW1")
    assert "backward_propagation is called and not defined" in fault.message


def test_a_gradient_descent_without_its_gradient_is_missing_it(judge: Judge) -> None:
    """It crashes for want of a function, and that is what is said."""
    start, end = LOGISTIC.index("def propagate"), LOGISTIC.index("def optimize")
    result = judge(LOGISTIC[:start] + LOGISTIC[end:])
    (fault,) = result.faults
    assert fault.code == "missing-function"


NOT_JUDGED = (
    (
        """import numpy as np
class Perceptron:
    def fit(self, X, y, lr=0.1, epochs=10):
        self.w, self.b, v = np.zeros(X.shape[1]), 0, 0
        for _ in range(epochs):
            for x, t in zip(X, y):
                v = 0.9 * v + (t - x @ self.w - self.b) * x
                self.b = self.b + lr * (t - x @ self.w - self.b)
                self.w = self.w + lr * v
""",
        "it steps after every example or batch",
    ),
    (
        """import numpy as np
def gradient_descent(X, y, w, b):
    alpha = 0.01
    while np.sum((X @ w + b - y) ** 2) > 1e9 or alpha > 0:
        p = X @ w + b
        w = w - alpha * (X.T @ (p - y)) / len(y)
        b = b - alpha * np.sum(p - y) / len(y)
        alpha -= 0.001
    return w, b
""",
        "the number of its iterations cannot be set",
    ),
    (
        """import numpy as np
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
class Net:
    def __init__(self, x, y):
        self.x, self.y = x, y
        self.W1, self.W2 = np.random.rand(x.shape[1], 4), np.random.rand(4, 1)
    def backprop(self):
        a = sigmoid(self.x @ self.W1)
        self.W2 += a.T @ (self.y - sigmoid(a @ self.W2))
""",
        "not read: Net",
    ),
    (
        """import numpy as np
def gradient(X, y, w, b):
    X = X.reshape(7, 11)
    e = X @ w + b - y
    return X.T @ e / len(y), np.mean(e)
""",
        "it fails in every layout that is known here: ValueError",
    ),
    (
        """import numpy as np
class Regression:
    def fit(self, X, y, epochs=10, lr=0.1):
        self.w, self.b = np.zeros(X.shape[1]), 0.0
        X = X.reshape(7, 11)
        for _ in range(epochs):
            e = X @ self.w + self.b - y
            self.w = self.w - lr * X.T @ e / len(y)
            self.b = self.b - lr * np.mean(e)
""",
        "it fails in every layout that is known here: ValueError",
    ),
)


@pytest.mark.parametrize(("text", "reason"), NOT_JUDGED)
def test_what_may_be_our_own_fault_is_not_called_wrong(
    judge: Judge, text: str, reason: str
) -> None:
    """It is no pass either, and the note says why."""
    result = judge(text)
    assert (result.verdict, result.faults) == ("undecided", ())
    assert any(reason in note for note in result.notes)


def test_what_other_functions_show_to_be_rightly_called_is_wrong_where_it_crashes(
    judge: Judge,
) -> None:
    """The forward pass took the same X, so the layout is not to blame."""
    result = judge(NETWORK.replace("np.dot(dZ1, X.T)", "np.dot(dZ1, X)"))
    (fault,) = [fault for fault in result.faults if fault.code == "crashed"]
    assert fault.where.function == "backward_propagation"
