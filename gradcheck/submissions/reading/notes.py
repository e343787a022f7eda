"""Notes on what was left out, each said once."""

from __future__ import annotations

import re
from collections.abc import Iterable

MOST_NOTES = 30
_PLACE = re.compile(r"(?:cell \d+, )?line \d+: ")


def said_once(notes: Iterable[str]) -> tuple[str, ...]:
    """Say what is the same at many lines once, at the first of them, with a count.

    >>> said_once(["line 3: left out: why", "line 4: left out: why", "line 9: left out: why"])
    ('line 3: left out: why (and 2 more like it)',)
    """
    alike: dict[str, list[str]] = {}
    for note in notes:
        alike.setdefault(_PLACE.sub("", note, count=1), []).append(note)
    said = [
        f"{same[0]} (and {len(same) - 1} more like it)" if len(same) > 1 else same[0]
        for same in alike.values()
    ]
    rest = len(said) - MOST_NOTES
    return (*said[:MOST_NOTES], f"and {rest} more of such notes") if rest > 0 else tuple(said)
