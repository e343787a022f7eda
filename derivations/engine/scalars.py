"""Scalar factors: whole numbers, and SymPy expressions in sizes and scalar symbols."""

from __future__ import annotations

from typing import Any

import sympy


def as_scalar(value: object, operator: str) -> Any:
    """Read a number or a SymPy scalar; TypeError for anything else."""
    if isinstance(value, (int, sympy.Expr)):
        return sympy.sympify(value)
    raise TypeError(
        f"unknown operand of {operator}: got {type(value).__name__}, but an expression takes other "
        "expressions, whole numbers and SymPy scalars; write 1/2 as sympy.Rational(1, 2)"
    )
