"""Odd but honest ways to lay out a module: each is read for what it is, and a mistake is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcheck.sandbox import WarmParent
from gradcheck.submissions import Submission
from gradcheck.submissions.pipeline import Options, validate_bytes

LAYOUTS = Path(__file__).parent / "layouts"
MEAN = "(A - Y).T / m"
DOT = "(A - Y).T) / m"
MISTAKES = {  # what a line of each says, and a mistake in it
    "consts": ("dZ1 @ X.T / m", "dZ1 @ X.T"),
    "crlf_tabs": (DOT, "(A - Y).T)"),
    "dataclass": ("(1 - A1 ** 2)", "(1 - A1)"),
    "decorators": (MEAN, "(A - Y).T"),
    "downloads": (MEAN, "(Y - A).T / m"),
    "global": ("dw = 1/m * X", "dw = X"),
    "if_blocks": (MEAN, "(A - Y).T / (m * m)"),
    "async": ("dw=X.dot((A - Y).T) / m", "dw=X.dot((A - Y).T)"),
    "main_argparse": (MEAN, "(A - Y).T / 2"),
    "main_defs": (MEAN, "(A - Y).T"),
    "numba_direct": (DOT, "(A - Y).T)"),
    "order.ipynb": ("(A-Y).T)/m", "(A-Y).T)"),
    "partial": ("/ X.shape[1]", ""),
    "pylab.ipynb": ("sum(A-Y)/m", "sum(A-Y)"),
    "star_both": ("- y) / m", "- y)"),
    "subset": ("(X.T @ (a - y)) / m", "(X.T @ (a - y))"),
    "try_else_def": (DOT, "(A - Y).T)"),
    "try_import": (MEAN, "(A - Y).T"),
    "vectorize": (MEAN, "(A - Y).T"),
    "wanted": (MEAN, "(A - Y).T"),
    "with_for": (MEAN, "(A - Y).T"),
}


def judged(name: str, text: str, warm: WarmParent) -> Submission:
    """Judge a text under the suffix that its name has, or as a program."""
    file = name if name.endswith(".ipynb") else f"{name}.py"
    return validate_bytes(file, text.encode(), Options(allow_weak=True), warm)


@pytest.mark.parametrize("name", sorted(MISTAKES))
def test_a_right_submission_is_right_in_every_layout(name: str, warm: WarmParent) -> None:
    """How a module imports, guards and decorates says nothing about its mathematics."""
    text = (LAYOUTS / f"{name}.txt").read_bytes().decode()
    assert judged(name, text, warm).verdict == "correct"


@pytest.mark.parametrize("name", sorted(MISTAKES))
def test_a_mistake_is_found_in_every_layout(name: str, warm: WarmParent) -> None:
    """Reading generously excuses nothing."""
    right, wrong = MISTAKES[name]
    text = (LAYOUTS / f"{name}.txt").read_bytes().decode()
    assert judged(name, text.replace(right, wrong), warm).verdict == "wrong"


def test_every_layout_has_a_mistake() -> None:
    """No layout is only seen to pass."""
    assert {file.stem for file in LAYOUTS.glob("*.txt")} == MISTAKES.keys()


@pytest.mark.parametrize("made", ["np.loadtxt('a.csv')", "open('a').read()", "1.0 + data.mean()"])
def test_what_a_function_reads_and_nobody_made_here_is_no_fault(
    made: str, warm: WarmParent
) -> None:
    """The file is the student's, not the harness's."""
    text = (LAYOUTS / "decorators.txt").read_text().replace("return {", "return lookup and {")
    result = judged("a", f"{text}\nlookup = {made}\n", warm)
    assert (result.verdict, {fault.code for fault in result.faults}) == ("undecided", set())
    assert any("it reads lookup, which line" in note for note in result.notes)


@pytest.mark.parametrize("name", ["lookup", "np2", "sigmoid2"])
def test_a_name_that_nothing_sets_is_a_fault(name: str, warm: WarmParent) -> None:
    """Only what the module itself makes is excused."""
    text = (LAYOUTS / "decorators.txt").read_text().replace("return {", f"return {name} and {{")
    (fault,) = judged("a", text, warm).faults
    assert (fault.code, f"name '{name}' is not defined" in fault.message) == ("crashed", True)
