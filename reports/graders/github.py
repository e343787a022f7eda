"""Annotations for GitHub Actions, and the summary of a step.

Source: GitHub's "Workflow commands" and the runner's limits: 10 annotations of a kind a step, and
1 MiB a summary. The runner reads commands from everything that a step prints, so every line here is
either one of ours or begins with a sign that makes it none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from reports.words import asides, headline, outcome, place, printable, said

if TYPE_CHECKING:
    from gradcheck.submissions.results import Check, Fault, Remark, Report, Submission, Where

MOST = 10  # of a kind a step
SUMMARY_BYTES = 2**20
_CUT = "\n\n… cut, because a summary may hold 1 MiB; the log has the rest.\n"


def github(report: Report) -> str:
    """Give the annotations, the gravest first; what goes beyond the limit is said in the log."""
    errors = [note for submission in report.submissions for note in _errors(submission)]
    warnings = [note for submission in report.submissions for note in _undecided(submission)]
    notices = [
        _annotation("notice", submission, remark, remark.message)
        for submission in report.submissions
        for remark in submission.remarks
    ]
    kinds = (("error", errors), ("warning", warnings), ("notice", notices))
    lines = [line for kind, notes in kinds for line in _within_limit(kind, notes)]
    verdicts = [f"- {printable(s.path)}: {headline(s)}" for s in report.submissions]
    return "".join(f"{_tame(line)}\n" for line in (*lines, *verdicts))


def step_summary(report: Report) -> str:
    """Give the summary for the file that ``GITHUB_STEP_SUMMARY`` names, in Markdown, ≤ 1 MiB."""
    text = "\n".join(line for submission in report.submissions for line in _section(submission))
    if len(text.encode()) <= SUMMARY_BYTES:
        return text
    room = SUMMARY_BYTES - len(_CUT.encode())
    return text.encode()[:room].decode("utf-8", "ignore").rpartition("\n")[0] + _CUT


def _errors(submission: Submission) -> Iterator[str]:
    if submission.verdict == "not-gradable":
        yield _command("error", submission.path, None, "not gradable", headline(submission))
    for fault in submission.faults:
        yield _annotation("error", submission, fault, _told(fault))


def _undecided(submission: Submission) -> Iterator[str]:
    open_ = (check for check in submission.checks if check.verdict == "undecided")
    names = [check.name for check in open_ if check.because_of is None]  # else a fault says it
    if names:
        message = f"could not be decided: {', '.join(names)}"
        yield _command("warning", submission.path, None, "undecided", message)


def _annotation(kind: str, submission: Submission, about: Fault | Remark, message: str) -> str:
    if about.where.cell:  # the line is one of the cell
        message = f"{place(about.where)}: {message}"
    return _command(kind, submission.path, about.where, about.code, message)


def _told(fault: Fault) -> str:
    lines = [printable(fault.message)]
    if fault.computed:
        lines.append(f"computed  {printable(fault.computed)}")
    if fault.expected:
        lines.append(f"expected  {printable(fault.expected)}")
    if fault.why:
        lines.append(printable(fault.why))
    return "\n".join(lines)


def _command(kind: str, path: str, where: Where | None, title: str, message: str) -> str:
    line = (where.file_line if where.cell else where.line) if where is not None else None
    line = line or 1
    given = {"file": printable(path), "line": str(line), "endLine": str(line), "title": title}
    properties = ",".join(f"{name}={_property(value)}" for name, value in given.items())
    return f"::{kind} {properties}::{_data(message)}"


def _data(text: str) -> str:
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return printable(escaped)


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _within_limit(kind: str, notes: Sequence[str]) -> Iterator[str]:
    """Yield as many as are shown; the last place tells of those that are not."""
    if len(notes) <= MOST:
        yield from notes
        return
    yield from notes[: MOST - 1]
    rest = notes[MOST - 1 :]
    yield f"::{kind} title=and {len(rest)} more::GitHub shows {MOST}; the log lists the others"
    for note in rest:
        properties, _, message = note[2:].partition("::")
        yield f"- {properties.replace('=', ' ')}: {message}"


def _tame(line: str) -> str:
    """Break the runner's old form of a command, which it reads anywhere in a line."""
    return line.replace("##[", "## [")


def _section(submission: Submission) -> Iterator[str]:
    yield f"### {markdown(submission.path)}: {markdown(headline(submission))}\n"
    if submission.checks:
        yield "| quantity | | points | |\n|---|---|---|---|"
    for check in submission.checks:
        yield _row(submission, check)
    yield ""
    for fault in submission.faults:
        where = place(fault.where)
        yield f"- {markdown(f'{where}: {said(fault)}' if where else said(fault))}"
    for aside in asides(submission):
        yield f"- {markdown(aside)}"
    yield ""


def _row(submission: Submission, check: Check) -> str:
    cells = (check.name, check.verdict, f"{check.points:g} of {check.max_points:g}")
    first = outcome(submission, check)[0]
    return f"| {' | '.join(markdown(cell) for cell in (*cells, first))} |"


def markdown(text: str) -> str:
    r"""Escape text for Markdown: every sign that could mean something to it stands for itself.

    >>> markdown("<b>|")
    '\\<b\\>\\|'
    """
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", printable(text))
