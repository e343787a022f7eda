"""Files beside a submission that it imports as modules: read with it, as definitions only.

No file stands in for a module that is installed here, nor for one of Python's or of ours.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import suppress
from importlib.util import find_spec

from gradcheck.submissions.reading.files import Source, read_bytes
from gradcheck.submissions.reading.notebooks import UnreadableError

MOST_HELPERS = 10
MOST_HELPER_BYTES = 300_000
_OURS = frozenset({"gradcheck", "impl", "derivations", "reports"})
_AT_START = frozenset(
    {"sitecustomize", "usercustomize", "conftest"}
)  # what tools load by themselves
_IMPORTS = re.compile(rb"^[ \t]*(?:from[ \t]+\.?(\w+)|import[ \t]+([\w, \t]+))", re.MULTILINE)

Beside = Callable[[str], bytes | None]


def imported_by(data: bytes) -> Iterator[str]:
    """Yield the modules that a text imports.

    >>> sorted(imported_by(b"import numpy as np, utils"))
    ['numpy', 'utils']
    """
    for one, several in _IMPORTS.findall(data):
        for name in (one, *several.split(b",")):
            if name.strip():
                yield name.split()[0].decode("ascii", "replace")


def helpers_of(data: bytes, beside: Beside) -> dict[str, bytes]:
    """Find the files beside a submission that it imports, and those that these import.

    Parameters
    ----------
    data : bytes
        The submission's own.
    beside : callable
        Gives the bytes of a module's file, or None.
    """
    found: dict[str, bytes] = {}
    waiting = [data]
    while waiting and len(found) < MOST_HELPERS:
        for name in imported_by(waiting.pop()):
            text = None if name in found else beside(name)
            if text is not None and len(found) < MOST_HELPERS and may_be_beside(name):
                found[name] = text[: MOST_HELPER_BYTES + 1]  # of a larger one no more than its size
                waiting += [] if _is_large(text) else [text]
    return found


def left_out(data: bytes, read: Container[str], beside: Beside) -> Iterator[str]:
    """Yield a note on each module that lies beside a submission and is not read with it.

    Parameters
    ----------
    data : bytes
        The submission's own.
    read : container of str
        The modules that are read with it.
    beside : callable
    """
    for name in dict.fromkeys(imported_by(data)):
        text = None if name in read else beside(name)
        if text is not None and may_be_beside(name):
            yield f"{name}.py lies beside it and is not read: {_reason(text)}"


def _is_large(text: bytes) -> bool:
    return len(text) > MOST_HELPER_BYTES


def _reason(text: bytes) -> str:
    if _is_large(text):
        return f"larger than {MOST_HELPER_BYTES // 1000} kB"
    try:
        read_bytes("helper.py", text)
    except UnreadableError as error:
        return str(error)
    return f"more than {MOST_HELPERS} modules are imported"


def may_be_beside(module: str) -> bool:
    """Say whether a file may stand for a module: not where there is one of that name."""
    if not module.isidentifier() or module in _OURS | _AT_START | sys.stdlib_module_names:
        return False
    with suppress(ImportError, ValueError):
        return find_spec(module) is None
    return False


def definitions_of(helpers: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """Yield each module with the text of what its file defines; nothing else of it is run."""
    for name, data in helpers.items():
        if _is_large(data):
            continue
        with suppress(UnreadableError):
            source: Source = read_bytes(f"{name}.py", data)
            yield name, "\n".join(piece.source for piece in source.pieces)
