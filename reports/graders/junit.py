"""JUnit XML, which continuous integration and most graders read.

The format has no standard; these are the elements and attributes of Jenkins' schema:
``testsuites/testsuite/(properties/property | testcase/(failure | error))``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from reports.words import RIGHT, asides, headline, outcome, printable

if TYPE_CHECKING:
    from gradcheck.submissions.results import Check, Report, Submission

# What kept a check from being judged is an error, and what was judged wrong a failure.
ERRORS = frozenset({"crashed", "timed-out", "not-implemented"})


def junit(report: Report) -> str:
    """Give one ``testsuite`` a submission, and one ``testcase`` a check."""
    root = Element("testsuites", name="gradcheck")
    for submission in report.submissions:
        root.append(_suite(submission, report.seed))
    for attribute in ("tests", "failures", "errors", "skipped"):
        root.set(attribute, str(sum(int(suite.get(attribute, "0")) for suite in root)))
    root.set("time", f"{sum(submission.seconds for submission in report.submissions):.3f}")
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _suite(submission: Submission, seed: int) -> Element:
    suite = Element("testsuite", name=printable(submission.path))
    properties = SubElement(suite, "properties")
    for name, value in _properties(submission, seed):
        SubElement(properties, "property", name=name, value=value)
    for check in submission.checks:
        _case(suite, submission, check)
    if submission.verdict == "not-gradable":
        case = SubElement(suite, "testcase", classname=printable(submission.path), name="gradable")
        SubElement(case, "error", type="not-gradable", message=headline(submission))
    if asides(submission):
        SubElement(suite, "system-out").text = "\n".join(asides(submission))
    counts = {"failures": "failure", "errors": "error", "skipped": "skipped"}
    suite.set("tests", str(len(suite.findall("testcase"))))
    for attribute, tag in counts.items():
        suite.set(attribute, str(len(suite.findall(f"testcase/{tag}"))))
    suite.set("time", f"{submission.seconds:.3f}")
    return suite


def _properties(submission: Submission, seed: int) -> Iterator[tuple[str, str]]:
    yield "verdict", submission.verdict
    yield "score", f"{submission.score:g}"
    yield "seed", str(seed)
    if submission.model:
        yield "model", submission.model


def _case(suite: Element, submission: Submission, check: Check) -> None:
    case = SubElement(
        suite, "testcase", classname=printable(submission.path), name=printable(check.name)
    )
    if check.verdict in RIGHT:
        return
    lines = outcome(submission, check)
    tag = "error" if check.code in ERRORS or check.verdict == "undecided" else "failure"
    ended = SubElement(case, tag, type=check.code or check.verdict, message=lines[0])
    ended.text = "\n".join(lines)
