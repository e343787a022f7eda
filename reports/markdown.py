"""Content as Markdown: headings, tables, mathematics between dollars, pictures as SVG files."""

from __future__ import annotations

import re
from collections.abc import Sequence

from derivations.engine.printers.latex import latex_of
from reports.content import blocks as bl
from reports.html.elements import escaped, printable
from reports.html.svg import svg_file

SPECIAL = re.compile(r"([\\`*_{}\[\]<>|$~])")
AT_START = re.compile(r"^(\s*)([#+>-]|\d+\.)(?=\s)")


def markdown_pages(pages: Sequence[bl.Page]) -> dict[str, str]:
    """Lay out pages as files ``NAME.md``, with ``NAME-PICTURE.svg`` beside them."""
    files = {}
    for page in pages:
        lines = [f"# {plain(page.title)}", "", *_blocks(page.blocks, page.name)]
        if page is not pages[0]:
            lines += [f"[{plain(pages[0].title)}]({pages[0].name}.md)", ""]
        files[f"{page.name}.md"] = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).rstrip() + "\n"
        for figure in figures(page.blocks):
            drawn = zip(picture_names(page.name, figure), figure.drawings, strict=True)
            files |= {f"{name}.svg": svg_file(drawing) for name, drawing in drawn}
    return files


def figures(blocks: Sequence[bl.Block]) -> list[bl.Figure]:
    """Return every figure of some blocks, in order."""
    found: list[bl.Figure] = []
    for block in blocks:
        if isinstance(block, bl.Figure):
            found.append(block)
        elif isinstance(block, bl.Section | bl.Details):
            found += figures(block.blocks)
    return found


def picture_names(page: str, figure: bl.Figure) -> list[str]:
    """Name the pictures of a figure: each is a file of its own."""
    name = f"{page}-{figure.name}"
    count = len(figure.drawings)
    return [name] if count == 1 else [f"{name}-{k}" for k in range(1, count + 1)]


def _blocks(blocks: Sequence[bl.Block], page: str) -> list[str]:
    return [line for block in blocks for line in (*_block(block, page), "")]


def _block(block: bl.Block, page: str) -> list[str]:  # noqa: C901  one case a kind of block
    match block:
        case bl.Paragraph(text=text):
            return [AT_START.sub(r"\1\\\2", _inline(text))]
        case bl.Bullets(items=items):
            return [f"- {_inline(item)}" for item in items]
        case bl.Display(mark=mark):
            return [f"$${latex_of(mark)}$$"]
        case bl.Facts(rows=rows):
            return [f"- *{plain(term)}*: {_inline(text)}" for term, text in rows]
        case bl.Table():
            return _table(block)
        case bl.Figure(drawings=drawings, caption=caption):
            named = zip(drawings, picture_names(page, block), strict=True)
            pictures = [f"![{plain(d.description)}]({name}.svg)" for d, name in named]
            return [*pictures, "", _inline(caption)]
        case bl.Details(summary=summary, blocks=inner):
            words = escaped(summary).replace("$", "&#36;")  # no formula begins here
            start = f"<details><summary>{words}</summary>"
            return [start, "", *_blocks(inner, page), "</details>"]
        case bl.Section(title=title, blocks=inner, anchor=anchor, level=level):
            place = [f'<a id="{escaped(anchor)}"></a>', ""] if anchor else []
            return [*place, f"{'#' * level} {_inline(title)}", "", *_blocks(inner, page)]


def _table(table: bl.Table) -> list[str]:
    lines = [
        [plain(word) for word in table.head],
        ["---"] * len(table.head),
        *([_inline(cell).replace("\n", " ") for cell in row] for row in table.rows),
    ]
    return [f"*{plain(table.caption)}*", "", *("| " + " | ".join(line) + " |" for line in lines)]


def _inline(text: bl.Text) -> str:
    return "".join(map(_piece, text))


def _piece(part: bl.Inline) -> str:
    match part:
        case bl.Formula(mark=mark):
            return f"${latex_of(mark)}$"
        case bl.Code(text=text):
            return code(text)
        case bl.Strong(text=text):
            return _strong(text)
        case bl.Link(text=text, page=page):
            file, hash_, place = page.partition("#")
            return f"[{plain(text)}]({file}.md{hash_}{place})"
        case _:
            return plain(part)


def _strong(text: str) -> str:
    """Set words in bold; Markdown wants no room within the stars."""
    inner = text.strip()
    after = text[len(text.rstrip()) :]
    return f"**{plain(inner)}**{after}"


def plain(text: str) -> str:
    """Escape what Markdown would read as markup, and spell out what cannot be seen."""
    return SPECIAL.sub(r"\\\1", printable(text))


def code(text: str) -> str:
    """Set code; the fence is longer than any within, and a bar would end a cell."""
    fence = "`"
    while fence in text:
        fence += "`"
    room = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{room}{printable(text)}{room}{fence}".replace("|", "\\|")
