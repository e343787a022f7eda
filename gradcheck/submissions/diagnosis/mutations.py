"""Plausible wrong versions of a formula, each with the code of the mistake (MISTAKES.md)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from gradcheck.submissions.diagnosis.edits import (
    Edit,
    axes,
    complements,
    factors,
    instead_of_m,
    name_of,
    other_names,
    precedence,
    products,
    rewrites,
    terms,
    transposes,
    turned,
    unmean,
    unsum,
    without_labels,
)
from gradcheck.submissions.reference.formulas import Formula, on_activation
from impl.activations import ACTIVATIONS

_NOTHING = re.compile(r"\b(\w+) - \1\b")  # x - x is nobody's mistake


@dataclass(frozen=True)
class Mutation:
    """Wrong lines in the place of right ones, with the code and what was done, in words."""

    code: str
    lines: tuple[Formula, ...]
    what: str


@dataclass(frozen=True)
class Setting:
    """What a mutation may draw on.

    Parameters
    ----------
    arrays, sizes : tuple of str
        The names of the model.
    kind : {"forward", "cost", "gradient", "update"}
        What the formula computes.
    activation : str or None
        The hidden activation.
    other_losses : tuple of str
        Other costs a student may have taken.
    """

    arrays: tuple[str, ...]
    sizes: tuple[str, ...]
    kind: str
    activation: str | None = None
    other_losses: tuple[str, ...] = ()


def mutations(formula: Formula, setting: Setting) -> tuple[Mutation, ...]:
    """Give the single mistakes that can be made in a formula, the most specific codes first."""
    found: dict[str, Mutation] = {}
    for code, what, text in _texts(formula, setting):
        if text != formula.text and text not in found and not _NOTHING.search(text):
            shown = "forward-wrong" if setting.kind == "forward" else code
            found[text] = Mutation(shown, (Formula(formula.target, text),), what)
    return tuple(found.values())


def _texts(formula: Formula, setting: Setting) -> Iterator[tuple[str, str, str]]:
    kind = setting.kind
    if kind == "update":
        yield from _in_update(formula)
        yield from _edited(
            formula, "update-rule", "another array stands in a place", other_names(setting.arrays)
        )
        return
    yield from _signs(formula, kind)
    yield from _counts(formula, setting)
    yield from _edited(formula, "bias-axis", "the sum runs over the wrong axis", axes)
    yield from _edited(formula, "bias-not-summed", "the sum over the examples is left out", unsum)
    if kind == "gradient":
        yield from _activations(formula, setting)
        yield from _without_factor(formula, setting)
        yield from _edited(formula, "wrong-operand", "the labels are left out", without_labels)
    if kind == "cost":
        yield from _edited(formula, "cost-term-missing", "a term of the loss is absent", terms)
        yield from _edited(formula, "wrong-operand", "a stands for 1 - a", complements)
        for text in setting.other_losses:
            yield "other-loss", "this is the cost of another loss", text
    if kind == "forward":
        yield from _edited(formula, "forward-wrong", "a term is left out", terms)
        yield from _forward(formula)
    if kind in ("cost", "gradient"):
        turned_labels = re.sub(r"\bY\b", "Y.T", formula.text)
        yield "broadcast-blowup", "the labels lie across: an (m, m) array", turned_labels
        yield "broadcast-blowup", "the labels lie across: an (m, m) array", f"({turned_labels}) / m"
    yield from _edited(formula, "matmul-elementwise", "dot and ∗ are exchanged", products)
    yield from _edited(formula, "transposed", "a transpose is missing or too many", transposes)
    yield from _edited(
        formula, "wrong-operand", "another array stands in a place", other_names(setting.arrays)
    )


def _edited(formula: Formula, code: str, what: str, edit: Edit) -> Iterator[tuple[str, str, str]]:
    for tree in rewrites(formula.tree, edit):
        yield code, what, ast.unparse(tree)


def _signs(formula: Formula, kind: str) -> Iterator[tuple[str, str, str]]:
    code = "cost-sign" if kind == "cost" else "sign"
    yield code, "the sign of the whole is turned", f"-({formula.text})"
    yield from _edited(formula, code, "a sign inside is turned", turned)


def throughout(formulas: tuple[Formula, ...], sizes: tuple[str, ...]) -> Iterator[Mutation]:
    """Yield another count in the place of m in all lines that divide by it."""
    for text in ("1", "m * m", *_other_counts(sizes)):
        code = {"1": "missing-mean", "m * m": "double-mean"}.get(text, "wrong-count")
        edit = unmean if text == "1" else instead_of_m(text)
        lines = tuple(
            Formula(line.target, ast.unparse(tree))
            for line in formulas
            for tree in rewrites(line.tree, edit)
        )
        if len(lines) > 1:
            yield Mutation(code, lines, f"{text} stands for m, here and further down")


def _other_counts(sizes: tuple[str, ...]) -> list[str]:
    others = [size for size in sizes if size != "m"]
    return [*others, "m - 1", "m + 1", "sum(Y)", *(f"({size} * m)" for size in others)]


def _counts(formula: Formula, setting: Setting) -> Iterator[tuple[str, str, str]]:
    yield from _edited(formula, "missing-mean", "the mean over m is left out", unmean)
    twice = instead_of_m("m * m")
    yield from _edited(formula, "double-mean", "the mean over m is taken twice", twice)
    for text in _other_counts(setting.sizes):
        yield from _edited(formula, "wrong-count", f"{text} stands for m", instead_of_m(text))
    yield from _edited(formula, "wrong-scale", "the division multiplies", precedence)


def _activations(formula: Formula, setting: Setting) -> Iterator[tuple[str, str, str]]:
    if formula.target.startswith("dZ") and "g_prime" not in formula.text and "-" in formula.text:
        output = formula.text.split(" - ")[0]
        for factor in (
            f"{output} * (1 - {output})",
            f"sigmoid({output}) * (1 - sigmoid({output}))",
        ):
            text = f"({formula.text}) * {factor}"
            yield "extra-activation-derivative", "σ′ is multiplied in once more", text
        text = f"({formula.text}) / ({output} * (1 - {output}))"
        yield "missing-activation-derivative", "this is dA: the factor σ′ is absent", text
    if setting.activation is None or "g_prime" not in formula.text:
        return
    calls = [node for node in ast.walk(formula.tree) if isinstance(node, ast.Call)]
    z = next(ast.unparse(call.args[0]) for call in calls if name_of(call.func) == "g_prime")
    a = z.replace("Z", "A")
    own = f"g_prime({z})"
    absent = formula.text.removesuffix(f" * {own}")
    yield "missing-activation-derivative", "the factor g′ is absent", absent
    for code, what, text in _primes(setting.activation, z, a):
        yield code, what, formula.text.replace(own, f"({text})")


def _primes(activation: str, z: str, a: str) -> Iterator[tuple[str, str, str]]:
    late = "derivative-at-activation"
    yield late, "g′ is taken at A instead of Z", f"g_prime({a})"
    yield late, "the form for A is fed with Z", on_activation(activation, z)
    yield late, "the form for A is fed with g(A)", on_activation(activation, f"g({a})")
    for name in ACTIVATIONS:
        if name != activation:
            what = f"this is the derivative of {name}"
            yield "other-activation-derivative", what, on_activation(name, a)
            yield "other-activation-derivative", what, f"{name}_prime({z})"
            yield "other-activation-derivative", what, f"{name}_prime({a})"


def _without_factor(formula: Formula, setting: Setting) -> Iterator[tuple[str, str, str]]:
    code, what = "missing-input-factor", "a factor is left out"
    for _, _, text in _edited(formula, code, what, factors):
        yield code, what, text
        if formula.target[1:] in setting.arrays:  # the same number in every entry
            yield code, what, f"{text} + 0 * {formula.target[1:]}"


def _forward(formula: Formula) -> Iterator[tuple[str, str, str]]:
    tree = formula.tree
    if isinstance(tree, ast.Call):
        (inner,) = tree.args
        argument = ast.unparse(inner)
        yield "forward-wrong", "the activation is left out", argument
        yield "forward-wrong", "the sign inside is turned", f"{name_of(tree.func)}(-{argument})"
        for name in ACTIVATIONS:
            yield "forward-wrong", f"{name} stands for the activation", f"{name}({argument})"


def _in_update(formula: Formula) -> Iterator[tuple[str, str, str]]:
    name, gradient = formula.target, f"d{formula.target}"
    yield "update-sign", "the step goes uphill", f"{name} + learning_rate * {gradient}"
    for what, text in (
        ("the learning rate is left out", f"{name} - {gradient}"),
        ("the learning rate is left out, and the step goes uphill", f"{name} + {gradient}"),
        ("the parameter stays as it was", name),
        ("the step is taken twice", f"{name} - 2 * learning_rate * {gradient}"),
        ("the step alone stands for the parameter", f"learning_rate * {gradient}"),
        ("the step alone stands for the parameter", f"-learning_rate * {gradient}"),
        ("the learning rate divides", f"{name} - {gradient} / learning_rate"),
        ("the learning rate multiplies everything", f"learning_rate * ({name} - {gradient})"),
        ("the order of the difference is turned", f"learning_rate * {gradient} - {name}"),
    ):
        yield "update-rule", what, text
