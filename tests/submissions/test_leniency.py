"""What is read with patience: mistakes in it stay wrong, and nothing wrong hides behind it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from gradcheck.submissions import Submission
from gradcheck.submissions.reading.counts import counts_of
from gradcheck.submissions.reading.files import read_bytes

Judge = Callable[..., Submission]
VARIANTS = Path(__file__).parent / "variants"

# A style, a mistake in it, and the code of the fault: sides of a line, losses of one example, a
# pass without a loop, own counts.
PLANTED = (
    ("class_by_example", "error = output - target", "error = target - output", "update-sign"),
    ("class_by_example", "error * xi", "error", "missing-input-factor"),
    ("class_by_example", "self.b_ -= self.lr * error", "self.b_ += self.lr * error", "update-sign"),
    ("class_by_example", "self.lr * error * xi", "self.lr * output * xi", "wrong-operand"),
    (
        "class_by_example",
        "error = output - target",
        "error = (output - target) * output * (1 - output)",
        "extra-activation-derivative",
    ),
    ("class_by_example", "1/(1+np.exp(-z))", "1/(1+np.exp(z))", "forward-wrong"),
    ("class_by_example", ">= 0.5", "< 0.5", "predict-wrong"),
    ("class_by_example", "np.dot(xi, self.w_) + self.b_", "np.dot(xi, self.w_)", "forward-wrong"),
    (
        "class_by_example_shuffled",
        "y[i] - (X[i] @ self.w + self.b)",
        "(X[i] @ self.w + self.b) - y[i]",
        "update-sign",
    ),
    ("class_by_example_shuffled", "error * X[i]", "error", "missing-input-factor"),
    ("class_by_example_shuffled", "(X[i] @ self.w + self.b)", "(X[i] @ self.w)", "forward-wrong"),
    ("class_by_example_shuffled", "self.b += self.eta * error", "self.b += error", "wrong-scale"),
    (
        "class_by_example_shuffled",
        "self.w += self.eta * error * X[i]",
        "self.w += self.eta * y[i] * X[i]",
        "wrong-operand",
    ),
    ("class_m_and_c", "dc = (-2 / n) *", "dc = -2 *", "missing-mean"),
    (
        "class_m_and_c",
        "(-2 / n) * np.sum(x * (y - y_pred))",
        "(-2 / n) * np.sum(y - y_pred)",
        "missing-input-factor",
    ),
    ("class_m_and_c", "-2 / n", "-2", "missing-mean"),
    ("class_m_and_c", "-2 / n", "-4 / n", "wrong-scale"),
    (
        "class_m_and_c",
        "y_pred = self.m * x + self.c",
        "y_pred = self.m * x - self.c",
        "forward-wrong",
    ),
    ("class_theta_and_bias", "d2 = (a2 - y) / m", "d2 = (a2 - y)", "missing-mean"),
    ("class_theta_and_bias", "(1 - a1 ** 2)", "a1 * (1 - a1)", "other-activation-derivative"),
    ("class_theta_and_bias", " * (1 - a1 ** 2)", "", "missing-activation-derivative"),
    ("class_theta_and_bias", "self.lr * d1.sum(axis=0)", "self.lr * d1.sum()", "bias-axis"),
    ("class_theta_and_bias", "a1.T @ d2", "a1.T @ a2", "wrong-operand"),
    ("class_theta_and_bias", "d2 = (a2 - y) / m", "d2 = (y - a2) / m", "update-sign"),
    (
        "class_theta_and_bias",
        "d2 = (a2 - y) / m",
        "d2 = (a2 - y) * a2 * (1 - a2) / m",
        "extra-activation-derivative",
    ),
    (
        "class_theta_and_bias",
        "a2 = g(a1 @ self.theta2 + self.bias2)",
        "a2 = a1 @ self.theta2 + self.bias2",
        "forward-wrong",
    ),
    (
        "class_theta_and_bias",
        "a2 = g(a1 @ self.theta2 + self.bias2)",
        "a2 = np.tanh(a1 @ self.theta2 + self.bias2)",
        "forward-wrong",
    ),
    ("linear_data_of_the_script", "e.mean()", "e.sum()", "missing-mean"),
    ("linear_data_of_the_script", "e = X @ w + b - y", "e = y - X @ w - b", "sign"),
    ("linear_data_of_the_script", "X.T @ e / len(y)", "X.T @ y / len(y)", "wrong-operand"),
    ("linear_data_of_the_script", "**2) / 2", "**2)", "cost-scale"),
    ("linear_m_and_b_inside", "grad_m = 2 *", "grad_m = -2 *", "sign"),
    ("linear_m_and_b_inside", "gap * x", "gap", "missing-input-factor"),
    (
        "linear_m_and_b_inside",
        "grad_b = 2 * np.mean(gap)",
        "grad_b = 2 * np.sum(gap)",
        "missing-mean",
    ),
    ("linear_m_and_b_inside", "b_now - rate", "b_now + rate", "sign"),
    ("linear_m_and_c", "np.sum(e) / n", "np.sum(e)", "missing-mean"),
    ("linear_m_and_c", "np.sum(e * x) / n", "np.sum(e) / n", "missing-input-factor"),
    ("linear_m_and_c", "- y\n    dm", "+ y\n    dm", "sign"),
    ("linear_m_and_c", "m - lr * dm", "m + lr * dm", "update-sign"),
    ("linear_m_and_c", "(2 * n)", "n", "cost-scale"),
    ("linear_m_and_c", "return m * x + c", "return m * x", "forward-wrong"),
    ("linear_m_and_c", "return dm, dc", "return dc, dm", "unexplained"),
    (
        "linear_points",
        "slope_m + 2 * gap * x / count",
        "slope_m + 2 * gap / count",
        "missing-input-factor",
    ),
    ("linear_points", "slope_b + 2 * gap / count", "slope_b + 2 * gap", "missing-mean"),
    ("linear_points", "slope_m = slope_m + 2", "slope_m = 2", "wrong-operand"),
    ("logistic_example_gradient", "return dz * x, dz", "return dz * x, y_hat", "wrong-operand"),
    ("logistic_example_gradient", "lr * dw / len(X)", "lr * dw", "missing-mean"),
    ("logistic_example_gradient", "db += gb", "db = gb", "bias-not-summed"),
    ("logistic_example_gradient", "b -= lr * db", "b += lr * db", "sign"),
    ("logistic_loss_of_numbers", "return -np.log(1 - a)", "return np.log(1 - a)", "cost-sign"),
    ("logistic_loss_of_numbers", "return -np.log(1 - a)", "return -np.log(a)", "wrong-operand"),
    ("logistic_loss_of_numbers", "X @ (A - Y).T / m", "X @ (A - Y).T", "missing-mean"),
    ("logistic_loss_of_numbers", "range(m)) / m", "range(m))", "missing-mean"),
    ("logistic_loss_of_numbers", "np.sum(A - Y)", "np.sum(Y - A)", "sign"),
    ("logistic_one_example", "- y\n    return x", "+ y\n    return x", "sign"),
    ("logistic_one_example", "return x * dz, dz", "return dz, dz", "missing-input-factor"),
    ("logistic_one_example", "return x * dz, dz", "return x * dz, -dz", "sign"),
    ("logistic_one_example", "(1 - y) * np.log(1 - a)", "y * np.log(1 - a)", "wrong-operand"),
    ("logistic_one_example", "np.dot(w, x) + b", "np.dot(w, x)", "forward-wrong"),
    ("logistic_one_example", "return -(y", "return (y", "cost-sign"),
    ("logistic_one_example", "dz = forward(x, w, b) - y", "dz = y - forward(x, w, b)", "sign"),
    ("logistic_one_example", "return x * dz, dz", "return w * dz, dz", "wrong-operand"),
    ("logistic_own_count", "X @ (A-Y).T / 100", "X @ (A-Y).T / 3", "wrong-scale"),
    ("logistic_own_count", "np.sum(A-Y) / 100", "np.sum(Y-A) / 100", "sign"),
    ("logistic_own_count", "(A-Y).T / 100", "(A-Y).T / 99", "wrong-count"),
    ("logistic_own_count", "/ 100", "/ 99", "unexplained"),
    ("logistic_own_count", "/ 100", "/ 3", "unexplained"),
    ("logistic_stops_early", "X.T.dot(p-y)/len(y)", "X.T.dot(p-y)", "missing-mean"),
    ("logistic_stops_early", "X.T.dot(p-y)", "X.T.dot(y-p)", "sign"),
    ("logistic_stops_early", "alpha * np.mean(p-y)", "alpha * np.sum(p-y)", "missing-mean"),
    ("logistic_stops_early", "b -= alpha", "b += alpha", "sign"),
    ("logistic_stops_early", "np.mean(p-y)", "np.mean(p)", "wrong-operand"),
    ("logistic_stops_early", "sigmoid(X.dot(w) + b)", "sigmoid(X.dot(w))", "forward-wrong"),
    ("network_p", "(A2 - Y)/m", "(A2 - Y)", "missing-mean"),
    ("network_p", "(1-A1**2)", "A1*(1-A1)", "other-activation-derivative"),
    ("network_p", " * (1-A1**2)", "", "missing-activation-derivative"),
    ("network_p", 'dZ2 @ A1.T, "b2"', 'dZ2 @ A2.T, "b2"', "wrong-operand"),
    ("network_p", '"b1": dZ1.sum(1, keepdims=True)', '"b1": dZ1.sum(1)', "rank-1-array"),
    ("network_p", '"b1": dZ1.sum(1, keepdims=True)', '"b1": dZ1.sum()', "bias-axis"),
    ("network_p", "dZ1 @ X.T", "-dZ1 @ X.T", "sign"),
    ("network_p", "(1-Y)*np.log(1-A2)", "Y*np.log(1-A2)", "wrong-operand"),
    (
        "network_p",
        'A2 = sigmoid(p["W2"] @ A1 + p["b2"])',
        'A2 = p["W2"] @ A1 + p["b2"]',
        "forward-wrong",
    ),
    ("network_p", 'p["W1"] @ X + p["b1"]', 'p["W1"] @ X', "forward-wrong"),
    (
        "network_p",
        "-np.mean(Y*np.log(A2) + (1-Y)*np.log(1-A2))",
        "np.mean((A2 - Y)**2)",
        "other-loss",
    ),
    ("script_by_example", "error * X[i]", "error", "missing-input-factor"),
    ("script_by_example", "b -= lr * error", "b += lr * error", "update-sign"),
    (
        "script_by_example",
        "error = a - y[i]",
        "error = (a - y[i]) * a * (1 - a)",
        "extra-activation-derivative",
    ),
    ("script_by_example", "np.dot(w, X[i]) + b", "np.dot(w, X[i])", "forward-wrong"),
    ("script_m_and_c", "D_c = (-2/n) *", "D_c = -2 *", "missing-mean"),
    ("script_m_and_c", "X * (Y - Y_pred)", "(Y - Y_pred)", "missing-input-factor"),
    ("script_m_and_c", "c = c - L * D_c", "c = c - L * D_m", "bias-axis"),
    ("script_m_and_c", "Y_pred = m*X + c", "Y_pred = m*X - c", "forward-wrong"),
    ("script_one_pass", "np.sum(dZ) / m", "np.sum(dW) / m", "wrong-operand"),
    ("script_one_pass", "W - 0.1", "W + 0.1", "update-sign"),
    ("script_one_pass", "X.shape[1]", "X.shape[0]", "wrong-count"),
    ("script_one_pass", "np.log(1 - A)) / m", "np.log(1 - A))", "missing-mean"),
    ("script_one_pass", "np.exp(-Z)", "np.exp(Z)", "forward-wrong"),
    ("script_one_pass_functions", "(A - Y).T", "A.T", "wrong-operand"),
    ("script_one_pass_functions", "np.sum(A - Y)", "np.sum(Y - A)", "sign"),
    ("script_one_pass_functions", "dw = (1 / m) *", "dw =", "missing-mean"),
    ("script_one_pass_functions", "(-1 / m)", "(1 / m)", "cost-sign"),
    ("script_one_pass_functions", "np.dot(w.T, X) + b", "np.dot(w.T, X)", "forward-wrong"),
    ("script_one_pass_network", "(1 - A1 ** 2)", "A1 * (1 - A1)", "other-activation-derivative"),
    ("script_one_pass_network", "dZ2 @ A1.T / m", "dZ2 @ A1.T", "missing-mean"),
    ("script_one_pass_network", "dZ1 @ X.T / m", "dZ1 @ X.T * m", "wrong-scale"),
    ("script_one_pass_network", "dZ2 = A2 - Y", "dZ2 = Y - A2", "sign"),
    (
        "script_one_pass_network",
        "db1 = dZ1.sum(axis=1, keepdims=True)",
        "db1 = dZ1.sum()",
        "bias-axis",
    ),
    ("script_one_pass_network", "1 / (1 + np.exp(-Z2))", "Z2", "forward-wrong"),
    (
        "script_one_pass_network",
        "(1 - Y) * np.log(1 - A2)",
        "(1 - Y) * np.log(A2)",
        "wrong-operand",
    ),
    ("script_one_pass_network", "dW1 = dZ1 @ X.T", "dW1 = dZ1 @ (2 * X.T)", "wrong-scale"),
    ("script_own_count", "np.dot(X.T, a - y) / 4", "np.dot(X.T, a - y) / 3", "wrong-count"),
    ("script_own_count", "/ 4", "/ 3", "unexplained"),
    ("script_own_count", "(1 - y) * np.log(1 - a)", "y * np.log(1 - a)", "wrong-operand"),
    (
        "script_own_count",
        "np.dot(X.T, a - y) / 4",
        "np.dot(X.T, (a - y) * nonlin(a, True)) / 4",
        "extra-activation-derivative",
    ),
    ("script_own_count", "w - 0.5", "w + 0.5", "update-sign"),
    (
        "script_own_count_reshaped",
        "np.dot(X, dZ.T) / 209",
        "np.dot(X, dZ.T) / 12288",
        "wrong-scale",
    ),
    ("script_own_count_reshaped", "dZ = A - Y", "dZ = A", "wrong-operand"),
    ("script_own_count_reshaped", "/ 209", "/ 208", "unexplained"),
    ("script_named_in_words", "part / 4", "part", "wrong-scale"),
    ("logistic_loss_and_slope", "X.T@(p-y)", "X.T@(y-p)", "sign"),
    ("logistic_loss_and_slope", "X.T@(p-y)", "X.T@p", "wrong-operand"),
    ("logistic_loss_and_slope", "(1-y)*np.log(1-p)", "(1-y)*np.log(p)", "wrong-operand"),
)


@pytest.mark.parametrize(("style", "old", "new", "code"), PLANTED)
def test_no_mistake_hides_in_a_style_that_is_read_with_patience(
    judge: Judge, style: str, old: str, new: str, code: str
) -> None:
    """Reading more styles as right makes no mistake right."""
    text = (VARIANTS / f"{style}.txt").read_text()
    assert old in text
    result = judge(text.replace(old, new))
    assert (result.verdict, code in {f.code for f in result.faults}) == ("wrong", True)


NETWORK = (VARIANTS / "network_p.txt").read_text()
BARE = (
    NETWORK.replace('A2 = sigmoid(p["W2"] @ A1 + p["b2"])', 'A2 = p["W2"] @ A1 + p["b2"]')
    .replace("-np.mean(Y*np.log(A2) + (1-Y)*np.log(1-A2))", "np.mean((A2 - Y)**2)/2")
    .replace("def sigmoid(z): return 1/(1+np.exp(-z))\n", "")
)
LABELLED = BARE + "def predict(X, p):\n    return (forward(X, p)[0] > 0.5) * 1\n"
SIGMOID_UNUSED = BARE + "def sigmoid(z):\n    return 1 / (1 + np.exp(-z))\n"
SOFTMAX = NETWORK.replace("A2 = sigmoid(", "A2 = np.exp(").replace(
    "return A2, A1", "A2 = A2 / np.sum(A2)\n    return A2, A1"
)


@pytest.mark.parametrize("text", [BARE, SOFTMAX])
def test_another_model_than_the_one_asked_for_is_wrong(judge: Judge, text: str) -> None:
    """Where nothing says what it has to be it is left open; where it is said, it is not."""
    assert judge(text).verdict == "undecided"
    asked = judge(text, model="shallow-network")
    assert (asked.verdict, asked.faults[0].code) == ("wrong", "forward-wrong")


@pytest.mark.parametrize("text", [LABELLED, SIGMOID_UNUSED])
def test_a_network_that_classifies_has_to_end_in_a_sigmoid(judge: Judge, text: str) -> None:
    """A threshold or a sigmoid beside it says that the labels are 0 and 1."""
    result = judge(text)
    assert (result.verdict, result.faults[0].code) == ("wrong", "forward-wrong")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("m = X.shape[1]", "m = boom", "crashed"),
        ("m = X.shape[1]", 'm = X.shape[1]; p["W1"] *= 2', "mutates-input"),
        ("A2, A1 = forward(X, p)", "A2, A1 = forward(X, p); A1 = A1 + np.random.rand()", None),
    ],
)
def test_what_is_wrong_in_any_model_is_wrong_in_another_one(
    judge: Judge, old: str, new: str, code: str | None
) -> None:
    """A model that is not known here may not be judged; a name that nobody set may."""
    assert old in BARE
    result = judge(BARE.replace(old, new))
    assert [fault.code for fault in result.faults] == [code or "nondeterministic"]


PROPAGATE = """import numpy as np
{before}
def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def propagate(w, b, X, Y, seen=[]):
    m = X.shape[1]
    A = sigmoid(w.T @ X + b)
    cost = -np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A))
    dw = X @ (A - Y).T / m
    db = np.sum(A - Y) / m
    {inside}
    return {{"dw": dw, "db": db}}, cost
"""
BY_CHANCE = (
    ("calls = [0]", "calls[0] += 1; dw = dw * (1 if calls[0] < 5 else 1.5)"),
    ("calls = [0]", "calls[0] += 1; dw = dw * (1 if calls[0] % 2 else 1.001)"),
    ("calls = [0]", "calls[0] += 1; dw = dw if calls[0] <= 2 else -dw"),
    ("", "dw = dw + np.random.randn(*dw.shape) * 1e-3"),
    ("", "dw = dw * (np.random.rand(*dw.shape) > 0.2)"),
    ("costs = []", "costs.append(cost); cost = np.mean(costs)"),
    ("", "seen.append(1); db = db * len(seen)"),
    ("step = 0", "global step; step += 1; db = db + 1e-3 * (step - 1)"),
    ("import time", "cost = cost + time.time() % 1"),
    ("", "db = db + (id(A) % 1000) * 1e-6"),
    ("last = [0]", "dw = dw * (2 if np.array_equal(last[0], w) else 1); last[0] = w"),
)


@pytest.mark.parametrize(("before", "inside"), BY_CHANCE)
def test_a_function_that_remembers_or_draws_is_found(
    judge: Judge, before: str, inside: str
) -> None:
    """An equal call is made once where it is safe, and anew where chance is looked for."""
    result = judge(PROPAGATE.format(before=before, inside=inside))
    assert [fault.code for fault in result.faults] == ["nondeterministic"]


OF_THE_SCRIPT = (VARIANTS / "linear_data_of_the_script.txt").read_text()


def test_functions_of_the_parameters_alone_have_to_be_given_these(judge: Judge) -> None:
    """Their script has the data for them; w is what the gradient is taken at."""
    result = judge(OF_THE_SCRIPT.replace("def grad(w, b)", "def grad(b)"))
    assert [(f.code, f.quantity) for f in result.faults] == [("hidden-global", "w")]


ON_ONE = """import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def forward(x, w, b):
    return sigmoid(np.dot(w, x) + b)

def cost(A, Y):
    return -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / len(Y)

def backward(x, y, w, b):
    dz = forward(x, w, b) - y
    return x * dz, dz
"""
ELEMENTWISE = """import numpy as np

def forward(X, w, b):
    return 1 / (1 + np.exp(-(w.T @ X + b)))

def backward(X, A, Y):
    dZ = A - Y
    return X * dZ, dZ
"""


def test_what_sums_examples_is_judged_on_many(judge: Judge) -> None:
    """A gradient of one example beside a cost of all: the cost needs its 1/m."""
    result = judge(ON_ONE.replace(" / len(Y)", ""))
    assert [(f.code, f.quantity) for f in result.faults] == [("missing-mean", "J")]


def test_a_function_of_x_and_y_is_written_for_many(judge: Judge) -> None:
    """Products entry by entry are no gradient of them, though they are one of a single example."""
    result = judge(ELEMENTWISE)
    assert (result.verdict, result.notes) == ("wrong", ())


OWN = b"X = np.random.randn(3, 100)\nY = (np.random.rand(1, 100) > .5) * 1.0\n"
SIZES = (
    (OWN, 100, False, True),
    (OWN, 100, True, False),
    (OWN, 3, False, False),
    (OWN + b"rounds = 60\n", 60, False, False),
    (OWN + b"w = np.zeros((60, 1))\n", 60, True, False),
    (b"X = [[0, 1, 2], [3, 4, 5]]\n", 2, True, True),
    (b"X = [[0, 1, 2], [3, 4, 5]]\n", 3, True, False),
    (b"n = 5\nX = np.random.randn(n, 2)\n", 5, True, True),
    (b"X = load().reshape(209, -1).T\n", 209, False, True),
    (b"X = A @ np.array([1., 2., 3.])\n", 3, True, False),
    (b"X = A[:, 7]\n", 7, True, False),
    (b"x = np.linspace(0, 1, 50)\n", 50, True, True),
    (b"n = 50\n", 50, True, False),
)


@pytest.mark.parametrize(("text", "number", "in_rows", "shown"), SIZES)
def test_own_data_show_how_many_examples_there_are(
    text: bytes, number: int, *, in_rows: bool, shown: bool
) -> None:
    """The number of features is none, nor is any number that happens to stand there."""
    assert counts_of(read_bytes("a.py", text)).shows(number, in_rows=in_rows) is shown


@pytest.mark.parametrize("number", [3, 60, 99])
def test_another_count_than_that_of_the_labels_is_wrong(judge: Judge, number: int) -> None:
    """A hundred labels divided by anything else have no mean, whatever else has that size."""
    text = (VARIANTS / "logistic_own_count.txt").read_text().replace("/ 100", f"/ {number}")
    assert judge(text + "\nrounds = 60\n").verdict == "wrong"
