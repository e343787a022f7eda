"""Derivation reports: a page a derivation, an index, and a ledger, in any of four formats."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from reports.content.blocks import Page
from reports.content.claims import index_page, ledger_page
from reports.content.derivation import derivation_page

if TYPE_CHECKING:
    from derivations import Derivation, Result, Topic
    from gradcheck.illustrations import Illustration

FORMATS = ("html", "markdown", "latex", "pdf")
NAME = re.compile(r"[\w-]+")
TAKEN = ("index", "ledger")


def report(
    found: Sequence[tuple[Derivation | Topic, Result, Illustration]],
) -> tuple[Page, ...]:
    """Write the pages of a report: the index, one a derivation, the ledger of claims.

    Parameters
    ----------
    found : sequence of (Derivation or Topic, Result, Illustration)
        What was declared, what was proven of it, and what was measured for its pictures.

    Raises
    ------
    ValueError
        If a name cannot be that of a file, or two pages would share one.
    """
    results = [result for _, result, _ in found]
    for place, result in enumerate(results):
        if not NAME.fullmatch(result.name):
            raise ValueError(
                f"{result.name!r} cannot name a file; use letters, digits and - in the name"
            )
        if result.name in (*TAKEN, *(other.name for other in results[:place])):
            raise ValueError(f"two pages would be called {result.name}; rename a derivation")
    pages = [derivation_page(*parts) for parts in found]
    return (index_page(results), *pages, ledger_page(results))


def check_format(form: str) -> None:
    """Refuse a format whose library is not installed, before the work.

    Raises
    ------
    MissingExtraError
        It says what brings the library.
    """
    if form == "pdf":
        from reports.pdf.pages import compiler

        compiler()


def files(pages: Sequence[Page], form: str) -> dict[str, bytes]:
    """Lay out pages as the files of a format: ``html``, ``markdown``, ``latex`` or ``pdf``.

    Raises
    ------
    MissingExtraError
        If the format needs a library that is not installed.
    """
    if form == "pdf":
        from reports.pdf.pages import pdf_pages

        return pdf_pages(pages)
    return {name: text.encode("utf-8") for name, text in _texts(pages, form).items()}


def _texts(pages: Sequence[Page], form: str) -> dict[str, str]:
    if form == "html":
        from reports.html.blocks import html_pages

        return html_pages(pages)
    if form == "markdown":
        from reports.markdown import markdown_pages

        return markdown_pages(pages)
    if form == "latex":
        from reports.latex.pages import latex_pages

        return latex_pages(pages)
    raise ValueError(f"format is {form!r}, but formats are {', '.join(FORMATS)}; choose one")
