"""The results of a validation as a page for the terminal, and as JSON."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

from reports.words import exemplified, noted, place, points, printable, remarked, said

if TYPE_CHECKING:  # results come in as values; nothing is loaded to print them
    from gradcheck.submissions.results import Excerpt, Fault, Report, Submission

WIDTH = 80
_COLOURS = {"correct": 32, "wrong": 31, "undecided": 33, "not-gradable": 33}


def as_json(report: Report) -> str:
    """Give the ``validation/v1`` document, indented, in ASCII."""
    return json.dumps(report.to_json(), indent=2, allow_nan=False) + "\n"


def as_text(report: Report, *, colour: bool = False) -> str:
    """Give a page of 80 columns: a block a submission, then a line that counts the verdicts.

    Parameters
    ----------
    report : Report
    colour : bool
        Whether verdicts are coloured; the page reads the same without.
    """
    blocks = ["\n".join(_block(submission, colour)) for submission in report.submissions]
    return "\n\n".join([*blocks, _summary(report)]) + "\n"


def _block(submission: Submission, colour: bool) -> Iterator[str]:
    verdict = submission.verdict
    painted = f"\033[{_COLOURS[verdict]}m{verdict}\033[0m" if colour else verdict
    head = f"{printable(submission.path)}: {painted}"
    if submission.model:
        head += f" ({submission.model}, {points(submission)})"
    yield head
    if submission.reason:
        yield from _wrapped(submission.reason, 2)
    yield from _faults(submission)
    for remark in remarked(submission):
        yield from _wrapped(remark, 2)
    absent = [q.name for q in submission.quantities if q.verdict == "not-found"]
    if absent:
        rest = "; this earns no points, and the verdict is of the rest"
        text = f"not found: {', '.join(absent)}"
        yield from _wrapped(text + rest * (submission.verdict == "correct"), 2)
    upstream = [q.name for q in submission.quantities if q.verdict == "blamed-upstream"]
    if upstream:
        yield from _wrapped(f"right for what they were fed: {', '.join(upstream)}", 2)
    for note in noted(submission):
        yield from _wrapped(note, 2)


def _faults(submission: Submission) -> Iterator[str]:
    for fault in submission.faults:
        yield from _fault(fault)
    for line in exemplified(submission):
        text = line.lstrip()
        yield from _wrapped(text, 2 + len(line) - len(text))


def _fault(fault: Fault) -> Iterator[str]:
    where = place(fault.where)
    yield from _wrapped(f"{where}: {said(fault)}" if where else said(fault), 2)
    if fault.excerpt:
        yield from _underlined(fault.excerpt, 6)
    if fault.computed:
        yield from _wrapped(f"computed  {fault.computed}", 6)
    if fault.expected:
        yield from _wrapped(f"expected  {fault.expected}", 6)
    if fault.why:
        yield from _wrapped(fault.why, 6)


def _underlined(excerpt: Excerpt, indent: int) -> Iterator[str]:
    """Show the line and underline its part; of a long line what fits, with that part in it."""
    room = WIDTH - indent
    first = max(0, min(excerpt.start, excerpt.end - room))
    text = printable(excerpt.text)[first : first + room].rstrip()
    length = min(excerpt.end, first + room) - excerpt.start
    yield " " * indent + text
    yield " " * (indent + excerpt.start - first) + "^" * length


def _wrapped(text: str, indent: int) -> list[str]:
    first, rest = " " * indent, " " * (indent + 2)
    return textwrap.wrap(
        printable(text),
        WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_on_hyphens=False,
    )


def _summary(report: Report) -> str:
    verdicts = [submission.verdict for submission in report.submissions]
    counts = [f"{verdicts.count(v)} {v}" for v in _COLOURS if v in verdicts]
    noun = "submission" if len(verdicts) == 1 else "submissions"
    return f"{len(verdicts)} {noun}: {', '.join(counts)}"
