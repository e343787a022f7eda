"""The shell of a page: escaped text, no reference that leaves it, shapes with words."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.content.drawing import Box, Dot, Drawing, Label, Path
from reports.html.elements import element, escaped, printable
from reports.html.page import details, link, page, table
from reports.html.svg import svg, svg_file

HOSTILE = [
    "<script>alert(1)</script>",
    "\"' onload=alert(1) x='",
    "</style><script>",
    "a\x1b[31mb",
    "\u202egnp.exe",
    "\ud800",
    "<!--",
    "&lt;",
]
PICTURE = Drawing(
    "A line",
    "It rises.",
    (40, 30),
    (
        Path(((0, 0), (10, 10)), arrow=True),
        Path(((0, 0), (3, 3), (0, 3)), role="good", closed=True, dashed=True),
        Dot((3, 4)),
        Box((1, 1), (8, 8), dashed=True),
        Box((1, 1), (8, 8), round=True),
        Label((2, 2), "a < b"),
        Label((2, 2), "end", anchor="end", bold=True),
    ),
)


@pytest.mark.parametrize("text", HOSTILE)
def test_text_stays_text_wherever_it_stands(text: str) -> None:
    """In an element, an attribute or a title: a parser reads back what can be seen of it."""
    found = ET.fromstring(str(element("p", text, title=text)))
    assert (found.text, found.get("title")) == (printable(text), printable(text))
    assert "<script" not in page(text, text)


@given(st.text())
def test_any_text_can_be_read_back(text: str) -> None:
    """Escaping loses nothing that can be seen, and adds no markup."""
    assert ET.fromstring(f"<p>{escaped(text)}</p>").text in (
        printable(text),
        printable(text) or None,
    )


def test_attributes_are_printed_as_they_are_meant() -> None:
    """None and False are left out, True stands alone, numbers are short."""
    printed = str(element("input", checked=True, hidden=False, title=None, width=1.50))
    assert printed == '<input checked="" width="1.5">'


def test_children_may_be_nested_or_missing() -> None:
    """Lists are laid flat, and None is nothing."""
    assert str(element("p", ["a", [element("b", "c")]], None)) == "<p>a<b>c</b></p>"


def test_a_style_sheet_cannot_be_left() -> None:
    """What could end a style sheet is refused: it is never a stranger's text."""
    with pytest.raises(ValueError, match="a style sheet holds <, which could end it"):
        str(element("style", "a</style>b"))


def test_a_page_fetches_nothing_and_runs_nothing() -> None:
    """No script, no address of the network, no import in the style."""
    text = page("T", element("h1", "T"), navigation=link("Index", "index.html"))
    assert not re.search(r"<script|https?:|@import|url\((?!data:)|src=", text)


def test_a_page_has_what_a_screen_reader_needs() -> None:
    """A language, a title, a way past the links, a main part, headers with a scope."""
    body = table("Names", ("Name",), element("tr", element("td", "x")))
    text = page("T", body, details("more", "less"), navigation=link("Index", "index.html"))
    for part in ('lang="en"', "<title>T</title>", 'href="#content"', 'id="content"', "<caption>"):
        assert part in text
    assert '<th scope="col">Name</th>' in text
    assert "<nav" not in page("T")


def test_a_drawing_has_words() -> None:
    """A picture carries its title and its description, and nothing but shapes."""
    found = ET.fromstring(str(svg(PICTURE)))
    assert (found.findtext("title"), found.findtext("desc")) == ("A line", "It rises.")
    assert found.get("role") == "img"
    tags = [child.tag for child in found][2:]
    assert tags == ["polyline", "polygon", "polygon", "circle", "rect", "rect", "text", "text"]


def test_a_drawing_is_a_file_too() -> None:
    """Alone it brings its own colours."""
    found = ET.fromstring(svg_file(PICTURE))
    assert found.tag == "{http://www.w3.org/2000/svg}svg"
    assert "prefers-color-scheme:dark" in (found[0].text or "")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Path(((0, 0), (1, 1)), role="red"), "a shape has role 'red', but roles are ink"),
        (lambda: Dot((0, 0), role="red"), "a shape has role 'red'"),
        (lambda: Box((0, 0), (1, 1), role="red"), "a shape has role 'red'"),
        (lambda: Label((0, 0), "x", role="red"), "a shape has role 'red'"),
        (lambda: Label((0, 0), "x", anchor="left"), "a label has anchor 'left', but anchors are"),
        (lambda: Path(((0, 0),)), "a path has 1 point, expected two or more"),
    ],
)
def test_a_shape_that_no_format_could_draw_is_refused(
    make: Callable[[], object], message: str
) -> None:
    """Each fault is one line that says what is expected."""
    with pytest.raises(ValueError, match=message):
        make()


def test_a_page_brings_its_font_where_there_is_a_formula() -> None:
    """The font stands in the page itself, once, and only where it is needed."""
    formula = element("p", element("span", element("math", element("mi", "x"))))
    assert page("T", formula).count("src:url(data:font/woff2;base64,d09GM") == 1
    assert "@font-face" not in page("T", element("p", "x"))
