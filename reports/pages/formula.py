"""A line of NumPy as mathematics: ``dZ1 = W2.T @ dZ2 * (1 - A1 ** 2)`` in the course's notation.

Faults carry their formulas as code. What this file does not know how to set stays code on the page:
a formula that is set wrongly would be worse than one that is not.
"""

from __future__ import annotations

import ast
import re

from derivations.engine.printers import marks as mk
from derivations.engine.printers.notation import name

# How tightly a formula holds together on paper: side by side binds closer than ∗.
SUM, ENTRYWISE, PRODUCT, WHOLE = range(4)
Piece = tuple[mk.Mark, int]
FUNCTIONS: dict[str, mk.Mark] = {
    "sigmoid": mk.Letters("σ"),
    "relu": mk.Word("ReLU"),
    "leaky_relu": mk.Word("leaky"),
}
_PRIME = "_prime"


def formula(text: str) -> mk.Mark | None:
    """Set a line of code; None where it holds something that has no notation here."""
    target, equals, value = text.partition(" = ")
    try:
        tree = ast.parse(value.replace("'(", f"{_PRIME}("), mode="eval")
        if not (equals and target.isidentifier()):
            return None
        return mk.Row((name(target), mk.Sign("="), _piece(tree.body)[0]))
    except (SyntaxError, ValueError, KeyError, RecursionError, MemoryError):
        return None


def _at(node: ast.expr, tightness: int) -> mk.Mark:
    mark, own = _piece(node)
    return mark if own >= tightness else mk.Brackets(mark)


def _piece(node: ast.expr) -> Piece:
    match node:
        case ast.Name(id=word):
            return name(word), WHOLE
        case ast.Constant(value=value):
            return _number(value), WHOLE
        case ast.Attribute(value=ast.Name(id=word), attr="T"):
            return name(word, mk.Letters("T")), WHOLE
        case ast.Attribute(value=body, attr="T"):
            return mk.Script(mk.Brackets(_piece(body)[0]), upper=mk.Letters("T")), WHOLE
        case ast.UnaryOp(op=ast.USub(), operand=body):
            return mk.Minus(_at(body, ENTRYWISE)), SUM
        case ast.BinOp(left=left, op=operator, right=right):
            return _operation(left, operator, right)
        case ast.Call(func=function, args=[argument], keywords=keywords):
            brackets = mk.Brackets(_piece(argument)[0], tall=not isinstance(argument, ast.Name))
            return mk.Call(_function(function, keywords), brackets), PRODUCT
        case _:
            raise KeyError(ast.dump(node))


def _number(value: object) -> mk.Mark:
    if type(value) not in (int, float) or not re.fullmatch(r"[\d.]+", repr(value)):
        raise KeyError(value)
    return mk.Number(repr(value))


def _operation(left: ast.expr, operator: ast.operator, right: ast.expr) -> Piece:
    match operator:
        case ast.Add():
            return mk.Row((_at(left, SUM), mk.Sign("+"), _signed(right))), SUM
        case ast.Sub():
            return mk.Row((_at(left, SUM), mk.Sign("−"), _at(right, ENTRYWISE))), SUM
        case ast.Mult():
            return mk.Row((_at(left, ENTRYWISE), mk.Sign("∗"), _at(right, PRODUCT))), ENTRYWISE
        case ast.MatMult():
            return mk.Row((_at(left, PRODUCT), _at(right, WHOLE))), PRODUCT
        case ast.Div():
            return mk.Fraction(_piece(left)[0], _piece(right)[0]), WHOLE
        case ast.Pow():
            base, _ = _piece(left)
            plain = isinstance(base, mk.Letters | mk.Word | mk.Number)
            base = base if plain else mk.Brackets(base, tall=not isinstance(left, ast.Name))
            return mk.Script(base, upper=_piece(right)[0]), WHOLE
        case _:
            raise KeyError(type(operator).__name__)


def _signed(node: ast.expr) -> mk.Mark:
    """Set what follows a plus; a minus sign there needs its brackets."""
    mark, own = _piece(node)
    return mk.Brackets(mark) if isinstance(mark, mk.Minus) or own < SUM else mark


def _function(function: ast.expr, keywords: list[ast.keyword]) -> mk.Mark:
    """Set a function's name, with its prime, or the axis that a sum runs along below it."""
    word = ast.unparse(function).removeprefix("np.")
    stem = word.removesuffix(_PRIME)
    if not stem.isidentifier():
        raise KeyError(word)
    set_name: mk.Mark = FUNCTIONS.get(stem, mk.Word(stem))
    along = {keyword.arg: ast.unparse(keyword.value) for keyword in keywords}
    if along.keys() - {"axis", "keepdims"} or (along and stem == word and stem != "sum"):
        raise KeyError(word)
    if "axis" in along:
        below = mk.Row((mk.Word("axis"), mk.Number(along["axis"])), tight=False)
        return mk.Script(set_name, lower=below)
    return mk.Script(set_name, upper=mk.Prime()) if stem != word else set_name
