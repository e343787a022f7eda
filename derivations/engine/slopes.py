"""Index notation, continued: the slope of an entry of one array by an entry of another.

∂(Σ_p W[i,p] X[p,j]) / ∂W[k,l] = Σ_p δ(i,k) δ(p,l) X[p,j] = δ(i,k) X[l,j]: every rule below is the
scalar rule of calculus, written for one entry.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from derivations.engine import expressions as ex
from derivations.engine.entries import (
    Entries,
    narrow,
    over,
    over_both,
    scalar_form,
    summed_indices,
)
from derivations.engine.normal_form import ZERO, Form, Index, add, delta, multiply, scale
from derivations.engine.trees import children


@dataclass(frozen=True)
class Slopes:
    """Slopes by the (k, l) entry of one target, a parameter or a quantity of the forward pass."""

    entries: Entries
    target: ex.Named
    k: Index
    l: Index  # noqa: E741  the mathematics calls it (k, l)
    _depends: dict[str, bool] = field(default_factory=dict, repr=False)

    def depends(self, node: ex.Node) -> bool:
        """Whether an expression holds the target at all."""
        if isinstance(node, ex.Named):
            if node.name not in self._depends:
                below = isinstance(node, ex.Quantity) and self.depends(node.definition)
                self._depends[node.name] = node.name == self.target.name or below
            return self._depends[node.name]
        return any(self.depends(child) for child in children(node))

    def of(self, node: ex.Node, i: Index, j: Index) -> Form:  # noqa: C901  one case an operator
        """Form of the slope of the (i, j) entry."""
        if not self.depends(node):
            return ZERO
        match node:
            case ex.Leaf() | ex.Quantity() if node.name == self.target.name:
                return delta([(i, self.k), (j, self.l)])
            case ex.Quantity(definition=definition):
                return self.of(definition, i, j)
            case ex.Add(terms=terms):
                return add(*(self.of(term, i, j) for term in terms))
            case ex.Scale(factor=factor, body=body):
                return multiply(scalar_form(factor), self.of(body, i, j))
            case ex.Transpose(body=body):
                return self.of(body, j, i)
            case ex.Apply(function=f, body=body):
                inner = self.entries.applied(ex.Apply(f.prime, body), i, j)
                return multiply(inner, self.of(body, i, j))
            case ex.Spread(body=body):
                return self.of(body, *narrow(body.shape, i, j))
            case _:
                return self.of_product(node, i, j)

    def of_product(self, node: ex.Node, i: Index, j: Index) -> Form:
        """Form of the slope of a product, a quotient or a sum."""
        match node:
            case ex.Hadamard(left=left, right=right):
                return self.product_rule(left, (i, j), right, (i, j))
            case ex.Quotient(top=top, bottom=bottom):
                one_over = self.entries.reciprocal
                first = multiply(self.of(top, i, j), one_over(bottom, i, j))
                square = multiply(one_over(bottom, i, j), one_over(bottom, i, j))
                second = multiply(self.entries.entry(top, i, j), self.of(bottom, i, j))
                return add(first, scale(-1, multiply(second, square)))
            case ex.MatMul(left=left, right=right):
                p = self.entries.index(left.shape[1])
                return over(self.product_rule(left, (i, p), right, (p, j)), p, left.shape[1])
            case _:
                assert isinstance(node, ex.SumOver)  # `depends` has met every operator already
                p, q = summed_indices(self.entries, node, i, j)
                return over_both(self.of(node.body, p, q), node, (p, q))

    def product_rule(
        self, left: ex.Node, at: tuple[Index, Index], right: ex.Node, there: tuple[Index, Index]
    ) -> Form:
        """Form of u'v + uv'."""
        parts = []
        if self.depends(left):
            parts.append(multiply(self.of(left, *at), self.entries.entry(right, *there)))
        if self.depends(right):
            parts.append(multiply(self.entries.entry(left, *at), self.of(right, *there)))
        return add(*parts)
