"""Files to programs: what is kept of a submission, and what is left out and why."""

from __future__ import annotations

import ast
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePath

from gradcheck.sandbox import Piece
from gradcheck.submissions.reading.classes import Class, classes_in
from gradcheck.submissions.reading.defining import is_definition, names_set_by
from gradcheck.submissions.reading.definitions import Definition, functions_in
from gradcheck.submissions.reading.loose import Loose, Script
from gradcheck.submissions.reading.notebooks import Text, UnreadableError, cells_of
from gradcheck.submissions.reading.own_counts import OwnCount, own_counts
from gradcheck.submissions.reading.scripts import script_in
from gradcheck.submissions.reading.slopes import with_course_names
from gradcheck.submissions.reading.statements import (
    Unread,
    is_literal,
    joined,
    statements_in,
)
from gradcheck.submissions.reading.steps import reads_data
from gradcheck.submissions.reading.wanted import wanted_by

SUFFIXES = (".py", ".ipynb")
ARCHIVE = ".zip"
STANDARD_INPUT = "-"
MOST_BYTES = 50_000_000  # of a file: the outputs of a notebook are no program
MOST_SOURCE = 1_000_000  # characters of program: a large piece of homework has 50 000
_NOTEBOOK = re.compile(r'\s*\{\s*"(cells|metadata|nbformat\w*|worksheets)"')

_MATRIX = re.compile(r"\b(?:np|numpy)\.(?:matrix|mat|asmatrix)\b")


@dataclass(frozen=True)
class Source:
    """A submission as it was read.

    Parameters
    ----------
    path : str
        As the user gave it.
    pieces : tuple of Piece
        The statements that only define, in order.
    functions : tuple of Definition
        One a name: the last definition wins.
    classes : tuple of Class
        Likewise.
    defined : frozenset of str
        Every name that the pieces set.
    notes : tuple of str
        What was left out.
    script : Script or None
        The training loop outside all functions, where there is one.
    matrices : bool
        Whether it names ``np.matrix``, whose ``*`` is another product than that of arrays.
    loose : tuple of Loose
        The statements that do something, in order: none of them is run as it stands.
    written : tuple of Text
        What the author wrote, where it is read in other names.
    helpers : mapping of str to str
        The modules that lie beside it, by what they define.
    unread : tuple of Unread
        What is no Python.
    counts : mapping of str to OwnCount
        The names that count its own data.
    """

    path: str
    pieces: tuple[Piece, ...]
    functions: tuple[Definition, ...]
    classes: tuple[Class, ...]
    defined: frozenset[str]
    notes: tuple[str, ...]
    script: Script | None = None
    matrices: bool = False
    loose: tuple[Loose, ...] = ()
    written: tuple[Text, ...] = ()
    helpers: Mapping[str, str] = field(default_factory=dict)
    unread: tuple[Unread, ...] = ()
    counts: Mapping[str, OwnCount] = field(default_factory=dict)

    def as_written(self) -> Source:
        """Give the submission with the text of its pieces as the author wrote it."""
        texts = {text.cell: text.source.split("\n") for text in self.written}
        pieces = (
            replace(
                p,
                source="\n".join(
                    texts[p.cell][p.first_line - 1 : p.first_line + p.source.count("\n")]
                ),
            )
            if p.cell in texts and p.name == self.path
            else p
            for p in self.pieces
        )
        return replace(self, pieces=tuple(pieces))

    def with_roles(self, named: Mapping[str, str]) -> Source:
        """Give the submission with the roles of functions that an assignment names."""
        roles = {name: role for role, name in named.items()}
        functions = (
            replace(f, roles=(roles[f.name],)) if f.name in roles else f for f in self.functions
        )
        return replace(self, functions=tuple(functions))

    def with_loop(self) -> Source | None:
        """Give the submission with its training loop as a function, if it has one."""
        if self.script is None or self.script.function is None:
            return None
        return replace(
            self,
            pieces=(*self.pieces, *self.script.pieces),
            functions=(*self.functions, self.script.function),
            notes=(*self.notes, self.script.note),
            script=None,
        )


def read_bytes(name: str, data: bytes) -> Source:
    """Read a submission from its bytes, whatever disk they lie on.

    Parameters
    ----------
    name : str
        As the user knows it; its suffix tells a notebook from a program. A notebook under a
        program's name is read as one, and standard input, ``-``, is known by its content.
    data : bytes

    Raises
    ------
    UnreadableError
        If there is nothing in it to judge; the message is the reason, one line.
    """
    suffix = PurePath(name).suffix.lower()
    if suffix not in SUFFIXES and name != STANDARD_INPUT:
        raise UnreadableError(f"got a {suffix or 'suffixless'} file, expected .py or .ipynb")
    document = _text(data)
    if not document.strip():
        raise UnreadableError("the file is empty")
    if suffix == ".ipynb" or _NOTEBOOK.match(document):
        return read_texts(name, cells_of(document))
    return read_texts(name, (Text(document),))


def _text(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise UnreadableError(f"larger than {MOST_BYTES // 1_000_000} MB; clear its outputs")
    if data.startswith(b"%PDF"):
        raise UnreadableError("a PDF under another name, expected the text of a program")
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return _unix(data.decode("utf-16", "replace"))
    if b"\0" in data:
        raise UnreadableError("a binary file, expected the text of a program")
    try:
        return _unix(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return _unix(data.decode("latin-1"))


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_texts(path: str, texts: tuple[Text, ...]) -> Source:
    """Read a submission from its file's text or its code cells.

    Raises
    ------
    UnreadableError
        If it is longer than programs that people write.
    """
    _refuse_long(texts)
    written = texts
    texts, renamed = with_course_names(texts)
    notes: list[str] = [f"read in the course's names: {renamed}"] if renamed else []
    unread: list[Unread] = []
    kept: list[tuple[Piece, ast.stmt]] = []
    loose: list[Loose] = []
    simple: list[Loose] = []
    defined: set[str] = set()
    for text in texts:
        for piece, statement in statements_in(path, text, notes, unread):
            if isinstance(statement, (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr)):
                simple.append(Loose(piece, statement))
            defines = is_literal(statement) or is_definition(statement, defined)
            if not defines or reads_data(statement):  # m of the script's own data is no constant
                loose.append(Loose(piece, statement))
            if defines:
                kept.append((piece, statement))
                defined |= names_set_by(statement)
    functions = {f.name: f for p, s in kept for f in functions_in(s, p.cell)}
    classes = {c.name: c for p, s in kept for c in classes_in(s, p.cell)}
    readers = [*functions.values(), *(m for c in classes.values() for m in c.methods.values())]
    wanted = wanted_by(readers, loose, defined)
    return Source(
        path,
        (*joined(kept), *(at.piece for at in wanted)),
        tuple(functions.values()),
        tuple(classes.values()),
        frozenset(defined).union(*(names_set_by(at.statement) for at in wanted)),
        (*notes, *(part.note for part in unread)),
        script_in(loose, simple),
        any(_MATRIX.search(text.source) for text in texts),
        tuple(loose),
        written if renamed else (),
        unread=tuple(unread),
        counts=own_counts([at.statement for at in simple]),
    )


def _refuse_long(texts: Iterable[Text]) -> None:
    length = sum(len(text.source) for text in texts)
    if length > MOST_SOURCE:
        raise UnreadableError(
            f"{length // 1000} kB of program, expected at most {MOST_SOURCE // 1000} kB; "
            "keep its data in a file of their own"
        )
