"""What the submissions of a class have in common, in a few lines for the terminal."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from reports.words import printable

if TYPE_CHECKING:
    from gradcheck.submissions import Summary

WIDTH = 80
FAULTS, SLOWEST = 5, 3
SLOW_SECONDS = 1.0  # nobody waits for less


def in_common(summary: Summary) -> str:
    """Name the faults that more than one submission has, and those that kept the others waiting.

    Nothing is said of what is not there: the text is empty for a class without either.
    """
    faults = [
        f"{fault.code} in {fault.quantity} ({fault.count})"
        for fault in summary.faults[:FAULTS]
        if fault.count > 1
    ]
    slow = [
        f"{printable(each.path)} ({each.seconds:.1f} s)"
        for each in summary.slowest[:SLOWEST]
        if summary.submissions > 1 and each.seconds >= SLOW_SECONDS
    ]
    return _line("commonest faults", faults) + _line("slowest", slow)


def _line(title: str, items: list[str]) -> str:
    text = f"{title}: {', '.join(items)}"
    lines = textwrap.wrap(text, WIDTH, subsequent_indent="  ", break_on_hyphens=False)
    return "\n".join(lines) + "\n" if items else ""
