"""Content as HTML: one short function a kind of block."""

from __future__ import annotations

import re
from collections.abc import Sequence

from reports.content import blocks as bl
from reports.html import page as shell
from reports.html.elements import Content, Element, element
from reports.html.mathml import mathml
from reports.html.svg import svg

CLOSING = re.compile(r"[.,;:?)]+")
GROUP = re.compile(r"(\([^()]{1,16}\))")  # (1 - A) stays in one line
RARE = re.compile(r"((?:\w[\u0302-\u0304]|[Āᵀᶻᵏⁿⁱᵢⱼ]|[⁰-⁹⁻₀-₉¹²³]+)+)")


def html_pages(pages: Sequence[bl.Page]) -> dict[str, str]:
    """Lay out pages as files; each leads to the first and to its neighbours.

    Parameters
    ----------
    pages : sequence of Page
        The first is the index.

    Returns
    -------
    dict of str to str
        The text of each file ``NAME.html``.
    """
    return {f"{page.name}.html": _page(page, around(pages, at)) for at, page in enumerate(pages)}


def around(pages: Sequence[bl.Page], at: int) -> list[tuple[str, bl.Page]]:
    """Return where a reader may go from a page: to the index, back and on."""
    if at == 0 or len(pages) < 2:
        return []
    ways = [("Index", pages[0])]
    if at > 1:
        ways.append(("Previous", pages[at - 1]))
    if at + 1 < len(pages):
        ways.append(("Next", pages[at + 1]))
    return ways


def _page(page: bl.Page, ways: list[tuple[str, bl.Page]]) -> str:
    links = [  # a link's words say where it leads
        shell.link(word if word == "Index" else f"{word}: {to.title}", f"{to.name}.html")
        for word, to in ways
    ]
    return shell.page(
        page.title, element("h1", page.title), blocks(page.blocks), navigation=links or None
    )


def blocks(content: Sequence[bl.Block]) -> list[Element]:
    """Print blocks."""
    return [block(part) for part in content]


def block(content: bl.Block) -> Element:  # noqa: C901  one case a kind of block
    """Print a block."""
    match content:
        case bl.Paragraph(text=text):
            return element("p", inline(text))
        case bl.Bullets(items=items):
            return element("ul", [element("li", inline(item)) for item in items])
        case bl.Display(mark=mark):
            return element("div", mathml(mark, block=True), class_="formula")
        case bl.Facts(rows=rows):
            pairs = [(element("dt", term), element("dd", inline(text))) for term, text in rows]
            return element("dl", pairs)
        case bl.Table(caption=caption, head=head, rows=rows):
            return shell.table(caption, head, [_table_row(row) for row in rows])
        case bl.Figure(drawings=drawings, caption=caption):
            picture = element("div", map(svg, drawings), class_="picture")
            return element("figure", picture, element("figcaption", inline(caption)))
        case bl.Details(summary=summary, blocks=inner):
            return shell.details(summary, blocks(inner))
        case bl.Section(title=title, blocks=inner, anchor=anchor, level=level):
            heading = element(f"h{level}", inline(title), id=anchor or None)
            return element("section", heading, blocks(inner))


def _table_row(row: tuple[bl.Text, ...]) -> Element:
    first, *others = row
    cells = [element("td", inline(cell)) for cell in others]
    return element("tr", element("th", inline(first), scope="row"), cells)


def inline(text: bl.Text) -> list[Content]:
    """Print text with its formulas, code and links; a formula keeps the full stop behind it."""
    printed: list[Content] = []
    for before, part in zip((None, *text), text, strict=False):
        stop = CLOSING.match(part) if isinstance(part, str) else None
        if stop and isinstance(before, bl.Formula):
            printed[-1] = element("span", printed[-1], stop[0], class_="kept")
            printed.append(stop.string[stop.end() :])
        else:
            printed.append(_inline(part))
    return printed


def _inline(part: bl.Inline) -> Content:
    match part:
        case bl.Formula(mark=mark):
            return mathml(mark)
        case bl.Code(text=text):
            return element("code", _apart(GROUP, text, "kept"))
        case bl.Strong(text=text, role=role):
            return element("strong", text, class_=role or None)
        case bl.Link(text=text, page=page):
            file, hash_, place = page.partition("#")
            return shell.link(text, f"{file}.html{hash_}{place}")
        case _:
            return _apart(RARE, part, "rare")


def _apart(pattern: re.Pattern[str], text: str, kind: str) -> list[Content]:
    """Set what matches apart; the pattern is one group, so every other piece is a match."""
    pieces = pattern.split(text)
    return [
        element("span", piece, class_=kind) if at % 2 else piece
        for at, piece in enumerate(pieces)
        if piece
    ]
