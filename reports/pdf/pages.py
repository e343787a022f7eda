"""Pages as PDF files, through the compiler that the extra brings."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType

from reports.content.blocks import Page
from reports.pdf.markup import typst_source


class MissingExtraError(ImportError):
    """A library is absent that an extra of the package brings."""


def compiler() -> ModuleType:
    """Return the library that makes PDF.

    Raises
    ------
    MissingExtraError
        If it is not installed; it says what brings it.
    """
    try:
        import typst
    except ImportError:
        raise MissingExtraError(
            "PDF needs the library typst, which is not installed; bring it with: "
            "pip install 'gradcheck[pdf]'"
        ) from None
    return typst


def pdf_pages(pages: Sequence[Page]) -> dict[str, bytes]:
    """Lay out pages as files ``NAME.pdf``, equal for equal pages and versions."""
    typst = compiler()
    return {
        f"{page.name}.pdf": typst.compile(
            typst_source(page).encode("utf-8"), format="pdf", ignore_system_fonts=True
        )
        for page in pages
    }
