"""Notebooks and the lines in them that are no Python."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_FOREIGN = re.compile(r"^(\s*)(?:[%!]|cd\s+[\w./~-]+\s*$|pip\s+install\b|\?\w|[\w.]+\?{1,2}\s*$)")
_PYTHON_2_PRINT = re.compile(r"^(\s*)print\s+(?![(=])(\S.*)$")
_PYLAB = "import numpy as np; import matplotlib.pyplot as plt; from pylab import *"
_PYTHON_CELLS = ("%%time", "%%timeit", "%%capture", "%%prun")


class UnreadableError(ValueError):
    """A file that holds no submission; the message is the reason, one line."""


@dataclass(frozen=True)
class Text:
    """A stretch of source: a whole file, or the code cell of that number, counted from 1."""

    source: str
    cell: int | None = None


def cells_of(document: str) -> tuple[Text, ...]:
    """Give the code cells of a notebook, of format 3 or 4.

    Raises
    ------
    UnreadableError
        If it is not JSON, not a notebook, or holds no code.
    """
    try:
        notebook = json.loads(document)
    except (ValueError, RecursionError) as error:
        where = f"line {error.lineno}: " if isinstance(error, json.JSONDecodeError) else ""
        raise UnreadableError(f"{where}invalid JSON; save the notebook again") from None
    sources = list(_code(notebook))
    texts = tuple(Text(source, number) for number, source in enumerate(sources, 1))
    if not any(text.source.strip() for text in texts):
        raise UnreadableError("the notebook holds no code")
    return texts


def _code(notebook: Any) -> Iterator[str]:
    if not isinstance(notebook, dict):
        raise UnreadableError(f"got a JSON {type(notebook).__name__}, expected a notebook")
    sheets = notebook.get("worksheets")
    holders = sheets if isinstance(sheets, list) else [notebook]
    for holder in holders:
        cells = holder.get("cells") if isinstance(holder, dict) else None
        if not isinstance(cells, list):
            raise UnreadableError("the JSON has no list of cells, so it is no notebook")
        for cell in cells:
            if isinstance(cell, dict) and cell.get("cell_type") == "code":
                yield _joined(cell.get("source", cell.get("input", "")))


def _joined(source: Any) -> str:
    lines = source if isinstance(source, list) else [source]
    return "".join(line for line in lines if isinstance(line, str))


def without_magics(source: str) -> str:
    """Blank out what only a notebook understands; every other line keeps its number.

    >>> without_magics("%matplotlib inline").splitlines()
    ['pass']
    """
    first = source.lstrip().split("\n", 1)[0]
    if first.startswith("%%") and not first.startswith(_PYTHON_CELLS):
        return ""
    return "\n".join(_blanked(line) for line in source.split("\n"))


def shell_lines(source: str) -> Iterator[tuple[int, str]]:
    r"""Yield what is meant for a shell, or another language, with its line: it is never run.

    >>> list(shell_lines("x = 1\n!rm -rf /"))
    [(2, '!rm')]
    """
    lines = source.split("\n")
    first = next((n for n, line in enumerate(lines) if line.strip()), 0)
    if lines[first].lstrip().startswith("%%") and not without_magics(source):
        yield first + 1, lines[first].split()[0]
        return
    for number, line in enumerate(lines, 1):
        found = re.match(r"\s*(!\s*\w*)", line)
        if found:
            yield number, found[1]


def _blanked(line: str) -> str:
    found = _FOREIGN.match(line)
    if found and line.startswith("%pylab"):
        return _PYLAB
    return f"{found[1]}pass" if found else line


def with_print_calls(source: str) -> str:
    """Write the print statements of Python 2 as calls.

    >>> with_print_calls('print "cost", J')
    'print("cost", J)'
    """
    return "\n".join(map(_with_call, source.split("\n")))


def _with_call(line: str) -> str:
    found = _PYTHON_2_PRINT.match(line)
    return f"{found[1]}print({found[2].rstrip().removesuffix(',')})" if found else line
