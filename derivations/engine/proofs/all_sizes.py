"""Proof for all sizes: entry against entry in index notation, decided by a normal form."""

from __future__ import annotations

from derivations.engine import expressions as ex
from derivations.engine.declaration import Derivation
from derivations.engine.entries import Entries, scalar_form
from derivations.engine.normal_form import Form, add, multiply, scale
from derivations.engine.results import Proof
from derivations.engine.slopes import Slopes
from derivations.engine.sums import canonical

METHOD = "all-sizes"


def prove(derivation: Derivation, left: ex.Node, right: ex.Node) -> Proof:
    """Prove that two expressions agree for every size and every value.

    ``left`` may be ``d(target)``: the true derivative, found entry by entry from the cost. First
    the forward quantities are taken as they are named; if that does not settle it, everything is
    expanded to the inputs, where different forms mean different arrays.
    """
    if left.shape != right.shape:
        return Proof(METHOD, False, f"shapes {ex.show(left.shape)} and {ex.show(right.shape)}")
    names = frozenset(
        q.name for q in derivation.quantities if not isinstance(q.definition, ex.Apply)
    )
    sizes = ", ".join(derivation.size_names) or "values"
    rest: Form = {}
    for opaque in (names, frozenset[str]()):
        rest = residue(derivation, left, right, Entries(opaque))
        if not rest:
            return Proof(METHOD, True, f"entry {place(left)} agrees for all {sizes}")
    return Proof(
        METHOD,
        False,
        f"entry {place(left)}: {len(rest)} term{'s' * (len(rest) > 1)} of the difference remain"
        f"{'s' * (len(rest) == 1)}",
    )


def residue(derivation: Derivation, left: ex.Node, right: ex.Node, entries: Entries) -> Form:
    """Return the normal form of the difference of two expressions' entries."""
    i, j = free_indices(left)
    if isinstance(left, ex.Derivative):
        first = true_slope(derivation, left.target, entries)
    else:
        first = entries.entry(left, i, j)
    difference = add(first, scale(-1, entries.entry(right, i, j)))
    return impose(derivation, canonical(difference))


def true_slope(derivation: Derivation, target: ex.Node, entries: Entries) -> Form:
    """Return the slope of the cost by an entry, in the course's scaling."""
    assert isinstance(target, ex.Named)
    slopes = Slopes(entries, target, *free_indices(target))
    form = slopes.of(derivation.cost, "0", "0")
    if derivation.per_example(target):
        form = multiply(scalar_form(derivation.examples), form)
    return form


def free_indices(node: ex.Node) -> tuple[str, str]:
    """Return the indices of a general entry: (k, l), with 0 where there is one row or column."""
    return ("0" if node.shape[0] == 1 else "k", "0" if node.shape[1] == 1 else "l")


def place(node: ex.Node) -> str:
    """Print the general entry."""
    return "({}, {})".format(*free_indices(node))


def impose(derivation: Derivation, form: Form) -> Form:
    """Replace Σ_k Y[k, j] by 1 where the columns of Y are declared to add up to 1."""
    for leaf in derivation.columns_sum_to_one:
        for (factors, deltas, bound), value in form.items():
            for atom, power in factors:
                index = atom[1][0] if atom[0] == leaf.name else ""
                alone = sum(index in other[1] for other, _ in factors) == 1
                if power == (None, 1) and index in dict(bound) and alone:
                    kept = tuple(f for f in factors if f[0] != atom)
                    left = tuple(b for b in bound if b[0] != index)
                    rest = {term: v for term, v in form.items() if term != (factors, deltas, bound)}
                    return impose(derivation, canonical(add(rest, {(kept, deltas, left): value})))
    return form
