"""What a script holds outside functions, and the function that is made of it."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from gradcheck.sandbox import Piece
from gradcheck.submissions.reading.definitions import Definition


@dataclass(frozen=True)
class Loose:
    """A statement of a script that does something, with the piece of text that it stands in."""

    piece: Piece
    statement: ast.stmt


@dataclass(frozen=True)
class Script:
    """A loop or a pass as a function of one step, and what was made of it; or why it is none.

    Parameters
    ----------
    pieces : tuple of Piece
    function : Definition or None
    note : str
        For the reader.
    """

    pieces: tuple[Piece, ...]
    function: Definition | None
    note: str
