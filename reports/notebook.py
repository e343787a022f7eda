"""A validation as rich HTML for a notebook: no style sheet, no script, in dark and in light."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reports import counterexamples
from reports.html.elements import Content, Element, element
from reports.words import RIGHT, noted, place, points, remarked

if TYPE_CHECKING:  # results come in as values; nothing is loaded to print them
    from gradcheck.submissions.results import Excerpt, Fault, Report, Submission

SIGNS = {"correct": "✓", "wrong": "✗", "undecided": "?", "not-gradable": "–"}

# Everything takes the notebook's own colours; only the rules and the underline have one, which
# stands out on black as on white.
_RULE = "border-left:4px solid #888;padding-left:.8em;margin:.6em 0"
_CODE = "margin:.3em 0;padding:0;background:none;color:inherit;white-space:pre;overflow-x:auto"
_UNDERLINED = "text-decoration:underline #d33 2px;text-underline-offset:.3em"
_CELL = "text-align:left;padding:0 .8em 0 0;border:none;background:none"


def as_html(report: Report) -> str:
    """Give a fragment: a block a submission, with nothing that is loaded from elsewhere."""
    blocks = [element("div", *_block(submission)) for submission in report.submissions]
    return str(element("div", *blocks, lang="en", style="max-width:60em;line-height:1.45"))


def _block(submission: Submission) -> Iterator[Element]:
    verdict = f"{SIGNS[submission.verdict]} {submission.verdict}"
    model = f" ({submission.model}, {points(submission)})" if submission.model else ""
    yield element("p", element("strong", verdict), model)
    if submission.reason:
        yield element("p", submission.reason)
    for fault in submission.faults:
        yield element("div", *_fault(fault), style=_RULE)
    if submission.counterexample is not None:
        told = "\n".join(counterexamples.lines(submission.counterexample))
        yield element("pre", told, style=f"{_CODE};white-space:pre-wrap")
    right = [q.name for q in submission.quantities if q.verdict in RIGHT]
    if right and submission.verdict != "correct":
        yield element("p", f"Right for what it was fed: {', '.join(right)}.")
    for line in (*remarked(submission), *noted(submission)):
        yield element("p", line, style="margin:.2em 0;opacity:.8")


def _fault(fault: Fault) -> Iterator[Element]:
    at = place(fault.where)
    yield element(
        "p", element("strong", f"{at}: " if at else ""), fault.message, f" [{fault.code}]"
    )
    if fault.excerpt is not None:
        yield element("pre", _underlined(fault.excerpt), style=_CODE)
    rows = [("computed", fault.computed), ("expected", fault.expected)]
    cells = [
        element(
            "tr",
            element("th", name, scope="row", style=_CELL),
            element("td", element("code", text), style=_CELL),
        )
        for name, text in rows
        if text
    ]
    if cells:
        yield element("table", element("tbody", cells), style="border:none;margin:.3em 0")
    if fault.why:
        yield element("p", fault.why)


def _underlined(excerpt: Excerpt) -> Content:
    text, start, end = excerpt.text, excerpt.start, excerpt.end
    return text[:start], element("u", text[start:end], style=_UNDERLINED), text[end:]
