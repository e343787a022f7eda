"""The chain rule, one small rule an operator. The docstring of a rule is its theorem.

Throughout, C is the array an operator makes, C̄ the derivative of the cost by C, entry by entry, and
a rule gives what C contributes to the derivative by each operand.
"""

from __future__ import annotations

from collections.abc import Callable

import sympy

from derivations.engine import expressions as ex
from derivations.engine.build import (
    divided,
    scaled,
    spread_scaled,
    summed,
    times,
    times_matrix,
    transposed,
)
from derivations.engine.functions import Function

Pulled = list[tuple[ex.Node, ex.Node]]


def through_sum(node: ex.Add, C: ex.Node) -> Pulled:
    """C = A + B gives Ā = C̄ and B̄ = C̄."""
    return [(term, C) for term in node.terms]


def through_scale(node: ex.Scale, C: ex.Node) -> Pulled:
    """C = c·A gives Ā = c·C̄."""
    return [(node.body, scaled(node.factor, C))]


def through_matrix_product(node: ex.MatMul, C: ex.Node) -> Pulled:
    """C = A B gives Ā = C̄ Bᵀ and B̄ = Aᵀ C̄."""
    return [
        (node.left, times_matrix(C, transposed(node.right))),
        (node.right, times_matrix(transposed(node.left), C)),
    ]


def through_product(node: ex.Hadamard, C: ex.Node) -> Pulled:
    """C = A ∗ B, entry by entry, gives Ā = C̄ ∗ B and B̄ = C̄ ∗ A."""
    return [(node.left, times(C, node.right)), (node.right, times(C, node.left))]


def through_quotient(node: ex.Quotient, C: ex.Node) -> Pulled:
    """C = A / B, entry by entry, gives Ā = C̄ / B and B̄ = −C̄ ∗ A / B²."""
    square = times(node.bottom, node.bottom)
    below = scaled(sympy.Integer(-1), divided(times(C, node.top), square))
    return [(node.top, divided(C, node.bottom)), (node.bottom, below)]


def through_transpose(node: ex.Transpose, C: ex.Node) -> Pulled:
    """C = Aᵀ gives Ā = C̄ᵀ."""
    return [(node.body, transposed(C))]


def through_function(node: ex.Apply, C: ex.Node) -> Pulled:
    """C = f(A), entry by entry, gives Ā = C̄ ∗ f′(A)."""
    if node.function == Function("log"):
        return [(node.body, divided(C, node.body))]
    if node.function == Function("exp"):
        return [(node.body, times(C, node))]
    return [(node.body, times(C, ex.Apply(node.function.prime, node.body)))]


def through_spread(node: ex.Spread, C: ex.Node) -> Pulled:
    """C = A repeated along an axis gives Ā = the sum of C̄ over that axis."""
    rows, columns = (mine != full for mine, full in zip(node.body.shape, node.shape, strict=True))
    axis = None if rows and columns else 1 if columns else 0
    return [(node.body, summed(C, axis))]


def through_sum_over(node: ex.SumOver, C: ex.Node) -> Pulled:
    """C = the sum of A over an axis gives Ā = C̄ repeated along that axis."""
    return [(node.body, spread_scaled(C, node.body.shape))]


RULES: dict[type[ex.Node], tuple[str, Callable[..., Pulled]]] = {
    ex.Add: ("sum", through_sum),
    ex.Scale: ("scalar factor", through_scale),
    ex.MatMul: ("matrix product", through_matrix_product),
    ex.Hadamard: ("entrywise product", through_product),
    ex.Quotient: ("entrywise quotient", through_quotient),
    ex.Transpose: ("transpose", through_transpose),
    ex.Apply: ("function of entries", through_function),
    ex.Spread: ("broadcast", through_spread),
    ex.SumOver: ("sum over an axis", through_sum_over),
}


def described(node: ex.Node) -> tuple[str, str]:
    """Return the name of an operator's rule, and its theorem."""
    name, rule = RULES[type(node)]
    return name, (rule.__doc__ or "").strip()


def pull(node: ex.Node, C: ex.Node) -> Pulled:
    """Apply the rule of an operator."""
    return RULES[type(node)][1](node, C)
