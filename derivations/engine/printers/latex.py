r"""Formulas as LaTeX in the course's notation: ``W^{[2]T} dZ^{[2]} * g^{[1]\prime}(Z^{[1]})``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import sympy

from derivations.engine import expressions as ex
from derivations.engine.functions import Function
from derivations.engine.results import Result

SUM, ENTRYWISE, PRODUCT, CALL = range(4)  # how tightly the outermost operator binds: A B before ∗
NAMES = {"sigmoid": r"\sigma", "relu": r"\mathrm{ReLU}", "leaky_relu": r"\mathrm{leaky}"}
OPERATORS = {"tanh": r"\tanh", "exp": r"\exp", "log": r"\log"}
LAYERED = re.compile(r"^([A-Za-z]+)(\d+)$")


def latex_name(name: str, inner: str = "") -> str:
    """Print a name: ``dZ1`` is dZ of layer [1]; ``inner`` is a further superscript, such as T."""
    match = LAYERED.match(name)
    stem, layer = (match[1], f"[{match[2]}]") if match else (name, "")
    if stem.lower().endswith("hat"):
        prefix, body = ("d", stem[1:-3]) if stem[0] == "d" else ("", stem[:-3])
        stem = f"{prefix}\\hat{{{body}}}"
    elif len(stem) > 2 or (len(stem) == 2 and stem[0] != "d"):
        stem = r"\mathrm{" + stem.replace("_", r"\_") + "}"
    return f"{stem}^{{{layer}{inner}}}" if layer or inner else stem


def function_name(f: Function) -> str:
    """Print a function's name, with its prime."""
    known = {**NAMES, **OPERATORS}.get(f.name) if not f.abstract else None
    if known is None:
        return latex_name(f.name, r"\prime" if f.order else "")
    return known + (r"^{\prime}" if f.order else "")


def latex(node: ex.Node) -> str:
    """Print a formula as LaTeX."""
    return _piece(node)[0]


def _at(node: ex.Node, tightness: int) -> str:
    text, binding = _piece(node)
    return text if binding >= tightness else rf"\left({text}\right)"


def _piece(node: ex.Node) -> tuple[str, int]:  # noqa: C901  one case an operator
    match node:
        case ex.Leaf() | ex.Quantity() | ex.Derivative():
            return latex_name(node.name), CALL
        case ex.Ones():
            return "1", CALL
        case ex.Spread(body=body):
            return _piece(body)
        case ex.Add(terms=terms):
            return _sum(terms), SUM
        case ex.Scale(factor=factor, body=body):
            return _scaled(factor, body)
        case ex.Hadamard(left=left, right=right) if left == right:
            return rf"\left({latex(left)}\right)^{{2}}", CALL
        case ex.Hadamard(left=left, right=right):
            return f"{_at(left, ENTRYWISE)} * {_at(right, PRODUCT)}", ENTRYWISE
        case ex.Quotient(top=top, bottom=bottom):
            return rf"\frac{{{latex(top)}}}{{{latex(bottom)}}}", CALL
        case ex.MatMul(left=left, right=right):
            return f"{_whole(left)} {_whole(right)}", PRODUCT
        case _:
            return _call(node)


def _whole(node: ex.Node) -> str:
    """Print a factor of a matrix product; ones are an array there, and no number."""
    if isinstance(node, ex.Ones):
        return rf"\mathbf{{1}}_{{{node.shape[0]} \times {node.shape[1]}}}"
    return _at(node, PRODUCT)


def _call(node: ex.Node) -> tuple[str, int]:
    match node:
        case ex.Transpose(body=ex.Leaf() | ex.Quantity() | ex.Derivative() as body):
            return latex_name(body.name, "T"), CALL
        case ex.Transpose(body=body):
            return rf"\left({latex(body)}\right)^{{T}}", CALL
        case ex.Apply(function=f, body=body):
            plain = isinstance(body, ex.Leaf | ex.Quantity)
            brackets = "({})" if plain else r"\left({}\right)"
            return function_name(f) + brackets.format(latex(body)), CALL
        case ex.SumOver(body=body, axis=axis):
            return _sum_over(body, axis), SUM
        case _:
            raise TypeError(
                f"no LaTeX for {type(node).__name__}: the printer knows the engine's operators; "
                "rewrite the expression with these"
            )


def _sum_over(body: ex.Node, axis: int | None) -> str:
    rows, columns = body.shape
    marks = [
        (rf"\sum_{{i=1}}^{{{columns}}} ", "(i)") if axis != 0 and columns != 1 else ("", ""),
        (rf"\sum_{{k=1}}^{{{rows}}} ", "k") if axis != 1 and rows != 1 else ("", ""),
    ]
    signs, example, row = marks[0][0] + marks[1][0], marks[0][1], marks[1][1]
    if isinstance(body, ex.Leaf | ex.Quantity | ex.Derivative):
        named = latex_name(body.name, example) if example else latex_name(body.name)
        return signs + named + (f"_{{{row}}}" if row else "")
    upper = f"^{{{example}}}" if example else ""
    return signs + rf"\left({latex(body)}\right){upper}" + (f"_{{{row}}}" if row else "")


def _sum(terms: Sequence[ex.Node]) -> str:
    text = ""
    for term in terms:
        piece = _at(term, SUM)
        if not text:
            text = piece
        else:
            text += f" - {piece[1:]}" if piece.startswith("-") else f" + {piece}"
    return text


def _scaled(factor: Any, body: ex.Node) -> tuple[str, int]:
    """Print a number times an array; one that begins with a minus sign is bracketed in products."""
    if isinstance(body, ex.Ones):
        return str(sympy.latex(factor)), SUM if factor.is_Add or factor.is_negative else CALL
    is_sum = isinstance(body, ex.SumOver)
    inner = latex(body) if is_sum else _at(body, ENTRYWISE)
    if factor == -1:
        return f"-{inner}", SUM
    number = rf"\left({sympy.latex(factor)}\right)" if factor.is_Add else sympy.latex(factor)
    if is_sum or number.startswith("-"):
        return f"{number} {inner}", SUM
    return f"{number} {inner}", min(_piece(body)[1], PRODUCT)


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
