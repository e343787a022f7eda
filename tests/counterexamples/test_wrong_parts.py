"""What is underlined: the factor, operand or sign that is wrong, where the diagnosis tells it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from gradcheck.submissions import Fault, Report, Submission, Where
from gradcheck.submissions.excerpts import excerpt
from gradcheck.submissions.reading.files import read_texts
from gradcheck.submissions.reading.notebooks import Text
from reports.notebook import as_html
from reports.pages.student import student_page
from reports.validation import as_text

DZ1 = "dZ1 = W2.T @ dZ2 * tanh'(Z1)"
DW, DB = "dw = X @ dZ.T / m", "db = np.sum(dZ) / m"
DB1 = "db1 = np.sum(dZ1, axis=1, keepdims=True) / m"
J = "J = -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / m"
Z1 = "Z1 = W1 @ X + b1"
UPDATE = "w = w - learning_rate * dw"

# What a student wrote, what the diagnosis says was computed, what belongs there, what is wrong.
TOLD = [
    ("np.dot(W2.T, dZ2) * (1 - np.power(Z1, 2))", "dZ1 = W2.T @ dZ2 * (1 - Z1 ** 2)", DZ1, "Z1"),
    ("W2.T.dot(dZ2) * (1 - np.square(Z1))", "dZ1 = W2.T @ dZ2 * (1 - Z1 ** 2)", DZ1, "Z1"),
    ("np.multiply(W2.T @ dZ2, 1 - Z1**2)", "dZ1 = W2.T @ dZ2 * (1 - Z1 ** 2)", DZ1, "Z1"),
    ("np.dot(W1.T, dZ2) * (1 - A1 ** 2)", "dZ1 = W1.T @ dZ2 * tanh'(Z1)", DZ1, "W1"),
    ("np.dot(W2, dZ2) * (1 - A1 ** 2)", "dZ1 = W2 @ dZ2 * tanh'(Z1)", DZ1, "W2"),
    ("(W2.T @ dZ2) * (1 - np.tanh(A1) ** 2)", f"{DZ1[:-3]}A1)", DZ1, "np.tanh(A1)"),
    ("W2.T * dZ2 * (1 - A1 ** 2)", "dZ1 = W2.T * dZ2 * tanh'(Z1)", DZ1, "W2.T * dZ2"),
    ("W2.T @ dZ2 * A1 * (1 - A1)", "dZ1 = W2.T @ dZ2 * (A1 * (1 - A1))", DZ1, "A1 * (1 - A1"),
    ("np.transpose(W2) @ dZ2 * (1 - dZ2 ** 2)", "dZ1 = W2.T @ dZ2 * (1 - dZ2 ** 2)", DZ1, "dZ2"),
    ("-np.dot(X, dZ.T) / m", "dw = -(X @ dZ.T / m)", DW, "-"),
    ("-1 / m * X @ dZ.T", "dw = -(X @ dZ.T / m)", DW, None),
    ("np.dot(X, dZ.T) / m / m", "dw = X @ dZ.T / (m * m)", DW, "/ m"),
    ("np.dot(X.T, residuals) / m / m", "dw = X @ dZ.T / (m * m)", DW, "/ m"),
    ("np.divide(np.dot(X, dZ.T), n)", "dw = X @ dZ.T / n_x", DW, "n"),
    ("np.dot(X, dZ.T) * 2 / m", "dw = 2 * (X @ dZ.T / m)", DW, "2"),
    ("1 / (m + 1) * np.dot(X, dZ.T)", "dw = X @ dZ.T / (m + 1)", DW, "1"),
    ("X @ A.T / m", "dw = X @ A.T / m", DW, "A"),
    ("np.sum(dZ) / (2 * m)", "db = 1/2 * (np.sum(dZ) / m)", DB, "2"),
    ("0.5 * np.mean(dZ)", "db = 1/2 * (np.sum(dZ) / m)", DB, "0.5"),
    ("np.sum(A) / m", "db = np.sum(A) / m", DB, "A"),
    ("np.mean(A)", "db = np.sum(A) / m", DB, "A"),
    ("1 / m * np.sum(dZ1, axis=0, keepdims=True)", DB1.replace("=1", "=0"), DB1, "axis=0"),
    ("np.sum(dZ1) / m", "db1 = np.sum(dZ1) / m", DB1, "np.sum(dZ1)"),
    ("(A - Y) * A * (1 - A)", "dZ = (A - Y) * sigmoid'(Z)", "dZ = A - Y", "A * (1 - A"),
    ("2 * (A - Y)", "dZ = 2 * (A - Y)", "dZ = A - Y", "2"),
    ("2 * (y_pred - Y)", "dYhat = 2 * (Yhat - Y)", "dYhat = Yhat - Y", "2"),
    ("y_pred.dot(X.T) / m", "dw = Yhat @ X.T / m", "dw = dYhat @ X.T / m", "y_pred"),
    ("W1.dot(X) - b1", "Z1 = W1 @ X - b1", Z1, "-"),
    ("(np.dot(W1, X)) - (b1)", "Z1 = W1 @ X - b1", Z1, "-"),
    ("W1 @ X + -1 * b1", "Z1 = W1 @ X - b1", Z1, "+"),
    ("-b1 + W1 @ X", "Z1 = W1 @ X - b1", Z1, "b1"),
    ("np.dot(W1, X) + b1 + A1", "Z1 = W1 @ X + b1 + A1", Z1, "A1"),
    ("w + learning_rate * dw", "w = w + learning_rate * dw", UPDATE, "+"),
    ("w - dw", "w = w - dw", UPDATE, "dw"),
    ("np.dot(params['W2'], X) + params['b1']", "Z1 = W2 @ X + b1", Z1, "params['W2']"),
    ("-np.sum(Y * np.log(A) + (1 - Y) * np.log(A)) / m", J.replace("1 - A", "A"), J, "A"),
    ("np.sum(Y * np.log(A) - (1 - Y) * np.log(1 - A)) / -m", J.replace("+", "-"), J, None),
]

# Where nothing stands that is wrong, or it cannot be said which part it is: the whole value.
WHOLE = [
    ("np.dot(X, dZ.T)", "dw = X @ dZ.T", DW),
    ("W2.T @ dZ2", "dZ1 = W2.T @ dZ2", DZ1),
    ("Y - A", "dZ = -(A - Y)", "dZ = A - Y"),
    ("-(A - Y)", "dZ = -(A - Y)", "dZ = A - Y"),
    ("A", "dZ = A", "dZ = A - Y"),
    ("gradient_of(A, Y)", "dw = X @ A.T / m", DW),
    ("sum(x * d for x, d in zip(X, A)) / m", "dw = X @ A.T / m", DW),
    ("np.einsum('ij,kj->ik', X, dZ) * 4 / (2 * m)", "dw = 2 * (X @ dZ.T / m)", DW),
    ("np.dot(X, dZ.T) / m", "dw.shape = (1, 3)", "dw.shape = (3, 1)"),
    ("np.dot(X, dZ.T) / m", "", ""),
    ("X[0] * (A - Y) / m", "dw = X @ A.T / m", DW),
    ("+dZ if m else not dZ", "dw = X @ A.T / m", DW),
    ("~dZ // 2", "dw = X @ A.T / m", DW),
    ("0 * dZ", "dw = X @ A.T / m", DW),
]


def underlined(value: str, computed: str, expected: str) -> str:
    """Give what is underlined of a value that is set to a quantity."""
    quantity = computed.partition(" = ")[0].partition(".")[0] or "dw"
    source = read_texts("a.py", (Text(f"def f():\n    {quantity} = {value}\n"),))
    where = Where("f", 2)
    found = excerpt(source, Fault("sign", quantity, where, "wrong", computed, expected))
    assert found is not None
    return found.text[found.start : found.end]


@pytest.mark.parametrize(("value", "computed", "expected", "part"), TOLD)
def test_the_wrong_part_is_underlined(
    value: str, computed: str, expected: str, part: str | None
) -> None:
    """However the rest of the value is written; None stands for the part that is asked below."""
    shown = underlined(value, computed, expected)
    assert shown == part if part else shown in value


@pytest.mark.parametrize(("value", "computed", "expected"), WHOLE)
def test_a_value_is_underlined_whole_where_no_part_of_it_is_wrong(
    value: str, computed: str, expected: str
) -> None:
    """Something is missing, all is wrong, or it is written in a way of its own."""
    assert underlined(value, computed, expected) == value


@pytest.mark.parametrize(("value", "computed", "expected", "part"), TOLD)
def test_what_is_right_is_not_underlined(
    value: str, computed: str, expected: str, part: str | None
) -> None:
    """Of a value that is as it should be, whatever is said of it, all or nothing is wrong."""
    right = expected.partition(" = ")[2].replace("tanh'(Z1)", "(1 - A1 ** 2)")
    assert underlined(right, computed, expected) == right


def test_every_page_underlines_the_same_part(judge: Callable[..., Submission]) -> None:
    """The terminal, a notebook and the student's page."""
    text = (
        "import numpy as np\n"
        "def backward_propagation(Y_hat, X, Y):\n"
        "    dZ = Y_hat - Y\n"
        "    m = X.shape[1]\n"
        "    dW = 2 * np.dot(dZ, X.T) / m\n"
        "    return {'dW': dW, 'db': np.sum(dZ) / m}\n"
    )
    report = Report(0, {}, (judge(text, model="linear"),))
    line, under = re.findall(r"\n( +dW = 2.*)\n( +\^+)\n", as_text(report))[0]
    assert line[len(under) - 1] == "2"
    assert under.strip() == "^"
    assert re.search(r"dW = <u [^>]*>2</u> \* np", as_html(report))
    assert "dW = <mark>2</mark> * np" in student_page(report.submissions[0])
