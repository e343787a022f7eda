"""Single mistakes, planted in right submissions: each is found, and named for what it is."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple, Protocol

import pytest

from gradcheck.submissions import Submission


class Planted(NamedTuple):
    """One mistake in one of the right submissions."""

    style: str
    old: str
    new: str
    code: str
    quantity: str


class Judge(Protocol):
    """The fixture of conftest.py."""

    def __call__(self, text: str) -> Submission:
        """Judge a text."""


RIGHT = Path(__file__).parent / "right"
NETWORK_TANH = "(1 - np.power(A1, 2))"

PLANTED = (
    # logistic regression as in the course
    Planted("logistic_course", "dw = 1/m * np.dot", "dw = np.dot", "missing-mean", "dw"),
    Planted("logistic_course", "db = 1/m * np.sum", "db = np.sum", "missing-mean", "db"),
    Planted("logistic_course", "dw = 1/m * np", "dw = 1/m/m * np", "double-mean", "dw"),
    Planted(
        "logistic_course", "m = X.shape[1]\n    A", "m = X.shape[0]\n    A", "wrong-count", "J"
    ),
    Planted("logistic_course", "dw = 1/m * np", "dw = 1/(m - 1) * np", "wrong-count", "dw"),
    Planted("logistic_course", "dw = 1/m * np", "dw = 2/m * np", "wrong-scale", "dw"),
    Planted("logistic_course", "dw = 1/m * np", "dw = 0.5/m * np", "wrong-scale", "dw"),
    Planted("logistic_course", "(A-Y).T)", "(Y-A).T)", "sign", "dw"),
    Planted("logistic_course", "np.sum(A-Y)", "np.sum(Y-A)", "sign", "db"),
    Planted("logistic_course", "np.sum(A-Y)", "np.sum(A)", "wrong-operand", "db"),
    Planted("logistic_course", "1/m * np.sum(A-Y)", "1/m * (A-Y)", "bias-not-summed", "db"),
    Planted("logistic_course", "cost = -1/m", "cost = 1/m", "cost-sign", "J"),
    Planted("logistic_course", "+ (1-Y)*np", "- (1-Y)*np", "cost-sign", "J"),
    Planted("logistic_course", " + (1-Y)*np.log(1-A)", "", "cost-term-missing", "J"),
    Planted("logistic_course", "Y*np.log(A) + ", "", "cost-term-missing", "J"),
    Planted("logistic_course", "cost = -1/m", "cost = -1", "missing-mean", "J"),
    Planted("logistic_course", "cost = -1/m", "cost = -2/m", "cost-scale", "J"),
    Planted(
        "logistic_course",
        "-1/m * np.sum(Y*np.log(A) + (1-Y)*np.log(1-A))",
        "1/m * np.sum((A-Y)**2)",
        "other-loss",
        "J",
    ),
    Planted(
        "logistic_course", "(A-Y).T)", "((A-Y)*A*(1-A)).T)", "extra-activation-derivative", "dZ"
    ),
    Planted("logistic_course", "np.exp(-z)", "np.exp(z)", "forward-wrong", "sigmoid"),
    Planted("logistic_course", "s = 1 /", "s = 2 /", "forward-wrong", "sigmoid"),
    Planted(
        "logistic_course",
        "np.dot(w.T, X) + b)\n    cost",
        "np.dot(w.T, X))\n    cost",
        "forward-wrong",
        "Z",
    ),
    Planted(
        "logistic_course",
        "A = sigmoid(np.dot(w.T, X) + b)\n    cost",
        "A = np.dot(w.T, X) + b\n    A = np.tanh(A)\n    cost",
        "forward-wrong",
        "A",
    ),
    Planted(
        "logistic_course",
        "w = w - learning_rate * dw",
        "w = w + learning_rate * dw",
        "update-sign",
        "optimise",
    ),
    Planted(
        "logistic_course",
        "w = w - learning_rate * dw\n        b = b - ",
        "w = w + learning_rate * dw\n        b = b + ",
        "update-sign",
        "optimise",
    ),
    Planted(
        "logistic_course",
        "range(num_iterations)",
        "range(num_iterations + 1)",
        "update-rule",
        "optimise",
    ),
    Planted(
        "logistic_course",
        "w = w - learning_rate * dw",
        "w -= learning_rate * dw",
        "mutates-input",
        "w",
    ),
    Planted(
        "logistic_course",
        "        w = w - learning_rate * dw\n",
        "        w = w - learning_rate * dw\n        db = propagate(w, b, X, Y)[0]['db']\n",
        "stale-order",
        "optimise",
    ),
    Planted("logistic_course", "A[0, i] > 0.5", "A[0, i] > 0.9", "predict-wrong", "predict"),
    Planted(
        "logistic_course",
        "1 if A[0, i] > 0.5 else 0",
        "0 if A[0, i] > 0.5 else 1",
        "predict-wrong",
        "predict",
    ),
    Planted(
        "logistic_course",
        "np.zeros((dim, 1))\n    b = 0\n    assert(w.shape == (dim, 1))",
        "np.zeros(dim)\n    b = 0",
        "rank-1-array",
        "w",
    ),
    Planted(
        "logistic_course",
        "np.zeros((dim, 1))\n    b = 0\n    assert(w.shape == (dim, 1))",
        "np.zeros((1, dim))\n    b = 0",
        "initial-shape",
        "w",
    ),
    Planted("logistic_course", "return grads, cost", "return None", "not-implemented", "dw"),
    Planted(
        "logistic_course", "dw = 1/m * np.dot(X, (A-Y).T)", "dw = None", "not-implemented", "dw"
    ),
    Planted("logistic_course", "dw = 1/m * np.dot(X, (A-Y).T)", "dw = nothing", "crashed", "dw"),
    Planted(
        "logistic_course",
        "dw = 1/m * np.dot(X, (A-Y).T)",
        "dw = 1/m * np.dot((A-Y), X.T)",
        "transposed",
        "dw",
    ),
    Planted(
        "logistic_course",
        "dw = 1/m * np.dot(X, (A-Y).T)",
        "dw = np.sum(X * (A-Y), axis=1)/m",
        "rank-1-array",
        "dw",
    ),
    Planted(
        "logistic_course",
        "dw = 1/m * np.dot(X, (A-Y).T)",
        "dw = 1/m * np.dot(X, (A-Y).T) * np.nan",
        "nonfinite",
        "dw",
    ),
    Planted(
        "logistic_course",
        "dw = 1/m * np.dot(X, (A-Y).T)",
        "dw = 1/m * np.dot(X, (A-Y).T) + np.random.rand()",
        "nondeterministic",
        "dw",
    ),
    Planted(
        "logistic_course",
        "dw = 1/m * np.dot(X, (A-Y).T)",
        "dw = 1/m * np.dot(X, A.T)",
        "wrong-operand",
        "dw",
    ),
    Planted(
        "logistic_course",
        "dw = 1/m * np.dot(X, (A-Y).T)",
        "dw = 1/m * np.sum(A-Y) * np.ones(w.shape)",
        "missing-input-factor",
        "dw",
    ),
    Planted(
        "logistic_course",
        'grads = {"dw": dw, "db": db}\n    return',
        'grads = {"db": db}\n    return',
        "wrong-type",
        "dw",
    ),
    # one hidden layer as in the course
    Planted(
        "network_course",
        NETWORK_TANH,
        "(1 - np.power(cache['Z1'], 2))",
        "derivative-at-activation",
        "dZ1",
    ),
    Planted(
        "network_course", NETWORK_TANH, "(1 - np.tanh(A1) ** 2)", "derivative-at-activation", "dZ1"
    ),
    Planted("network_course", " * " + NETWORK_TANH, "", "missing-activation-derivative", "dZ1"),
    Planted(
        "network_course", NETWORK_TANH, "(A1 * (1 - A1))", "other-activation-derivative", "dZ1"
    ),
    Planted("network_course", NETWORK_TANH, "(A1 > 0)", "other-activation-derivative", "dZ1"),
    Planted(
        "network_course",
        "dZ2 = A2 - Y",
        "dZ2 = (A2 - Y) * A2 * (1 - A2)",
        "extra-activation-derivative",
        "dZ2",
    ),
    Planted("network_course", "dZ2 = A2 - Y", "dZ2 = Y - A2", "sign", "dZ2"),
    Planted(
        "network_course", "np.dot(dZ2, A1.T)", "np.dot(dZ2, cache['Z1'].T)", "wrong-operand", "dW2"
    ),
    Planted("network_course", "1 / m * np.dot(dZ1", "np.dot(dZ1", "missing-mean", "dW1"),
    Planted("network_course", "db1 = 1 / m * ", "db1 = ", "missing-mean", "db1"),
    Planted(
        "network_course",
        "np.sum(dZ1, axis=1, keepdims=True)",
        "np.sum(dZ1, axis=1)",
        "rank-1-array",
        "db1",
    ),
    Planted(
        "network_course", "np.sum(dZ1, axis=1, keepdims=True)", "np.sum(dZ1)", "bias-axis", "db1"
    ),
    Planted(
        "network_course",
        "np.sum(dZ1, axis=1, keepdims=True)",
        "np.sum(dZ1, axis=0, keepdims=True)",
        "bias-axis",
        "db1",
    ),
    Planted(
        "network_course",
        "np.sum(dZ1, axis=1, keepdims=True)",
        "np.sum(dW1, axis=1, keepdims=True)",
        "bias-axis",
        "db1",
    ),
    Planted(
        "network_course", "np.sum(dZ1, axis=1, keepdims=True)", "dZ1", "bias-not-summed", "db1"
    ),
    Planted(
        "network_course", "np.sum(dZ2, axis=1, keepdims=True)", "np.sum(dZ2)", "bias-axis", "db2"
    ),
    Planted(
        "network_course",
        'm = X.shape[1]\n    W1 = parameters["W1"]\n    W2',
        'm = X.shape[0]\n    W1 = parameters["W1"]\n    W2',
        "wrong-count",
        "dW2",
    ),
    Planted("network_course", "np.dot(W2.T, dZ2)", "W2.T * dZ2", "matmul-elementwise", "dZ1"),
    Planted("network_course", "np.tanh(Z1)", "Z1", "forward-wrong", "A1"),
    Planted("network_course", "np.dot(W1, X) + b1", "np.dot(W1, X)", "forward-wrong", "Z1"),
    Planted("network_course", "A2 = sigmoid(Z2)", "A2 = np.tanh(Z2)", "forward-wrong", "A2"),
    Planted("network_course", '"A1": A1, ', '"A1": Z1, ', "forward-wrong", "A1"),
    Planted("network_course", "cost = -np.sum", "cost = np.sum", "cost-sign", "J"),
    Planted(
        "network_course", " + np.multiply(np.log(1 - A2), 1 - Y)", "", "cost-term-missing", "J"
    ),
    Planted(
        "network_course",
        "cost = -np.sum(logprobs) / m",
        "cost = -np.sum(logprobs)",
        "missing-mean",
        "J",
    ),
    Planted(
        "network_course",
        "cost = -np.sum(logprobs) / m",
        "cost = -np.sum(logprobs) / (2 * m)",
        "cost-scale",
        "J",
    ),
    Planted(
        "network_course",
        "W1 = W1 - learning_rate * dW1",
        "W1 = W1 + learning_rate * dW1",
        "update-sign",
        "W1",
    ),
    Planted("network_course", "b2 = b2 - learning_rate * db2", "pass", "update-rule", "b2"),
    Planted(
        "network_course",
        "b2 = b2 - learning_rate * db2",
        "b2 = b2 - learning_rate * b2",
        "update-rule",
        "b2",
    ),
    Planted(
        "network_course",
        "W1 = W1 - learning_rate * dW1",
        "W1 -= learning_rate * dW1",
        "mutates-input",
        "parameters",
    ),
    Planted(
        "network_course",
        "np.random.randn(n_h, n_x) * 0.01",
        "np.zeros((n_h, n_x))",
        "zero-initialisation",
        "W1",
    ),
    Planted(
        "network_course",
        "np.random.randn(n_h, n_x) * 0.01",
        "np.random.randn(n_x, n_h) * 0.01",
        "initial-shape",
        "W1",
    ),
    Planted(
        "network_course", "b1 = np.zeros((n_h, 1))", "b1 = np.zeros(n_h)", "rank-1-array", "b1"
    ),
    Planted("network_course", "(A2 > 0.5)", "(A2 > 0.2)", "predict-wrong", "predict"),
    Planted(
        "network_course",
        "n_x = X.shape[0]\n    n_h",
        "n_x = X.shape[1]\n    n_h",
        "initial-shape",
        "sizes",
    ),
    Planted("network_course", "    m = X.shape[1]\n    W1 = ", "    W1 = ", "hidden-global", "m"),
    Planted("linear_course", "(Y_hat - Y) **", "(Y_hat - Y.T) **", "broadcast-blowup", "J"),
    # other styles
    Planted(
        "network_tuples", "dW1 = dZ1.dot(X.T) / m", "dW1 = dZ1.dot(X.T)", "missing-mean", "dW1"
    ),
    Planted("network_tuples", "dA2 * A2 * (1 - A2)", "dA2", "missing-activation-derivative", "dZ2"),
    Planted(
        "network_tuples",
        "(1 - np.tanh(Z1) ** 2)",
        "(1 - Z1 ** 2)",
        "derivative-at-activation",
        "dZ1",
    ),
    Planted(
        "network_tuples", "dZ1.sum(axis=1).reshape(-1, 1)", "dZ1.sum(axis=1)", "rank-1-array", "db1"
    ),
    Planted(
        "network_keys",
        "dz1[z1 <= 0] = 0",
        "dz1 = dz1 * a1 * (1 - a1)",
        "other-activation-derivative",
        "dZ1",
    ),
    Planted("network_keys", "dz1[z1 <= 0] = 0", "pass", "missing-activation-derivative", "dZ1"),
    Planted("network_keys", "dz2 = (a2 - y) / m", "dz2 = a2 - y", "missing-mean", "dW2"),
    Planted("network_keys", "a1 = relu(z1)", "a1 = z1", "forward-wrong", "A1"),
    Planted("network_rows", "A1 * (1 - A1)", "(1 - A1 ** 2)", "other-activation-derivative", "dZ1"),
    Planted(
        "network_rows", "np.sum(dZ1, axis=0, keepdims=True)", "np.sum(dZ1)", "bias-axis", "db1"
    ),
    Planted("network_rows", "dZ2 = A2 - y", "dZ2 = y - A2", "sign", "dZ2"),
    Planted("logistic_split", "dz = a - y", "dz = y - a", "sign", "dZ"),
    Planted("logistic_split", "w = w - alpha * dw", "w = w + alpha * dw", "update-sign", "w"),
    Planted(
        "logistic_split", "dw = np.dot(x, dz.T) / m", "dw = np.dot(x, dz.T)", "missing-mean", "dw"
    ),
    Planted("logistic_list", "dw = dw / m", "pass", "missing-mean", "dw"),
    Planted("logistic_list", "dz = a - Y[0, i]", "dz = Y[0, i] - a", "sign", "dZ"),
    Planted("logistic_rows", "err = f - y", "err = y - f", "sign", "dZ"),
    Planted("logistic_rows", "dj_dw = X.T @ err / m", "dj_dw = X.T @ err", "missing-mean", "dw"),
    Planted("logistic_rows", ">= 0.5", ">= 0.1", "predict-wrong", "predict"),
    Planted("linear_course", "dZ = Y_hat - Y", "dZ = 2 * (Y_hat - Y)", "wrong-scale", "dYhat"),
    Planted("linear_course", "** 2) / (2 * m)", "** 2) / 2 * m", "wrong-scale", "J"),
    Planted("linear_course", "** 2) / (2 * m)", "** 2) / m", "cost-scale", "J"),
    Planted("linear_course", "np.dot(X, dZ.T) / m", "np.dot(X, dZ.T)", "missing-mean", "dw"),
    Planted("linear_course", "np.dot(X, dZ.T) / m", "np.dot(X, Y.T) / m", "wrong-operand", "dw"),
    Planted("linear_neuron", "dZ = Y_hat - Y", "dZ = Y - Y_hat", "sign", "dYhat"),
    Planted(
        "linear_neuron",
        '- learning_rate * grads["dW"]',
        '+ learning_rate * grads["dW"]',
        "update-sign",
        "optimise",
    ),
    Planted("linear_neuron", "np.matmul(W, X) + b", "np.matmul(W, X)", "forward-wrong", "Yhat"),
    Planted(
        "linear_rows", "dj_dw[j] += err * X[i, j]", "dj_dw[j] += err", "missing-input-factor", "dw"
    ),
    Planted("linear_rows", "dj_dw / m, dj_db / m", "dj_dw / m, dj_db", "missing-mean", "db"),
)


# training whose gradient is inside it, read from its steps
INSIDE = (
    Planted("class_logistic", "dw = (1 / n_samples) * ", "dw = ", "missing-mean", "dw"),
    Planted("class_logistic", "(y_predicted - y))\n", "y_predicted)\n", "wrong-operand", "dw"),
    Planted("class_logistic", "np.sum(y_predicted - y)", "np.sum(y - y_predicted)", "sign", "db"),
    Planted("class_logistic", "-= self.lr", "+= self.lr", "update-sign", "dZ"),
    Planted("class_logistic", "if i > 0.5", "if i > 0.999", "predict-wrong", "predict"),
    Planted("class_logistic", "self.weights -= self.lr * dw", "pass", "update-rule", "dw"),
    Planted("class_logistic", "dw = (1 / n_samples)", "dw = boom", "crashed", "dw"),
    Planted("class_linear", "/ m\n", "* 2 / m\n", "wrong-scale", "dw"),
    Planted(
        "class_linear",
        "self.lr * err",
        "self.lr * len(self.b + self.X) * err",
        "missing-mean",
        "db",
    ),
    Planted(
        "class_linear",
        "self.b = self.b -",
        "err = self.X @ self.W + self.b - self.y\n            self.b = self.b -",
        "stale-order",
        "db",
    ),
    Planted("class_linear", "return X @ self.W + self.b", "return boom", "crashed", "predict"),
    Planted("class_linear", "range(self.epochs)", "range(0)", "update-rule", "db"),
    Planted(
        "class_network", " * self.A1 * (1 - self.A1)", "", "missing-activation-derivative", "dZ1"
    ),
    Planted("logistic_course", "b = b - learning_rate * db", "b = b", "update-rule", "optimise"),
    Planted(
        "logistic_course", "w = w - learning_rate * dw", "w = w - dw", "update-rule", "optimise"
    ),
    Planted("logistic_course", "(1-Y)*np.log(1-A)", "(1-Y)*np.log(A)", "wrong-operand", "J"),
    # styles that public code has beside the course's
    Planted(
        "network_layers",
        "(1 - below ** 2)",
        "(below * (1 - below))",
        "other-activation-derivative",
        "dZ1",
    ),
    Planted("network_cost_cache", "(Z1 > 0, dA1, 0)", "(Z1 > 0, A1, 0)", "unexplained", "dZ1"),
    Planted(
        "network_cost_cache",
        "dZ1 = np.where(Z1 > 0, dA1, 0)",
        "dZ1 = dA1",
        "missing-activation-derivative",
        "dZ1",
    ),
    Planted("network_cost_cache", "+ (1 - Y) * np", "- (1 - Y) * np", "cost-sign", "J"),
    Planted("network_nested_cache", "dZ2 = AL - Y", "dZ2 = Y - AL", "sign", "dZ2"),
    Planted(
        "network_nested_cache",
        "np.dot(dZ1, A0.T) / m",
        "np.dot(dZ1, A0.T)",
        "missing-mean",
        "dW1",
    ),
    Planted("logistic_theta", "(X.T @ (h - y)) / len(y)", "X.T @ (h - y)", "missing-mean", "dw"),
    Planted("linear_mean_squares", "dw = -2 / n", "dw = 2 / n", "sign", "dw"),
    Planted("logistic_theta", "(h - y)) / len(y)", "(y - h)) / len(y)", "sign", "dw"),
    Planted("network_cost_cache", "np.dot(dZ2, A1.T)", "np.dot(dZ2, Z1.T)", "wrong-operand", "dW2"),
    Planted("network_cost_cache", "dZ2 = A2 - Y", "dZ2 = Y - A2", "sign", "dZ2"),
    Planted(
        "network_cost_cache", "np.dot(dZ1, X.T) / m", "np.dot(dZ1, X.T)", "missing-mean", "dW1"
    ),
    Planted("logistic_neuron", "np.sum(dZ, axis=1", "-np.sum(dZ, axis=1", "sign", "db"),
    Planted("logistic_neuron", "np.matmul(dZ, X.T)", "np.matmul(A, X.T)", "wrong-operand", "dw"),
    Planted("logistic_neuron", "dZ = A - Y", "dZ = A", "wrong-operand", "dZ"),
    Planted("logistic_neuron", "> 0.5", "< 0.5", "predict-wrong", "predict"),
    Planted("logistic_neuron", ' + parameters["b"]', "", "forward-wrong", "Z"),
    Planted("logistic_neuron", "1 / Y.shape[1] * np.sum", "np.sum", "missing-mean", "J"),
    Planted("network_nested_cache", "* (Z1 > 0)", "* Z1", "unexplained", "dZ1"),
    Planted("network_layers", '["A2"] - Y', '["A2"]', "wrong-operand", "dZ2"),
    Planted("logistic_theta", "theta - alpha", "theta + alpha", "update-sign", "optimise"),
    Planted("logistic_theta", ">= 0.5", "< 0.5", "predict-wrong", "predict"),
    Planted("class_network", "dZ1.mean(axis=1, keepdims=True)", "dZ1.mean()", "bias-axis", "db1"),
    Planted("class_network", "dZ2 = self.A2 - Y", "dZ2 = self.A2", "wrong-operand", "dZ2"),
    Planted("model_function", "X @ (a - Y).T / m", "X @ (a - Y).T", "missing-mean", "dw"),
    Planted(
        "model_function", "w - learning_rate * dw", "w + learning_rate * dw", "update-sign", "dw"
    ),
    Planted("model_function", "b = 0.0", "b = boom", "crashed", "dw"),
)


@pytest.mark.parametrize(
    "planted", PLANTED + INSIDE, ids=lambda p: f"{p.style}-{p.code}-{p.quantity}"
)
def test_a_planted_mistake_is_the_only_fault_found_under_its_own_code(
    planted: Planted, judge: Judge
) -> None:
    """One slip is blamed once, with its code and at its quantity."""
    text = (RIGHT / f"{planted.style}.txt").read_text()
    assert text.count(planted.old) >= 1
    result = judge(text.replace(planted.old, planted.new))
    assert result.verdict == "wrong"
    assert [(f.code, f.quantity) for f in result.faults] == [(planted.code, planted.quantity)]


@pytest.mark.parametrize("file", sorted(RIGHT.iterdir()), ids=lambda file: file.stem)
def test_right_code_is_correct_in_any_style(file: Path, judge: Judge) -> None:
    """No style of the course or of its readers is taken for a mistake."""
    result = judge(file.read_text())
    assert (result.verdict, result.faults, result.score) == ("correct", (), 1.0)


def test_more_mistakes_are_planted_than_styles_pass() -> None:
    """A checker is measured by what it refuses."""
    assert len(PLANTED + INSIDE) > 5 * len(list(RIGHT.iterdir()))


def test_most_faults_are_placed_at_the_line_that_was_changed(judge: Judge) -> None:
    """Where a line is missing, or computes several things, the message may stand beside it."""
    placed, some = 0, PLANTED[::4]  # each is judged above; twice would be slow
    for planted in some:
        right = (RIGHT / f"{planted.style}.txt").read_text()
        text = right.replace(planted.old, planted.new)
        lines = zip(right.splitlines(), text.splitlines(), strict=False)
        changed = next(n for n, (one, other) in enumerate(lines, 1) if one != other)
        placed += judge(text).faults[0].where.line == changed
    assert placed >= 0.8 * len(some)
