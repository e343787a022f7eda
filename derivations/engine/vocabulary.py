"""The words a derivation is declared with: sizes, data, parameters, definitions and functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy

from derivations.engine.expressions import (
    Apply,
    Derivative,
    Leaf,
    Node,
    Quantity,
    Shape,
    Size,
    SumOver,
)
from derivations.engine.functions import Function


def sizes(names: str) -> tuple[Any, ...]:
    """Declare sizes: ``n_x, m = sizes("n_x m")`` stand for every whole number from 1 on."""
    return tuple(sympy.symbols(names, integer=True, positive=True, seq=True))


def scalar(name: str) -> Any:
    """Declare a symbol for a positive real number, such as a penalty λ."""
    return sympy.Symbol(name, positive=True)


def data(name: str, rows: Size, columns: Size) -> Leaf:
    """Declare an array that is given and not learned."""
    return Leaf(name, (rows, columns), "data")


def parameter(name: str, rows: Size, columns: Size) -> Leaf:
    """Declare an array that is learned: the reverse pass differentiates by it."""
    return Leaf(name, (rows, columns), "parameter")


def define(name: str, expression: Node) -> Quantity:
    """Name a step of the forward pass."""
    if not isinstance(expression, Node):
        raise TypeError(
            f"{name} is defined by a {type(expression).__name__}, but a quantity is defined by an "
            "expression; build it from data(...) and parameter(...)"
        )
    return Quantity(name, expression)


def d(target: Node) -> Derivative:
    """Speak of the derivative of the cost by an array, in the course's scaling, in a claim."""
    shape: Shape = target.shape
    return Derivative(target, shape)


def total(body: Node) -> Node:
    """Sum of all entries: (1, 1)."""
    return SumOver(body, None)


def sum_columns(body: Node) -> Node:
    """Sum over the examples, ``np.sum(x, axis=1, keepdims=True)``: (n, m) → (n, 1)."""
    return SumOver(body, 1)


def sum_rows(body: Node) -> Node:
    """Sum within each column, ``np.sum(x, axis=0, keepdims=True)``: (n, m) → (1, m)."""
    return SumOver(body, 0)


def elementwise(function: Function) -> Callable[[Node], Node]:
    """Turn a function into one of arrays, entry by entry."""

    def apply(body: Node) -> Node:
        return Apply(function, body)

    return apply


def abstract(name: str, instance: str = "tanh") -> Callable[[Node], Node]:
    """Any differentiable function; in code and numbers it is shown as its instance."""
    return elementwise(Function(name, instance=instance))


def prime(function: Callable[[Node], Node]) -> Callable[[Node], Node]:
    """Return the derivative of an elementwise function: ``prime(tanh)(Z1)``."""

    def apply(body: Node) -> Node:
        applied = function(body)
        if not isinstance(applied, Apply):
            raise TypeError(
                "prime(f): f is no elementwise function of the engine; pass sigmoid, tanh, ..., or "
                "one from abstract(name)"
            )
        return Apply(applied.function.prime, body)

    return apply


sigmoid = elementwise(Function("sigmoid"))
tanh = elementwise(Function("tanh"))
relu = elementwise(Function("relu"))
leaky_relu = elementwise(Function("leaky_relu"))
exp = elementwise(Function("exp"))
log = elementwise(Function("log"))
