"""Formulas in the course's notation: dZ1 = W2ᵀ dZ2 ∗ g1′(Z1), set as marks, with every bracket."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from derivations.engine import expressions as ex
from derivations.engine.functions import Function
from derivations.engine.printers.marks import (
    Brackets,
    Call,
    Fraction,
    Hat,
    Layer,
    Letters,
    Mark,
    Minus,
    Number,
    Ones,
    Prime,
    Row,
    Script,
    Sign,
    Sum,
    Word,
)
from derivations.engine.printers.scalar_notation import (
    CALL,
    ENTRYWISE,
    PRODUCT,
    SUM,
    Piece,
    at,
    scalar,
    side_by_side,
    size,
)
from derivations.engine.trees import children

KNOWN: dict[str, Mark] = {
    "sigmoid": Letters("σ"),
    "relu": Word("ReLU"),
    "leaky_relu": Word("leaky"),
}
LAYERED = re.compile(r"^([A-Za-z]+)(\d+)$")
NAMED = ex.Leaf | ex.Quantity | ex.Derivative


def name(text: str, *inner: Mark) -> Mark:
    """Set a name: ``dZ1`` is dZ of layer [1]; ``inner`` stands above it too, such as T."""
    match = LAYERED.match(text)
    stem, layer = (match[1], (Layer(match[2]),)) if match else (text, ())
    upper = (*layer, *inner)
    base = _stem(stem)
    return (
        Script(base, upper=upper[0] if len(upper) == 1 else Row(upper, tight=True))
        if upper
        else base
    )


def _stem(stem: str) -> Mark:
    if stem.lower().endswith("hat") and len(stem) > 3:
        before, body = ("d", stem[1:-3]) if stem[0] == "d" and len(stem) > 4 else ("", stem[:-3])
        hat = Hat(_stem(body))
        return Row((Letters(before), hat), tight=True) if before else hat
    if len(stem) > 2 or (len(stem) == 2 and stem[0] != "d"):
        return Word(stem)
    return Letters(stem)


def function_name(f: Function) -> Mark:
    """Set a function's name, with its prime."""
    prime = (Prime(),) if f.order else ()
    if f.abstract:
        return name(f.name, *prime)
    base = KNOWN.get(f.name, Word(f.name))
    return Script(base, upper=Prime()) if prime else base


def equation(target: str, node: ex.Node) -> Mark:
    """Set ``target = formula``."""
    return Row((name(target), Sign("="), notation(node)))


def notation(node: ex.Node) -> Mark:
    """Set a formula."""
    return _piece(node)[0]


def _at(node: ex.Node, tightness: int) -> Mark:
    return at(_piece(node), tightness)


def _piece(node: ex.Node) -> Piece:  # noqa: C901  one case an operator
    match node:
        case ex.Leaf() | ex.Quantity() | ex.Derivative():
            return name(node.name), CALL
        case ex.Ones():
            return Number("1"), CALL
        case ex.Spread(body=body):
            return _piece(body)
        case ex.Add(terms=terms):
            return _sum(terms), SUM
        case ex.Scale(factor=factor, body=body):
            return _scaled(factor, body)
        case ex.Hadamard(left=left, right=right) if left == right:
            return Script(Brackets(notation(left)), upper=Number("2")), CALL
        case ex.Hadamard(left=left, right=right):
            return Row((_at(left, ENTRYWISE), Sign("∗"), _at(right, PRODUCT))), ENTRYWISE
        case ex.Quotient(top=top, bottom=bottom):
            return Fraction(notation(top), notation(bottom)), CALL
        case ex.MatMul(left=left, right=right):
            return side_by_side([whole(left), _behind(right)]), PRODUCT
        case _:
            return _call(node)


def whole(node: ex.Node) -> Mark:
    """Set a factor of a matrix product: what is spread elsewhere needs its ones there."""
    if isinstance(node, ex.Ones):
        return ones(node.shape)
    if isinstance(node, ex.Scale) and isinstance(node.body, ex.Ones):
        return side_by_side([at(scalar(node.factor), PRODUCT), ones(node.shape)])
    mark = _at(node, PRODUCT)
    rows, columns = set_shape(node)
    before = [ones((node.shape[0], 1))] if rows != node.shape[0] else []
    after = [ones((1, node.shape[1]))] if columns != node.shape[1] else []
    return Brackets(side_by_side([*before, mark, *after])) if before or after else mark


def _behind(node: ex.Node) -> Mark:
    """Set the right factor of a matrix product: a number that leads it stays with it."""
    mark = whole(node)
    leads = isinstance(node, ex.Scale) and not isinstance(mark, Brackets)
    return Brackets(mark) if leads else mark


def set_shape(node: ex.Node) -> ex.Shape:
    """Return the shape that a formula has as it is set: nothing in it says what it is spread to."""
    match node:
        case ex.Ones():
            return (1, 1)
        case ex.Spread(body=body) | ex.Scale(body=body) | ex.Apply(body=body):
            return set_shape(body)
        case ex.Add() | ex.Hadamard() | ex.Quotient():
            rows, columns = zip(*map(set_shape, children(node)), strict=True)
            return next((r for r in rows if r != 1), 1), next((c for c in columns if c != 1), 1)
        case ex.Transpose(body=body):
            rows, columns = set_shape(body)
            return columns, rows
        case ex.SumOver(body=body, axis=axis):
            rows, columns = set_shape(body)
            return (rows if axis == 1 else 1, columns if axis == 0 else 1)
        case _:
            return node.shape


def ones(shape: ex.Shape) -> Mark:
    """Set an array of ones with its shape below."""
    return Script(Ones(), lower=Row((size(shape[0]), Sign("×"), size(shape[1]))))


def _call(node: ex.Node) -> Piece:
    match node:
        case ex.Transpose(body=ex.Leaf() | ex.Quantity() | ex.Derivative() as body):
            return name(body.name, Letters("T")), CALL
        case ex.Transpose(body=body):
            return Script(Brackets(notation(body)), upper=Letters("T")), CALL
        case ex.Apply(function=f, body=body):
            plain = isinstance(body, ex.Leaf | ex.Quantity)
            return Call(function_name(f), Brackets(notation(body), tall=not plain)), CALL
        case ex.SumOver(body=body, axis=axis):
            return _sum_over(body, axis), SUM
        case _:
            raise TypeError(
                f"no notation for {type(node).__name__}: the printers know the engine's operators; "
                "rewrite the expression with these"
            )


def _sum_over(body: ex.Node, axis: int | None) -> Mark:
    rows, columns = body.shape
    over_columns, over_rows = axis != 0 and columns != 1, axis != 1 and rows != 1
    signs = (Sum("i", size(columns)),) * over_columns + (Sum("k", size(rows)),) * over_rows
    example = (Brackets(Letters("i"), tall=False),) * over_columns
    row = Letters("k") if over_rows else None
    if isinstance(body, NAMED):
        named = name(body.name, *example)
        base, upper = (named.base, named.upper) if isinstance(named, Script) else (named, None)
    else:
        base, upper = Brackets(notation(body)), next(iter(example), None)
    return Row((*signs, Script(base, upper, row) if upper or row else base))


def _sum(terms: Sequence[ex.Node]) -> Mark:
    parts: list[Mark] = []
    for term in terms:
        piece = _at(term, SUM)
        if not parts:
            parts = [piece]
        elif isinstance(piece, Minus):
            parts += [Sign("−"), piece.body]
        else:
            parts += [Sign("+"), piece]
    return Row(tuple(parts))


def _scaled(factor: Any, body: ex.Node) -> Piece:
    """Set a number times an array; one that begins with a minus sign is bracketed in products."""
    if isinstance(body, ex.Ones):
        return scalar(factor)
    if factor.could_extract_minus_sign():
        return Minus(_scaled(-factor, body)[0] if factor != -1 else _at_factor(body)), SUM
    inner = _at_factor(body)
    binding = SUM if isinstance(body, ex.SumOver) else min(_piece(body)[1], PRODUCT)
    return side_by_side([at(scalar(factor), PRODUCT), inner]), binding


def _at_factor(body: ex.Node) -> Mark:
    """Set what a number multiplies; a sum sign may follow a number, a further number may not."""
    if isinstance(body, ex.SumOver):
        return notation(body)
    return Brackets(notation(body)) if isinstance(body, ex.Scale) else _at(body, ENTRYWISE)
