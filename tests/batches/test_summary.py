"""A class in a few numbers: each submission counts once."""

from __future__ import annotations

import pytest

from gradcheck.submissions import Fault, Report, Submission, Summary, Where, summarise
from reports.summary import in_common


def fault(code: str, quantity: str) -> Fault:
    """Make a fault."""
    return Fault(code, quantity, Where(), "what it is")


SIGN, MEAN = fault("sign", "dw"), fault("missing-mean", "dw")
CLASS = (
    Submission("a.py", "linear", "wrong", faults=(SIGN, SIGN, MEAN), seconds=3.0),
    Submission("b.py", "linear", "wrong", faults=(MEAN,), seconds=0.5),
    Submission("c\033.py", "linear", "wrong", faults=(fault("missing-mean", "db"),), seconds=4.0),
    Submission("d.py", None, "not-gradable"),
)


def of(*submissions: Submission) -> Summary:
    """Summarise some submissions."""
    return summarise(Report(0, {}, submissions))


def test_verdicts_are_counted() -> None:
    """Those that nobody got, too."""
    expected = {"correct": 0, "wrong": 3, "undecided": 0, "not-gradable": 1}
    assert of(*CLASS).verdicts == expected


def test_a_fault_counts_once_a_submission() -> None:
    """The commonest comes first; the same mistake in another quantity is another fault."""
    counts = [(each.code, each.quantity, each.count) for each in of(*CLASS).faults]
    assert counts == [("missing-mean", "dw", 2), ("sign", "dw", 1), ("missing-mean", "db", 1)]


def test_the_slowest_come_first() -> None:
    """At most ten of them."""
    assert [each.seconds for each in of(*CLASS).slowest] == [4.0, 3.0, 0.5, 0.0]
    assert len(of(*CLASS * 5).slowest) == 10


def test_the_document_follows_its_schema() -> None:
    """Its fields may grow, and are never renamed."""
    document = of(*CLASS).to_json()
    assert document["schema"] == "gradcheck/summary/v1"
    assert document["submissions"] == 4
    assert document["faults"][0] == {"code": "missing-mean", "quantity": "dw", "count": 2}
    assert document["slowest"][0] == {"path": "c\033.py", "seconds": 4.0}


def test_the_text_names_what_many_have_and_what_took_long() -> None:
    """A name cannot move the cursor."""
    assert in_common(of(*CLASS)) == (
        "commonest faults: missing-mean in dw (2)\nslowest: c\\x1b.py (4.0 s), a.py (3.0 s)\n"
    )


@pytest.mark.parametrize("submissions", [(), CLASS[:1], CLASS[1:2], CLASS[3:]])
def test_nothing_is_said_where_nothing_is_in_common(submissions: tuple[Submission, ...]) -> None:
    """One submission has said it all itself."""
    assert in_common(of(*submissions)) == ""


def test_long_lines_are_wrapped() -> None:
    """At 80 columns."""
    many = [Submission(f"{'x' * 30}{n}.py", None, "not-gradable", seconds=9.0) for n in range(3)]
    assert max(map(len, in_common(of(*many)).splitlines())) <= 80
