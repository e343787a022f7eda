"""Reading SymPy's matrix expressions: a forward pass may be written with MatrixSymbol as well."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from operator import matmul
from typing import Any

import sympy
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from derivations.engine import expressions as ex
from derivations.engine.functions import KNOWN, Function

Arrays = Mapping[str, ex.Node]


def from_sympy(expression: Any, arrays: Arrays) -> ex.Node:
    """Read a SymPy matrix expression.

    SymPy differentiates such expressions wrongly or not at all where sizes are symbols; here they
    are only read, and the engine's own rules do the rest.

    Parameters
    ----------
    expression : sympy.MatrixExpr
        Built from MatrixSymbol, OneMatrix, sums, products, scalar factors, transposes, Hadamard
        products and powers, and ``applyfunc`` with sigmoid, tanh, exp, log, ...
    arrays : mapping
        What each MatrixSymbol stands for, by name: a parameter, data, or a quantity.

    Raises
    ------
    ValueError
        If a symbol is not declared, or declared with another shape.
    TypeError
        If an operator is unknown.
    """
    for kind, read in READERS.items():
        if isinstance(expression, kind):
            return read(expression, arrays)
    raise TypeError(
        f"unknown operator {type(expression).__name__} in {expression}: SymPy's sums, products, "
        "transposes, Hadamard products and applyfunc are read; rewrite it with these"
    )


def symbol(expression: Any, arrays: Arrays) -> ex.Node:
    """Read a MatrixSymbol: look up what it stands for."""
    name, shape = expression.name, tuple(expression.shape)
    if name not in arrays:
        raise ValueError(
            f"{name} is not declared: arrays has {', '.join(arrays)}; add it as data or parameter"
        )
    if arrays[name].shape != shape:
        raise ValueError(
            f"{name} has shape {ex.show(shape)} in SymPy, but {ex.show(arrays[name].shape)} where "
            "it is declared; make both the same"
        )
    return arrays[name]


def product(expression: Any, arrays: Arrays) -> ex.Node:
    """Read a product; a column times a row of ones is the column, spread."""
    factor, matrices = expression.as_coeff_matrices()
    parts = [from_sympy(part, arrays) for part in matrices]
    last = parts[-1]
    if len(parts) > 1 and isinstance(last, ex.Ones) and last.shape[0] == 1:
        column = reduce(matmul, parts[:-1])
        return ex.multiple(factor, ex.spread(column, (column.shape[0], last.shape[1])))
    return ex.multiple(factor, reduce(matmul, parts))


def applied(expression: Any, arrays: Arrays) -> ex.Node:
    """Read ``applyfunc``: a known function of each entry, by its name."""
    function = expression.function
    if isinstance(function, sympy.Lambda):
        body = function.expr
        alone = body.args == tuple(function.variables)  # exp(x), and not exp(2*x)
        name = body.func.__name__ if alone else str(function)
    else:
        name = function.__name__
    if name not in KNOWN:
        raise ValueError(
            f"{name} has no known derivative: the engine knows {', '.join(KNOWN)}; build it from "
            "these"
        )
    return ex.Apply(Function(name), from_sympy(expression.expr, arrays))


def entrywise(expression: Any, arrays: Arrays) -> ex.Node:
    """Read a Hadamard product."""
    parts = [from_sympy(part, arrays) for part in expression.args]
    return reduce(lambda left, right: left * right, parts)


def power(expression: Any, arrays: Arrays) -> ex.Node:
    """Read a Hadamard power; one that is not whole is refused by the engine's own power."""
    exponent = expression.exp
    whole = getattr(exponent, "is_Integer", False)
    return from_sympy(expression.base, arrays) ** (int(exponent) if whole else exponent)


READERS: dict[type, Callable[[Any, Arrays], ex.Node]] = {
    sympy.MatrixSymbol: symbol,
    sympy.OneMatrix: lambda e, _: ex.Ones(tuple(e.shape)),
    sympy.MatAdd: lambda e, a: ex.Add(tuple(from_sympy(part, a) for part in e.args)),
    sympy.MatMul: product,
    sympy.Transpose: lambda e, a: from_sympy(e.arg, a).T,
    sympy.HadamardProduct: entrywise,
    sympy.HadamardPower: power,
    ElementwiseApplyFunction: applied,
}
