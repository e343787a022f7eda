"""More styles of public code: right code is correct, and a mistake in it is wrong."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gradcheck.submissions import Submission

Judge = Callable[..., Submission]

OWN_COUNT = """
import numpy as np
import pandas as pd

table = pd.read_csv("houses.csv")
X = table.iloc[:, :2].values
y = table.iloc[:, 2:].values
m = len(X)

def cost(X, y, theta):
    return np.sum((X @ theta - y) ** 2) / (2 * m)

def descend(X, y, theta, alpha, num_itr):
    for _ in range(num_itr):
        theta = theta - alpha / m * X.T @ (X @ theta - y)
    return theta
"""

OWN_ARRAYS = """
import numpy as np

X = np.array([[1.0, 2.0], [1.0, 3.0], [1.0, 5.0]])
y = np.array([[1.0], [2.0], [4.0]])
m, n = X.shape

def miss(X, y, theta):
    return X.dot(theta) - y

def cost(X, y, theta):
    return (miss(X, y, theta) ** 2).sum() / (2 * m)

def gradient(X, y, theta):
    return X.T.dot(miss(X, y, theta)) / m
"""

NEURON = """
import numpy as np

class Neuron:
    def __init__(self, nx):
        self.W = np.random.normal(size=(1, nx))
        self.b = 0
        self.A = 0

    def forward_prop(self, X):
        self.A = 1 / (1 + np.exp(-(self.W @ X + self.b)))
        return self.A

    def gradient_descent(self, X, Y, A, alpha=0.05):
        m = Y.shape[1]
        dz = A - Y
        self.W = self.W - alpha * (dz @ X.T) / m
        self.b = self.b - alpha * np.sum(dz) / m

    def train(self, X, Y, iterations=5000, alpha=0.05):
        for _ in range(iterations):
            self.forward_prop(X)
            self.gradient_descent(X, Y, self.A, alpha)
        return (self.forward_prop(X) >= 0.5).astype(int)
"""

KEPT_APART = """
import numpy as np

def model(X_train, Y_train, X_test, Y_test, num_iterations=2000, learning_rate=0.5):
    w = np.zeros((X_train.shape[0], 1))
    b = 0.0
    m = X_train.shape[1]
    def f(X):
        return 1 / (1 + np.exp(-(w.T @ X + b)))
    for _ in range(num_iterations):
        diff = f(X_train) - Y_train
        w, b = w - learning_rate / m * X_train @ diff.T, b - learning_rate * diff.mean()
    return {"w": w, "b": b, "Y_prediction_train": np.round(f(X_train)),
            "Y_prediction_test": np.round(f(X_test))}
"""

LETTERS = """
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def train(X, Y, hidden, lr, n_iter):
    m = X.shape[1]
    V = np.random.randn(hidden, X.shape[0]) * 0.5
    c = np.zeros((hidden, 1))
    u = np.random.randn(1, hidden) * 0.5
    d = 0
    for t in range(n_iter):
        H = sigmoid(np.dot(V, X) + c)
        E = sigmoid(np.dot(u, H) + d) - Y
        B = np.dot(u.T, E) * H * (1 - H)
        u, d = u - lr * np.dot(E, H.T) / m, d - lr * np.sum(E) / m
        V, c = V - lr * np.dot(B, X.T) / m, c - lr * B.mean(axis=1, keepdims=True)
    return V, c, u, d
"""

BY_ATTRIBUTES = """
import numpy as np

class NeuralNetwork:
    def __init__(self, n_in, n_hidden, n_out=1, seed=0):
        r = np.random.RandomState(seed)
        self.W1 = r.randn(n_in, n_hidden) / np.sqrt(n_in)
        self.b1 = np.zeros(n_hidden)
        self.W2 = r.randn(n_hidden, n_out) / np.sqrt(n_hidden)
        self.b2 = np.zeros(n_out)

    def forward(self, X):
        self.z1 = X @ self.W1 + self.b1
        self.a1 = np.maximum(0, self.z1)
        self.a2 = 1 / (1 + np.exp(-(self.a1 @ self.W2 + self.b2)))

    def backward(self, X, y):
        delta2 = (self.a2 - y) / X.shape[0]
        delta1 = (delta2 @ self.W2.T) * (self.z1 > 0)
        self.dW2, self.db2 = self.a1.T @ delta2, delta2.sum(0)
        self.dW1, self.db1 = X.T @ delta1, delta1.sum(0)

    def train(self, X, y, lr=0.5, epochs=1000):
        for _ in range(epochs):
            self.forward(X)
            self.backward(X, y)
            for name in ("W1", "b1", "W2", "b2"):
                setattr(self, name, getattr(self, name) - lr * getattr(self, "d" + name))
"""

FLAT_OUTPUT = """
import numpy as np

class MLP:
    def __init__(self, hidden=5, alpha=0.1, max_iter=200):
        self.hidden, self.alpha, self.max_iter = hidden, alpha, max_iter

    def fit(self, X, y):
        rs = np.random.RandomState(0)
        n, d = X.shape
        self.W1_ = rs.normal(0, 0.1, (d, self.hidden))
        self.b1_ = np.zeros(self.hidden)
        self.W2_ = rs.normal(0, 0.1, self.hidden)
        self.b2_ = 0.0
        for _ in range(self.max_iter):
            h = np.tanh(X @ self.W1_ + self.b1_)
            p = 1 / (1 + np.exp(-(h @ self.W2_ + self.b2_)))
            g = (p - y) / n
            gh = np.outer(g, self.W2_) * (1 - h ** 2)
            self.W2_ = self.W2_ - self.alpha * h.T @ g
            self.b2_ = self.b2_ - self.alpha * g.sum()
            self.W1_ = self.W1_ - self.alpha * X.T @ gh
            self.b1_ = self.b1_ - self.alpha * gh.sum(axis=0)
"""

SPLIT = """
import numpy as np

class Regressor:
    def __init__(self, rate=0.05, rounds=100, seed=1):
        self.rate, self.rounds, self.seed = rate, rounds, seed

    def fit(self, X, y):
        rs = np.random.RandomState(self.seed)
        self.w_ = rs.normal(0, 0.01, 1 + X.shape[1])
        self.cost_ = []
        for _ in range(self.rounds):
            p = 1 / (1 + np.exp(-self.score(X)))
            miss = y - p
            self.w_[1:] += self.rate * X.T.dot(miss)
            self.w_[0] += self.rate * miss.sum()
            self.cost_.append(-y.dot(np.log(p)) - (1 - y).dot(np.log(1 - p)))

    def score(self, X):
        return np.dot(X, self.w_[1:]) + self.w_[0]

    def predict(self, X):
        return np.where(self.score(X) >= 0, 1, -1)
"""

ONE_STEP = """
import numpy as np

class Net:
    def __init__(self, nx, nodes):
        self.__W1 = np.random.randn(nodes, nx)
        self.__b1 = np.zeros((nodes, 1))
        self.__W2 = np.random.randn(1, nodes)
        self.__b2 = 0

    def forward_prop(self, X):
        self.__A1 = 1 / (1 + np.exp(-(self.__W1 @ X + self.__b1)))
        self.__A2 = 1 / (1 + np.exp(-(self.__W2 @ self.__A1 + self.__b2)))
        return self.__A1, self.__A2

    def gradient_descent(self, X, Y, A1, A2, alpha=0.05):
        m = X.shape[1]
        dz2 = A2 - Y
        dz1 = self.__W2.T @ dz2 * A1 * (1 - A1)
        self.__W2 = self.__W2 - alpha * dz2 @ A1.T / m
        self.__b2 = self.__b2 - alpha * dz2.sum(axis=1, keepdims=True) / m
        self.__W1 = self.__W1 - alpha * dz1 @ X.T / m
        self.__b1 = self.__b1 - alpha * dz1.sum(axis=1, keepdims=True) / m
"""

BY_EXAMPLE = """
import numpy as np

def step(w, b, x, y, alpha):
    a = 1 / (1 + np.exp(-(np.dot(w, x) + b)))
    slope = a - y
    return w - alpha * slope * x, b - alpha * slope

def fit(X, y, alpha=0.01, epochs=30):
    w = np.zeros(X.shape[1])
    b = 0.0
    for e in range(epochs):
        for x_i, y_i in zip(X, y):
            w, b = step(w, b, x_i, y_i, alpha)
    return w, b
"""

WITH_COST = (
    ONE_STEP
    + """
    def cost(self, Y, A):
        return -(Y * np.log(A) + (1 - Y) * np.log(1.0000001 - A)).mean()
"""
)

RIGHT = {
    "a cost that no training calls": WITH_COST,
    "a step from activations that are given": ONE_STEP,
    "a step for one example beside the training": BY_EXAMPLE,
    "a count of data that are read": OWN_COUNT,
    "a count of arrays, read by a function beside": OWN_ARRAYS,
    "a class with a row of weights": NEURON,
    "examples that are kept apart": KEPT_APART,
    "letters for the parameters": LETTERS,
    "an unknown name for the hidden size": LETTERS.replace("hidden", "width"),
    "parameters by their attributes": BY_ATTRIBUTES,
    "an output of one number for each": FLAT_OUTPUT,
    "the bias as the first weight, and sums": SPLIT,
    "rounds that are counted by another name": OWN_COUNT.replace("num_itr", "n_itr"),
}

WRONG = [
    (WITH_COST, " + (1 - Y) * np.log(1.0000001 - A)", ""),
    (ONE_STEP, "A1 * (1 - A1)", "(1 - A1 ** 2)"),
    (ONE_STEP, "A2 - Y", "Y - A2"),
    (ONE_STEP, "dz1 @ X.T / m", "dz1 @ X.T"),
    (BY_EXAMPLE, "a - y", "y - a"),
    (BY_EXAMPLE, "a - y", "a + y"),
    (BY_EXAMPLE, "a - y", "(a - y) * a * (1 - a)"),
    (OWN_COUNT, "len(X)", "X.shape[1]"),
    (OWN_COUNT, "(2 * m)", "m"),
    (OWN_COUNT, "theta - alpha / m", "theta + alpha / m"),
    (OWN_COUNT, "m = len(X)", ""),
    (OWN_ARRAYS, "m, n = X.shape", "n, m = X.shape"),
    (OWN_ARRAYS, "theta)) / m", "theta)) / n"),
    (OWN_ARRAYS, "theta)) / m", "theta))"),
    (NEURON, "dz = A - Y", "dz = Y - A"),
    (NEURON, "np.sum(dz) / m", "np.sum(dz)"),
    (NEURON, "            self.forward_prop(X)\n", ""),
    (KEPT_APART, "np.round(f(X_test))", "np.round(f(X_train))"),
    (KEPT_APART, "m = X_train.shape[1]", "m = X_test.shape[1]"),
    (KEPT_APART, "b - learning_rate", "b + learning_rate"),
    (LETTERS, "H * (1 - H)", "(1 - H * H)"),
    (LETTERS, "np.dot(E, H.T) / m", "np.dot(E, H.T)"),
    (LETTERS, "V - lr", "V + lr"),
    (BY_ATTRIBUTES, "(self.z1 > 0)", "(self.z1 < 0)"),
    (BY_ATTRIBUTES, "/ X.shape[0]", "/ X.shape[1]"),
    (BY_ATTRIBUTES, "delta1.sum(0)", "delta1.sum()"),
    (FLAT_OUTPUT, "1 - h ** 2", "1 - h"),
    (FLAT_OUTPUT, "(p - y) / n", "(p - y) / d"),
    (FLAT_OUTPUT, "- self.alpha * g.sum()", "+ self.alpha * g.sum()"),
    (SPLIT, "miss.sum()", "miss.mean()"),
    (SPLIT, "X.T.dot(miss)", "-X.T.dot(miss)"),
    (SPLIT, ">= 0, 1, -1", ">= 0, -1, 1"),
    (SPLIT, "self.w_[1:]) + self.w_[0]", "self.w_[1:] + self.w_[0])"),
]


@pytest.mark.parametrize("text", RIGHT.values(), ids=RIGHT)
def test_right_code_is_correct_in_further_styles(judge: Judge, text: str) -> None:
    """However its counts, its parameters and its data are called."""
    assert judge(text).verdict == "correct"


@pytest.mark.parametrize(("text", "right", "slip"), WRONG)
def test_a_mistake_is_found_in_further_styles(
    judge: Judge, text: str, right: str, slip: str
) -> None:
    """What is read is judged: no style hides a mistake."""
    assert judge(text.replace(right, slip)).verdict == "wrong"


def test_another_forward_pass_than_the_models_leaves_its_step_open(judge: Judge) -> None:
    """The step is fed with the model's activations: those of another pass say nothing."""
    slip = ONE_STEP.replace("X + self.__b1", "X - self.__b1").replace("np.zeros", "np.ones")
    assert judge(slip).verdict == "undecided"


@pytest.mark.parametrize(("right", "slip"), [(").mean()", ").sum()"), (" + (1 - Y)", " - (1 - Y)")])
def test_another_cost_of_a_class_is_left_open(judge: Judge, right: str, slip: str) -> None:
    """No training calls it: it may be meant, but it is not called right."""
    assert judge(WITH_COST.replace(right, slip)).verdict == "undecided"


def test_what_is_planted_is_there() -> None:
    """Each mistake changes its text, or its test would say nothing."""
    assert all(text.count(right) == 1 for text, right, _ in WRONG)
