"""What a function computes right on the way is not blamed for what it does afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple, Protocol

import pytest

from gradcheck.submissions import Submission


class Judge(Protocol):
    """The fixture of conftest.py."""

    def __call__(self, text: str) -> Submission:
        """Judge a text."""


class Twice(NamedTuple):
    """The same slip in the two lines that follow a right per-example derivative."""

    style: str
    slips: tuple[tuple[str, str], ...]
    code: str
    quantities: tuple[str, ...]


RIGHT = Path(__file__).parent / "right"
DW, DB = "1 / m * np.dot(dZ, X.T)", "1 / m * np.sum(dZ"
DZ = "dZ = Y_hat - Y"
NET_W1, NET_B1 = "dW1 = 1 / m * np.dot(dZ1", "db1 = 1 / m * np.sum(dZ1"
NET_W2, NET_B2 = "dW2 = 1 / m * np.dot(dZ2", "db2 = 1 / m * np.sum(dZ2"

TWICE = (
    Twice(
        "linear_neuron",
        ((DW, "2 / m * np.dot(dZ, X.T)"), (DB, "2 / m * np.sum(dZ")),
        "wrong-scale",
        ("dw", "db"),
    ),
    Twice(
        "linear_neuron",
        ((DW, "-1 / m * np.dot(dZ, X.T)"), (DB, "-1 / m * np.sum(dZ")),
        "sign",
        ("dw", "db"),
    ),
    Twice(
        "linear_neuron",  # by value: the name means nothing
        (
            (DZ, "q = Y_hat - Y"),
            (DW, "2 / m * np.dot(q, X.T)"),
            (DB, "2 / m * np.sum(q"),
        ),
        "wrong-scale",
        ("dw", "db"),
    ),
    Twice(
        "logistic_split",
        (("np.dot(x, dz.T)", "-np.dot(x, dz.T)"), ("np.sum(dz", "-np.sum(dz")),
        "sign",
        ("dw", "db"),
    ),
    Twice(
        "network_course",
        ((NET_W1, NET_W1.replace("1 /", "2 /")), (NET_B1, NET_B1.replace("1 /", "2 /"))),
        "wrong-scale",
        ("dW1", "db1"),
    ),
    Twice(
        "network_course",
        ((NET_W2, NET_W2.replace("1 /", "-1 /")), (NET_B2, NET_B2.replace("1 /", "-1 /"))),
        "sign",
        ("dW2", "db2"),
    ),
)


def slipped(text: str, slips: tuple[tuple[str, str], ...]) -> str:
    """Plant every slip; each must be there to be planted."""
    for old, new in slips:
        assert old in text
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize("twice", TWICE, ids=lambda t: f"{t.style}-{t.code}-{t.quantities[0]}")
def test_a_right_derivative_is_not_blamed_for_the_lines_after_it(
    judge: Judge, twice: Twice
) -> None:
    """One mistake further up would explain both, but the function holds that one right."""
    text = slipped((RIGHT / f"{twice.style}.txt").read_text(), twice.slips)
    faults = judge(text).faults
    assert [(f.code, f.quantity) for f in faults] == [(twice.code, q) for q in twice.quantities]
    lines = text.splitlines()
    for fault in faults:
        assert fault.where.line is not None
        assert f"{fault.quantity.lower()} =" in lines[fault.where.line - 1].lower()


def test_a_wrong_derivative_is_blamed_for_what_it_spoils(judge: Judge) -> None:
    """Its own variable is wrong, though another one holds the right values."""
    text = (RIGHT / "linear_neuron.txt").read_text()
    wrong = slipped(text, ((DZ, "error = Y_hat - Y\n    dZ = 2 * error"),))
    (fault,) = judge(wrong).faults
    assert (fault.code, fault.quantity) == ("wrong-scale", "dYhat")


def test_a_derivative_that_is_computed_once_more_may_be_wrong_there(judge: Judge) -> None:
    """Where nothing else explains the numbers, what is held right is suspected after all."""
    text = (RIGHT / "linear_neuron.txt").read_text()
    wrong = slipped(text, ((DW, "1 / m * np.dot(Y_hat, X.T)"), (DB, "1 / m * np.sum(Y_hat")))
    assert {fault.code for fault in judge(wrong).faults} == {"wrong-operand"}
