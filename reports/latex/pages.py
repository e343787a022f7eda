"""Content as LaTeX: a document a page."""

from __future__ import annotations

from collections.abc import Sequence

from derivations.engine.printers.latex import latex_of
from reports.content import blocks as bl
from reports.latex.text import code_for_latex, text_for_latex
from reports.latex.tikz import tikz

PREAMBLE = r"""\documentclass[11pt,a4paper]{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\IfFileExists{lmodern.sty}{\usepackage{lmodern}}{}
\usepackage{amsmath,amssymb,array,longtable,xcolor,tikz}
\usepackage[margin=2.4cm]{geometry}
\definecolor{ink}{HTML}{1D1F21}\definecolor{quiet}{HTML}{565D66}\definecolor{rule}{HTML}{D5D7DA}
\definecolor{accent}{HTML}{0B5CAD}\definecolor{second}{HTML}{A34700}
\definecolor{good}{HTML}{176B34}\definecolor{bad}{HTML}{B3161B}\definecolor{warn}{HTML}{835B00}
\setlength{\parindent}{0pt}\setlength{\parskip}{4pt}\setlength{\LTleft}{0pt}
\emergencystretch=3em\renewcommand{\arraystretch}{1.15}
\newsavebox{\wide}\newcommand{\fitted}[1]{\sbox{\wide}{\(\displaystyle #1\)}%
\ifdim\wd\wide>\linewidth\resizebox{\linewidth}{!}{\usebox{\wide}}\else\usebox{\wide}\fi}
"""
BETWEEN = 0.027  # of a line, between two columns
SHORT = 8  # rows of a table that is not broken between two pages
HEADINGS = {2: "section*", 3: "subsection*"}


def latex_pages(pages: Sequence[bl.Page]) -> dict[str, str]:
    """Lay out pages as files ``NAME.tex``; each compiles by itself."""
    return {f"{page.name}.tex": _document(page) for page in pages}


def _document(page: bl.Page) -> str:
    lines = [
        PREAMBLE + rf"\title{{{text_for_latex(page.title)}}}\author{{}}\date{{}}",
        r"\begin{document}",
        r"\maketitle",
        *(_block(block) for block in page.blocks),
        r"\end{document}",
        "",
    ]
    return "\n\n".join(lines)


def _block(block: bl.Block) -> str:  # noqa: C901  one case a kind of block
    match block:
        case bl.Paragraph(text=text):
            return _inline(text)
        case bl.Bullets(items=items):
            return _list("itemize", [rf"\item {_inline(item)}" for item in items])
        case bl.Display(mark=mark):
            return rf"\[ \fitted{{{latex_of(mark)}}} \]"
        case bl.Facts(rows=rows):
            told = [rf"\item[{text_for_latex(term)}] {_large(text)}" for term, text in rows]
            return _list("description", told)
        case bl.Table():
            return _table(block)
        case bl.Figure(drawings=drawings, caption=caption):
            pictures = "\n\\ \n".join(tikz(drawing, len(drawings)) for drawing in drawings)
            return f"\\begin{{center}}\n{pictures}\n\n{_inline(caption)}\n\\end{{center}}"
        case bl.Details(summary=summary, blocks=inner):
            hidden = "\n\n".join(map(_block, inner))
            return f"{{\\small\\emph{{{text_for_latex(summary)}}}\n\n{hidden}\n\n}}"
        case bl.Section(title=title, blocks=inner, level=level):
            heading = rf"\{HEADINGS[level]}{{{_inline(title)}}}"
            return "\n\n".join([heading, *map(_block, inner)])


def _list(kind: str, items: list[str]) -> str:
    return "\n".join([rf"\begin{{{kind}}}", *items, rf"\end{{{kind}}}"])


def _table(table: bl.Table) -> str:
    """Set a table that may go on on the next page; its columns share the line."""
    widths = _widths(table)
    columns = "".join(rf">{{\raggedright\arraybackslash}}p{{{w:.3f}\linewidth}}" for w in widths)
    head = " & ".join(rf"\textbf{{{text_for_latex(word)}}}" for word in table.head)
    end = r" \\*" if len(table.rows) <= SHORT else r" \\"  # a short one is not broken
    rows = [" & ".join(map(_inline, row)) + end for row in table.rows]
    caption = rf"\emph{{{text_for_latex(table.caption)}}}"
    start = rf"\begin{{longtable}}{{@{{}}{columns}@{{}}}}"
    body = [start, rf"{head} \\ \hline\noalign{{\vskip 3pt}} \endhead", *rows, r"\end{longtable}"]
    return "\n".join([r"{\small", caption, "", *body, "}"])


def _widths(table: bl.Table) -> list[float]:
    """Share the line by the longest cell of each column, none below an eighth."""
    cells = [[len(word) for word in table.head], *([_length(c) for c in r] for r in table.rows)]
    longest = [min(max(column), 60) + 4 for column in zip(*cells, strict=True)]
    shares = [max(length / sum(longest), 0.125) for length in longest]
    room = 1 - BETWEEN * (len(shares) - 1)
    return [room * share / sum(shares) for share in shares]


def _length(text: bl.Text) -> int:
    plain = (part if isinstance(part, str) else getattr(part, "text", "formula") for part in text)
    return sum(map(len, plain))


def _inline(text: bl.Text) -> str:
    return "".join(map(_piece, text))


def _large(text: bl.Text) -> str:
    """Set text whose formulas have room: their fractions are as large as on a line of their own."""
    return "".join(
        rf"\(\displaystyle {latex_of(part.mark)}\)"
        if isinstance(part, bl.Formula)
        else _piece(part)
        for part in text
    )


def _piece(part: bl.Inline) -> str:
    match part:
        case bl.Formula(mark=mark):
            return rf"\({latex_of(mark)}\)"
        case bl.Code(text=text):
            return code_for_latex(text)
        case bl.Strong(text=text, role=role):
            words = rf"\textbf{{{text_for_latex(text)}}}"
            return rf"\textcolor{{{role}}}{{{words}}}" if role else words
        case bl.Link(text=text):
            return text_for_latex(text)
        case _:
            return text_for_latex(part)
