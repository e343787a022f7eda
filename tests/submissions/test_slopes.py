"""A slope called m is read as w only where it surely is one."""

from __future__ import annotations

import pytest

from gradcheck.submissions.reading.notebooks import Text
from gradcheck.submissions.reading.slopes import with_course_names

LINES = (
    ("y = m * x + c", "y = w * x + b"),
    ("y = x * m + c", "y = x * w + b"),
    ("y = c + m * x", "y = b + w * x"),
    ("p = self.m * X + self.c", "p = self.w * X + self.b"),
    ("p = m_now * x[i] + b_now\nmd = 2", "p = w_now * x[i] + b_now\ndw = 2"),
    ("p = (m * x) + c\nD_m, dc = 0, 0", "p = (w * x) + b\nD_w, db = 0, 0"),
    ("p = m*x + c\nout = {'m': m}", "p = w*x + b\nout = {'w': w}"),
)
LEFT = (
    "m = X.shape[1]\np = m * x + c",  # a count
    "p = m * x + c\nJ = total / m",
    "p = m * x + c\nw = 3",  # the name is taken
    "J = 1 / m * x + c",
    "p = m * x - c",
    "p = m * z + c",
    "p = w * x + b",
    "p = m * x + c * d",
    "p = theta.m * y + c",
)


@pytest.mark.parametrize(("written", "read"), LINES)
def test_slope_and_intercept_are_read_in_the_courses_names(written: str, read: str) -> None:
    """In every form of a line, and in the names that are made of theirs."""
    (text,), note = with_course_names((Text(written),))
    assert text.source == read
    assert note


@pytest.mark.parametrize("written", LEFT)
def test_a_name_that_may_mean_something_else_is_left_alone(written: str) -> None:
    """A number of examples above all."""
    assert with_course_names((Text(written),)) == ((Text(written),), "")
