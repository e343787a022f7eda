"""Evidence for statements: identities between expressions, and small helpers for the topics."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import sympy

from derivations.engine import expressions as ex
from derivations.engine.declaration import Claim, Derivation
from derivations.engine.prove import prove_claim
from derivations.engine.results import Proof
from derivations.engine.vocabulary import define, total


def identity(left: ex.Node, right: ex.Node) -> tuple[Proof, ...]:
    """Judge an identity between two expressions, for all sizes, by the three methods.

    Its arrays need no model: what they are named with is declared on the spot.
    """
    cost = define("both", total(left) + total(right))
    derivation = Derivation("identity", "An identity", cost)
    return prove_claim(derivation, Claim("identity", "both sides agree", left, right)).proofs


def for_all(holds: bool, detail: str) -> Proof:
    """State a symbolic proof: for all sizes or all values."""
    return Proof("all-sizes", bool(holds), detail, own=True)


def exactly(holds: bool, detail: str) -> Proof:
    """State a proof in whole numbers, fractions or residues: nothing is rounded."""
    return Proof("exact", bool(holds), detail, own=True)


def in_numbers(holds: bool, detail: str) -> Proof:
    """State a check in floating point."""
    return Proof("numeric", bool(holds), detail, own=True)


def step_goes_nearer() -> bool:
    """Whether g² − (g − αcg)² = αc(2 − αc)g², and that is positive wherever 0 < αc < 2.

    So a step of descent along a direction with curvature c shrinks the distance g.
    """
    rate, c, gap, q = sympy.symbols("alpha c g q", positive=True)
    fall = gap**2 - (gap - rate * c * gap) ** 2
    between = 2 / (1 + q)  # any number between 0 and 2, as q is any positive one
    positive = sympy.cancel(between * (2 - between)).is_positive
    return bool(sympy.expand(fall - rate * c * (2 - rate * c) * gap**2) == 0 and positive)


def decimal(text: str) -> Fraction:
    """Read a printed number exactly: ``decimal("33.003")``."""
    return Fraction(text)


def printed_as(value: Fraction, digits: str) -> bool:
    """Whether an exact value rounds to the digits that a text prints."""
    places = len(digits.partition(".")[2])
    return abs(value - decimal(digits)) * 2 <= Fraction(1, 10**places)


def nudged(f: Callable[[Fraction], Fraction], at: Fraction, nudge: Fraction) -> Fraction:
    """Return the slope that a nudge sees: rise over run."""
    return (f(at + nudge) - f(at)) / nudge
