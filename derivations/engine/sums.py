"""Bound indices: summing over one, renaming, and the canonical names that make forms comparable."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import permutations, product

from derivations.engine.normal_form import (
    Atom,
    Bound,
    Factors,
    Form,
    Index,
    Power,
    Term,
    add,
    atom,
    multiply,
)


def rename(term: Term, names: dict[Index, Index]) -> Term:
    """Replace indices throughout a term."""
    factors, deltas, bound = term
    renamed = {_renamed(atom_, names): power for atom_, power in factors}
    pairs = ((names.get(i, i), names.get(j, j)) for i, j in deltas)
    return (
        tuple(sorted(renamed.items(), key=lambda factor: factor[0])),
        tuple(sorted((min(p), max(p)) for p in pairs if p[0] != p[1])),
        tuple((names.get(i, i), size) for i, size in bound),
    )


def _renamed(atom_: Atom, names: dict[Index, Index]) -> Atom:
    return (atom_[0], tuple(names.get(i, i) for i in atom_[1]))


def substitute(form: Form, old: Index, new: Index) -> Form:
    """Replace one free index by another; factors that become alike are multiplied."""
    return add(*(_substituted(term, value, old, new) for term, value in form.items()))


def _substituted(term: Term, value: Fraction, old: Index, new: Index) -> Form:
    factors, deltas, bound = term
    _, pairs, _ = rename(((), deltas, ()), {old: new})
    result: Form = {((), pairs, bound): value}
    for atom_, power in factors:
        renamed = (_renamed(atom_, {old: new}), power)
        result = multiply(result, {((renamed,), (), ()): Fraction(1)})
    return result


def sum_over(form: Form, index: Index, size: str) -> Form:
    """Sum over an index: a delta picks one value, an absent index counts the size."""
    parts: list[Form] = []
    for term, value in form.items():
        factors, deltas, bound = term
        pair = next((p for p in deltas if index in p), None)
        if pair is not None:
            other = pair[1] if pair[0] == index else pair[0]
            rest = tuple(p for p in deltas if p != pair)
            parts.append(substitute({(factors, rest, bound): value}, index, other))
        elif any(index in atom_[1] for atom_, _ in factors):
            parts.append({(factors, deltas, (*bound, (index, size))): value})
        else:
            parts.append(multiply({term: value}, count(size)))
    return add(*parts)


def count(size: str) -> Form:
    """Form of a size: a whole number, or an atom."""
    return {((), (), ()): Fraction(int(size))} if size.isdigit() else atom(size)


def canonical(form: Form) -> Form:
    """Give bound indices names that depend only on their place, and collect like terms."""
    return add(*({_canonical_term(term): value} for term, value in form.items()))


def _canonical_term(term: Term) -> Term:
    """Name the bound indices of each part apart; parts that share no bound index are sorted.

    Deltas hold no bound index: the sum over it has taken the delta away.
    """
    factors, deltas, bound = term
    if not bound:
        return term
    parts = sorted((_least(*part) for part in _connected(factors, bound)), key=repr)
    kept: list[tuple[Atom, Power]] = []
    indices: list[tuple[Index, str]] = []
    for part, own in parts:
        shift = {index: f"#{len(indices) + place}" for place, (index, _) in enumerate(own)}
        renamed, _, named = rename((part, (), own), shift)
        kept += renamed
        indices += named
    return tuple(sorted(kept, key=lambda factor: factor[0])), deltas, tuple(indices)


def _connected(factors: Factors, bound: Bound) -> list[tuple[Factors, Bound]]:
    """Split a product where no bound index is shared; what has none is a part of its own."""
    parts: list[tuple[set[Index], list[tuple[Atom, Power]]]] = []
    names = {index for index, _ in bound}
    for factor in factors:
        mine, joined = names.intersection(factor[0][1]), [factor]
        for part in [part for part in parts if part[0] & mine]:
            parts.remove(part)
            mine, joined = mine | part[0], joined + part[1]
        parts.append((mine, joined))
    return [(tuple(fs), tuple(b for b in bound if b[0] in mine)) for mine, fs in parts]


def _least(factors: Factors, bound: Bound) -> tuple[Factors, Bound]:
    """Choose the least among the renamings that respect what tells the bound indices apart."""
    candidates = []
    for order in _orders(factors, bound):
        names = {index: f"#{place}" for place, index in enumerate(order)}
        renamed, _, indices = rename((factors, (), bound), names)
        candidates.append((renamed, tuple(sorted(indices))))
    return min(candidates, key=repr)


def _orders(factors: Factors, bound: Bound) -> Iterator[list[Index]]:
    """Orders of the bound indices: fixed between different signatures, all among equal ones."""
    signatures = {index: (size, _signature(factors, index)) for index, size in bound}
    groups: dict[object, list[Index]] = {}
    for index in sorted(signatures, key=lambda i: (signatures[i], i)):
        groups.setdefault(signatures[index], []).append(index)
    for choice in product(*(permutations(group) for group in groups.values())):
        yield [index for group in choice for index in group]


def _signature(factors: Factors, index: Index) -> tuple[object, ...]:
    """Where an index occurs, told without the names of the other bound indices."""
    places = []
    for (name, indices), power in factors:
        if index in indices:
            seen = tuple("." if i == index else "#" if i.startswith("#") else i for i in indices)
            places.append((name, seen, str(power)))
    return tuple(sorted(places))
