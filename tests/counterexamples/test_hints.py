"""How much is said: brief hints say what is wrong and where, and never what belongs there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradcheck.sandbox import WarmParent
from gradcheck.submissions import Fault, Options, Report, Submission, Where, validate_file
from gradcheck.submissions.judging.judgement import hinted, shown
from gradcheck.submissions.judging.wording import DONE, WHY, WHY_IN_J, mathematical, worded
from gradcheck.submissions.results import Counterexample, Excerpt, Nudge
from reports.formats import written
from reports.graders.classroom50 import NEEDED
from reports.notebook import as_html
from reports.pages.group import pages
from reports.pages.student import student_page

Judge = Callable[..., Submission]

FORMATS = ("text", "json", "junit", "github", "gradescope", "prairielearn", "classroom50")
RUNNER = {name: f"the {name}" for name in NEEDED.values()}
PAGES: dict[str, Callable[[Report], str]] = {
    "notebook": as_html,
    "page": lambda report: student_page(report.submissions[0]),
    "class": lambda report: "".join(pages(report).values()),
}
FAULT = Fault(
    "sign",
    "dw",
    Where("f", 3),
    "dw has a wrong sign",
    "dw = -x",
    "dw = x",
    "why",
    Excerpt("-x", 0, 2),
)
NUDGE = Nudge("w", (), 0.001, 0.5, 0.6, 100.0, -100.0, "w grew")
FOUND = Counterexample("f", "dw", {"w": 1.0}, {}, "f(w)['dw']", -100.0, 100.0, NUDGE)


def secrets(full: Submission) -> Iterator[str]:
    """Yield what full hints give away: formulas, reasons, numbers."""
    for fault in full.faults:
        for text in (fault.expected, fault.why):
            if text:
                yield text
                yield text.partition(" = ")[2] or text
    found = full.counterexample
    if found is not None:
        yield from (repr(float(n)) for n in np.ravel(found.expected) if n not in (0, 1, 0.5))
        if found.nudge is not None:
            yield found.nudge.message


@pytest.fixture(scope="module")
def judged(warm: WarmParent) -> Callable[[Path, str], Submission]:
    """Judge an example with a level of hints, once."""

    @cache
    def once(path: Path, hints: str) -> Submission:
        return validate_file(path, Options(hints=hints, allow_weak=True), warm)

    return once


@pytest.mark.parametrize("form", [*FORMATS, *PAGES])
def test_brief_hints_never_show_the_solution(
    wrong: Path, judged: Callable[[Path, str], Submission], form: str
) -> None:
    """In no format, neither as a formula nor as a reason nor as a number."""
    full, brief = judged(wrong, "full"), judged(wrong, "brief")
    report = Report(0, {"layers": (), "missing": ()}, (replace(brief, seconds=0.0),))
    text = PAGES[form](report) if form in PAGES else written(report, form, RUNNER, "now")
    text = unescape(text)
    own = wrong.read_text(encoding="utf-8")
    hidden = {secret for secret in secrets(full) if secret not in own}
    assert hidden
    assert not [secret for secret in hidden if secret in text]
    assert "expected  " not in text


def test_no_hints_leave_the_code_and_the_line(
    wrong: Path, judged: Callable[[Path, str], Submission]
) -> None:
    """A verdict and a code a line, nothing else that would help."""
    result = judged(wrong, "none")
    assert result.counterexample is None
    for fault in result.faults:
        assert fault == Fault(fault.code, fault.quantity, fault.where, f"{fault.quantity} is wrong")
        assert fault.where.line is not None


@pytest.mark.parametrize(
    ("hints", "gone"),
    [
        ("full", {}),
        ("brief", {"expected": None, "why": None, "computed": None}),
        (
            "none",
            {
                "expected": None,
                "why": None,
                "computed": None,
                "excerpt": None,
                "message": "dw is wrong",
            },
        ),
    ],
)
def test_each_level_hides_more_of_a_fault(hints: str, gone: dict[str, Any]) -> None:
    """Full shows all, brief no solution, none a line."""
    assert hinted(FAULT, hints) == replace(FAULT, **gone)


def test_brief_hints_show_what_was_computed() -> None:
    """Unless the solution stands in it, as x does in -x."""
    other = replace(FAULT, computed="dw = 2 * y")
    assert hinted(other, "brief").computed == "dw = 2 * y"


@pytest.mark.parametrize(
    ("hints", "left"),
    [("full", FOUND), ("brief", replace(FOUND, expected=None, nudge=None)), ("none", None)],
)
def test_each_level_hides_more_of_a_counterexample(hints: str, left: Counterexample | None) -> None:
    """The nudge shows the slope, which is the solution at one entry."""
    assert shown(FOUND, hints) == left
    assert shown(None, hints) is None


def test_a_result_with_its_example_is_json(
    wrong: Path, judged: Callable[[Path, str], Submission]
) -> None:
    """Plain numbers, lists and strings: it survives the way there and back."""
    result = judged(wrong, "full")
    document = json.loads(json.dumps(result.to_json(), allow_nan=False))
    found = document["counterexample"]
    assert set(found) >= {"function", "quantity", "inputs", "computed", "expected", "nudge"}
    nudge = {"parameter", "index", "step", "J_before", "J_after", "slope", "claimed", "message"}
    nudge.add("own_cost")
    assert found["nudge"] is None or set(found["nudge"]) == nudge


# -------------------------------------------------------------------------------------- wording


def fault(code: str, computed: str | None = None, expected: str | None = None) -> Fault:
    """Make a fault of the first layer's dZ1."""
    return Fault(code, "dZ1", Where("f", 1), "dZ1: as diagnosed", computed, expected)


RIGHT = "dZ1 = W2.T @ dZ2 * tanh'(Z1)"
SAID = [
    (
        fault("derivative-at-activation", "dZ1 = W2.T @ dZ2 * (1 - Z1 ** 2)", RIGHT),
        "dZ1: you multiplied by 1 − Z1²; as diagnosed",
        "tanh′(Z1) is 1 − A1², because A1 = tanh(Z1)",
    ),
    (
        fault("other-activation-derivative", "dZ1 = W2.T @ dZ2 * (A1 * (1 - A1))", RIGHT),
        "dZ1: you multiplied by A1 ∗ (1 − A1); as diagnosed",
        "the forward pass has A1 = tanh(Z1), and tanh′(Z1) is 1 − A1²",
    ),
    (
        fault("missing-activation-derivative", "dZ1 = W2.T @ dZ2", RIGHT),
        "dZ1: as diagnosed",
        "A1 = tanh(Z1): by the chain rule tanh′(Z1) multiplies",
    ),
    (
        fault("derivative-at-activation", "dZ1 = W2.T @ dZ2 * (tanh'(A1))", RIGHT),
        "dZ1: you multiplied by tanh′(A1); as diagnosed",
        "tanh′(Z1) is 1 − A1², because A1 = tanh(Z1)",
    ),
    (
        replace(
            fault("missing-activation-derivative", "dZ2 = (A2 - Y) / sigmoid'(Z2)", "dZ2 = A2 - Y"),
            quantity="dZ2",
        ),
        "dZ1: as diagnosed",
        "A2 = σ(Z2): by the chain rule σ′(Z2) multiplies",
    ),
    (
        replace(fault("missing-mean", "J = np.sum(L)", "J = np.sum(L) / m"), quantity="J"),
        "dZ1: as diagnosed",
        "J is the mean of the losses: their sum, divided by m",
    ),
    (
        fault("wrong-operand", "dZ1 = W1.T @ dZ2 * tanh'(Z1)", RIGHT),
        "dZ1: W1 stands in a place where it does not belong",
        "by the chain rule, W2 belongs there",
    ),
    (
        fault("wrong-count", "dW1 = dZ1 @ X.T / n_x", "dW1 = dZ1 @ X.T / m"),
        "dZ1: you divided by n_x, which is not the number of examples",
        "m is the number of examples, the length of X along the examples",
    ),
    (
        replace(fault("forward-wrong", "Z1 = W1 @ X - b1", "Z1 = W1 @ X + b1"), quantity="Z1"),
        "Z1: you have W1 X − b1; dZ1: as diagnosed",
        "everything after it",
    ),
    (
        fault("initial-shape", "w.shape = (1, 4)", "w.shape = (4, 1)"),
        "dZ1: as diagnosed",
        "the shapes have to fit",
    ),
    (fault("wrong-operand"), "dZ1: as diagnosed", None),
    (fault("wrong-shape", "dZ1.shape = (2,", "dZ1.shape = (2, 1)"), "dZ1: as diagnosed", "a slope"),
    (fault("unheard-of", "dZ1 = 1", RIGHT), "dZ1: as diagnosed", None),
]


@pytest.mark.parametrize(("given", "message", "why"), SAID)
def test_a_mistake_is_told_in_the_notation_of_the_course(
    given: Fault, message: str, why: str | None
) -> None:
    """What was done, and why that is wrong; without formulas, what is known."""
    told = worded(given, "tanh")
    assert told.message == message
    assert (told.why or "").startswith(why or "")
    assert (told.why is None) == (why is None)


def test_a_reason_that_is_there_stays() -> None:
    """The diagnosis may know better than the table."""
    assert worded(replace(fault("sign"), why="because"), None).why == "because"


@pytest.mark.parametrize("code", [*DONE, *WHY, *WHY_IN_J])
def test_every_sentence_can_be_filled(code: str) -> None:
    """For every activation, and where there is none; no gap stays open."""
    for activation in (None, "tanh", "sigmoid", "relu", "leaky_relu"):
        told = worded(fault(code, "dZ1 = W1 @ dZ2", "dZ1 = W2 @ dZ2"), activation)
        assert "{" not in f"{told.message}{told.why}"
        assert told.why is None or told.why


@pytest.mark.parametrize(
    ("code", "mathematics"),
    [
        ("np.sum(dZ1) / m", "np.sum(dZ1) / m"),
        ("A1 ** 2", "A1²"),
        ("tanh_prime(Z1)", "tanh′(Z1)"),
        ("sigmoid_prime(Z1)", "σ′(Z1)"),
    ],
)
def test_code_reads_as_mathematics(code: str, mathematics: str) -> None:
    """What a board can show is shown as on the board."""
    assert mathematical(code) == mathematics
