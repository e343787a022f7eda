r"""Marks as LaTeX: ``W^{[2]T} dZ^{[2]} * g^{[1]\prime}(Z^{[1]})``."""

from __future__ import annotations

from collections.abc import Sequence

from derivations.engine import expressions as ex
from derivations.engine.printers import marks as mk
from derivations.engine.printers.notation import name, notation
from derivations.engine.printers.scalar_notation import GREEK
from derivations.engine.results import Result

SIGNS = {"−": "-", "∗": "*", "×": r"\times", "⋅": r"\cdot"}
LETTERS = {"∂": "\\partial ", **{sign: f"\\{word}" for word, sign in GREEK.items()}}
OPERATORS = ("tanh", "exp", "log")


def latex(node: ex.Node) -> str:
    """Print a formula as LaTeX."""
    return latex_of(notation(node))


def latex_name(text: str) -> str:
    """Print a name as LaTeX: ``dZ1`` is dZ of layer [1]."""
    return latex_of(name(text))


def latex_of(mark: mk.Mark) -> str:  # noqa: C901  one case a mark
    """Print a mark as LaTeX."""
    match mark:
        case mk.Letters(text=text):
            return LETTERS.get(text, text)
        case mk.Word(text=text):
            return f"\\{text}" if text in OPERATORS else _upright(text)
        case mk.Number(text=text):
            return text
        case mk.Sign(text=text):
            return SIGNS.get(text, text)
        case mk.Prime():
            return r"\prime"
        case mk.Layer(number=number):
            return f"[{number}]"
        case mk.Ones():
            return r"\mathbf{1}"
        case mk.Row(parts=parts, tight=tight):
            return ("" if tight else " ").join(map(latex_of, parts))
        case mk.Minus(body=body):
            return f"-{latex_of(body)}"
        case mk.Call(function=function, argument=argument):
            return latex_of(function) + latex_of(argument)
        case _:
            return _built(mark)


def _upright(text: str) -> str:
    escaped = text.replace("_", r"\_")
    return rf"\mathrm{{{escaped}}}"


def _built(mark: mk.Built) -> str:
    match mark:
        case mk.Fraction(top=top, bottom=bottom):
            return rf"\frac{{{latex_of(top)}}}{{{latex_of(bottom)}}}"
        case mk.Root(body=body):
            return rf"\sqrt{{{latex_of(body)}}}"
        case mk.Script(base=base, upper=upper, lower=lower):
            above = f"^{{{latex_of(upper)}}}" if upper else ""
            return latex_of(base) + above + (f"_{{{latex_of(lower)}}}" if lower else "")
        case mk.Hat(body=body):
            return rf"\hat{{{latex_of(body)}}}"
        case mk.Brackets(body=body, tall=tall):
            inner = latex_of(body)
            return rf"\left({inner}\right)" if tall else f"({inner})"
        case mk.Sum(index=index, last=last):
            return rf"\sum_{{{index}=1}}^{{{latex_of(last)}}}"


def as_latex(results: Sequence[Result]) -> str:
    """Print results as LaTeX: one aligned block each, forward and backward."""
    blocks = []
    for result in results:
        rows = [(latex_name(q.name), latex(q.definition)) for q in result.forward]
        rows += [(latex_name(step.target), latex(step.formula)) for step in result.steps]
        if rows:
            body = " \\\\\n".join(f"  {left} &= {right}" for left, right in rows)
            blocks.append(f"% {result.title}\n\\begin{{align*}}\n{body}\n\\end{{align*}}\n")
    return "\n".join(blocks)
