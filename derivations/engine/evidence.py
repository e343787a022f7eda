"""Evidence for statements: identities between expressions, and small helpers for the topics."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

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
    return Proof("all-sizes", bool(holds), detail)


def exactly(holds: bool, detail: str) -> Proof:
    """State a proof in whole numbers, fractions or residues: nothing is rounded."""
    return Proof("exact", bool(holds), detail)


def in_numbers(holds: bool, detail: str) -> Proof:
    """State a check in floating point."""
    return Proof("numeric", bool(holds), detail)


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
