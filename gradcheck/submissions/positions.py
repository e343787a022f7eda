"""Where the lines of a notebook's cells stand in its file, for tools that show the file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from gradcheck.submissions.results import Submission, Where

Place = tuple[int | None, int | None]  # a code cell and a line in it
_SOURCE = re.compile(r'(?<!\\)"source"\s*:')


def with_file_lines(submission: Submission, document: bytes) -> Submission:
    """Give the faults and remarks in a notebook the lines of its file, where they are found."""
    if all(where.cell is None for where in _wheres(submission)):
        return submission
    lines = file_lines(document.decode("utf-8-sig", "replace"))

    def placed(where: Where) -> Where:
        return replace(where, file_line=lines.get((where.cell, where.line)))

    faults = tuple(replace(fault, where=placed(fault.where)) for fault in submission.faults)
    remarks = tuple(replace(remark, where=placed(remark.where)) for remark in submission.remarks)
    return replace(submission, faults=faults, remarks=remarks)


def _wheres(submission: Submission) -> Iterator[Where]:
    yield from (fault.where for fault in submission.faults)
    yield from (remark.where for remark in submission.remarks)


def file_lines(document: str) -> Mapping[Place, int]:
    """Find the line of the file that holds each line of each code cell.

    A notebook is JSON, and Jupyter writes it with a line of the file for a line of code. Where one
    was written otherwise, lines are not found, and these are absent.

    Parameters
    ----------
    document : str
        The notebook.

    Returns
    -------
    mapping of (int, int) to int
        The line of the file, from 1, by the code cell and the line in it, both from 1.
    """
    written = document.replace("\r\n", "\n").split("\n")
    starts = [at for at, text in enumerate(written) if _SOURCE.search(text)]
    sources = list(_sources(document))
    if len(starts) != len(sources):  # an output holds such a key, or all cells share a line
        return {}
    found: dict[Place, int] = {}
    for start, (cell, parts) in zip(starts, sources, strict=True):
        line = 1
        for at, part in enumerate(parts, start + 1):
            place = next((n for n in (at, start) if _holds(written[n : n + 1], part)), None)
            for step in range(part.count("\n") + (part[-1:] not in ("\n", ""))):
                if cell is not None and place is not None:
                    found[cell, line + step] = place + 1
            line += part.count("\n")
    return found


def _holds(written: Sequence[str], part: str) -> bool:
    spelt = (json.dumps(part, ensure_ascii=ascii_only) for ascii_only in (False, True))
    return any(text in line for line in written for text in spelt)


def _sources(document: str) -> Iterator[tuple[int | None, list[str]]]:
    """Yield the lines of every cell, with its number if it is one of code."""
    try:
        notebook: Any = json.loads(document)
    except (ValueError, RecursionError):
        return
    number = 0
    for cell in notebook.get("cells", ()) if isinstance(notebook, dict) else ():
        code = isinstance(cell, dict) and cell.get("cell_type") == "code"
        source = cell.get("source", "") if isinstance(cell, dict) else ""
        number += code
        parts = source if isinstance(source, list) else [source]
        yield number if code else None, [part for part in parts if isinstance(part, str)]
