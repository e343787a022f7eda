"""Local derivatives in the course's notation: examples count in brackets above, the rest below."""

from __future__ import annotations

from derivations.engine import expressions as ex
from derivations.engine.local import EXAMPLES, Local, Place, Term
from derivations.engine.printers.marks import (
    Brackets,
    Fraction,
    Letters,
    Mark,
    Minus,
    Row,
    Script,
    Sign,
    Sum,
)
from derivations.engine.printers.notation import NAMED, name, notation
from derivations.engine.printers.scalar_notation import PRODUCT, at, scalar, side_by_side, size


def local_equation(found: Local) -> Mark:
    """Set ``∂Z/∂A = ...``: of whole arrays where it holds entry by entry, else of entries."""
    whole = found.entrywise
    nowhere = ("", "")
    made = entry(found.made, nowhere if whole else found.at)
    of = entry(found.of, nowhere if whole else found.by)
    quotient = Fraction(_partial(made), _partial(of))
    value = notation(whole) if whole else _added([_term(term) for term in found.terms])
    return Row((quotient, Sign("="), value))


def entry(node: ex.Node, place: Place) -> Mark:
    """Set an entry: W_kl, or A_k of the example (i), where examples are columns."""
    row, column = place
    example = column in EXAMPLES and row not in EXAMPLES
    upper = (Brackets(Letters(column), tall=False),) * example
    if isinstance(node, NAMED):
        named = name(node.name, *upper)
        base, above = (named.base, named.upper) if isinstance(named, Script) else (named, None)
    else:
        base = Brackets(notation(node)) if any(place) else notation(node)
        above = upper[0] if upper else None
    below = row if example else row + column
    lower = Letters(below) if below else None
    return Script(base, above, lower) if above or lower else base


def _partial(mark: Mark) -> Mark:
    return Row((Letters("∂"), mark), tight=True)


def _term(term: Term) -> Mark:
    """Set a product of entries, with its sums before it."""
    negative = term.factor.could_extract_minus_sign()
    factor = -term.factor if negative else term.factor
    bracketed = len(term.entries) > 1 or factor != 1 or bool(term.sums)
    marks = [_factor(node, place, bracketed) for node, place in term.entries]
    if factor != 1 or not marks:
        marks = [at(scalar(factor), PRODUCT) if marks else scalar(factor)[0], *marks]
    signs = tuple(Sum(index, size(count)) for index, count in term.sums)
    product = Row((*signs, side_by_side(marks))) if signs else side_by_side(marks)
    return Minus(product) if negative else product


def _factor(node: ex.Node, place: Place, bracketed: bool) -> Mark:
    loose = bracketed and not any(place) and not isinstance(node, NAMED)
    return Brackets(notation(node)) if loose else entry(node, place)


def _added(marks: list[Mark]) -> Mark:
    """Set a sum of terms."""
    row: list[Mark] = []
    for mark in marks:
        if row and isinstance(mark, Minus):
            row += [Sign("−"), mark.body]
        else:
            row += [Sign("+"), mark] if row else [mark]
    return row[0] if len(row) == 1 else Row(tuple(row))
