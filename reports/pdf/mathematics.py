"""Marks as Typst: every part is a call with brackets of its own, so none can be misread."""

from __future__ import annotations

from derivations.engine.printers import marks as mk
from reports.html.elements import printable

SIGNS = {"−": "-", "∗": "*", "×": "times", "⋅": "dot.op", "+": "+", "=": "="}


def quoted(text: str) -> str:
    """Write text as a string of Typst's: nothing in it is read as markup."""
    return (
        '"' + printable(text).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    )


def typst_math(mark: mk.Mark) -> str:  # noqa: C901  one case a mark
    """Print a mark as Typst mathematics, without the dollars around it."""
    match mark:
        case mk.Letters(text=text):
            return " ".join(text)
        case mk.Word(text=text):
            return f"upright({quoted(text)})"
        case mk.Number(text=text):
            return text
        case mk.Sign(text=text):
            return SIGNS[text]
        case mk.Prime():
            return "prime"
        case mk.Layer(number=number):
            return f"[ {number} ]"
        case mk.Ones():
            return "bold(1)"
        case mk.Row(parts=parts, tight=tight):
            return _side_by_side(parts, tight=tight)
        case mk.Minus(body=body):
            return f"-{typst_math(body)}"
        case mk.Call(function=function, argument=argument):
            return f"{typst_math(function)} {typst_math(argument)}"
        case _:
            return _built(mark)


def _side_by_side(parts: tuple[mk.Mark, ...], *, tight: bool) -> str:
    signs = (mk.Sign, mk.Sum)
    text = ""
    for before, part in zip((None, *parts), parts, strict=False):
        if before is not None:
            touching = not isinstance(before, signs) and not isinstance(part, mk.Sign)
            text += " thin " if touching and not tight else " "
        text += typst_math(part)
    return text


def _built(mark: mk.Built) -> str:
    match mark:
        case mk.Fraction(top=top, bottom=bottom):
            return f"frac({typst_math(top)}, {typst_math(bottom)})"
        case mk.Root(body=body):
            return f"sqrt({typst_math(body)})"
        case mk.Script(base=base, upper=upper, lower=lower):
            above = f", t: {typst_math(upper)}" if upper else ""
            below = f", b: {typst_math(lower)}" if lower else ""
            return f"attach({typst_math(base)}{above}{below})"
        case mk.Hat(body=body):
            return f"hat({typst_math(body)})"
        case mk.Brackets(body=body):
            return f"lr(( {typst_math(body)} ))"
        case mk.Sum(index=index, last=last):
            return f"limits(sum)_({index} = 1)^({typst_math(last)})"
