"""What is wrong whatever it was written for, and what is asked for: neither is excused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from gradcheck.submissions import Submission
from gradcheck.submissions.reading.counts import counts_of
from gradcheck.submissions.reading.files import read_bytes

Judge = Callable[..., Submission]
VARIANTS = Path(__file__).parent / "variants"
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


GENERATORS = (
    ("np.random.default_rng(0)", "rng.normal()"),
    ("np.random.RandomState(seed=1)", "rng.randn()"),
    ("random.Random(2)", "rng.gauss(0, 1)"),
)
DRAWN = (
    PROPAGATE
    + """
def initialize_parameters(dim):
    return {draw} * np.zeros((dim, 1)), 0.0
"""
)


@pytest.mark.parametrize(("made", "draw"), GENERATORS)
def test_a_generator_of_the_module_may_draw_the_start(judge: Judge, made: str, draw: str) -> None:
    """It is a constant of the module, like a seed."""
    before = f"import random\nrng = {made}"
    result = judge(DRAWN.format(before=before, inside="", draw=draw))
    assert (result.verdict, result.faults) == ("correct", ())


@pytest.mark.parametrize(("made", "draw"), GENERATORS)
def test_a_generator_of_the_module_may_draw_nothing_else(
    judge: Judge, made: str, draw: str
) -> None:
    """A gradient that draws is none."""
    before = f"import random\nrng = {made}"
    result = judge(PROPAGATE.format(before=before, inside=f"dw = dw + {draw}"))
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
