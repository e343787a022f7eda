"""Which mistakes are searched for: those of the reading that is chosen, and none in right code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gradcheck.submissions import Submission
from gradcheck.submissions.diagnosis.explain import explain
from gradcheck.submissions.judging import step

Judge = Callable[..., Submission]
VARIANTS = Path(__file__).parent / "variants"

# Right, but wrong in the first way in which they are read, or off by a factor that is a remark.
READ_AGAIN = (
    "script_own_count",
    "script_own_count_reshaped",
    "script_one_feature",
    "script_lone_slope",
    "script_by_example",
    "logistic_own_count",
    "logistic_example_gradient",
    "logistic_one_example",
    "linear_points",
    "linear_m_and_c",
    "class_m_and_c",
    "model_function_relu",
    "class_network_rows",
)

NETWORK_CLASS = """import numpy as np

class Network:
    def __init__(self, n_x, n_h, n_y):
        self.W1, self.b1 = np.random.randn(n_h, n_x), np.zeros((n_h, 1))
        self.W2, self.b2 = np.random.randn(n_y, n_h), np.zeros((n_y, 1))

    def fit(self, X, Y, learning_rate=0.5, epochs=10):
        m, self.learning_rate = X.shape[1], learning_rate
        for _ in range(epochs):
            A1 = ACTIVATION
            A2 = 1 / (1 + np.exp(-(self.W2 @ A1 + self.b2)))
            dZ2 = (A2 - Y) / m
            dZ1 = self.W2.T @ dZ2 * PRIME
            self.W2 = self.W2 - learning_rate * dZ2 @ A1.T
            self.b2 = self.b2 - learning_rate * dZ2.sum(axis=1, keepdims=True)
            self.W1 = self.W1 - learning_rate * dZ1 @ X.T
            self.b1 = self.b1 - learning_rate * dZ1.sum(axis=1, keepdims=True)
"""
FORMS = {
    "tanh": ("np.tanh(self.W1 @ X + self.b1)", "(1 - A1 ** 2)"),
    "sigmoid": ("1 / (1 + np.exp(-(self.W1 @ X + self.b1)))", "(A1 * (1 - A1))"),
    "relu": ("np.maximum(0, self.W1 @ X + self.b1)", "(A1 > 0)"),
}
SLIPS = (
    ("dZ2 = (A2 - Y) / m", "dZ2 = A2 - Y", "missing-mean"),
    ("dZ2 = (A2 - Y) / m", "dZ2 = (A2 - Y) * A2 * (1 - A2) / m", "extra-activation-derivative"),
    ("dZ2 @ A1.T", "dZ2 @ A1.T / m", "double-mean"),
    ("self.W2 @ A1 + self.b2", "self.W2 @ A1 - self.b2", "forward-wrong"),
)


@pytest.fixture
def searched(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """Note in which reading mistakes are searched for: the model, the activation, the layout."""
    kept: list[tuple[Any, ...]] = []

    def noted(subject: Any, *rest: Any) -> Any:
        kept.append((subject.model.name, subject.activation, subject.layout.name))
        return explain(subject, *rest)

    monkeypatch.setattr(step, "explain", noted)
    return kept


@pytest.mark.parametrize("style", READ_AGAIN)
def test_no_mistake_is_searched_for_in_what_is_right(
    judge: Judge, searched: list[tuple[Any, ...]], style: str
) -> None:
    """What looks wrong at first is read in every other way before anything is searched for."""
    result = judge((VARIANTS / f"{style}.txt").read_text(), hints="none")
    assert (result.verdict, searched) == ("correct", [])


@pytest.mark.parametrize("activation", FORMS)
@pytest.mark.parametrize(("old", "new", "code"), SLIPS)
def test_a_class_is_diagnosed_under_its_own_activation_alone(
    judge: Judge, searched: list[tuple[Any, ...]], activation: str, old: str, new: str, code: str
) -> None:
    """What training holds right on the way tells the activation, where every step is wrong."""
    form, prime = FORMS[activation]
    text = NETWORK_CLASS.replace("ACTIVATION", form).replace("PRIME", prime)
    assert old in text
    result = judge(text.replace(old, new, 1), hints="none")
    assert [fault.code for fault in result.faults][:1] == [code]
    assert {(model, known) for model, known, _ in searched} == {("shallow-network", activation)}


def test_a_loss_without_its_half_needs_no_search(
    judge: Judge, searched: list[tuple[Any, ...]]
) -> None:
    """Twice the gradients where no cost is given: the numbers show the factor by themselves."""
    text = (VARIANTS / "class_m_and_c.txt").read_text()
    result = judge(text, hints="none")
    assert ["without ½" in remark.message for remark in result.remarks] == [True]
    assert searched == []


def test_another_model_is_named_without_a_search(
    judge: Judge, searched: list[tuple[Any, ...]]
) -> None:
    """Nobody needs to know which mistake a softmax would be."""
    text = """import numpy as np

def forward(X, W, b):
    e = np.exp(X @ W + b)
    return e / e.sum(axis=1, keepdims=True)

def compute_cost(A, Y):
    return -np.mean(np.sum(Y * np.log(A), axis=1))

def backward(X, Y, A):
    dZ = (A - Y) / len(X)
    return X.T @ dZ, dZ.sum(axis=0, keepdims=True)
"""
    assert (judge(text, hints="none").verdict, searched) == ("undecided", [])
