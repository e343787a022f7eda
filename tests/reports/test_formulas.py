"""What stays code on a student's page, because it has no notation there."""

from __future__ import annotations

import pytest

from reports.pages.formula import formula

CODE = (
    "(3, 1)",
    "dw",
    "dw = ",
    "dw = X[0]",
    "dw = X if m else Y",
    "dw = np.dot(X, Y)",
    "dw = f(x)(y)",
    "dw = X // 2",
    "dw = 1e-08",
    "dw = 'X'",
    "dw = True",
    "dw = np.log(A, where=B)",
    "dw = np.log(A, axis=1)",
    "dw[0] = X",
    "dw = X = Y",
    "dw = (",
    "dw = X\0",
    f"dw = {'-' * 9_000}X",
    f"dw = {'(' * 9_000}X",
)


@pytest.mark.parametrize("text", CODE, ids=lambda text: repr(text[:20]))
def test_what_has_no_notation_stays_code(text: str) -> None:
    """A formula that is set wrongly would be worse than one that is not."""
    assert formula(text) is None
