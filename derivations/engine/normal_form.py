"""A normal form that decides equality of indexed sums.

An entry of a matrix expression is a sum of terms; a term is a rational coefficient times powers of
*atoms* (``W2[i, k]``, ``σ(Z1)[k, j]``, ``m``), perhaps with Kronecker deltas, summed over bound
indices. Powers of one atom x are kept in the basis x, x², …, (x − c)⁻¹, (x − c)⁻², … (partial
fractions), which is linearly independent; atoms with different names or indices are algebraically
independent; bound indices are renamed canonically. So two such sums are equal for all sizes and all
values exactly if their forms are equal.

Limit: a denominator that is neither a product nor linear in one atom (x² + 1, a sum of
exponentials) becomes an atom of its own. Equal forms then still prove equality, but different forms
no longer prove a difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import cache
from itertools import product
from typing import TypeAlias

Index: TypeAlias = (
    str  # "0" is the only index of a size-1 dimension; "#7" is bound; others are free
)
Atom: TypeAlias = tuple[str, tuple[Index, ...]]
Power: TypeAlias = tuple[Fraction | None, int]  # (None, n): xⁿ;  (c, n): (x − c)⁻ⁿ
Factors: TypeAlias = tuple[tuple[Atom, Power], ...]  # sorted by atom, one power an atom
Deltas: TypeAlias = tuple[tuple[Index, Index], ...]
Bound: TypeAlias = tuple[tuple[Index, str], ...]  # index and the size it runs over
Term: TypeAlias = tuple[Factors, Deltas, Bound]
Form: TypeAlias = Mapping[Term, Fraction]

ZERO: Form = {}
ONE: Form = {((), (), ()): Fraction(1)}
STEP = "0<"  # atoms of this kind are 0 or 1, so that H² = H


def number(value: Fraction | int) -> Form:
    """Form of a constant."""
    return {((), (), ()): Fraction(value)} if value else ZERO


def atom(name: str, indices: tuple[Index, ...] = ()) -> Form:
    """Form of a single atom."""
    return {((((name, indices), (None, 1)),), (), ()): Fraction(1)}


def delta(pairs: Iterable[tuple[Index, Index]]) -> Form:
    """Product of Kronecker deltas; equal indices give 1."""
    kept = tuple(sorted((min(p), max(p)) for p in pairs if p[0] != p[1]))
    return {((), kept, ()): Fraction(1)}


def add(*forms: Form) -> Form:
    """Sum of forms."""
    result: dict[Term, Fraction] = {}
    for form in forms:
        for term, value in form.items():
            result[term] = result.get(term, Fraction(0)) + value
    return {term: value for term, value in result.items() if value}


def scale(factor: Fraction | int, form: Form) -> Form:
    """Multiply by a constant."""
    return {term: factor * value for term, value in form.items()} if factor else ZERO


@cache
def times(left: Power, right: Power) -> tuple[tuple[Power, Fraction], ...]:
    """Product of two powers of one atom, in partial fractions.

    By x·(x−c)⁻¹ = 1 + c(x−c)⁻¹ and (x−c)⁻¹(x−d)⁻¹ = [(x−c)⁻¹ − (x−d)⁻¹] / (c−d).
    """
    (c, a), (e, b) = left, right
    if a == 0:
        return ((right if b else (None, 0), Fraction(1)),)
    if b == 0:
        return ((left, Fraction(1)),)
    if c == e:
        return (((c, a + b), Fraction(1)),)
    if c is None or e is None:
        (pole, n), k = (right, a) if c is None else (left, b)
        assert pole is not None
        lower = ((None, k - 1), (pole, n))
        return _collect([(((None, k - 1), (pole, n - 1)), Fraction(1)), (lower, pole)])
    gap = 1 / (c - e)
    return _collect([((left, (e, b - 1)), gap), (((c, a - 1), right), -gap)])


def _collect(
    products: list[tuple[tuple[Power, Power], Fraction]],
) -> tuple[tuple[Power, Fraction], ...]:
    result: dict[Power, Fraction] = {}
    for (left, right), weight in products:
        for power, value in times(left, right):
            result[power] = result.get(power, Fraction(0)) + weight * value
    return tuple((power, value) for power, value in result.items() if value)


def multiply(left: Form, right: Form) -> Form:
    """Product of forms whose bound indices are distinct."""
    result: dict[Term, Fraction] = {}
    for (fs, ds, bs), x in left.items():
        for (gs, es, cs), y in right.items():
            for factors, weight in _multiply_factors(fs, gs):
                term = (factors, tuple(sorted(ds + es)), bs + cs)
                result[term] = result.get(term, Fraction(0)) + x * y * weight
    return {term: value for term, value in result.items() if value}


def _multiply_factors(left: Factors, right: Factors) -> list[tuple[Factors, Fraction]]:
    """Merge two products; one product becomes several terms where partial fractions arise."""
    powers: dict[Atom, Power] = dict(left)
    split: list[tuple[Atom, tuple[tuple[Power, Fraction], ...]]] = []
    for atom_, power in right:
        if atom_ not in powers:
            powers[atom_] = power
        elif atom_[0].startswith(f"{STEP}|"):
            powers[atom_] = (None, 1)
        else:
            split.append((atom_, times(powers.pop(atom_), power)))
    merged = []
    for choice in product(*(options for _, options in split)):
        chosen, weight = dict(powers), Fraction(1)
        for (atom_, _), (power, value) in zip(split, choice, strict=True):
            weight *= value
            if power[1]:
                chosen[atom_] = power
        merged.append((tuple(sorted(chosen.items(), key=_order)), weight))
    return merged


def _order(factor: tuple[Atom, Power]) -> tuple[Atom, int, Fraction]:
    atom_, (pole, n) = factor
    return (atom_, n, Fraction(0) if pole is None else pole)


def inverse(form: Form) -> Form | None:
    """One over a form: of a product, or of c·x + d in one atom x; None for anything else."""
    if len(form) == 1:
        ((factors, deltas, bound), value) = next(iter(form.items()))
        if deltas or bound or any(pole is not None and n < 0 for _, (pole, n) in factors):
            return None
        return _invert_product(factors, value)
    constant = form.get(((), (), ()), Fraction(0))
    rest = [(term, value) for term, value in form.items() if term != ((), (), ())]
    if len(rest) == 1 and constant:
        ((factors, deltas, bound), slope) = rest[0]
        if not deltas and not bound and len(factors) == 1 and factors[0][1] == (None, 1):
            pole = -constant / slope
            return {(((factors[0][0], (pole, 1)),), (), ()): 1 / slope}
    return None


def _invert_product(factors: Factors, value: Fraction) -> Form:
    result = number(1 / value)
    for atom_, (pole, n) in factors:
        if pole is None:
            result = multiply(result, {(((atom_, (Fraction(0), n)),), (), ()): Fraction(1)})
        else:
            base = add(atom(*atom_), number(-pole))
            for _ in range(n):
                result = multiply(result, base)
    return result
