"""The shell around every page: language, title, style, a way past the navigation, landmarks."""

from __future__ import annotations

from reports.html.elements import Content, Element, element
from reports.html.font import font_face, has_formula
from reports.html.style import STYLE


def page(title: str, *body: Content, navigation: Content = None, more_style: str = "") -> str:
    """Lay out a self-contained page: no script, nothing that is fetched, its own font for formulas.

    Parameters
    ----------
    title : str
        In the browser's tab; the body brings its own ``h1``.
    body : Content
        What stands in ``main``.
    navigation : Content, optional
        Links to other pages, above the body.
    more_style : str
        Rules of this page alone, after those of all pages.
    """
    main = element("main", *body, id="content")
    font = font_face() if has_formula(main) else ""
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", title),
        element("style", font + STYLE + more_style),
    )
    skip = element("a", "Skip to the content", href="#content", class_="skip")
    nav = element("nav", navigation, aria_label="Pages") if navigation else None
    whole = element("html", head, element("body", skip, nav, main), lang="en")
    return f"<!doctype html>\n{whole}\n"


def link(text: Content, target: str) -> Element:
    """Link to another file of the report, or to a place of this page."""
    return element("a", text, href=target)


def table(caption: str, head: tuple[str, ...], rows: Content) -> Element:
    """Lay out a table that scrolls by itself where the page is narrow; its rows are ``tr``."""
    headers = [element("th", text, scope="col") for text in head]
    laid = element(
        "table",
        element("caption", caption),
        element("thead", element("tr", headers)),
        element("tbody", rows),
    )
    return element("div", laid, class_="wide", tabindex="0", role="region", aria_label=caption)


def details(summary: Content, *body: Content) -> Element:
    """Hide what is not needed at first; it opens without a script, and is printed open."""
    return element("details", element("summary", summary), *body)
