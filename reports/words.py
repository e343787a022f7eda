"""The sentences that every report shares, as plain lines; whoever shows them wraps and escapes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reports.counterexamples import called, lines

if TYPE_CHECKING:  # results come in as values; nothing is loaded to print them
    from gradcheck.submissions.results import Check, Fault, Submission, Where

RIGHT = ("correct", "blamed-upstream")
CHECKED = {
    "correct": "right",
    "blamed-upstream": "right for what it was fed; the mistake lies before it",
    "not-found": "no function gives it",
    "undecided": "could not be decided, and so it is no pass",
    "wrong": "not shown to be right",
}


def printable(text: str) -> str:
    r"""Escape what could move the cursor or fake a line; a submission chose its own names.

    >>> printable("a\nb")
    'a\\nb'
    """
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text
    )


def place(where: Where) -> str:
    """Say where: the cell, the line, the function, as far as they are known; else nothing."""
    parts = []
    if where.cell:
        parts.append(f"cell {where.cell}")
    if where.line:
        parts.append(f"line {where.line}")
    if where.function:
        parts.append(f"in {called(printable(where.function))}")
    return ", ".join(parts)


def points(submission: Submission) -> str:
    """Say how many points were earned, of how many."""
    earned = sum(check.points for check in submission.checks)
    most = sum(check.max_points for check in submission.checks)
    return f"{earned:g} of {most:g} points"


def headline(submission: Submission) -> str:
    """Give the verdict in a line; where nothing could be graded, the reason."""
    if submission.verdict == "not-gradable":
        return f"not gradable: {printable(submission.reason or 'no reason is known')}"
    return f"{submission.verdict} ({submission.model}, {points(submission)})"


def told(fault: Fault) -> Iterator[str]:
    """Tell a fault in lines: where and what, the code underlined, the formulas, the reason.

    What the level of hints hides is not in the fault, and so it is not told.
    """
    where = place(fault.where)
    yield printable(f"{where}: {fault.message} [{fault.code}]" if where else said(fault))
    if fault.excerpt is not None:
        yield f"    {printable(fault.excerpt.text)}"
        yield f"    {' ' * fault.excerpt.start}{'^' * (fault.excerpt.end - fault.excerpt.start)}"
    if fault.computed:
        yield printable(f"    computed  {fault.computed}")
    if fault.expected:
        yield printable(f"    expected  {fault.expected}")
    if fault.why:
        yield printable(f"    {fault.why}")


def said(fault: Fault) -> str:
    """Say in a line what was done, with the code of the mistake."""
    return printable(f"{fault.message} [{fault.code}]")


def outcome(submission: Submission, check: Check) -> tuple[str, ...]:
    """Say in lines how a check ended: what is wrong with it, or why it earns what it earns."""
    if check.verdict not in ("wrong", "undecided"):
        return (CHECKED[check.verdict],)
    listed = {other.name for other in submission.checks}
    faults = {fault: quantities(fault) for fault in submission.faults}
    own = [fault for fault, names in faults.items() if check.name in names]
    if not own and check.because_of is not None and check.because_of not in listed:
        own = [fault for fault, names in faults.items() if not listed & set(names)]
    if own:
        shown = exemplified(submission) if own[0] == submission.faults[0] else ()
        return (*(line for fault in own for line in told(fault)), *shown)
    cause = [fault for fault in submission.faults if fault.quantity == check.because_of]
    because = (f", because of {printable(f.quantity)}: {said(f)}" for f in cause)
    return (f"{CHECKED[check.verdict]}{next(because, '')}",)


def exemplified(submission: Submission) -> Iterator[str]:
    """Tell the smallest example that shows the first fault, where one was found."""
    found = submission.counterexample
    return map(printable, lines(found)) if found is not None else iter(())


def quantities(fault: Fault) -> tuple[str, ...]:
    """Give the names in a fault; one mistake can spoil two quantities at once."""
    return tuple(name.strip() for name in fault.quantity.split(","))


def asides(submission: Submission) -> tuple[str, ...]:
    """Give what leaves the verdict as it is: remarks, and what was left out, supplied, unjudged."""
    return (*remarked(submission), *noted(submission))


def remarked(submission: Submission) -> Iterator[str]:
    """Yield the remarks, a line each."""
    for remark in submission.remarks:
        where = place(remark.where)
        told_at = f"remark, {where}" if where else "remark"
        yield printable(f"{told_at}: {remark.message} [{remark.code}]")


def noted(submission: Submission) -> Iterator[str]:
    """Yield the notes, a line each."""
    return (printable(f"note: {note}") for note in submission.notes)
