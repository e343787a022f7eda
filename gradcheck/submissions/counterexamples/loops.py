"""The loop of a script that was judged as a function of one step."""

from __future__ import annotations

from gradcheck.submissions.reading.files import Source
from gradcheck.submissions.results import Loop


def loop_of(source: Source, function: str) -> Loop | None:
    """Give the loop that a function stands for; None for a function of the submission's own."""
    head = f"def {function}("
    body = next((p for p in source.pieces if p.source.startswith(head)), None)
    around = (p.source for p in source.pieces if f"\n{head}" in p.source and p.name != source.path)
    found = next(around, None)
    if body is None or found is None:
        return None
    return Loop(body.first_line, body.cell, body.source.partition("\n")[0], found)
