"""A text taken apart: its statements, each with its lines, and the reason for what is left out."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from gradcheck.sandbox import Piece
from gradcheck.submissions.reading.notebooks import (
    Text,
    shell_lines,
    with_print_calls,
    without_magics,
)

_CONTINUES = re.compile(r"(?:[\s)\]}#]|elif\b|else\b|except\b|finally\b|$)")
_NAMED = re.compile(r"(?:@.*\n)*(?:async[ \t]+)?(?:def|class)\s+(\w+)")
_REFUSED = (SyntaxError, ValueError, RecursionError, MemoryError)
_LITERAL = (ast.Constant, ast.Tuple, ast.List, ast.UnaryOp, ast.USub, ast.Load)

Found = tuple[Piece, ast.stmt]
Part = tuple[int, str, list[ast.stmt]]  # the first line, the text, and what it says


@dataclass(frozen=True)
class Unread:
    """A stretch of a text that is no Python.

    Parameters
    ----------
    name : str
        The function or class that it would define, or nothing.
    line : int
    cell : int or None
    reason : str
    """

    name: str
    line: int
    cell: int | None
    reason: str

    @property
    def note(self) -> str:
        """What is said of it."""
        cell = f"cell {self.cell}, " if self.cell else ""
        what = f"{self.name} cannot be read" if self.name else "the statement was left out"
        return f"{cell}line {self.line}: {what}: {self.reason}"


def statements_in(
    path: str, text: Text, notes: list[str], unread: list[Unread]
) -> Iterator[tuple[Piece, ast.stmt]]:
    """Yield the statements of a text, each with the lines that it stands in.

    Parameters
    ----------
    path : str
        As the user gave it.
    text : Text
    notes : list of str
        Gains a note on each line that is meant for a shell, and on an ``else`` of ``__main__``.
    unread : list of Unread
        Gains what is no Python.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an invalid escape in a student's string
        parts = list(_parsable(text, notes, unread))
    for first_line, source, body in parts:
        lines = source.split("\n")
        starts = [*map(_start, body), len(lines) + 1]
        before = 0
        for statement, start, after in zip(body, starts, starts[1:], strict=False):
            end = statement.end_lineno or start
            piece = "\n".join(lines[start - 1 : end])
            if not before < start <= end < after or piece.endswith("\\"):
                piece = ast.unparse(statement)  # several statements on a line
            before = end
            if first_line > 1:
                ast.increment_lineno(statement, first_line - 1)
            whole = Piece(piece, path, text.cell, start + first_line - 1)
            yield from _unfolded(whole, statement, notes)


def _start(statement: ast.stmt) -> int:
    decorators: Sequence[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(d.lineno for d in decorators)])


def _unfolded(piece: Piece, statement: ast.stmt, notes: list[str]) -> Iterator[Found]:
    """Yield a statement; of one for ``__main__`` that defines something, what stands in it."""
    main = isinstance(statement, ast.If) and _asks_for_main(statement.test)
    inner: list[ast.stmt] = getattr(statement, "body", []) if main else []
    if not any(isinstance(n, (ast.FunctionDef, ast.ClassDef)) for n in inner):
        yield piece, statement
        return
    lines, before = piece.source.split("\n"), 0
    starts = [*map(_start, inner), piece.first_line + len(lines)]
    for part, first, after in zip(inner, starts, starts[1:], strict=False):
        last = part.end_lineno or part.lineno
        text = ""
        if before < first <= last < after:
            text = _dedented(lines[first - piece.first_line : last + 1 - piece.first_line], part)
        before = last
        body = _body(text) or ast.parse(text := ast.unparse(part)).body
        for found in body:
            ast.increment_lineno(found, first - 1)
            yield replace(piece, source=text, first_line=first), found
    for other in getattr(statement, "orelse", [])[:1]:
        cell = f"cell {piece.cell}, " if piece.cell else ""
        notes.append(f"{cell}line {_start(other)}: left out: it stands in an else of __main__")


def _asks_for_main(test: ast.expr) -> bool:
    return any(isinstance(n, ast.Name) and n.id == "__name__" for n in ast.walk(test))


def _dedented(lines: Sequence[str], part: ast.stmt) -> str:
    margin = part.col_offset
    return "\n".join(line if line[:margin].strip() else line[margin:] for line in lines)


def _body(source: str) -> list[ast.stmt] | None:
    try:
        return ast.parse(source).body
    except _REFUSED:
        return None


def _parsable(text: Text, notes: list[str], unread: list[Unread]) -> Iterator[Part]:
    """Yield the parts that are Python, with their first lines; note those that are not."""
    whole = _first_sound(text.source, (str, with_print_calls))
    if whole is not None:
        yield whole
        return
    cell = f"cell {text.cell}, " if text.cell else ""
    for line, word in shell_lines(text.source):
        notes.append(f"{cell}line {line}: {word} was left out: it is no Python")
    repaired = without_magics(text.source)
    whole = _first_sound(repaired, (str, with_print_calls))
    if whole is not None:
        yield whole
        return
    for first_line, block in _blocks(with_print_calls(repaired)):
        body = _body(block)
        if body is None:
            unread.append(_unread(text, first_line, block))
        else:
            yield first_line, block, body


def _first_sound(source: str, changes: Sequence[Callable[[str], str]]) -> Part | None:
    """Give the text as the first change makes it that leaves it Python, if one does."""
    for change in changes:
        candidate = change(source)
        body = _body(candidate)
        if body is not None:
            return 1, candidate, body
    return None


def _blocks(source: str) -> Iterator[tuple[int, str]]:
    """Split at the lines that start a statement at the left margin."""
    lines = source.split("\n")
    starts = [n for n, line in enumerate(lines) if not _CONTINUES.match(line)]
    decorators = {n for n in starts if lines[n].startswith("@")}
    starts = [n for n in starts if n - 1 not in decorators]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        yield start + 1, "\n".join(lines[start:end])


def _unread(text: Text, first_line: int, block: str) -> Unread:
    line, reason = first_line, "cannot be parsed"
    try:
        ast.parse(block)
    except SyntaxError as error:
        line, reason = first_line + (error.lineno or 1) - 1, str(error.msg)
    except _REFUSED:
        pass
    named = _NAMED.match(block)
    return Unread(named[1] if named else "", line, text.cell, reason)


def is_literal(statement: ast.stmt) -> bool:
    """Say whether a statement sets a name to what is written out: nothing in it can fail."""
    if not isinstance(statement, ast.Assign):
        return False
    if not all(isinstance(target, ast.Name) for target in statement.targets):
        return False
    if isinstance(statement.value, ast.Constant):
        return True
    return all(isinstance(n, _LITERAL) and _is_sound(n) for n in ast.walk(statement.value))


def _is_sound(node: ast.AST) -> bool:
    """Say that a sign stands before a number."""
    if not isinstance(node, ast.UnaryOp):
        return True
    number = node.operand.value if isinstance(node.operand, ast.Constant) else None
    return isinstance(number, (int, float, complex))


def joined(kept: Iterable[tuple[Piece, ast.stmt]]) -> Iterator[Piece]:
    """Yield the pieces, those in a row that cannot fail as one: a table may have thousands."""
    for (plain, _), found in groupby(kept, lambda known: (is_literal(known[1]), known[0].cell)):
        pieces = [piece for piece, _ in found]
        yield from (_as_one(pieces),) if plain else pieces


def _as_one(pieces: Sequence[Piece]) -> Piece:
    """Write pieces below one another, each at its line."""
    lines: list[str] = []
    for piece in pieces:
        at = piece.first_line - pieces[0].first_line
        if at < len(lines):
            lines[-1] += f"; {piece.source}"
            continue
        lines += [""] * (at - len(lines))
        lines += piece.source.split("\n")
    return replace(pieces[0], source="\n".join(lines))
