"""Textbook form: simplify the scalar entry with SymPy, and lift the result back to arrays.

(−Y/A + (1 − Y)/(1 − A)) ∗ σ′(Z) is, entry by entry, a rational function of a and y; cancelled it is
a − y, which lifts to A − Y. Nothing here is trusted: every simplified step is proven afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import sympy

from derivations.engine import expressions as ex
from derivations.engine.build import added, scaled, times
from derivations.engine.functions import Function
from derivations.engine.trees import transform, walk

SLOPES = {  # f′ in terms of a = f(z)
    "sigmoid": lambda a: a * (1 - a),
    "tanh": lambda a: 1 - a**2,
    "exp": lambda a: a,
}


def name_known(node: ex.Node, quantities: tuple[ex.Quantity, ...]) -> ex.Node:
    """Replace f(Z) by A where the forward pass has named it so."""
    names = {q.definition: q for q in quantities if isinstance(q.definition, ex.Apply)}
    return transform(node, lambda part: names.get(part) if isinstance(part, ex.Apply) else None)


def simplify(node: ex.Node, quantities: tuple[ex.Quantity, ...]) -> ex.Node:
    """Return a formula, or its cancelled scalar entry if shorter and free of quotients."""
    node = name_known(node, quantities)
    outputs: dict[ex.Node, ex.Quantity] = {
        q.definition: q for q in quantities if isinstance(q.definition, ex.Apply)
    }
    reading = _Reading(outputs)
    entry = reading.scalar(node)
    if len(reading.symbols) < 2:
        return node
    cancelled = sympy.cancel(entry)
    lifted = reading.lift(cancelled, node.shape)
    whole = not any(isinstance(part, ex.Quotient) for part in walk(lifted))
    return lifted if whole and size(lifted) < size(node) else node


def size(node: ex.Node) -> int:
    """How many parts a formula has, what is written once counted once."""
    return sum(1 for _ in walk(node))


@dataclass
class _Reading:
    """A correspondence between arrays of one shape and the scalar symbols of their entries."""

    outputs: dict[ex.Node, ex.Quantity]
    symbols: dict[ex.Node, Any] = field(default_factory=dict)

    def symbol(self, node: ex.Node) -> Any:
        return self.symbols.setdefault(node, sympy.Symbol(f"x{len(self.symbols):03d}"))

    def scalar(self, node: ex.Node) -> Any:
        """Read the entry of an array as a scalar expression."""
        match node:
            case ex.Ones():
                return sympy.Integer(1)
            case ex.Add(terms=terms):
                return sympy.Add(*map(self.scalar, terms))
            case ex.Scale(factor=factor, body=body):
                return factor * self.scalar(body)
            case ex.Hadamard(left=left, right=right):
                return self.scalar(left) * self.scalar(right)
            case ex.Quotient(top=top, bottom=bottom):
                return self.scalar(top) / self.scalar(bottom)
            case ex.Apply(function=Function(order=1) as f, body=body) if f.name in SLOPES:
                output = self.outputs.get(ex.Apply(Function(f.name), body))
                return self.symbol(node) if output is None else SLOPES[f.name](self.symbol(output))
            case _:
                return self.symbol(node)

    def lift(self, entry: Any, shape: ex.Shape) -> ex.Node:
        """Write a scalar expression as arrays again, what is added before what is subtracted."""
        arrays = {symbol: node for node, symbol in self.symbols.items()}

        def one(term: Any) -> ex.Node:
            factor, rest = term.as_independent(*arrays, as_Add=False)
            top, bottom = sympy.fraction(rest)
            product = _product(top, arrays, one_or_sum, shape)
            if bottom == 1:
                return scaled(factor, product)
            return scaled(factor, ex.Quotient(product, one_or_sum(bottom)))

        def one_or_sum(value: Any) -> ex.Node:
            terms = sorted(sympy.Add.make_args(value), key=_plus_first)
            return added([one(term) for term in terms])

        return one_or_sum(entry)


def _product(top: Any, arrays: dict[Any, ex.Node], lift: Any, shape: ex.Shape) -> ex.Node:
    result: ex.Node = ex.Ones(shape)
    for factor in sympy.Mul.make_args(top):
        base, power = factor.as_base_exp()
        if base == 1:
            continue
        array = arrays[base] if base in arrays else lift(base)
        for _ in range(int(power)):
            result = times(result, array)
    return result


def _plus_first(term: Any) -> tuple[bool, str]:
    return (bool(term.could_extract_minus_sign()), str(term))
