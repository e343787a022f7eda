"""A fault on a page: its line in the source, and what was computed beside what belongs there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.html.elements import Content, Element, element
from reports.html.mathml import mathml
from reports.html.page import details
from reports.pages.formula import formula
from reports.words import place, printable

if TYPE_CHECKING:
    from gradcheck.submissions.results import Excerpt, Fault


def fault_section(fault: Fault, heading: str) -> Element:
    """Show a fault in full, under a heading with its place."""
    where = place(fault.where)
    return element(
        "section",
        element("h2", f"{heading}: {where}" if where else heading),
        element("p", fault.message, " ", element("code", fault.code), class_="lead"),
        source(fault.excerpt, fault.where.line) if fault.excerpt else None,
        _sides(fault),
        element("p", fault.why) if fault.why else None,
    )


def source(excerpt: Excerpt, line: int | None) -> Element:
    """Show the lines around a fault with their numbers, its own one marked and underlined."""
    first = (line or 1) - len(excerpt.before)
    around = [*excerpt.before, None, *excerpt.after]
    width = len(str(first + len(around)))
    rows: list[Content] = []
    for number, text in enumerate(around, first):
        gutter = f"{number:>{width}} "
        if text is None:
            rows += [element("span", f"▶{gutter}", class_="number"), " " * excerpt.indent]
            rows += [*_marked(excerpt), "\n"]
        else:
            rows += [element("span", f" {gutter}", class_="number"), f"{text}\n"]
    return element("pre", element("code", rows), tabindex="0")


def _marked(excerpt: Excerpt) -> tuple[Content, ...]:
    text, start, end = excerpt.text, excerpt.start, excerpt.end
    return text[:start], element("mark", text[start:end]), text[end:]


def _sides(fault: Fault) -> Element | None:
    """Show the formula that was computed beside the one that belongs there."""
    sides = (("Your code computes", fault.computed), ("What belongs there", fault.expected))
    shown = [
        element("div", element("h3", heading), _set(text), element("pre", element("code", text)))
        for heading, text in sides
        if text
    ]
    return element("div", shown, class_="sides") if shown else None


def _set(text: str) -> Element | None:
    mark = formula(text)
    return (
        element("div", mathml(mark, block=True), class_="formula", tabindex="0") if mark else None
    )


def folded(fault: Fault) -> Element:
    """Show a fault in a line that opens."""
    where = place(fault.where)
    told = f"{where}: {fault.message}" if where else fault.message
    return details(
        printable(told),
        source(fault.excerpt, fault.where.line) if fault.excerpt else None,
        _sides(fault),
        element("p", fault.why) if fault.why else None,
    )
