"""Constructors that write a formula as one would by hand: no factor of ones, 1/m in front."""

from __future__ import annotations

from typing import Any

import sympy

from derivations.engine import expressions as ex
from derivations.engine.expressions import Node, spread


def scaled(factor: Any, body: Node) -> Node:
    """c·A, with factors gathered."""
    if isinstance(body, ex.Scale):
        return scaled(factor * body.factor, body.body)
    return body if factor == 1 else ex.Scale(factor, body)


def parts(node: Node) -> tuple[Any, Node]:
    """Split a scalar factor off."""
    return (node.factor, node.body) if isinstance(node, ex.Scale) else (sympy.Integer(1), node)


def times(left: Node, right: Node) -> Node:
    """Write A ∗ B; ones vanish."""
    (c, a), (e, b) = parts(left), parts(right)
    a, b = ones(a), ones(b)
    if isinstance(a, ex.Ones):
        return scaled(c * e, b)
    return scaled(c * e, a if isinstance(b, ex.Ones) else ex.Hadamard(a, b))


def ones(node: Node) -> Node:
    """Ones repeated are ones."""
    if isinstance(node, ex.Spread) and isinstance(node.body, ex.Ones):
        return ex.Ones(node.shape)
    return node


def divided(top: Node, bottom: Node) -> Node:
    """Write A / B, with the factor of A in front."""
    factor, body = parts(top)
    return scaled(factor, ex.Quotient(body, bottom))


def transposed(node: Node) -> Node:
    """Aᵀ, with (AB)ᵀ = BᵀAᵀ and Aᵀᵀ = A."""
    match node:
        case ex.Transpose(body=body):
            return body
        case ex.Ones():
            return ex.Ones((node.shape[1], node.shape[0]))
        case ex.Scale(factor=factor, body=body):
            return scaled(factor, transposed(body))
        case ex.MatMul(left=left, right=right):
            return ex.MatMul(transposed(right), transposed(left))
        case _:
            return ex.Transpose(node)


def times_matrix(left: Node, right: Node) -> Node:
    """Write A B, with scalar factors in front."""
    (c, a), (e, b) = parts(left), parts(right)
    return scaled(c * e, ex.MatMul(a, b))


def summed(node: Node, axis: int | None) -> Node:
    """Sum over an axis, with scalar factors in front."""
    factor, body = parts(node)
    return scaled(factor, ex.SumOver(body, axis))


def added(terms: list[Node]) -> Node:
    """Sum of contributions: flat, like terms gathered."""
    factors: dict[Node, Any] = {}
    for term in terms:
        for part in term.terms if isinstance(term, ex.Add) else (term,):
            factor, body = parts(part)
            factors[body] = factors.get(body, 0) + factor
    gathered = [scaled(factor, body) for body, factor in factors.items()]
    return gathered[0] if len(gathered) == 1 else ex.Add(tuple(gathered))


def spread_scaled(node: Node, shape: ex.Shape) -> Node:
    """Repeat, with scalar factors in front and ones kept plain."""
    factor, body = parts(node)
    return scaled(factor, ones(spread(body, shape)))
