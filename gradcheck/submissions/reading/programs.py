"""What is run of a submission: its own definitions, and what has to be supplied for them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from gradcheck.sandbox import Piece, Program
from gradcheck.submissions.reading.definitions import Definition
from gradcheck.submissions.reading.files import Source
from gradcheck.submissions.reading.stubs import (
    HELPERS,
    SUPPLIED,
    gone_from_numpy,
    numpy_in_scipy,
    put_back,
    put_into_scipy,
    stubs_for,
)


def program_of(
    source: Source, allowed: Collection[str] | None = None
) -> tuple[Program, tuple[str, ...]]:
    """Give the program of a submission, and notes on what was supplied.

    Parameters
    ----------
    source : Source
    allowed : collection of str, optional
        The modules that may be imported, besides the course's helpers.
    """
    lines = "\n".join(piece.source for piece in source.pieces)
    stubs = {n: t for n, t in stubs_for(_imported(lines), lines).items() if n not in source.helpers}
    own = stubs.keys() - {"scipy"}  # that one is no helper: it only holds scipy.special
    notes = [f"the helper module {name} is not here: {_stands(name)}" for name in sorted(own)]
    stubs |= source.helpers
    notes += [f"read with it, as a module: {name}.py" for name in sorted(source.helpers)]
    given = {*allowed, *own, *source.helpers} if allowed is not None else _imported(lines)
    refused = sorted(_imported(lines) - given)
    stubs |= {
        name: f'raise ImportError("the assignment does not allow {name}")' for name in refused
    }
    pieces = []
    for name in _read_in_vain(source):
        pieces.append(Piece(SUPPLIED[name], "supplied"))
        notes.append(f"{name} is not defined: it was supplied")
    gone = gone_from_numpy(lines)
    if gone:
        pieces.append(Piece(put_back(gone), "supplied"))
        names = ", ".join(f"np.{name}" for name in gone)
        notes.append(f"put back where NumPy no longer has it: {names}")
    moved = () if "scipy" in refused else numpy_in_scipy(lines)
    if moved:
        pieces.append(Piece(put_into_scipy(moved), "supplied"))
        names = ", ".join(f"scipy.{name}" for name in moved)
        notes.append(f"put back where SciPy no longer has it: {names}")
    pieces.append(Piece(HELPERS, "supplied"))
    if refused:  # Python may have loaded them for itself
        lines = "".join(f"sys.modules.pop({name!r}, None)\n" for name in refused)
        pieces.append(Piece(f"import sys\n{lines}del sys\n", "supplied"))
    return Program((*pieces, *source.pieces), stubs), tuple(notes)


def _stands(name: str) -> str:
    return f"a stand-in supplies {'expit' if name.startswith('scipy') else 'sigmoid'}"


def _read_in_vain(source: Source) -> list[str]:
    free = frozenset[str]().union(*(function.free for function in _all(source)))
    return [name for name in SUPPLIED if name in free - source.defined]


def _all(source: Source) -> Iterator[Definition]:
    yield from source.functions
    for made in source.classes:
        yield from made.methods.values()


def _imported(lines: str) -> frozenset[str]:
    return frozenset(re.findall(r"(?m)^[ \t]*(?:from|import)\s+(\w+)", lines))
