"""HTML as values: every text is escaped where it is printed, so none can be forgotten."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias, Union

VOID = frozenset({"br", "col", "hr", "img", "input", "link", "meta", "wbr"})
INVISIBLE = "\n\t\u00a0\u2061\u2062"  # white space, and mathematics that is there but not seen

Content: TypeAlias = Union["Element", str, Iterable["Content"], None]


@dataclass(frozen=True)
class Element:
    """An element with its attributes and its children, in the order they are printed."""

    tag: str
    attributes: tuple[tuple[str, str], ...]
    children: tuple[Element | str, ...]

    def __str__(self) -> str:
        start = "".join(f' {name}="{escaped(value)}"' for name, value in self.attributes)
        if self.tag in VOID:
            return f"<{self.tag}{start}>"
        return f"<{self.tag}{start}>{''.join(map(self._printed, self.children))}</{self.tag}>"

    def _printed(self, child: Element | str) -> str:
        if isinstance(child, Element):
            return str(child)
        if self.tag != "style":
            return escaped(child)
        if "<" in child:
            raise ValueError("a style sheet holds <, which could end it; write it without one")
        return child


def element(tag: str, *children: Content, **attributes: str | float | bool | None) -> Element:
    """Build an element.

    Parameters
    ----------
    tag : str
    children : Element, str, None or nested iterables of these
        None is left out; a str is text and is escaped when it is printed.
    attributes : str, number, bool or None
        ``class_`` is class, ``aria_label`` is aria-label. None and False are left out, True is
        printed without more ado.
    """
    named = (
        (name.rstrip("_").replace("_", "-"), _value(value))
        for name, value in attributes.items()
        if value is not None and value is not False
    )
    return Element(tag, tuple(named), tuple(_flat(children)))


def escaped(text: str) -> str:
    """Escape what HTML would read as markup, and spell out what cannot be seen."""
    return html.escape(printable(text))


def printable(text: str) -> str:
    """Spell out control signs and whatever else would hide or reorder text: a reader sees it."""
    return "".join(
        sign
        if sign.isprintable() or sign in INVISIBLE
        else sign.encode("unicode_escape").decode("ascii")
        for sign in text
    )


def _value(value: str | float | bool) -> str:
    if value is True:
        return ""
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _flat(children: Iterable[Content]) -> Iterator[Element | str]:
    for child in children:
        if child is None:
            continue
        if isinstance(child, Element | str):
            yield child
        else:
            yield from _flat(child)
