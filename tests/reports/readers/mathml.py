"""A reader of MathML: it knows the elements, and nothing of what printed them."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace
from typing import Any


def read(printed: str, atom: Any) -> Any:
    """Read a formula."""
    return elements(ET.fromstring(printed), atom)


def primed(row: list[Any]) -> list[Any]:
    """Put a prime above the letter that it follows; in a script it stands by itself."""
    out: list[Any] = []
    for part in row:
        if part.text == "′" and out and out[-1].kind == "letter":
            out[-1] = replace(out[-1], upper=[part])
        else:
            out.append(part)
    return out


def elements(element: ET.Element, atom: Any) -> Any:  # noqa: C901  one case a tag
    """Read an element."""
    tag, children = element.tag, list(element)
    if tag in ("mi", "mn", "mo"):
        text = (element.text or "").strip("\u2061")
        return atom.of_text(text) if text else []
    if tag in ("math", "mrow"):
        return atom.grouped(primed([a for child in children for a in elements(child, atom)]))
    rows = [elements(child, atom) for child in children]
    match tag:
        case "mspace":
            return []
        case "mfrac":
            return [atom("fraction", parts=tuple(rows))]
        case "msqrt":
            return [atom("root", parts=([a for row in rows for a in row],))]
        case "mover":
            assert rows[1] == [atom("sign", "^")]
            return [atom("hat", parts=(rows[0],))]
        case "munderover":
            assert rows[0] == [atom("sign", "∑")]
            assert [a.text for a in rows[1]][1:] == ["=", "1"]
            return [atom("sum", rows[1][0].text, upper=rows[2])]
        case "msup" | "msub" | "msubsup":
            upper = rows[-1] if tag != "msub" else []
            lower = rows[1] if tag != "msup" else []
            *before, last = rows[0]
            return [*before, replace(last, upper=upper, lower=lower)]
        case _:
            raise AssertionError(f"unknown element {tag}")
