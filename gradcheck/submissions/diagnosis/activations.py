"""Slips around an activation: its derivative forgotten, doubled, foreign, or taken elsewhere."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from gradcheck.submissions.diagnosis.edits import name_of
from gradcheck.submissions.reference.formulas import Formula, on_activation
from impl.activations import ACTIVATIONS

Coded = Iterator[tuple[str, str, str]]


def from_activations(formula: Formula, applied: Mapping[str, tuple[str, str]]) -> Coded:
    """Yield the slips of dZ where a = g(z), as code, words and text.

    Parameters
    ----------
    formula : Formula
    applied : mapping of str to (str, str)
        For each z the activation and the name of what it gives.
    """
    z = formula.target[1:]
    if z not in applied:
        return
    activation, a = applied[z]
    own = f"{activation}_prime({z})"
    if own not in formula.text:  # it is inside already: a - y
        yield from _around(formula, activation, z, a)
        return
    absent = formula.text.removesuffix(f" * {own}")
    yield "missing-activation-derivative", f"the factor {activation}′ is absent", absent
    for code, what, text in _primes(activation, z, a):
        yield code, what, formula.text.replace(own, f"({text})")


def _around(formula: Formula, activation: str, z: str, a: str) -> Coded:
    for factor in (on_activation(activation, a), f"{activation}_prime({a})"):
        what = "σ′ is multiplied in once more"
        yield "extra-activation-derivative", what, f"({formula.text}) * ({factor})"
    text = f"({formula.text}) / {activation}_prime({z})"
    yield "missing-activation-derivative", f"this is d{a}: the factor σ′ is absent", text


def _primes(activation: str, z: str, a: str) -> Coded:
    late = "derivative-at-activation"
    yield late, f"g′ is taken at {a} instead of {z}", f"{activation}_prime({a})"
    yield late, f"the form for {a} is fed with {z}", on_activation(activation, z)
    yield (
        late,
        f"the form for {a} is fed with g({a})",
        on_activation(activation, f"{activation}({a})"),
    )
    other = "other-activation-derivative"
    if activation == "relu":
        yield other, f"the mask is turned: it is 1 where {z} < 0", f"1 - relu_prime({z})"
    yield other, f"this is {a} itself, not the slope of g at {z}", a
    for name in ACTIVATIONS:
        if name != activation:
            what = f"this is the derivative of {name}"
            yield other, what, on_activation(name, a)
            yield other, what, f"{name}_prime({z})"
            yield other, what, f"{name}_prime({a})"


def in_forward(formula: Formula) -> Coded:
    """Yield a forward line without its activation, or with another one."""
    tree = formula.tree
    match tree:
        case ast.BinOp(ast.BinOp(weights, ast.MatMult(), data), ast.Add(), ast.Name(id=bias)):
            w, x = ast.unparse(weights), ast.unparse(data)
            words = f"{bias} is added to the weights, before the product"
            yield "forward-wrong", words, f"({w} + {bias}) @ {x}"
            yield "forward-wrong", f"{bias} is added twice", f"{w} @ {x} + 2 * {bias}"
    if isinstance(tree, ast.Call):
        (inner,) = tree.args
        argument = ast.unparse(inner)
        yield "forward-wrong", "the activation is left out", argument
        yield "forward-wrong", "the sign inside is turned", f"{name_of(tree.func)}(-{argument})"
        for name in ACTIVATIONS:
            yield "forward-wrong", f"{name} stands for the activation", f"{name}({argument})"
