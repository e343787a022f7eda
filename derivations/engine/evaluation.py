"""Evaluating expressions entry by entry, over any numbers: residues with tangents, many digits.

Arrays are NumPy arrays of Python objects, so that NumPy multiplies and sums while the numbers keep
their own arithmetic.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any, Protocol

import numpy as np

from derivations.engine import expressions as ex
from derivations.engine.functions import Function
from derivations.engine.trees import unknown

Array = np.ndarray[Any, np.dtype[Any]]


class Numbers(Protocol):
    """What an evaluation needs to know of its numbers."""

    def fraction(self, top: int, bottom: int) -> Any:
        """Return top/bottom as such a number."""

    def function(self, f: Function, value: Any) -> Any:
        """Return f(value)."""


@dataclass(frozen=True)
class Evaluation:
    """An evaluation at given sizes and scalar symbols.

    ``symbols`` maps the names of sizes to ints and those of scalar symbols to numbers.
    """

    numbers: Numbers
    symbols: Mapping[str, Any]

    def value(  # noqa: C901  one case an operator
        self, node: ex.Node, env: Mapping[str, Array]
    ) -> Array:
        """Return the array of an expression; what ``env`` lacks is computed by its definition."""
        match node:
            case ex.Leaf(name=name):
                return env[name]
            case ex.Quantity(name=name, definition=definition):
                return env[name] if name in env else self.value(definition, env)
            case ex.Ones():
                return np.full(self.shape(node), self.numbers.fraction(1, 1), dtype=object)
            case ex.Add(terms=terms):
                return reduce(add, [self.value(term, env) for term in terms])
            case ex.Scale(factor=factor, body=body):
                multiple: Array = self.value(body, env) * self.scalar(factor)
                return multiple
            case ex.Hadamard(left=left, right=right):
                return self.value(left, env) * self.value(right, env)
            case ex.Quotient(top=top, bottom=bottom):
                return self.value(top, env) / self.value(bottom, env)
            case ex.MatMul(left=left, right=right):
                product: Array = np.dot(self.value(left, env), self.value(right, env))
                return product
            case _:
                return self.value_of_unary(node, env)

    def value_of_unary(self, node: ex.Node, env: Mapping[str, Array]) -> Array:
        """Return the array of an expression with one operand."""
        match node:
            case ex.Transpose(body=body):
                return self.value(body, env).T
            case ex.Spread(body=body):
                return np.broadcast_to(self.value(body, env), self.shape(node))
            case ex.SumOver(body=body, axis=axis):
                summed: Array = np.sum(self.value(body, env), axis=axis, keepdims=True)
                return summed
            case ex.Apply(function=f, body=body):
                each = np.frompyfunc(lambda x: self.numbers.function(f, x), 1, 1)
                applied: Array = each(self.value(body, env))
                return applied
            case _:
                raise unknown(node)

    def shape(self, node: ex.Node) -> tuple[int, int]:
        """Return a shape in whole numbers."""
        rows, columns = (int(self.symbols.get(str(size), size)) for size in node.shape)
        return rows, columns

    def scalar(self, value: Any) -> Any:
        """Return a SymPy scalar as a number."""
        if value.is_Rational:
            return self.numbers.fraction(int(value.p), int(value.q))
        if value.is_Symbol:
            known = self.symbols[str(value)]
            return self.numbers.fraction(known, 1) if isinstance(known, int) else known
        parts = [self.scalar(part) for part in value.args]
        if value.is_Pow:
            one = self.numbers.fraction(1, 1)
            power = one
            for _ in range(abs(int(value.exp))):
                power = power * parts[0]
            return one / power if value.exp < 0 else power
        result = parts[0]
        for part in parts[1:]:
            result = result + part if value.is_Add else result * part
        return result
