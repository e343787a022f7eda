"""The page for the terminal and the JSON: what people read of a validation."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from gradcheck.submissions.results import (
    Check,
    Counterexample,
    Excerpt,
    Fault,
    Quantity,
    Remark,
    Report,
    Submission,
    Where,
)
from reports.validation import as_json, as_text

WHERE = Where("backward", 12, 3)
WRONG = Submission(
    "a\nb\033[31m.py",
    "logistic",
    "wrong",
    0.5,
    (Quantity("dw", "wrong", WHERE), Quantity("db", "blamed-upstream"), Quantity("J", "not-found")),
    (Fault("sign", "dw", WHERE, "dw has a wrong sign", "dw = -x", "dw = x"),),
    (Remark("log-guard", Where(), "J has 1e-08 inside its log"),),
    ("a note that is so long that it does not fit into a line of eighty columns, by far",),
    checks=(
        Check("J", "not-found", 0, 1),
        Check("dw", "wrong", 0, 1),
        Check("db", "correct", 1, 1),
    ),
)
BLANK = Submission("b.py", None, "not-gradable", reason="the file is empty")
REPORT = Report(0, {"layers": ("rlimits",), "missing": ()}, (WRONG, BLANK))
PAGE = as_text(REPORT)


def test_a_submission_is_a_block_under_its_verdict() -> None:
    """Fault with its place and code, the formulas, remarks, what is missing, notes."""
    assert PAGE == (
        "a\\nb\\x1b[31m.py: wrong (logistic, 1 of 3 points)\n"
        "  cell 3, line 12, in backward: dw has a wrong sign [sign]\n"
        "      computed  dw = -x\n"
        "      expected  dw = x\n"
        "  remark: J has 1e-08 inside its log [log-guard]\n"
        "  not found: J\n"
        "  right for what they were fed: db\n"
        "  note: a note that is so long that it does not fit into a line of eighty\n"
        "    columns, by far\n"
        "\n"
        "b.py: not-gradable\n"
        "  the file is empty\n"
        "\n"
        "2 submissions: 1 wrong, 1 not-gradable\n"
    )


def test_points_that_are_not_earned_are_explained_where_all_else_is_right() -> None:
    """A reader of ``correct`` beside 4 of 7 points asks why."""
    known = (Quantity("dw", "correct", WHERE), Quantity("J", "not-found"))
    right = replace(WRONG, verdict="correct", faults=(), quantities=known)
    page = " ".join(as_text(replace(REPORT, submissions=(right,))).split())
    assert "not found: J; this earns no points, and the verdict is of the rest" in page


def test_nothing_that_a_submission_chose_moves_the_cursor() -> None:
    """Names with newlines and colours are escaped."""
    assert "\033" not in PAGE
    assert "\\x1b[31m" in PAGE


def test_colour_paints_the_verdict_alone() -> None:
    """Without it the page is the same."""
    painted = as_text(REPORT, colour=True)
    assert "\033[31mwrong\033[0m" in painted
    assert painted.replace("\033[31m", "").replace("\033[33m", "").replace("\033[0m", "") == PAGE


def test_json_is_ascii_and_reads_back() -> None:
    """It survives any terminal and any reader."""
    text = as_json(REPORT)
    assert text.isascii()
    document = json.loads(text)
    assert document["isolation"] == {"layers": ["rlimits"], "missing": []}
    assert [submission["path"] for submission in document["submissions"]] == [
        "a\nb\033[31m.py",
        "b.py",
    ]


LINE = "dZ1 = np.dot(W2.T, dZ2) * (1 - np.power(Z1, 2))"
UNDERLINED = (
    (LINE, 6, 47),
    (LINE, 0, 3),
    (f"{'x' * 90} = {LINE}", 93, 96),
    (f"{LINE} # {'x' * 90}", 6, 47),
    (f"y = {'x' * 90}", 4, 94),
)


@pytest.mark.parametrize(("line", "start", "end"), UNDERLINED)
def test_the_faulty_part_of_a_line_is_underlined_within_80_columns(
    line: str, start: int, end: int
) -> None:
    """The signs above the carets are that part, or as much of it as fits."""
    fault = Fault("sign", "dw", WHERE, "wrong", excerpt=Excerpt(line, start, end))
    page = as_text(Report(0, {}, (replace(WRONG, faults=(fault,)),)))
    above, below = page.split("\n")[2:4]
    assert max(len(above), len(below)) <= 80
    assert set(below.strip()) == {"^"}
    marked = above[below.index("^") : len(below)]
    assert marked == line[start:end][: len(marked)]
    assert len(marked) == min(end - start, 74)


def test_a_fault_gives_its_reason() -> None:
    """Where the level of hints leaves it in."""
    fault = Fault("sign", "dw", Where(), "wrong", why="J falls where dw is positive")
    page = as_text(Report(0, {}, (replace(WRONG, faults=(fault,)),)))
    assert "\n      J falls where dw is positive\n" in page


def test_the_smallest_example_follows_the_faults() -> None:
    """What went in, what came out, what belongs there."""
    example = Counterexample(
        "backward", "dw", {"X": [[1.0]]}, {"n_y": 1}, "f(X)", [[-1.0]], [[1.0]]
    )
    page = as_text(Report(0, {}, (replace(WRONG, counterexample=example),)))
    assert (
        "      expected  dw = x\n"
        "  smallest example for dw of backward:\n"
        "      fed with  n_y = 1, X = [[1]]\n"
        "      computed  dw = [[-1]]\n"
        "      expected  dw = [[1]]\n"
        "  remark: J"
    ) in page


def test_a_fault_without_a_place_begins_with_what_it_is() -> None:
    """A function that is missing is nowhere."""
    fault = Fault("missing-function", "dw", Where(), "no function gives dw")
    page = as_text(Report(0, {}, (replace(WRONG, faults=(fault,)),)))
    assert "\n  no function gives dw [missing-function]\n" in page
