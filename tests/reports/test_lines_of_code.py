"""A line of a student's code, set as mathematics, reads as what the code does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from derivations.engine.printers.marks import Row
from reports.html.mathml import mathml
from reports.pages.formula import formula as set_line

LINES = [
    "dZ1 = W2.T @ dZ2 * (1 - Z1 ** 2)",
    "dZ1 = W2.T @ (dZ2 * tanh'(Z1))",
    "dw = 2 * (X @ dYhat.T / m)",
    "dw = X * (dYhat.T @ X) @ m",
    "J = -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / m",
    "db2 = np.sum(dZ2, axis=1, keepdims=True) / m",
    "db2 = np.sum(dZ2 @ (X + Y), axis=0) / m",
    "dZ = -(A - Y) - (X - Y)",
    "dZ = A + -Y * 2.5",
    "dZ = (A / Y) ** 2 / (X / m)",
    "dZ = (A @ Y).T @ (X * m)",
    "w = w - learning_rate * dw * sigmoid'(X)",
]
NAMES = ("W2", "dZ2", "Z1", "X", "Y", "A", "m", "w", "dw", "dYhat", "learning_rate")
SQUARES = {n: np.random.default_rng(i).uniform(0.2, 0.9, (3, 3)) for i, n in enumerate(NAMES)}


def run(line: str) -> Any:
    """Run the right side of a line of code, on square arrays."""
    code = line.partition(" = ")[2].replace("'(", "_prime(").replace("axis=0", "axis=0, keepdims=1")
    functions = {
        "sigmoid": sigmoid_of,
        "sigmoid_prime": lambda z: sigmoid_of(z) * (1 - sigmoid_of(z)),
        "tanh_prime": lambda z: 1 - np.tanh(z) ** 2,
    }
    return eval(code, {"np": np, **functions, **SQUARES})


def sigmoid_of(z: Any) -> Any:
    """Apply σ."""
    return 1 / (1 + np.exp(-z))


def seen(line: str, readers: Any, evaluated: Any) -> Any:
    """Evaluate the right side of a line as a page shows it."""
    mark = set_line(line)
    assert isinstance(mark, Row)
    return evaluated(readers["mathml"](str(mathml(mark.parts[2]))), SQUARES)


@pytest.mark.parametrize("line", LINES)
def test_a_line_of_code_reads_as_what_it_does(line: str, readers: Any, evaluated: Any) -> None:
    """What a student computed, and what belongs there, are on the page what they are in code."""
    np.testing.assert_allclose(seen(line, readers, evaluated), run(line), rtol=1e-12)


def expressions() -> st.SearchStrategy[str]:
    """Draw code whose every part is a square array, with its brackets."""
    return st.recursive(
        st.sampled_from(NAMES),
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from("+-*@/"), inner).map(
                lambda t: f"({t[0]}) {t[1]} ({t[2]})"
            ),
            inner.map(lambda code: f"-({code})"),
            inner.map(lambda code: f"({code}).T"),
            inner.map(lambda code: f"({code}) ** 2"),
            inner.map(lambda code: f"2 * ({code})"),
            inner.map(lambda code: f"np.tanh({code})"),
            inner.map(lambda code: f"tanh'({code})"),
            inner.map(lambda code: f"X * np.sum({code})"),
            inner.map(lambda code: f"X / np.sum({code}, axis=1, keepdims=True)"),
        ),
        max_leaves=6,
    )


@given(code=expressions())
def test_any_line_of_code_reads_as_what_it_does(code: str, readers: Any, evaluated: Any) -> None:
    """However its operators are nested: every bracket that is needed is there."""
    with np.errstate(all="ignore"):
        told, done = seen(f"dw = {code}", readers, evaluated), run(f"dw = {code}")
        np.testing.assert_allclose(told, done, rtol=1e-6, atol=1e-6 * np.nanmax(np.abs(done)))
