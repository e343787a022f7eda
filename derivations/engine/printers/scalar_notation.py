"""Scalars in the course's notation: SymPy's numbers, symbols, sums, products, powers as marks."""

from __future__ import annotations

from typing import Any

import sympy

from derivations.engine.printers.marks import (
    Brackets,
    Call,
    Fraction,
    Letters,
    Mark,
    Minus,
    Number,
    Root,
    Row,
    Script,
    Sign,
    Word,
)

SUM, ENTRYWISE, PRODUCT, CALL = range(4)  # how tightly the outermost operator binds: A B before ∗
Piece = tuple[Mark, int]
WORDS = "alpha beta gamma delta epsilon eta theta lambda mu pi rho sigma tau"
GREEK = dict(zip(WORDS.split(), "αβγδεηθλμπρστ", strict=True))


def symbol(name: str) -> Mark:
    """Set the name of a scalar: ``n_x`` has x below it, ``alpha`` is α, other words are upright."""
    stem, _, below = name.partition("_")
    if stem not in GREEK and len(stem) > 1:
        return Word(name)
    base = Letters(GREEK.get(stem, stem))
    return Script(base, lower=symbol(below) if below.isalpha() else Word(below)) if below else base


def size(value: Any) -> Mark:
    """Set a size: a whole number, or a symbol."""
    return Number(str(value)) if isinstance(value, int) else scalar(value)[0]


def at(piece: Piece, tightness: int) -> Mark:
    """Put a piece where something binds as tightly as told: in brackets where needed."""
    return piece[0] if piece[1] >= tightness else Brackets(piece[0])


def scalar(value: Any) -> Piece:
    """Set a scalar."""
    if value.is_Symbol:
        return symbol(str(value)), CALL
    if value.is_Add:
        return _sum(value), SUM
    if value.could_extract_minus_sign():
        return Minus(at(scalar(-value), ENTRYWISE)), SUM
    top, bottom = sympy.fraction(value)
    if bottom != 1:
        return Fraction(scalar(top)[0], scalar(bottom)[0]), CALL
    if value.is_Mul:
        return side_by_side([at(scalar(part), PRODUCT) for part in _factors(value)]), PRODUCT
    if value.is_Pow:
        return _power(value), CALL
    return _atom(value), CALL


def _atom(value: Any) -> Mark:
    if value.is_Integer or value.is_Float:
        return Number(str(value))
    if isinstance(value, sympy.NumberSymbol):
        return symbol({"Pi": "pi"}.get(type(value).__name__, str(value).lower()))
    if value.is_Function and len(value.args) == 1:
        return Call(Word(value.func.__name__), Brackets(scalar(value.args[0])[0], tall=False))
    raise TypeError(
        f"no notation for the scalar {value}: the printers know numbers, symbols, sums, products, "
        "powers and functions of one argument; rewrite it with these"
    )


def _factors(value: Any) -> list[Any]:
    return sorted(value.args, key=lambda part: (not part.is_number, part.is_Add, str(part)))


def _sum(value: Any) -> Mark:
    parts: list[Mark] = []
    for term in value.as_ordered_terms():
        negative = bool(parts) and term.could_extract_minus_sign()
        if parts:
            parts.append(Sign("−" if negative else "+"))
        parts.append(at(scalar(-term), ENTRYWISE) if negative else scalar(term)[0])
    return Row(tuple(parts))


def _power(value: Any) -> Mark:
    base, exponent = value.args
    if exponent == sympy.Rational(1, 2):
        return Root(scalar(base)[0])
    return Script(at(scalar(base), CALL), upper=scalar(exponent)[0])


def side_by_side(marks: list[Mark]) -> Mark:
    """Set factors; a number that follows another mark gets a dot, or it would join the other."""
    parts: list[Mark] = []
    for mark in marks:
        if parts and starts_with_number(mark):
            parts.append(Sign("⋅"))
        parts.append(mark)
    return parts[0] if len(parts) == 1 else Row(tuple(parts))


def starts_with_number(mark: Mark) -> bool:
    """Whether digits come first."""
    match mark:
        case Number():
            return True
        case Script(base=first):
            return starts_with_number(first)
        case Row(parts=parts):
            return starts_with_number(parts[0])
        case _:
            return False
