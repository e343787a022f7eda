"""Local derivatives: the slope of an entry of one array by an entry of an array it is made from.

This is what the chain rule multiplies with. It is told as a textbook tells it, ∂Z_k / ∂A_l = W_kl,
and found by walking down a definition with the indices of one entry in hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy

from derivations.engine import expressions as ex
from derivations.engine import rules
from derivations.engine.build import added, divided, parts, scaled, times

Index = str  # a letter; empty along a dimension of size 1
Place = tuple[Index, Index]
EXAMPLES = ("i", "j")
LETTERS = "klpqrstuv"


@dataclass(frozen=True)
class Term:
    """A number times entries of arrays, each at its place, summed over some indices."""

    factor: Any
    entries: tuple[tuple[ex.Node, Place], ...]
    sums: tuple[tuple[Index, ex.Size], ...] = ()


@dataclass(frozen=True)
class Local:
    """The slope of the entry ``at`` of ``made`` by the entry ``by`` of ``of``.

    By all other entries it is 0. Where both entries stand at one place, ``entrywise`` holds the
    slopes at all places, an array of their shape.
    """

    made: ex.Quantity
    of: ex.Named
    at: Place
    by: Place
    terms: tuple[Term, ...]

    @property
    def entrywise(self) -> ex.Node | None:
        """The array of slopes, where each entry is made from the one at its own place alone."""
        here = all(place == self.at for term in self.terms for _, place in term.entries)
        if self.at != self.by or not here or any(term.sums for term in self.terms):
            return None
        whole = ex.Ones(self.made.shape)
        return added(
            [scaled(t.factor, _product([n for n, _ in t.entries], whole)) for t in self.terms]
        )


def local(made: ex.Quantity, of: ex.Named, examples: ex.Size | None) -> Local | None:
    """Find the local derivative of an array by one that its definition holds.

    Parameters
    ----------
    made, of : Quantity and Leaf or Quantity
    examples : size, optional
        The size that counts examples: its indices are i and j.

    Returns
    -------
    Local or None
        None where an entry is made from entries at several places (W Wᵀ): it has no one formula.
    """
    walk = _Walk(of, examples)
    at = walk.fresh(made.shape, ())
    found = list(walk.down(made.definition, at, _Way(at)))
    if len({by for by, _ in found}) != 1:
        return None
    by = found[0][0]
    return Local(made, of, at, by, tuple(_term(way, by) for _, way in found))


@dataclass(frozen=True)
class _Way:
    """What was met on the way down to an entry: indices in use, factors, sums."""

    used: tuple[Index, ...]
    entries: tuple[tuple[ex.Node, Place], ...] = ()
    sums: tuple[tuple[Index, ex.Size], ...] = ()

    def on(self, node: ex.Node, place: Place) -> _Way:
        if isinstance(node, ex.Transpose):
            return self.on(node.body, (place[1], place[0]))
        return _Way(self.used, (*self.entries, (node, place)), self.sums)

    def along(self, index: Index, size: ex.Size) -> _Way:
        return _Way((*self.used, index), self.entries, (*self.sums, (index, size)))


@dataclass(frozen=True)
class _Walk:
    """A walk down a definition, to every place at which an array stands in it."""

    of: ex.Named
    examples: ex.Size | None

    def fresh(self, shape: ex.Shape, used: tuple[Index, ...]) -> Place:
        """Name the indices of an entry."""
        row = self.letter(shape[0], used)
        return row, self.letter(shape[1], (*used, row))

    def letter(self, size: ex.Size, used: tuple[Index, ...]) -> Index:
        """Return the first free letter for an index; none where there is one place only."""
        if size == 1:
            return ""
        return next(x for x in (EXAMPLES if size == self.examples else LETTERS) if x not in used)

    def down(self, node: ex.Node, place: Place, way: _Way) -> Iterator[tuple[Place, _Way]]:
        """Go on to everything that a node is built from."""
        i, j = place
        match node:
            case ex.Leaf() | ex.Quantity() | ex.Derivative() | ex.Ones():
                if node == self.of:
                    yield place, way
            case ex.Transpose(body=body):
                yield from self.down(body, (j, i), way)
            case ex.Spread(body=body):
                narrow = tuple(
                    "" if size == 1 else x for size, x in zip(body.shape, place, strict=True)
                )
                yield from self.down(body, (narrow[0], narrow[1]), way)
            case ex.MatMul(left=left, right=right):
                p = self.letter(left.shape[1], way.used)
                inner = way.along(p, left.shape[1])
                yield from self.down(left, (i, p), inner.on(right, (p, j)))
                yield from self.down(right, (p, j), inner.on(left, (i, p)))
            case ex.SumOver(body=body, axis=axis):
                yield from self.summed(body, axis, place, way)
            case _:  # entry by entry: the rule itself says what it is multiplied with
                for child, factor in rules.pull(node, ex.Ones(node.shape)):
                    yield from self.down(child, place, way.on(factor, place))

    def summed(
        self, body: ex.Node, axis: int | None, place: Place, way: _Way
    ) -> Iterator[tuple[Place, _Way]]:
        """Go on below a sum, with new indices along its axes."""
        rows, columns = body.shape
        i, j = place
        if axis != 1:
            i = self.letter(rows, way.used)
            way = way.along(i, rows)
        if axis != 0:
            j = self.letter(columns, way.used)
            way = way.along(j, columns)
        yield from self.down(body, (i, j), way)


def _term(way: _Way, by: Place) -> Term:
    """Gather the factors at each place; an index that the entry itself has is not summed over."""
    gathered: dict[Place, list[ex.Node]] = {}
    factor: Any = sympy.Integer(1)
    for node, place in way.entries:
        c, body = parts(node)
        factor *= c
        if not isinstance(body, ex.Ones):
            gathered.setdefault(place, []).append(body)
    entries = tuple((_product(nodes, nodes[0]), place) for place, nodes in gathered.items())
    return Term(factor, entries, tuple(s for s in way.sums if s[0] and s[0] not in by))


def _product(nodes: list[ex.Node], empty: ex.Node) -> ex.Node:
    """Multiply arrays entry by entry; what is multiplied with 1/A is divided by A."""
    result = nodes[0] if nodes else empty
    for node in nodes[1:]:
        match node:
            case ex.Quotient(top=ex.Ones(), bottom=bottom):
                result = divided(result, bottom)
            case _:
                result = times(result, node)
    return result
