"""What is read in a second way: its styles pass, mistakes in them do not, and guesses are none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from gradcheck.submissions import Submission

Judge = Callable[..., Submission]
VARIANTS = Path(__file__).parent / "variants"

# A style, a mistake in it, and the code under which it is found.
WRONG = (
    ("script_own_count", "np.dot(X.T, a - y) / 4", "np.dot(X.T, a - y)", "missing-mean"),
    ("script_own_count", "np.dot(X.T, a - y) / 4", "np.dot(X.T, y - a) / 4", "sign"),
    ("script_own_count", "(1 - y) * np.log(1 - a)", "0", "cost-term-missing"),
    ("script_own_count_reshaped", "np.sum(dZ) / 209", "np.sum(dZ)", "missing-mean"),
    ("script_own_count_reshaped", "dZ = A - Y", "dZ = Y - A", "sign"),
    ("script_own_count", "w = w - 0.5 * dw", "w = w + 0.5 * dw", "update-sign"),
    ("script_one_pass", "np.dot(X, dZ.T) / m", "np.dot(X, dZ.T)", "missing-mean"),
    ("script_one_pass", "dZ = A - Y", "dZ = Y - A", "sign"),
    ("script_one_pass", "db = np.sum(dZ) / m", "db = np.sum(dW) / m", "wrong-operand"),
    ("script_one_pass_network", "(1 - A1 ** 2)", "(1 - Z1 ** 2)", "derivative-at-activation"),
    (
        "script_one_pass_network",
        "W2.T @ dZ2 * (1 - A1 ** 2)",
        "W2.T @ dZ2",
        "missing-activation-derivative",
    ),
    ("script_one_pass_functions", "(1 / m) * np.dot(X", "np.dot(X", "missing-mean"),
    ("script_by_example", "error = a - y[i]", "error = y[i] - a", "update-sign"),
    ("linear_m_and_c", "np.sum(e * x) / n", "np.sum(e * x)", "missing-mean"),
    ("linear_m_and_c", "np.sum(e) / n", "np.sum(e * x) / n", "bias-axis"),
    ("linear_m_and_c", "predict(x, m, c) - y\n    dm", "y - predict(x, m, c)\n    dm", "sign"),
    ("linear_m_and_b_inside", "np.mean(gap * x)", "np.sum(gap * x)", "missing-mean"),
    ("script_m_and_c", "D_m = (-2/n)", "D_m = (2/n)", "sign"),
    ("script_m_and_c", "c = c - L", "c = c + L", "update-sign"),
    ("class_m_and_c", "dc = (-2 / n)", "dc = -2", "missing-mean"),
    ("linear_points", "b_now - rate", "b_now + rate", "wrong-scale"),
    ("logistic_example_gradient", "dz = y_hat - y", "dz = y - y_hat", "wrong-type"),
    ("logistic_example_gradient", "w -= lr * dw / len(X)", "w -= lr * dw", "missing-mean"),
    ("logistic_one_example", "return x * dz, dz", "return x * dz, x * dz", "wrong-shape"),
    ("network_p", "dZ2 = (A2 - Y)/m", "dZ2 = A2 - Y", "missing-mean"),
    ("network_p", "(1-A1**2)", "(1-A1)", "unexplained"),
    ("model_function_relu", "* (A1 > 0)", "* (1 - A1 ** 2)", "other-activation-derivative"),
    ("linear_data_of_the_script", "X.T @ e / len(y)", "X.T @ e", "missing-mean"),
    ("logistic_stops_early", "X.dot(w) + b", "X.dot(w) - b", "forward-wrong"),
    ("class_theta_and_bias", "d1.sum(axis=0)", "d1.sum()", "bias-axis"),
    ("script_one_feature", "* x).sum() / n", "* x).sum()", "missing-mean"),
    ("network_g_names", "d2 = (p-y)/n", "d2 = p-y", "missing-mean"),
    ("network_g_names", "gb1 = d1.sum(0)", "gb1 = d2.sum(0)", "wrong-operand"),
    ("script_labels_t", "w-lr*(X.T@g)/N", "w-lr*(X.T@g)", "missing-mean"),
    ("script_labels_t", "g = p-t", "g = t-p", "update-sign"),
    ("script_lone_slope", "2 * x * (y_pred - y)", "2 * (y_pred - y)", "missing-input-factor"),
    ("class_backward_steps", "(1-self.A1**2)", "(1-self.A1)", "unexplained"),
    ("logistic_loss_and_slope", "X.T@(p-y)/y.shape[0]", "X.T@(p-y)", "missing-mean"),
    ("logistic_own_count", "np.sum(A-Y) / 100", "np.sum(A-Y)", "missing-mean"),
)


@pytest.mark.parametrize(("style", "old", "new", "code"), WRONG)
def test_a_mistake_in_a_style_that_is_read_again_is_wrong(
    judge: Judge, style: str, old: str, new: str, code: str
) -> None:
    """A second way of reading finds what is right, and excuses nothing."""
    text = (VARIANTS / f"{style}.txt").read_text()
    assert old in text
    result = judge(text.replace(old, new, 1))
    assert result.verdict == "wrong"
    assert code in {fault.code for fault in result.faults}


SOFTMAX = """import numpy as np

def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)

def forward(X, W, b):
    return softmax(X @ W + b)

def compute_cost(A, Y):
    return -np.mean(np.sum(Y * np.log(A), axis=1))

def backward(X, Y, A):
    dZ = (A - Y) / len(X)
    return X.T @ dZ, dZ.sum(axis=0, keepdims=True)
"""
UNNAMED = SOFTMAX.replace("softmax", "probabilities")
IN_A_CLASS = """import numpy as np

class Classifier:
    def __init__(self, n_features, n_classes):
        self.W, self.b = np.zeros((n_features, n_classes)), np.zeros((1, n_classes))

    def fit(self, X, y, lr=0.1, epochs=10):
        for _ in range(epochs):
            scores = np.exp(X @ self.W + self.b)
            d = scores / np.sum(scores, axis=1, keepdims=True) - y
            self.W -= lr * X.T @ d / len(X)
            self.b -= lr * d.mean(axis=0, keepdims=True)
"""
THREE_LAYERS = """import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def forward_propagation(X, parameters):
    A1 = np.tanh(parameters["W1"] @ X + parameters["b1"])
    A2 = np.tanh(parameters["W2"] @ A1 + parameters["b2"])
    return sigmoid(parameters["W3"] @ A2 + parameters["b3"]), (A1, A2)

def backward_propagation(parameters, cache, X, Y):
    A3, (A1, A2) = forward_propagation(X, parameters)
    m = X.shape[1]
    dZ3 = (A3 - Y) / m
    dZ2 = parameters["W3"].T @ dZ3 * (1 - A2 ** 2)
    dZ1 = parameters["W2"].T @ dZ2 * (1 - A1 ** 2)
    return {"dW3": dZ3 @ A2.T, "dW2": dZ2 @ A1.T, "dW1": dZ1 @ X.T}
"""
REAL_LABELS = """import numpy as np

def forward(X, p):
    A1 = np.tanh(p["W1"] @ X + p["b1"])
    return p["W2"] @ A1 + p["b2"], A1

def cost(A2, Y):
    return np.mean((A2 - Y) ** 2) / 2

def backward(X, Y, p):
    A2, A1 = forward(X, p)
    dZ2 = (A2 - Y) / X.shape[1]
    dZ1 = p["W2"].T @ dZ2 * (1 - A1 ** 2)
    return {
        "dW1": dZ1 @ X.T, "db1": dZ1.sum(1, keepdims=True),
        "dW2": dZ2 @ A1.T, "db2": dZ2.sum(1, keepdims=True),
    }
"""
FAR_DATA = """import numpy as np

data = np.load("data.npz")
X, Y = data["X"], data["Y"]
w, b = np.zeros((3, 1)), 0.0
for _ in range(1000):
    A = 1 / (1 + np.exp(-(w.T @ X + b)))
    J = -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / 60
    dw = X @ (A - Y).T / 60
    db = np.sum(A - Y) / 60
    w = w - 0.1 * dw
    b = b - 0.1 * db
"""

OPEN = (
    (SOFTMAX, "it has a softmax"),
    (UNNAMED, "it has a softmax"),
    (IN_A_CLASS, "it has a softmax"),
    (THREE_LAYERS, "it has a third layer (W3)"),
    (REAL_LABELS, "a network for real labels"),
    (FAR_DATA, "it divides by 60, which is right for as many examples and no others"),
)


@pytest.mark.parametrize(("text", "reason"), OPEN)
def test_what_is_right_for_something_else_is_left_open(
    judge: Judge, text: str, reason: str
) -> None:
    """Another model, or data that nobody sees: neither wrong nor a pass, and the note says why."""
    result = judge(text)
    assert (result.verdict, result.faults) == ("undecided", ())
    assert any(reason in note for note in result.notes)


def test_a_count_that_is_not_that_of_its_own_data_is_wrong(judge: Judge) -> None:
    """Four examples divided by five have no mean."""
    text = (VARIANTS / "script_own_count.txt").read_text()
    assert judge(text.replace("/ 4", "/ 5")).verdict != "correct"


def test_a_cost_that_is_a_vector_is_wrong(judge: Judge) -> None:
    """A function that has to give the cost, and gives the losses of the examples."""
    text = (VARIANTS / "logistic_own_count.txt").read_text()
    cost = "-np.sum(Y*np.log(A)+(1-Y)*np.log(1-A)) / 100"
    assert cost in text
    result = judge(text.replace(cost, "-(Y*np.log(A)+(1-Y)*np.log(1-A))"))
    assert "J" in {fault.quantity for fault in result.faults}


def test_what_was_read_in_other_names_is_shown_as_it_was_written(judge: Judge) -> None:
    """The line under a fault is the author's own."""
    text = (VARIANTS / "linear_m_and_c.txt").read_text()
    (fault,) = judge(text.replace("np.sum(e * x) / n", "np.sum(e * x)")).faults
    assert fault.excerpt is not None
    assert fault.excerpt.text == "dm = np.sum(e * x)"
