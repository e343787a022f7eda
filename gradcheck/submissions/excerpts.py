"""The line of a submission that a fault is in, with the part of it to underline."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace

from gradcheck.sandbox import Piece
from gradcheck.submissions.reading.files import Source
from gradcheck.submissions.reading.names import plain
from gradcheck.submissions.reading.steps import LOOP
from gradcheck.submissions.results import Excerpt, Fault
from gradcheck.submissions.wrong_parts import wrong_part

LONGEST = 160
AROUND = 2  # lines before it, and after it

Named = tuple[ast.expr | None, ast.expr]  # what is set, where that is known, and its value


def excerpt(source: Source, fault: Fault) -> Excerpt | None:
    """Cut out the line of a fault.

    What is underlined is the wrong part of the value that the line gives to the quantity, where
    the diagnosis tells which that is; else that value, the first value on the line, or all of it.

    Returns
    -------
    Excerpt or None
        None where the fault has no line of the submission's own.
    """
    looped = (fault.where.function or "").startswith(LOOP)  # it was made into a function
    for piece in (*(_own_text(source) if looped else ()), *source.pieces):
        at = (fault.where.line or 0) - piece.first_line
        lines = piece.source.split("\n")
        if piece.name == source.path and piece.cell == fault.where.cell and 0 <= at < len(lines):
            span = _span(lines[at], _value_at(piece.source, at + 1, fault), fault)
            return _around(lines, at, _cut(lines[at], *(span or (0, len(lines[at].encode())))))
    return None


def _own_text(source: Source) -> Iterator[Piece]:
    """Yield the text of a script as its author wrote it."""
    yield from (Piece(text.source, source.path, text.cell) for text in source.written)
    yield from (known.piece for known in source.loose)


def _around(lines: Sequence[str], at: int, cut: Excerpt | None) -> Excerpt | None:
    """Add the lines around it."""
    if cut is None:
        return None
    first = max(at - AROUND, 0)
    window = lines[first : at + AROUND + 1]
    common = min(len(line) - len(line.lstrip()) for line in window if line.strip())
    shown = [_printable(line[common:].rstrip()) for line in window]
    indent = len(lines[at]) - len(lines[at].lstrip()) - common
    before, after = shown[: at - first], shown[at - first + 1 :]
    return replace(cut, indent=indent, before=tuple(before), after=tuple(after))


def _printable(text: str) -> str:
    text = "".join(sign if sign.isprintable() else " " for sign in text)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _cut(line: str, start: int, end: int) -> Excerpt | None:
    """Cut a line; the columns come in bytes, as the parser counts them."""
    first, last = (len(line.encode()[:column].decode(errors="ignore")) for column in (start, end))
    indent = len(line) - len(line.lstrip())
    text = _printable(line[indent:].rstrip())
    first = min(max(first - indent, 0), len(text))
    last = min(max(last - indent, first), len(text))
    return Excerpt(text, first, last) if first < last else None


def _span(line: str, value: ast.expr | None, fault: Fault) -> tuple[int, int] | None:
    """Give the columns, in bytes, of what is wrong in a value, else of the whole value."""
    if value is None or value.end_col_offset is None:
        return None
    if value.end_lineno != value.lineno:
        return value.col_offset, len(line.encode())
    whole = value.col_offset, value.end_col_offset
    if not (fault.computed and fault.expected):
        return whole
    start, end = wrong_part(value, fault.computed, fault.expected) or whole
    text = line.encode()[start:end]  # around a sign may stand what is right
    return start + len(text) - len(text.lstrip(b" )\t")), end - len(text) + len(
        text.rstrip(b" (\t")
    )


def _value_at(source: str, line: int, fault: Fault) -> ast.expr | None:
    """Find the value on a line that the quantity is set to, or else the first one."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    values = [(name, value) for name, value in _values(tree) if value.lineno == line]
    wanted = plain(fault.quantity)
    named = [value for name, value in values if name and _name_of(name) == wanted]
    return next(iter(named or [value for _, value in values]), None)


def _values(tree: ast.AST) -> Iterator[Named]:
    """Yield everything that is set, handed over by name or returned, outermost first."""
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
                yield from zip(names, values, strict=False)
            case ast.Assign(targets=[target, *_], value=value):
                yield target, value
            case (
                ast.AugAssign(value=ast.expr() as value) | ast.AnnAssign(value=ast.expr() as value)
            ):
                yield node.target, value
            case ast.Return(value=ast.expr() as value):
                yield None, value
            case ast.Dict(keys=keys, values=values):
                yield from zip(keys, values, strict=True)
            case ast.keyword(arg=str(name), value=value):
                yield ast.Name(name), value


def _name_of(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.Constant(value=str(name)):
            return plain(name)
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            return plain(name)
        case _:
            return ""
