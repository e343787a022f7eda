"""The line of a fault, and the part of it that is underlined."""

from __future__ import annotations

import pytest

from gradcheck.submissions import Fault, Where
from gradcheck.submissions.excerpts import LONGEST, excerpt
from gradcheck.submissions.reading.files import read_texts
from gradcheck.submissions.reading.notebooks import Text


def underlined(text: str, line: int, quantity: str = "dw", cell: int | None = None) -> str | None:
    """Give the underlined part of a line."""
    source = read_texts("a.py", (Text(text, cell),))
    found = excerpt(source, Fault("sign", quantity, Where("f", line, cell), "wrong"))
    return None if found is None else found.text[found.start : found.end]


LINES = [
    ("dw = X @ Z", "X @ Z"),
    ("dw: float = X @ Z", "X @ Z"),
    ("dw += X @ Z", "X @ Z"),
    ("grads['dw'] = X @ Z", "X @ Z"),
    ("self.dw = X @ Z", "X @ Z"),
    ("db, dw = Y, X @ Z", "X @ Z"),
    ("db, dw = g(X)", "g(X)"),
    ("return X @ Z", "X @ Z"),
    ("return {'db': Y, 'dw': X @ Z}", "X @ Z"),
    ("return dict(db=Y, dw=X @ Z)", "X @ Z"),
    ("dw = db = X @ Z  # a comment", "X @ Z"),
    ("é = 'ä'; dw = X @ Z", "X @ Z"),
    ("dw = (X @", "X @"),
    ("for i in range(3): pass", "for i in range(3): pass"),
    ("d_W = X @ Z; db = Y", "X @ Z"),
]


@pytest.mark.parametrize(("line", "part"), LINES)
def test_the_value_of_the_quantity_is_underlined(line: str, part: str) -> None:
    """Where the line sets it; else the first value on it, else the whole line."""
    more = "\n        Z)" if line.endswith("@") else ""
    assert underlined(f"def f(X, Y, Z):\n    {line}{more}\n", 2) == part


def test_the_line_stands_without_its_indentation() -> None:
    """The columns count from its first sign."""
    source = read_texts("a.py", (Text("def f(x):\n\tif x:\n\t\tdw = x\n"),))
    found = excerpt(source, Fault("sign", "dw", Where("f", 3), "wrong"))
    assert found is not None
    assert (found.text, found.start, found.end) == ("dw = x", 5, 6)


def test_a_cell_has_its_own_lines() -> None:
    """Line 2 of cell 7 is not line 2 of another."""
    text = "def f(X):\n    dw = X\n"
    assert underlined(text, 2, cell=7) == "X"
    assert (
        excerpt(
            read_texts("a.py", (Text(text, 7),)), Fault("sign", "dw", Where("f", 2, 6), "wrong")
        )
        is None
    )


@pytest.mark.parametrize("line", [None, 0, 3, 99])
def test_a_fault_without_a_line_has_no_excerpt(line: int | None) -> None:
    """There is nothing to show."""
    source = read_texts("a.py", (Text("def f(X):\n    dw = X\n"),))
    assert excerpt(source, Fault("sign", "dw", Where("f", line), "wrong")) is None


def test_a_blank_line_has_no_excerpt() -> None:
    """Nothing can be underlined in it."""
    assert underlined("def f(X):\n\n    return X\n", 2) is None


def test_a_long_line_is_cut() -> None:
    """With a sign that says so, and the underline within what is left."""
    line = f"dw = {' + '.join(['X'] * 200)}"
    source = read_texts("a.py", (Text(f"def f(X):\n    {line}\n"),))
    found = excerpt(source, Fault("sign", "dw", Where("f", 2), "wrong"))
    assert found is not None
    assert (len(found.text), found.text[-1], found.end) == (LONGEST, "…", LONGEST)


def test_nothing_in_an_excerpt_moves_the_cursor() -> None:
    """A form feed or a bell is shown as a space, so that the columns hold."""
    source = read_texts("a.py", (Text("def f(X):\n    dw = '\x07' + X\n"),))
    found = excerpt(source, Fault("sign", "dw", Where("f", 2), "wrong"))
    assert found is not None
    assert found.text == "dw = ' ' + X"
