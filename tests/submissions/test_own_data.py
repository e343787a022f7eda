"""What a script shows of its own data: counts written out, shapes that do not fit."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gradcheck.submissions import Submission

Judge = Callable[..., Submission]

DRAWN = "(np.random.rand(1, 50) > 0.5) * 1"
COLUMNS = """\
import numpy as np
np.random.seed(0)
X = np.random.randn(2, 50)
Y = (np.random.rand(1, 50) > 0.5) * 1
w = np.zeros((2, 1))
b = 0.0
m = X.shape[1]
for i in range(100):
    A = 1 / (1 + np.exp(-(np.dot(w.T, X) + b)))
    dw = np.dot(X, (A - Y).T) / m
    db = np.sum(A - Y) / m
    w = w - 0.1 * dw
    b = b - 0.1 * db
"""
ROWS = """\
import numpy as np
X = np.array([[0.0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1], [1, 2, 3]])
y = np.array([[0], [1], [1], [0], [1]])
m = 5
w = np.zeros((3, 1))
b = 0.0
for i in range(100):
    a = 1 / (1 + np.exp(-(X @ w + b)))
    dw = X.T @ (a - y) / m
    db = np.sum(a - y) / m
    w = w - 0.1 * dw
    b = b - 0.1 * db
"""

COUNTED = COLUMNS.replace(f"Y = {DRAWN}", "Y = np.zeros((1, 10))").replace("X.shape[1]", "10")
COUNTED = COUNTED.replace("(2, 50)", "(2, 10)")
UNSEEN = COUNTED.replace("np.random.randn(2, 10)", "np.load('x.npy')")

# Ten labels, in which a list or a pair stands that is not their shape.
UNTOLD = (
    "Y = np.concatenate([np.zeros((1, 5)), np.ones((1, 5))], axis=1)",
    "Y = np.tile(np.array([[0, 1]]), 5)",
    "Y = np.append(np.array([[0, 1, 1]]), np.ones((1, 7)), axis=1)",
    "Y = (np.arange(10) > np.array([3, 4]).mean()).reshape(1, -1) * 1",
    "Y = np.zeros((1, 10)); Y[0, 2:5] = np.array([1, 1, 1])",
    "Y = np.array([[0, 1] * 5])",
    "Y = np.array([[0, 1, 0, 1, 1]] * 2).reshape(1, 10)",
    "Y = np.array([[0, 1], [1, 0], [1, 1], [0, 0], [0, 1]]).reshape(1, -1)",
    "Y = np.hstack(([[0, 1, 1]], np.ones((1, 7))))",
    "Y = [0, 1, 1]; Y += [0] * 7; Y = np.array([Y])",
    "Y = np.ones(4); Y.resize((1, 10), refcheck=False)",
    "Y = np.repeat([[0, 1]], 5, axis=1)",
    "Y, Z = np.ones((1, 10)), np.zeros((1, 3))",
)

# Labels that are not ten, in every form in which their number is told.
TOLD = (
    "np.array([[0, 1, 1]])",
    "[[0, 1, 1]]",
    "np.array([0, 1, 1]).reshape(1, -1)",
    "np.array([[0], [1], [1]], dtype=float).T",
    "np.ones((3, 1)).transpose().copy()",
    "np.random.randint(0, 2, (1, 7)) * 1.0",
    "np.random.randint(2, size=(1, 7))",
    "(np.random.rand(7) > 0.5).astype(int).reshape((1, 7))",
    "np.full((1, 4), 1)",
)

# Data that a statement changes without setting a name.
CHANGED = (
    "X, Y = [], []\nfor i in range(20):\n    X.append([i % 3, i % 5])\n    Y.append([i % 2])\n"
    "X = np.array(X).T\nY = np.array(Y).T",
    "rows = []\nfor i in range(20):\n    rows.append([i % 3, i % 5])\nX = np.array(rows).T\n"
    "Y = (np.arange(20) % 2).reshape(1, 20)",
    "rows = []\nrows.append([1.0, 2, 3])\nrows.append([0.5, 2, 1])\nX = np.array(rows)\n"
    "Y = np.array([[0, 1, 1]])",
    "X = np.random.randn(2, 5)\nY = np.arange(5) % 2\nY = Y.astype(float)\nY.resize((1, 5))",
    "X = np.random.randn(10)\nX.shape = (2, 5)\nY = np.ones((1, 5))",
    "X = np.random.randn(2, 5)\nY = {0: np.ones((2, 2))}\nY[0] = np.ones((1, 5))\nY = Y[0]",
    "X = np.random.randn(10)\nif X.ndim == 1:\n    X.resize((2, 5))\nY = np.ones((1, 5))",
)

RIGHT = (
    (COLUMNS, "", ""),
    (COLUMNS, "m = X.shape[1]", "m = 50"),
    (ROWS, "", ""),
    (ROWS, "m = 5", "m = 5.0"),
    (ROWS, "m = 5", "m = len(y)"),
    (ROWS, "m = 5", "y = y[:4]\nX = X[:4]\nm = 4"),  # nothing says how many are left
    (ROWS, "y = np.array([[0], [1], [1], [0], [1]])", "y = np.loadtxt('labels.csv')"),
    (
        ROWS,
        "y = np.array([[0], [1], [1], [0], [1]])",
        "y = np.array([0, 1, 1, 0, 1]).reshape(5, 1)",
    ),
    (ROWS, "y = np.array([[0], [1], [1], [0], [1]])", "y = np.array([[0, 1, 1, 0, 1]])\ny = y.T"),
    (COLUMNS, "X = np.random.randn(2, 50)", "X = np.load('x.npy')"),  # it may have any shape
    (COLUMNS, "X = np.random.randn(2, 50)", "import h5py\nX = np.array(h5py.File('x')['x'][:])"),
    (COLUMNS, "w = np.zeros((2, 1))", "w = np.random.randn(X.shape[0], 1) * 0.01"),
    *((COUNTED, "Y = np.zeros((1, 10))", y) for y in UNTOLD),
    *((COLUMNS, f"X = np.random.randn(2, 50)\nY = {DRAWN}", made) for made in CHANGED),
)

# A script, a mistake in it, its code and its line.
WRONG = (
    (ROWS, "m = 5", "m = 4", "wrong-count", 4),
    (ROWS, "m = 5", "m = 3", "wrong-count", 4),
    (ROWS, "m = 5", "m = 10", "wrong-count", 4),
    (ROWS, "m = 5", "m = 4.0", "wrong-count", 4),
    (ROWS, "m = 5", "\nm = 6", "wrong-count", 5),
    (COLUMNS, "m = X.shape[1]", "m = 20", "wrong-count", 7),
    *((UNSEEN, "Y = np.zeros((1, 10))", f"Y = {y}", "wrong-count", 7) for y in TOLD),
    (COLUMNS, "w.T, X", "w, X", "crashed", 9),
    (COLUMNS, "zeros((2, 1))", "zeros((3, 1))", "crashed", 9),
    (COLUMNS, "zeros((2, 1))", "zeros((1, 2))", "crashed", 9),
    (COLUMNS, "w = np.zeros((2, 1))", "print(X.mean()); w = np.zeros((3, 1))", "crashed", 9),
    (COLUMNS, "rand(1, 50)", "rand(1, 40)", "crashed", 10),
    (COLUMNS, "randn(2, 50)", "randn(50, 2)", "crashed", 9),
    (ROWS, "X @ w", "X @ w.T", "crashed", 8),
    (ROWS, "zeros((3, 1))", "zeros((2, 1))", "crashed", 8),
    (ROWS, "X.T @ (a - y)", "X @ (a - y)", "crashed", 9),
)


@pytest.mark.parametrize(("text", "old", "new"), RIGHT)
def test_what_a_right_script_writes_out_is_no_fault(
    judge: Judge, text: str, old: str, new: str
) -> None:
    """A count that fits its labels is right, and so is what nothing in the text contradicts."""
    assert old in text
    assert judge(text.replace(old, new, 1)).faults == ()


@pytest.mark.parametrize(("text", "old", "new", "code", "line"), WRONG)
def test_a_script_that_does_not_fit_its_own_data_is_wrong(
    judge: Judge, text: str, old: str, new: str, code: str, line: int
) -> None:
    """The text of a script shows how many examples it has, and what it is run on."""
    assert old in text
    result = judge(text.replace(old, new, 1))
    assert result.verdict == "wrong"
    assert (code, line) in {(f.code, f.where.line) for f in result.faults}, result.faults
