"""What is graded is the same list for every submission of a model, whatever it leaves out."""

from __future__ import annotations

import pytest

from gradcheck.submissions.checklist import OTHERS, checklist, score
from gradcheck.submissions.results import Check, Fault, Quantity, Where

NAMES = ("Z", "A", "J", "dZ", "dw", "db")


def fault(code: str, quantity: str) -> Fault:
    """Make a fault somewhere."""
    return Fault(code, quantity, Where(), "…")


def judged(*verdicts: tuple[str, str]) -> tuple[Quantity, ...]:
    """Make quantities with their verdicts."""
    return tuple(Quantity(name, verdict) for name, verdict in verdicts)


def right(*names: str) -> tuple[Quantity, ...]:
    """Make quantities that are all right."""
    return judged(*((name, "correct") for name in names))


def lost(checks: tuple[Check, ...]) -> dict[str, str]:
    """Give the verdicts of the checks that earned nothing."""
    return {check.name: check.verdict for check in checks if not check.points}


EARNED_ALL = (
    ("everything is shown", right(*NAMES)),
    ("the forward pass is one expression", right("J", "dw", "db")),
    ("the cost is never computed", right("dw", "db")),
    ("the bias is part of the weights", right("J", "dw")),
    ("helpers are right too", right(*NAMES, "predict", "sigmoid")),
)


@pytest.mark.parametrize(
    "quantities", [case[1] for case in EARNED_ALL], ids=[case[0] for case in EARNED_ALL]
)
def test_right_code_earns_all_however_it_is_written(quantities: tuple[Quantity, ...]) -> None:
    """What is not shown by itself is right where what it leads to is right."""
    checks = checklist(NAMES, quantities, ())
    assert (lost(checks), score(checks)) == ({}, 1.0)


LOST = (
    ("nothing was found", (), (), dict.fromkeys((*NAMES, OTHERS), "not-found")),
    (
        "no gradient was found",
        judged(("J", "correct"), ("dw", "not-found"), ("db", "not-found")),
        (fault("missing-function", "dw"),),
        {"dZ": "not-found", "dw": "wrong", "db": "not-found"},
    ),
    ("a named slip", judged(("J", "correct"), ("dw", "wrong")), (fault("missing-mean", "dw"),),
     {"dw": "wrong"}),
    (
        "a named slip on the way, its followers blamed once",
        judged(("J", "correct"), ("dw", "wrong"), ("db", "wrong")),
        (fault("sign", "dZ"),),
        {"dZ": "wrong"},
    ),
    (
        "a slip that nobody can name leaves open what is right before it",
        judged(("J", "correct"), ("dw", "wrong"), ("db", "correct")),
        (fault("unexplained", "dw"),),
        {"dZ": "undecided", "dw": "wrong"},
    ),
    (
        "a slip that is unexplained clears none of its followers",
        judged(("A", "wrong"), ("J", "wrong"), ("dw", "correct"), ("db", "correct")),
        (fault("unexplained", "A"),),
        {"Z": "undecided", "A": "wrong", "J": "wrong"},
    ),
    (
        "a call that ran out of time is no pass for what it hides",
        judged(("J", "wrong"), ("dw", "correct"), ("db", "correct")),
        (fault("timed-out", "J"),),
        {"Z": "undecided", "A": "undecided", "J": "wrong"},
    ),
    (
        "two quantities in one fault",
        judged(("J", "correct"), ("dw", "wrong"), ("db", "wrong")),
        (fault("missing-mean", "dw, db"),),
        {"dw": "wrong", "db": "wrong"},
    ),
    ("undecided is no pass", judged(("J", "undecided"), ("dw", "correct"), ("db", "correct")), (),
     dict.fromkeys(("Z", "A", "J"), "undecided")),
    (
        "a wrong prediction",
        (*right(*NAMES), *judged(("predict", "wrong"))),
        (fault("predict-wrong", "predict"),),
        {OTHERS: "wrong"},
    ),
    (
        "a wrong helper that no fault names",
        (*right(*NAMES), *judged(("sizes", "undecided"))),
        (),
        {OTHERS: "undecided"},
    ),
    (
        "the worse of two verdicts counts",
        judged(("J", "wrong"), ("J", "correct"), ("dw", "correct"), ("db", "correct")),
        (),
        {"Z": "wrong", "A": "wrong", "J": "wrong"},
    ),
    ("helpers alone", right("sigmoid"), (), dict.fromkeys((*NAMES, OTHERS), "not-found")),
)  # fmt: skip


@pytest.mark.parametrize(
    ("quantities", "faults", "expected"), [case[1:] for case in LOST], ids=[c[0] for c in LOST]
)
def test_what_is_wrong_or_absent_earns_nothing(
    quantities: tuple[Quantity, ...], faults: tuple[Fault, ...], expected: dict[str, str]
) -> None:
    """And what is not touched by it keeps its points."""
    assert lost(checklist(NAMES, quantities, faults)) == expected


def test_leaving_a_function_out_never_raises_the_score() -> None:
    """The denominator is that of the model: a wrong gradient is worth as much as none."""
    wrong = checklist(NAMES, judged(*((n, "correct") for n in NAMES[:4]), ("dw", "wrong")), ())
    absent = checklist(NAMES, judged(*((n, "correct") for n in NAMES[:4]), ("dw", "not-found")), ())
    assert score(absent) <= score(wrong) < 1
    assert [check.name for check in absent] == [check.name for check in wrong]


def test_points_are_the_list_where_they_are_given() -> None:
    """A quantity that the assignment asks for and that is absent costs its points."""
    checks = checklist(NAMES, right(*NAMES), (), {"dw": 3, "predict": 1})
    assert [(c.name, c.points, c.max_points) for c in checks] == [
        ("dw", 3, 3),
        ("predict", 0, 1),
        ("other functions", 1, 1),
    ]
    assert score(checks) == 0.8


def test_nothing_to_grade_scores_nothing() -> None:
    """Zero entries are no pass."""
    assert score(()) == 0.0
