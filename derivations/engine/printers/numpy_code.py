"""Formulas as NumPy code that a student recognises: ``np.dot(W2.T, dZ2) * (Z1 > 0)``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sympy

from derivations.engine import expressions as ex
from derivations.engine.expressions import show
from derivations.engine.functions import LEAKY_SLOPE, Function
from derivations.engine.printers.notes import stand_ins
from derivations.engine.results import Result
from derivations.engine.trees import children

SUM, PRODUCT, SIGN, CALL = range(4)  # how tightly the outermost operator of a piece of code binds
Code = tuple[str, int]
LEAK = LEAKY_SLOPE[0] / LEAKY_SLOPE[1]

FORWARD: dict[str, Callable[[str], str]] = {
    "sigmoid": lambda z: f"sigmoid({z})",
    "tanh": lambda z: f"np.tanh({z})",
    "exp": lambda z: f"np.exp({z})",
    "log": lambda z: f"np.log({z})",
    "relu": lambda z: f"np.maximum(0, {z})",
    "leaky_relu": lambda z: f"np.where({z} > 0, {z}, {LEAK} * {z})",
}


@dataclass(frozen=True)
class NumpyPrinter:
    """Writes formulas as NumPy; knows which quantity already holds f(Z)."""

    outputs: dict[ex.Node, ex.Quantity]

    def code(self, node: ex.Node) -> str:
        """Code of a formula, of the formula's own shape."""
        return self.whole(node)[0]

    def at(self, node: ex.Node, tightness: int) -> str:
        """Code in a place that binds as tightly as told: in brackets where needed."""
        text, binding = self.piece(node)
        return text if binding >= tightness else f"({text})"

    def whole(self, node: ex.Node) -> Code:
        """Code where NumPy would not broadcast by itself: what is spread is spread explicitly."""
        if isinstance(node, ex.Ones):
            return f"np.ones({shape_code(node.shape)})", CALL
        if isinstance(node, ex.Scale) and isinstance(node.body, ex.Ones):
            return f"{factor_code(node.factor)} * {self.whole(node.body)[0]}", PRODUCT
        code = self.piece(node)
        if printed_shape(node) == node.shape:
            return code
        return f"np.broadcast_to({code[0]}, {shape_code(node.shape)})", CALL

    def whole_at(self, node: ex.Node) -> str:
        """Code of an operand with a method or attribute taken of it."""
        text, binding = self.whole(node)
        return text if binding == CALL else f"({text})"

    def piece(self, node: ex.Node) -> Code:  # noqa: C901  one case an operator
        """Code of a part, and how tightly it binds."""
        match node:
            case ex.Leaf(name=name) | ex.Quantity(name=name):
                return name, CALL
            case ex.Derivative():
                return node.name, CALL
            case ex.Ones():
                return "1", CALL
            case ex.Spread(body=body):
                return self.piece(body)
            case ex.Add(terms=terms):
                return self.sum(terms), SUM
            case ex.Scale(factor=factor, body=body):
                return self.scaled(factor, body)
            case ex.Hadamard(left=left, right=right) if left == right:
                return f"np.power({self.at(left, SUM)}, 2)", CALL
            case ex.Hadamard(left=left, right=right):
                step = None if is_step(left) else is_step(right)
                factor = f"({self.code(step)} > 0)" if step else self.at(right, SIGN)
                return f"{self.at(left, PRODUCT)} * {factor}", PRODUCT
            case ex.Quotient(top=top, bottom=bottom):
                return f"{self.at(top, PRODUCT)} / {self.at(bottom, SIGN)}", PRODUCT
            case _:
                return self.call(node)

    def call(self, node: ex.Node) -> Code:
        """Code of what is written as a call or an attribute."""
        match node:
            case ex.MatMul(left=left, right=right):
                return f"np.dot({self.code(left)}, {self.code(right)})", CALL
            case ex.Transpose(body=body):
                return f"{self.whole_at(body)}.T", CALL
            case ex.SumOver(body=body, axis=None):
                return f"np.sum({self.code(body)}, keepdims=True)", CALL
            case ex.SumOver(body=body, axis=axis):
                return f"np.sum({self.code(body)}, axis={axis}, keepdims=True)", CALL
            case ex.Apply(function=f, body=body):
                return self.applied(f.concrete, ex.Apply(f, body))
            case _:
                raise TypeError(
                    f"no NumPy code for {type(node).__name__}: the printer knows the engine's "
                    "operators; rewrite the expression with these"
                )

    def applied(self, f: Function, node: ex.Apply) -> Code:
        """Code of a function of each entry; a derivative is written with f(Z) if that is named."""
        inner = self.code(node.body)
        if f.order == 0:
            return FORWARD[f.name](inner), CALL
        if f.name in ("relu", "leaky_relu"):
            return f"np.where({inner} > 0, 1, {0 if f.name == 'relu' else LEAK})", CALL
        if f.name == "log":
            return f"1 / {self.at(node.body, SIGN)}", PRODUCT
        original = ex.Apply(Function(node.function.name, 0, node.function.instance), node.body)
        known = self.outputs.get(original)
        value = known.name if known else FORWARD[f.name](inner)
        if f.name == "exp":
            return value, CALL
        return (
            (f"1 - np.power({value}, 2)", SUM)
            if f.name == "tanh"
            else (f"{value} * (1 - {value})", PRODUCT)
        )

    def sum(self, terms: Iterable[ex.Node]) -> str:
        """Code of a sum, with minus signs where they belong."""
        text = ""
        for term in terms:
            negative = isinstance(term, ex.Scale) and term.factor.could_extract_minus_sign()
            if negative and isinstance(term, ex.Scale) and text:
                rest = term.body if term.factor == -1 else ex.Scale(-term.factor, term.body)
                text += f" - {self.at(rest, PRODUCT)}"
            else:
                text += (" + " if text else "") + self.at(term, SUM)
        return text

    def scaled(self, factor: Any, body: ex.Node) -> Code:
        """Code of a number times an array."""
        if factor == -1:
            return f"-{self.at(body, PRODUCT)}", PRODUCT
        if isinstance(body, ex.Ones):
            return factor_code(factor), CALL
        return f"{factor_code(factor)} * {self.at(body, SIGN)}", PRODUCT


def is_step(node: ex.Node) -> ex.Node | None:
    """Return z for ReLU′(z), which students write as (z > 0): right in a product, not in a sum."""
    if isinstance(node, ex.Apply) and node.function.concrete == Function("relu", 1):
        return node.body
    return None


def factor_code(factor: Any) -> str:
    """Code of a scalar factor: ``(1 / m)``."""
    top, bottom = sympy.fraction(factor)
    text = scalar_code(top) if bottom == 1 else f"({scalar_code(top)} / {scalar_code(bottom)})"
    return text if text.isidentifier() or text.isdigit() or text[0] == "(" else f"({text})"


def scalar_code(value: Any) -> str:
    """Code of a SymPy scalar; names that Python keeps for itself get an underscore."""
    text = str(value).replace("lambda", "lambda_")
    if value.is_Mul:
        return "(" + " * ".join(scalar_code(part) for part in value.args) + ")"
    return text if value.is_Symbol or value.is_Rational else f"({text})"


def shape_code(shape: ex.Shape) -> str:
    """Code of a shape."""
    return f"({shape[0]}, {shape[1]})"


def printed_shape(node: ex.Node) -> ex.Shape:
    """Return the shape that a formula's code has by itself, before anything broadcasts it."""
    match node:
        case ex.Ones():
            return (1, 1)
        case ex.Spread(body=body) | ex.Scale(body=body) | ex.Apply(body=body):
            return printed_shape(body)
        case ex.Add() | ex.Hadamard() | ex.Quotient():
            rows, columns = zip(*map(printed_shape, children(node)), strict=True)
            return next((r for r in rows if r != 1), 1), next((c for c in columns if c != 1), 1)
        case _:
            return node.shape


def numpy_code(node: ex.Node, quantities: Iterable[ex.Quantity] = ()) -> str:
    """Print a formula as NumPy code.

    Parameters
    ----------
    node : Node
    quantities : iterable of Quantity
        The forward pass: where it holds A1 = tanh(Z1), tanh′(Z1) is written with A1.
    """
    outputs: dict[ex.Node, ex.Quantity] = {
        q.definition: q for q in quantities if isinstance(q.definition, ex.Apply)
    }
    return NumpyPrinter(outputs).code(node)


def lines(result: Result) -> tuple[tuple[str, str, str], ...]:
    """Return name, code and shape of every quantity and derivative, in the order they are run."""
    forward = [(q.name, q.definition, show(q.shape)) for q in result.forward]
    backward = [(step.target, step.formula, step.shape) for step in result.steps]
    return tuple(
        (name, numpy_code(node, result.forward), shape) for name, node, shape in forward + backward
    )


def as_numpy(results: Sequence[Result]) -> str:
    """Print results as NumPy code that runs, given the inputs and the sizes by name."""
    blocks = ["import numpy as np\n\n\ndef sigmoid(z):\n    return 1 / (1 + np.exp(-z))\n"]
    for result in results:
        code = [f"{name} = {text}  # {shape}" for name, text, shape in lines(result)]
        if code:
            notes = [f"# {note}" for note in stand_ins(result)]
            blocks.append("\n".join([f"# {result.name}: {result.title}", *notes, *code]) + "\n")
    return "\n\n".join(blocks)
