"""Classes, functions and scripts whose gradient only their steps show: (θ − θ′)/α."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from html import unescape
from pathlib import Path

import numpy as np
import pytest

from gradcheck.submissions import Report, Submission
from gradcheck.submissions.counterexamples.calls import place
from gradcheck.submissions.counterexamples.written import counterexample_test, write_tests
from gradcheck.submissions.results import Counterexample, Training
from reports.counterexamples import called, lines
from reports.notebook import as_html
from reports.pages.student import student_page
from reports.validation import as_text

Judge = Callable[..., Submission]
Planted = tuple[str, str, str, str]  # right code, right part, wrong part, quantity
Found = Callable[[Planted], Counterexample]

ROWS = """
import numpy as np
class Logistic:
    def __init__(self, lr=0.1, n_iters=100):
        self.lr, self.n_iters = lr, n_iters
    def fit(self, X, y):
        m, n = X.shape
        self.weights, self.bias = np.zeros(n), 0.0
        for _ in range(self.n_iters):
            a = 1 / (1 + np.exp(-(X @ self.weights + self.bias)))
            dw = X.T @ (a - y) / m
            db = np.mean(a - y)
            self.weights = self.weights - self.lr * dw
            self.bias = self.bias - self.lr * db
    def predict(self, X):
        return (X @ self.weights + self.bias > 0).astype(int)
"""
THETA = """
import numpy as np
class LogisticRegression:
    def __init__(self, lr=0.01, num_iter=100000):
        self.lr = lr
        self.num_iter = num_iter
    def __sigmoid(self, z):
        return 1 / (1 + np.exp(-z))
    def fit(self, X, y):
        X = np.concatenate((np.ones((X.shape[0], 1)), X), axis=1)
        self.theta = np.zeros(X.shape[1])
        for i in range(self.num_iter):
            h = self.__sigmoid(np.dot(X, self.theta))
            gradient = np.dot(X.T, (h - y)) / y.size
            self.theta -= self.lr * gradient
    def predict(self, X):
        X = np.concatenate((np.ones((X.shape[0], 1)), X), axis=1)
        return self.__sigmoid(np.dot(X, self.theta)) >= 0.5
"""
LITERAL = """
import numpy as np
class Logistic:
    def fit(self, X, y):
        m, n = X.shape
        self.params = {"w": np.zeros(n), "b": 0.0}
        for _ in range(1000):
            a = 1 / (1 + np.exp(-(X @ self.params["w"] + self.params["b"])))
            self.params["w"] = self.params["w"] - 0.05 * X.T @ (a - y) / m
            self.params["b"] = self.params["b"] - 0.05 * np.mean(a - y)
"""
NETWORK = """
import numpy as np
def train_network(X, Y, n_h, num_iterations, learning_rate):
    n_x, m = X.shape
    W1, b1 = np.random.randn(n_h, n_x), np.zeros((n_h, 1))
    W2, b2 = np.random.randn(Y.shape[0], n_h), np.zeros((Y.shape[0], 1))
    for _ in range(num_iterations):
        A1 = np.tanh(np.dot(W1, X) + b1)
        A2 = 1 / (1 + np.exp(-(np.dot(W2, A1) + b2)))
        dZ2 = A2 - Y
        dW2 = np.dot(dZ2, A1.T) / m
        db2 = np.sum(dZ2, axis=1, keepdims=True) / m
        dZ1 = np.dot(W2.T, dZ2) * (1 - A1 ** 2)
        dW1 = np.dot(dZ1, X.T) / m
        db1 = np.sum(dZ1, axis=1, keepdims=True) / m
        W1, b1 = W1 - learning_rate * dW1, b1 - learning_rate * db1
        W2, b2 = W2 - learning_rate * dW2, b2 - learning_rate * db2
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
"""
OPTIMIZE = """
import numpy as np
def optimize(w, b, X, Y, num_iterations, learning_rate):
    m = X.shape[1]
    for i in range(num_iterations):
        A = 1 / (1 + np.exp(-(np.dot(w.T, X) + b)))
        w = w - learning_rate * np.dot(X, (A - Y).T) / m
        b = b - learning_rate * np.mean(A - Y)
    return {"w": w, "b": b}
"""
SCRIPT = """
import numpy as np
import pandas as pd
X = np.array(pd.read_csv("scores.csv")).T
Y = np.array([[0, 1]])
m = X.shape[1]
w, b, alpha = np.zeros((X.shape[0], 1)), 0.0, 0.01
for i in range(100000):
    A = 1 / (1 + np.exp(-(np.dot(w.T, X) + b)))
    J = -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / m
    dw = np.dot(X, (A - Y).T) / m
    db = np.sum(A - Y) / m
    w = w - alpha * dw
    b = b - alpha * db
    if J < 0.01:
        break
"""
NAMELESS = """
import numpy as np
X, Y = np.random.rand(2, 30), np.random.randint(0, 2, (1, 30))
w, b = np.zeros((2, 1)), 0.0
for i in range(1000):
    A = 1 / (1 + np.exp(-(w.T @ X + b)))
    w = w - 0.1 * X @ (A - Y).T / Y.size
    b = b - 0.1 * np.mean(A - Y)
"""

# The right code, the right part of a line, a wrong one, and the quantity that shows it.
PLANTED = [
    (ROWS, "X.T @ (a - y) / m", "X.T @ (a - y)", "dw"),
    (ROWS, "X.T @ (a - y) / m", "X.T @ (y - a) / m", "dw"),
    (ROWS, "np.mean(a - y)", "2 * np.mean(a - y)", "db"),
    (ROWS, "+ self.bias)))", ")))", "dw"),
    (ROWS, "self.bias - self.lr * db", "self.bias", "b"),
    (ROWS, "self.weights - self.lr * dw", "self.weights", "w"),
    (ROWS, "> 0)", "< 0)", "predict"),
    (ROWS, "> 0)", "> -1)", "predict"),
    (THETA, "/ y.size", "/ y.size * 2", "dw"),
    (LITERAL, "X.T @ (a - y) / m", "X.T @ (a - y) / n", "dw"),
    (NETWORK, " * (1 - A1 ** 2)", "", "dW1"),
    (NETWORK, "dW2 = np.dot(dZ2, A1.T) / m", "dW2 = np.dot(dZ2, A1.T)", "dW2"),
    (NETWORK, "b1 - learning_rate * db1", "b1", "b1"),
    (OPTIMIZE, "np.dot(X, (A - Y).T) / m", "np.dot(X, (A - Y).T)", "dw"),
    (OPTIMIZE, "np.mean(A - Y)", "-np.mean(A - Y)", "db"),
    (SCRIPT, "dw = np.dot(X, (A - Y).T) / m", "dw = np.dot(X, (A - Y).T)", "dw"),
    (SCRIPT, "db = np.sum(A - Y)", "db = np.sum(A)", "db"),
    (SCRIPT, "(1 - Y) * np.log(1 - A)", "0", "J"),
    (NAMELESS, "np.mean(A - Y)", "np.mean(A)", "db"),
]


def wrong_text(planted: Planted) -> str:
    """Write the wrong line."""
    right, old, new, _ = planted
    assert old in right
    return right.replace(old, new, 1)


@pytest.fixture(scope="module")
def judged(judge: Judge) -> Callable[[Planted], Submission]:
    """Judge a planted fault, each once."""
    return cache(lambda planted: judge(wrong_text(planted)))


@pytest.fixture(scope="module")
def found_in(judged: Callable[[Planted], Submission]) -> Found:
    """Give the counterexample to a planted fault."""

    def found(planted: Planted) -> Counterexample:
        result = judged(planted).counterexample
        assert result is not None
        return result

    return found


@pytest.mark.parametrize("planted", PLANTED)
def test_a_step_shows_the_fault(found_in: Found, planted: Planted) -> None:
    """On few examples of small whole numbers, for the quantity that is wrong."""
    found = found_in(planted)
    assert found.quantity == planted[3]
    given = [found.inputs[name] for name in found.inputs if name in "XYy"]
    numbers = [float(number) for value in given for number in np.ravel(value)]
    assert len(numbers) <= 9
    assert all(number == int(number) and abs(number) <= 2 for number in numbers)
    assert found.computed != found.expected


def trains(found: Counterexample) -> Training:
    """Give the step of training of a counterexample."""
    assert found.training is not None
    return found.training


STEPPED = [planted for planted in PLANTED if planted[0] is not SCRIPT and planted[3] != "predict"]


@pytest.mark.parametrize("planted", STEPPED)
def test_a_gradient_is_the_step_divided_by_the_rate(found_in: Found, planted: Planted) -> None:
    """What is said to be computed follows from where the step began and where it led."""
    found = found_in(planted)
    step = trains(found)
    before, after = np.ravel(step.start[step.parameter]), np.ravel(step.after)
    shown = after if found.quantity == step.parameter else (before - after) / step.rate
    np.testing.assert_allclose(np.ravel(found.computed), shown, rtol=1e-12)


def test_a_class_starts_where_it_wants(found_in: Found) -> None:
    """Its own start is told, and how it is made and trained, for any number of steps."""
    found = found_in(PLANTED[0])
    step = trains(found)
    assert found.function == "Logistic.fit"
    assert found.call == "Logistic(lr=0.37, n_iters=steps).fit(X, y)"
    assert (step.made, step.place) == ("Logistic(lr=0.37, n_iters=steps)", ".weights")
    assert (step.start, step.steps, step.given, step.counts) == ({"w": [0], "b": 0}, 0, False, True)


def test_what_a_start_from_zeros_hides_shows_in_the_second_step(found_in: Found) -> None:
    """A bias that is left out of z is 0 before the first."""
    found = found_in(PLANTED[3])
    assert trains(found).steps == 1
    assert any(line.strip().startswith("after 1 step  w") for line in lines(found))


def test_a_loop_that_nobody_can_set_is_cut_short(found_in: Found) -> None:
    """Its rate is seen in its steps, and one step is taken of a thousand."""
    step = trains(found_in(PLANTED[9]))
    assert not step.counts
    assert step.rate == pytest.approx(0.05)
    assert step.place == ".params['w']"


def test_a_part_of_theta_has_its_place(found_in: Found) -> None:
    """The weights come after the bias."""
    assert trains(found_in(PLANTED[8])).place == ".theta[1:]"


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ((0, "dw"), "[0]['dw']"),
        (("w", (slice(None), -1)), "['w'][:, -1]"),
        (("w", slice(1, None)), "['w'][1:]"),
        ((), ""),
    ],
)
def test_a_place_is_written_as_python_has_it(keys: tuple[object, ...], text: str) -> None:
    """Keys, numbers and slices."""
    assert place(keys) == text


def test_the_nudge_says_whose_cost_it_moves(found_in: Found) -> None:
    """The model's where there is no cost of its own, its own where that is right."""
    model, own = (found_in(PLANTED[n]).nudge for n in (0, 15))
    assert model is not None
    assert own is not None
    assert (model.own_cost, own.own_cost) == (False, True)
    assert "the model's J moved by" in model.message
    assert "your J moved by" in own.message


TOLD = """\
smallest example for dw of Logistic.fit:
    fed with  X = [[0], [1]], y = [0, 0]
    starts at  w = [0], b = 0
    a step with α = 0.37 leads to w′ = [-0.185], so dw = (w − w′)/α
    computed  dw = [0.5]
    expected  dw = [0.25]
    w grew by 0.001, the model's J moved by +0.0002501: a slope of +0.2501; your dw says +0.5"""


def test_a_step_is_told_in_the_notation_of_the_course(judge: Judge) -> None:
    """Where it starts, where it leads, what that makes of dw."""
    text = ROWS.replace("X.T @ (a - y) / m", "2 * X.T @ (a - y) / m")
    found = judge(text).counterexample
    assert found is not None
    assert "\n".join(lines(found)) == TOLD


def test_a_script_has_no_name_to_be_called_by(found_in: Found) -> None:
    """It is told by its line."""
    assert next(lines(found_in(PLANTED[15]))) == "smallest example for dw of the loop at line 8:"
    assert called("loop_at_line") == "loop_at_line"


# ------------------------------------------------------------------------------ as a written test


@pytest.fixture(scope="module")
def before_and_after(
    outcomes: Callable[[Path], dict[str, str]],
    judged: Callable[[Planted], Submission],
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[dict[str, str], dict[str, str]]:
    """Run the test of every planted fault, then once more with each of them mended."""
    folder = tmp_path_factory.mktemp("class")
    results = []
    for number, planted in enumerate(PLANTED):
        file = folder / f"s{number}.py"
        file.write_text(wrong_text(planted), encoding="utf-8")
        results.append(replace(judged(planted), path=str(file)))
    assert len(list(write_tests(results, folder / "tests"))) == len(PLANTED)
    before = outcomes(folder / "tests")
    for number, (right, *_) in enumerate(PLANTED):  # a line above it moves the loop of a script
        (folder / f"s{number}.py").write_text(f"# mended\n{right}", encoding="utf-8")
    return before, outcomes(folder / "tests")


@pytest.mark.parametrize("number", range(len(PLANTED)))
def test_a_written_test_fails_until_the_fault_is_mended(
    number: int, before_and_after: tuple[dict[str, str], dict[str, str]]
) -> None:
    """The same test, before and after the line is changed."""
    before, after = before_and_after
    assert (before[f"s{number}"], after[f"s{number}"]) == ("FAILED", "PASSED")


def test_a_script_in_a_notebook_is_found_in_its_cell(judge: Judge) -> None:
    """The written test looks for the loop in the cell that it stood in."""
    result = judge(wrong_text(PLANTED[15]))
    found = result.counterexample
    assert found is not None
    assert found.loop is not None
    moved = replace(found, loop=replace(found.loop, cell=3))
    written = counterexample_test(replace(result, counterexample=moved), "a.ipynb")
    compile(written, "test.py", "exec")
    assert "\nCELL = 3\n" in written


@pytest.mark.parametrize("show", [as_text, as_html, lambda r: student_page(r.submissions[0])])
def test_a_step_is_told_on_every_page(
    judged: Callable[[Planted], Submission], show: Callable[[Report], str]
) -> None:
    """In the terminal, in a notebook and on the student's page."""
    shown = " ".join(unescape(show(Report(0, {}, (judged(PLANTED[0]),)))).split())
    assert "starts at w = [0], b = 0" in shown
    assert "so dw = (w − w′)/α" in shown


@pytest.mark.parametrize("hints", ["none", "brief"])
def test_fewer_hints_show_no_slope(judge: Judge, hints: str) -> None:
    """The step that was taken is the submission's own, what belongs there is not."""
    found = judge(wrong_text(PLANTED[0]), hints=hints).counterexample
    assert (found is None) == (hints == "none")
    assert found is None or (found.expected, found.nudge) == (None, None)
