"""Finding out, once and by trying, which walls stand on this machine and what gets through them."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from . import library
from .canaries import Host, leaks
from .decode import decode
from .encode import encode
from .protect import Protection, of_this_machine

TRIAL_MEMORY_BYTES = 2**28
TRIAL_SECONDS = 10
REPORT_BYTES = 2**16


def probe(folder: str, host: Host) -> tuple[Protection, list[str]]:
    """Give the protection of this machine and what leaks through it.

    Moves this process away from the host; then a child tries the rest.
    """
    standard = library.standard()  # behind the walls Python may be unable to find that out
    start = of_this_machine(folder)
    reader, writer = os.pipe()
    child = start.fork()
    if child == 0:
        try:
            report = _tried(start, host, writer, standard)
            os.write(writer, encode(report, limit=REPORT_BYTES))
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        report = decode(stream.read(REPORT_BYTES))
    os.waitpid(child, 0)
    found = replace(start, layers=tuple(report["layers"]), missing=report["missing"])
    return found, report["leaks"]


def _tried(found: Protection, host: Host, writer: int, standard: str) -> dict[str, Any]:
    """Be the child: raise the walls, then run against them."""
    found.close_all_but(writer)
    found = found.try_walls(TRIAL_MEMORY_BYTES, TRIAL_SECONDS)
    try:
        list(Path(standard).iterdir())
    except OSError as error:  # its user may not enter the folder that Python lives in
        found = found.without("all of the standard library", error)
    return {"layers": found.layers, "missing": dict(found.missing), "leaks": leaks(host)}
