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
    """Declare sizes: ``n_x, m = sizes("n_x m")`` stand for every whole number from 1 on.

    Parameters
    ----------
    names : str
        Separated by blanks; always a tuple comes back, also of one.

    Returns
    -------
    tuple of sympy.Symbol
        They are used in shapes, and as numbers: ``total(L) / m``.
    """
    return tuple(sympy.symbols(names, integer=True, positive=True, seq=True))


def scalar(name: str) -> Any:
    """Declare a symbol for a positive real number, such as a penalty λ.

    Parameters
    ----------
    name : str
        ``lambda`` is printed as λ.

    Returns
    -------
    sympy.Symbol
        It may multiply or divide an expression; it has no gradient.
    """
    return sympy.Symbol(name, positive=True)


def data(name: str, rows: Size, columns: Size) -> Leaf:
    """Declare an array that is given and not learned.

    Parameters
    ----------
    name : str
        Digits at its end are a layer: ``X1`` is printed as X^[1].
    rows, columns : int or size
        Its shape, (rows, columns); a column is (n, 1), never (n,).

    Returns
    -------
    Leaf
        It can be added, multiplied entry by entry (``*``) and as a matrix (``@``), and transposed
        (``.T``).
    """
    return Leaf(name, (rows, columns), "data")


def parameter(name: str, rows: Size, columns: Size) -> Leaf:
    """Declare an array that is learned: the reverse pass differentiates by it.

    Parameters
    ----------
    name : str
        Its gradient is called d and this name.
    rows, columns : int or size
        Its shape, (rows, columns), which its gradient has, too.

    Returns
    -------
    Leaf
        Used as that of ``data``.
    """
    return Leaf(name, (rows, columns), "parameter")


def define(name: str, expression: Node) -> Quantity:
    """Name a step of the forward pass.

    Parameters
    ----------
    name : str
        Its gradient, d and this name, becomes a step of the reverse pass.
    expression : Node
        Built from data, parameters and earlier quantities; it says the shape.

    Returns
    -------
    Quantity
        It stands for its expression wherever it is used.

    Raises
    ------
    TypeError
        If it is no expression.
    """
    if not isinstance(expression, Node):
        raise TypeError(
            f"{name} is defined by a {type(expression).__name__}, but a quantity is defined by an "
            "expression; build it from data(...) and parameter(...)"
        )
    return Quantity(name, expression)


def d(target: Node) -> Derivative:
    """Speak of the derivative of the cost by an array, in the course's scaling, in a claim.

    Parameters
    ----------
    target : Node
        A parameter or a quantity, (n, k). With a column per example it is taken for each example by
        itself: ``d(Z)`` is m·∂J/∂Z.

    Returns
    -------
    Derivative
        Of the same shape, (n, k).
    """
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
    """Any differentiable function; in code and numbers it is shown as its instance.

    Parameters
    ----------
    name : str
        Such as ``g1``.
    instance : str
        A known function: sigmoid, tanh, relu, leaky_relu, exp or log.

    Returns
    -------
    callable
        It takes an expression and gives one of the same shape, entry by entry.

    Raises
    ------
    ValueError
        If the instance is none of the known functions.
    """
    return elementwise(Function(name, instance=instance))


def prime(function: Callable[[Node], Node]) -> Callable[[Node], Node]:
    """Return the derivative of an elementwise function: ``prime(tanh)(Z1)``.

    Parameters
    ----------
    function : callable
        sigmoid, tanh, relu, leaky_relu, exp, log, or what ``abstract`` gave.

    Returns
    -------
    callable
        It takes an expression and gives one of the same shape, entry by entry.

    Raises
    ------
    TypeError
        Once it is applied, if the function is none of these.
    """

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
