"""What a page is made of: a dozen kinds of blocks, and text with formulas in it.

Every format prints these and nothing else, so a page says the same in all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from reports.content.drawing import Drawing

if TYPE_CHECKING:
    from derivations.engine.printers.marks import Mark


@dataclass(frozen=True)
class Formula:
    """Mathematics within a line."""

    mark: Mark


@dataclass(frozen=True)
class Code:
    """Code within a line."""

    text: str


@dataclass(frozen=True)
class Strong:
    """Words that matter; ``role`` is ``good``, ``bad`` or ``warn``, and adds nothing to them."""

    text: str
    role: str = ""


@dataclass(frozen=True)
class Link:
    """Words that lead to another page (by its name), or to a place of one."""

    text: str
    page: str


Inline: TypeAlias = str | Formula | Code | Strong | Link
Text: TypeAlias = tuple[Inline, ...]


@dataclass(frozen=True)
class Paragraph:
    """A paragraph."""

    text: Text


@dataclass(frozen=True)
class Bullets:
    """A list."""

    items: tuple[Text, ...]


@dataclass(frozen=True)
class Display:
    """A formula on a line of its own."""

    mark: Mark


@dataclass(frozen=True)
class Facts:
    """Short headings, each with what is known under it."""

    rows: tuple[tuple[str, Text], ...]


@dataclass(frozen=True)
class Table:
    """A table with a heading for each column; the first cell of a row names the row."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Text, ...], ...]

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.head):
                raise ValueError(
                    f"table {self.caption!r}: a row has {len(row)} cells, but there are "
                    f"{len(self.head)} columns; give a cell for each"
                )


@dataclass(frozen=True)
class Figure:
    """Pictures side by side with the words below them; ``name`` names the files they may need."""

    name: str
    drawings: tuple[Drawing, ...]
    caption: Text


@dataclass(frozen=True)
class Details:
    """What is shown on demand, where a format can hide it."""

    summary: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Section:
    """A heading (of level 2 or 3) with what belongs to it; ``anchor`` is its place in links."""

    title: Text
    blocks: tuple[Block, ...]
    anchor: str = ""
    level: int = 2


Block: TypeAlias = Paragraph | Bullets | Display | Facts | Table | Figure | Details | Section


@dataclass(frozen=True)
class Page:
    """A page of a report: its name is that of its file."""

    name: str
    title: str
    blocks: tuple[Block, ...]


def text(*parts: Inline) -> Text:
    """Write a text."""
    return parts


def paragraph(*parts: Inline) -> Paragraph:
    """Write a paragraph."""
    return Paragraph(parts)


def joined(parts: tuple[Text, ...], between: str) -> Text:
    """Join texts with a sign between them."""
    out: Text = ()
    for place, part in enumerate(parts):
        out += (between, *part) if place else part
    return out
