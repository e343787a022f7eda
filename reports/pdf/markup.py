"""Content as Typst source: all text stands in strings, so none of it is read as markup."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from reports.content import blocks as bl
from reports.pdf.drawings import typst_drawing
from reports.pdf.mathematics import quoted, typst_math

PREAMBLE = """#set page(paper: "a4", margin: (x: 2.2cm, y: 2.4cm), numbering: "1")
#set text(font: "Libertinus Serif", size: 10.5pt, lang: "en", fallback: true)
#set par(leading: 0.62em)
#show raw: set text(font: "DejaVu Sans Mono", size: 8.6pt)
#show math.equation.where(block: true): set align(left)
#show heading.where(level: 1): set text(size: 18pt)
#show heading.where(level: 2): it => block(above: 1.8em, below: 0.9em, it)
#show heading.where(level: 3): it => block(above: 1.5em, below: 0.8em, it)
#set table(stroke: (x, y) => (bottom: 0.4pt + luma(80%)), inset: (x: 4pt, y: 4pt))
#set table.cell(breakable: false)
#let ink = rgb("#1d1f21")
#let quiet = rgb("#565d66")
#let rule = rgb("#d5d7da")
#let accent = rgb("#0b5cad")
#let second = rgb("#a34700")
#let good = rgb("#176b34")
#let bad = rgb("#b3161b")
#let warn = rgb("#835b00")
#let fitted(body) = layout(size => {
  let wide = measure(body).width
  if wide <= size.width { body } else {
    scale(size.width / wide * 100%, origin: left, reflow: true, box(width: wide, body))
  }
})
#let together(body) = block(breakable: false, width: 100%, body)
#let led(body) = block(sticky: true, body)
#let term(name, body) = grid(columns: (3.4cm, 1fr), column-gutter: 6pt, align: horizon,
  text(fill: quiet, size: 9.4pt, name), body)
"""
SHORT = 8  # rows of a table that is not broken between two pages
FITS, LINE = 14, 24  # signs of a column that is never broken, and of one that may be


def typst_source(page: bl.Page) -> str:
    """Write a page as Typst."""
    head = f"#set document(title: {quoted(page.title)}, date: none)\n"
    title = f"#heading(level: 1, {quoted(page.title)})\n\n"
    return head + PREAMBLE + title + _blocks(page.blocks)


def _blocks(blocks: Sequence[bl.Block]) -> str:
    return "\n\n".join(map(_block, blocks)) + "\n"


def _block(block: bl.Block) -> str:  # noqa: C901  one case a kind of block
    match block:
        case bl.Paragraph(text=text):
            return _inline(text)
        case bl.Bullets(items=items):
            return f"#list({', '.join(f'[{_inline(item)}]' for item in items)})"
        case bl.Display(mark=mark):
            return f"#led(fitted($ {typst_math(mark)} $))"
        case bl.Facts(rows=rows):
            told = "\n\n".join(f"#term({quoted(t)}, [{_large(text)}])" for t, text in rows)
            return f"#together[\n{told}\n]"
        case bl.Table():
            return _table(block)
        case bl.Figure(drawings=drawings, caption=caption):
            pictures = "\n".join(f"#{typst_drawing(d, len(drawings))}" for d in drawings)
            words = f"#text(size: 9.4pt, fill: quiet)[{_inline(caption)}]"
            return f"#block(breakable: false)[\n{pictures}\n\n{words}\n]"
        case bl.Details(summary=summary, blocks=inner):
            return f"#led(emph({quoted(summary)}))\n\n#text(size: 9.4pt)[{_blocks(inner)}]"
        case bl.Section():
            return _section(block)


def _section(section: bl.Section) -> str:
    """Set a section; a step or a statement stays on one page, but for its evidence."""
    heading = f"#heading(level: {section.level})[{_inline(section.title)}]"
    first = [] if section.level == 2 else [*takewhile(_is_short, section.blocks)]
    start = f"#together[\n{heading}\n\n{_blocks(first)}]" if first else heading
    return f"{start}\n\n{_blocks(section.blocks[len(first) :])}"


def _is_short(block: bl.Block) -> bool:
    return isinstance(block, bl.Paragraph | bl.Display | bl.Facts)


def _table(table: bl.Table) -> str:
    """Set a table; a short one stays on one page."""
    shares = ", ".join(_shares(table))
    head = ", ".join(f"strong({quoted(word)})" for word in table.head)
    cells = ",\n  ".join(f"[{_inline(cell)}]" for row in table.rows for cell in row)
    caption = f"text(size: 9.4pt, fill: quiet, {quoted(table.caption)})"
    laid = f"text(size: 9.4pt, table(columns: ({shares}), table.header({head}),\n  {cells}))"
    if len(table.rows) <= SHORT:
        return f"#together[#led({caption})\n#{laid}]"
    return f"#led({caption})\n\n#{laid}"


def _shares(table: bl.Table) -> list[str]:
    """Share the line by the longest cell of each column; beside long ones, a short one fits."""
    cells = [[len(word) for word in table.head], *([_length(c) for c in r] for r in table.rows)]
    longest = [max(column) for column in zip(*cells, strict=True)]
    beside = max(longest) > LINE
    return ["auto" if beside and n <= FITS else f"{min(max(n, 8), 48)}fr" for n in longest]


def _length(text: bl.Text) -> int:
    plain = (part if isinstance(part, str) else getattr(part, "text", "formula") for part in text)
    return sum(map(len, plain))


def _inline(text: bl.Text) -> str:
    return "".join(map(_piece, text))


def _large(text: bl.Text) -> str:
    """Set text whose formulas have room: their fractions are as large as on a line of their own."""
    return "".join(
        f"$display({typst_math(part.mark)})$" if isinstance(part, bl.Formula) else _piece(part)
        for part in text
    )


def _piece(part: bl.Inline) -> str:
    match part:
        case bl.Formula(mark=mark):
            return f"${typst_math(mark)}$"
        case bl.Code(text=text):
            return f"#raw({quoted(text)});"
        case bl.Strong(text=text, role=role):
            colour = f"fill: {role}, " if role else ""
            return f'#text({colour}weight: "bold", {quoted(text)});'
        case bl.Link(text=text):
            return f"#{quoted(text)};"
        case _:
            return f"#{quoted(part)};"
