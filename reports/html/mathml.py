"""Marks as MathML, for browsers: the structure carries the meaning, no bracket is left out."""

from __future__ import annotations

from derivations.engine.printers import marks as mk
from reports.html.elements import Element, element

TALL = ("mfrac", "msqrt", "munderover")


def mathml(mark: mk.Mark, *, block: bool = False) -> Element:
    """Print a formula as a ``math`` element, in the line or in a block of its own."""
    return element("math", _row(mark), display="block" if block else None)


def _row(mark: mk.Mark) -> Element:
    """Print as one element: what has one place takes one element."""
    parts = _printed(mark)
    return parts[0] if len(parts) == 1 else element("mrow", parts)


def _printed(mark: mk.Mark) -> list[Element]:  # noqa: C901  one case a mark
    match mark:
        case mk.Letters(text=text):
            return [element("mi", letter) for letter in text]
        case mk.Word(text=text):
            return [element("mi", text, mathvariant="normal" if len(text) == 1 else None)]
        case mk.Number(text=text):
            return [element("mn", text)]
        case mk.Sign(text=text):
            return [element("mo", text)]
        case mk.Prime():
            return [element("mo", "′")]
        case mk.Layer(number=number):
            return [_fence("["), element("mn", number), _fence("]")]
        case mk.Ones():
            return [element("mn", "𝟏")]
        case mk.Row(parts=parts, tight=tight):
            return _side_by_side(parts, tight=tight)
        case mk.Minus(body=body):
            return [element("mo", "−", form="prefix"), *_printed(body)]
        case mk.Call(function=function, argument=argument):
            return [_row(function), element("mo", "\u2061"), _row(argument)]
        case _:
            return [_built(mark)]


def _side_by_side(parts: tuple[mk.Mark, ...], *, tight: bool) -> list[Element]:
    """Set marks in a row; factors that touch get a thin space, as no sign stands between them."""
    printed: list[Element] = []
    for before, part in zip((None, *parts), parts, strict=False):
        touches = before is not None and not isinstance(before, mk.Sign | mk.Sum)
        if touches and not tight and not isinstance(part, mk.Sign):
            printed.append(element("mspace", width="0.18em"))
        printed += _printed(part)
    return printed


def _built(mark: mk.Built) -> Element:
    match mark:
        case mk.Fraction(top=top, bottom=bottom):
            return element("mfrac", _row(top), _row(bottom))
        case mk.Root(body=body):
            return element("msqrt", _row(body))
        case mk.Script():
            return _script(mark)
        case mk.Hat(body=body):
            hat = element("mover", _row(body), element("mo", "^"), accent="true")
            return element("mrow", hat, element("mspace", width="0.12em"))  # else it touches
        case mk.Brackets(body=body, tall=tall):
            inner = _row(body)
            tall = tall and _is_tall(inner)
            return element("mrow", _fence("(", tall), inner, _fence(")", tall))
        case mk.Sum(index=index, last=last):
            start = element("mrow", element("mi", index), element("mo", "="), element("mn", "1"))
            return element("munderover", element("mo", "∑"), start, _row(last))


def _is_tall(printed: Element) -> bool:
    """Whether brackets must grow; those that may grow get a wide space, so others may not."""
    parts = [part for part in printed.children if isinstance(part, Element)]
    return printed.tag in TALL or any(map(_is_tall, parts))


def _script(mark: mk.Script) -> Element:
    base = _row(mark.base)
    if mark.upper is None:
        return element("msub", base, _row(mark.lower) if mark.lower else None)
    if mark.lower is None and isinstance(mark.upper, mk.Prime):
        return element("mrow", base, _prime())
    if mark.lower is None:
        return element("msup", base, _row(mark.upper))
    return element("msubsup", base, _row(mark.lower), _row(mark.upper))


def _prime() -> Element:
    """Set a prime beside its function: its sign stands high by itself, and higher is too high."""
    return element("mo", "′", lspace="0", rspace="0")


def _fence(sign: str, tall: bool = False) -> Element:
    return element("mo", sign, stretchy=None if tall else "false")
