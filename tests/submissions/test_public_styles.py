"""Styles that public code has and the course has not: each is read for what it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gradcheck.submissions import Submission

Judge = Callable[..., Submission]

RIDGE = """
import numpy as np

class Classifier:
    def __init__(self, alpha=0.1, num_iters=50, STRENGTH=0.2):
        self.alpha, self.num_iters, self.strength = alpha, num_iters, STRENGTH

    def fit(self, X, y):
        self.w, self.b = np.zeros(X.shape[1]), 0.0
        for _ in range(self.num_iters):
            error = 1 / (1 + np.exp(-(X @ self.w + self.b))) - y
            dw = (X.T @ error + self.strength * self.w) / len(y)
            db = error.mean()
            self.w = self.w - self.alpha * dw
            self.b = self.b - self.alpha * db
"""

OLD_SCIPY = """
import scipy as sp

def computeCost(X, y, theta):
    miss = sp.dot(X, theta) - y
    return sp.sum(miss ** 2) / (2 * sp.shape(X)[0])

def gradient(X, y, theta):
    return sp.dot(X.T, sp.dot(X, theta) - y) / sp.shape(X)[0]
"""

ABSENT_COST = """
import numpy as np
from computeCost import computeCost

def gradientDescent(X, y, theta, alpha, num_iters):
    history = np.zeros((num_iters, 1))
    for step in range(num_iters):
        theta = theta - alpha / len(y) * X.T.dot(X.dot(theta) - y)
        history[step] = computeCost(X, y, theta)
    return theta, history
"""

FLAT_LABELS = ABSENT_COST.replace("- y)", "- np.transpose([y]))")


@pytest.mark.parametrize("name", ["lambda_param", "lambdaValue", "l2_reg", "l2_lambda"])
def test_a_strength_of_regularisation_is_switched_off(judge: Judge, name: str) -> None:
    """Under any of its names: no model here has the term."""
    assert judge(RIDGE.replace("STRENGTH", name)).verdict == "correct"


def test_what_scipy_passed_on_of_numpy_is_put_back(judge: Judge) -> None:
    """Formulas are judged, not the version of a library."""
    assert judge(OLD_SCIPY).verdict == "correct"


@pytest.mark.parametrize("text", [ABSENT_COST, FLAT_LABELS])
def test_training_is_judged_where_the_file_with_the_cost_is_not_there(
    judge: Judge, text: str
) -> None:
    """The cost that it only records is absent; the step is there, with labels flat or not."""
    assert judge(text).verdict == "correct"


@pytest.mark.parametrize("text", [ABSENT_COST, FLAT_LABELS])
def test_a_step_uphill_is_found_where_the_file_with_the_cost_is_not_there(
    judge: Judge, text: str
) -> None:
    """The stand-in for the cost hides no fault of the step."""
    assert judge(text.replace("theta - alpha", "theta + alpha")).verdict == "wrong"


@pytest.mark.parametrize("old", ["/ (2 * sp.shape(X)[0])", "/ sp.shape(X)[0]"])
def test_a_mean_left_out_is_found_in_code_for_an_old_scipy(judge: Judge, old: str) -> None:
    """What was put back hides no fault."""
    assert judge(OLD_SCIPY.replace(old, "")).verdict == "wrong"


MATRICES = """
import numpy as np

X = np.matrix([[1.0, 2.0], [3.0, 4.0]])

def propagate(w, b, X, Y):
    m = X.shape[1]
    A = 1 / (1 + np.exp(-(np.dot(w.T, X) + b)))
    cost = -np.sum(np.multiply(Y, np.log(A)) + np.multiply(1 - Y, np.log(1 - A))) / m
    dw = X * (A - Y).T / m
    db = np.sum(A - Y) / m
    return {"dw": dw, "db": db}, cost
"""


def test_code_for_matrices_is_not_called_wrong_for_the_arrays_it_is_fed(judge: Judge) -> None:
    """Its star is the matrix product, which that of arrays is not."""
    result = judge(MATRICES)
    assert result.verdict == "undecided"
    assert any("written for np.matrix" in note for note in result.notes)


def test_the_same_code_for_arrays_is_wrong(judge: Judge) -> None:
    """Nothing says that its star should be a matrix product."""
    assert judge(MATRICES.replace("np.matrix", "np.array")).verdict == "wrong"
