"""Files to programs: what is kept of a submission, and what is left out and why."""

from __future__ import annotations

import ast
import re
import warnings
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePath

from gradcheck.sandbox import Piece
from gradcheck.submissions.reading.classes import Class, classes_in
from gradcheck.submissions.reading.definitions import (
    Definition,
    functions_in,
    is_definition,
    names_set_by,
)
from gradcheck.submissions.reading.loose import Loose, Script
from gradcheck.submissions.reading.notebooks import (
    Text,
    UnreadableError,
    cells_of,
    shell_lines,
    with_print_calls,
    without_magics,
)
from gradcheck.submissions.reading.scripts import script_in
from gradcheck.submissions.reading.slopes import with_course_names
from gradcheck.submissions.reading.steps import reads_data

SUFFIXES = (".py", ".ipynb")
ARCHIVE = ".zip"
STANDARD_INPUT = "-"
MOST_BYTES = 50_000_000
_NOTEBOOK = re.compile(r'\s*\{\s*"(cells|metadata|nbformat\w*|worksheets)"')
_CONTINUES = re.compile(r"(?:[\s)\]}#]|elif\b|else\b|except\b|finally\b|$)")

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
    """Read a submission from its file's text or its code cells."""
    written = texts
    texts, renamed = with_course_names(texts)
    pieces: list[Piece] = []
    functions: dict[str, Definition] = {}
    classes: dict[str, Class] = {}
    defined: frozenset[str] = frozenset()
    notes: list[str] = [f"read in the course's names: {renamed}"] if renamed else []
    loose: list[Loose] = []
    simple: list[Loose] = []
    for text in texts:
        for piece, statement in _statements(path, text, notes):
            if isinstance(statement, (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr)):
                simple.append(Loose(piece, statement))
            defines = is_definition(statement, defined)
            if not defines or reads_data(statement):  # m of the script's own data is no constant
                loose.append(Loose(piece, statement))
            if defines:
                pieces.append(piece)
                defined |= names_set_by(statement)
                functions |= {found.name: found for found in functions_in(statement, text.cell)}
                classes |= {found.name: found for found in classes_in(statement, text.cell)}
    found = tuple(functions.values()), tuple(classes.values())
    matrices = any(_MATRIX.search(text.source) for text in texts)
    script = script_in(loose, simple)
    return Source(
        path,
        tuple(pieces),
        *found,
        defined,
        tuple(notes),
        script,
        matrices,
        tuple(loose),
        written if renamed else (),
    )


def _statements(path: str, text: Text, notes: list[str]) -> Iterator[tuple[Piece, ast.stmt]]:
    for first_line, source in _parsable(text, notes):
        lines = source.split("\n")
        for statement in _parse(source).body:
            decorators = getattr(statement, "decorator_list", [])
            start = min([statement.lineno, *(d.lineno for d in decorators)])
            piece = "\n".join(lines[start - 1 : statement.end_lineno])
            whole = _tree(piece)
            if whole is None or len(whole.body) != 1:
                piece = ast.unparse(statement)  # several statements on a line
            if first_line > 1:
                ast.increment_lineno(statement, first_line - 1)
            yield Piece(piece, path, text.cell, start + first_line - 1), statement


def _stands_alone(source: str) -> bool:
    return _tree(source) is not None


def _tree(source: str) -> ast.Module | None:
    try:
        return _parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _parse(source: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an invalid escape in a student's string
        return ast.parse(source)


def _parsable(text: Text, notes: list[str]) -> Iterator[tuple[int, str]]:
    """Yield the parts that are Python, with their first lines; note those that are not."""
    for candidate in (text.source, with_print_calls(text.source)):
        if _stands_alone(candidate):
            yield 1, candidate
            return
    cell = f"cell {text.cell}, " if text.cell else ""
    for line, word in shell_lines(text.source):
        notes.append(f"{cell}line {line}: {word} was left out: it is no Python")
    repaired = without_magics(text.source)
    for candidate in (repaired, with_print_calls(repaired)):
        if _stands_alone(candidate):
            yield 1, candidate
            return
    repaired = with_print_calls(repaired)
    for first_line, block in _blocks(repaired):
        if _stands_alone(block):
            yield first_line, block
        else:
            notes.append(_left_out(text, first_line, block))


def _blocks(source: str) -> Iterator[tuple[int, str]]:
    """Split at the lines that start a statement at the left margin."""
    lines = source.split("\n")
    starts = [n for n, line in enumerate(lines) if not _CONTINUES.match(line)]
    decorated = [n for n in starts if n - 1 in starts and lines[n - 1].startswith("@")]
    starts = [n for n in starts if n not in decorated]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        yield start + 1, "\n".join(lines[start:end])


def _left_out(text: Text, first_line: int, block: str) -> str:
    line, reason = first_line, "cannot be parsed"
    try:
        _parse(block)
    except SyntaxError as error:
        line, reason = first_line + (error.lineno or 1) - 1, str(error.msg)
    except (ValueError, RecursionError, MemoryError):
        pass
    cell = f"cell {text.cell}, " if text.cell else ""
    named = re.match(r"(?:@.*\n)*(?:def|class)\s+(\w+)", block)
    what = f"{named[1]} was left out" if named else "the statement was left out"
    return f"{cell}line {line}: {what}: {reason}"
