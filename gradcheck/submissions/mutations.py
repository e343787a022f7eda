"""Plausible wrong versions of a formula, each with the code of the mistake (MISTAKES.md)."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from gradcheck.submissions.formulas import Formula, on_activation
from impl.activations import ACTIVATIONS

Edit = Callable[[ast.AST], Iterator[ast.expr]]


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


def rewrites(node: ast.AST, edit: Edit) -> Iterator[ast.AST]:
    """Give every tree in which one node is replaced by one of its edits."""
    yield from edit(node)
    for field, value in ast.iter_fields(node):
        if isinstance(value, ast.AST):
            for new in rewrites(value, edit):
                yield _with(node, field, new)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                for new in rewrites(item, edit):
                    yield _with(node, field, [*value[:index], new, *value[index + 1 :]])


def _with(node: ast.AST, field: str, value: object) -> ast.AST:
    changed = copy.copy(node)
    setattr(changed, field, value)
    return changed


def mutations(formula: Formula, setting: Setting) -> tuple[Mutation, ...]:
    """Give the single mistakes that can be made in a formula, the most specific codes first."""
    found: dict[str, Mutation] = {}
    for code, what, text in _texts(formula, setting):
        if text != formula.text and text not in found:
            shown = "forward-wrong" if setting.kind == "forward" else code
            found[text] = Mutation(shown, (Formula(formula.target, text),), what)
    return tuple(found.values())


def _texts(formula: Formula, setting: Setting) -> Iterator[tuple[str, str, str]]:
    kind = setting.kind
    if kind == "update":
        yield from _in_update(formula)
        yield from _edited(
            formula, "update-rule", "another array stands in a place", _names(setting.arrays)
        )
        return
    yield from _signs(formula, kind)
    yield from _counts(formula, setting)
    yield from _edited(formula, "bias-axis", "the sum runs over the wrong axis", _axes)
    yield from _edited(formula, "bias-not-summed", "the sum over the examples is left out", _unsum)
    if kind == "gradient":
        yield from _activations(formula, setting)
        yield from _without_factor(formula, setting)
    if kind == "cost":
        yield from _edited(formula, "cost-term-missing", "a term of the loss is absent", _terms)
        for text in setting.other_losses:
            yield "other-loss", "this is the cost of another loss", text
    if kind == "forward":
        yield from _edited(formula, "forward-wrong", "a term is left out", _terms)
        yield from _forward(formula)
    yield from _edited(formula, "matmul-elementwise", "dot and ∗ are exchanged", _products)
    yield from _edited(formula, "transposed", "a transpose is missing or too many", _transposes)
    yield from _edited(
        formula, "wrong-operand", "another array stands in a place", _names(setting.arrays)
    )


def _edited(formula: Formula, code: str, what: str, edit: Edit) -> Iterator[tuple[str, str, str]]:
    for tree in rewrites(formula.tree, edit):
        yield code, what, ast.unparse(tree)


def _signs(formula: Formula, kind: str) -> Iterator[tuple[str, str, str]]:
    code = "cost-sign" if kind == "cost" else "sign"
    yield code, "the sign of the whole is turned", f"-({formula.text})"
    yield from _edited(formula, code, "a sign inside is turned", _turned)


def _turned(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
        other = ast.Add() if isinstance(node.op, ast.Sub) else ast.Sub()
        yield ast.BinOp(node.left, other, node.right)


def throughout(formulas: tuple[Formula, ...], sizes: tuple[str, ...]) -> Iterator[Mutation]:
    """Yield another count in the place of m in all lines that divide by it."""
    for text in ("1", "m * m", *_other_counts(sizes)):
        code = {"1": "missing-mean", "m * m": "double-mean"}.get(text, "wrong-count")
        edit = _unmean if text == "1" else _instead_of_m(text)
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


def _instead_of_m(text: str) -> Edit:
    new = ast.parse(text, mode="eval").body

    def edit(node: ast.AST) -> Iterator[ast.expr]:
        if isinstance(node, ast.Name) and node.id == "m":
            yield new

    return edit


def _counts(formula: Formula, setting: Setting) -> Iterator[tuple[str, str, str]]:
    yield from _edited(formula, "missing-mean", "the mean over m is left out", _unmean)
    twice = _instead_of_m("m * m")
    yield from _edited(formula, "double-mean", "the mean over m is taken twice", twice)
    for text in _other_counts(setting.sizes):
        yield from _edited(formula, "wrong-count", f"{text} stands for m", _instead_of_m(text))
    yield from _edited(formula, "wrong-scale", "the division multiplies", _precedence)


def _unmean(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.BinOp) and _name(node.right) == "m":
        yield node.left


def _precedence(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        yield ast.BinOp(node.left, ast.Mult(), node.right)
        if isinstance(node.right, ast.BinOp):  # (1/2*m) for 1/(2*m)
            halved = ast.BinOp(node.left, ast.Div(), node.right.left)
            yield ast.BinOp(halved, ast.Mult(), node.right.right)


def _axes(node: ast.AST) -> Iterator[ast.expr]:
    if not (isinstance(node, ast.Call) and _name(node.func) == "sum"):
        return
    if any(keyword.arg == "axis" for keyword in node.keywords):
        (summed,) = node.args
        keep = "keepdims=True"
        for options in (f", axis=0, {keep}", ", axis=0", "", f", {keep}"):
            yield ast.parse(f"sum({ast.unparse(summed)}{options})", mode="eval").body
        weights = f"dW{ast.unparse(summed).removeprefix('dZ')}"
        for options in (f", axis=1, {keep}", ", axis=1", f", axis=0, {keep}", ", axis=0", ""):
            yield ast.parse(f"m * sum({weights}{options})", mode="eval").body
            yield ast.parse(f"sum({weights}{options})", mode="eval").body
    else:
        yield ast.Call(node.func, node.args, [ast.keyword("axis", ast.Constant(0))])


def _unsum(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Call) and _name(node.func) == "sum":
        yield node.args[0]


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
    z = next(ast.unparse(call.args[0]) for call in calls if _name(call.func) == "g_prime")
    a = z.replace("Z", "A")
    own = f"g_prime({z})"
    for code, what, text in _primes(setting.activation, z, a):
        yield code, what, formula.text.replace(own, f"({text})")
    yield "missing-activation-derivative", "the factor g′ is absent", formula.text.replace(own, "1")


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


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _without_factor(formula: Formula, setting: Setting) -> Iterator[tuple[str, str, str]]:
    code, what = "missing-input-factor", "a factor is left out"
    for _, _, text in _edited(formula, code, what, _factors):
        yield code, what, text
        if formula.target[1:] in setting.arrays:  # the same number in every entry
            yield code, what, f"{text} + 0 * {formula.target[1:]}"


def _factors(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        yield from (node.left, node.right)
        for side in (node.left, node.right):
            yield ast.parse(f"sum({ast.unparse(side)})", mode="eval").body
            yield ast.parse(f"sum({ast.unparse(side)}, axis=1, keepdims=True)", mode="eval").body


def _terms(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        yield from (node.left, node.right)


def _products(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        yield ast.BinOp(node.left, ast.Mult(), node.right)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        yield ast.BinOp(node.left, ast.MatMult(), node.right)


def _transposes(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield node.value
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        yield ast.BinOp(ast.Attribute(node.left, "T"), ast.MatMult(), node.right)
        yield ast.BinOp(node.left, ast.MatMult(), ast.Attribute(node.right, "T"))
        yield ast.BinOp(node.right, ast.MatMult(), node.left)


def _names(arrays: Iterable[str]) -> Edit:
    known = tuple(arrays)

    def edit(node: ast.AST) -> Iterator[ast.expr]:
        if isinstance(node, ast.Name) and node.id in known:
            yield from (ast.Name(name) for name in known if name != node.id)

    return edit


def _forward(formula: Formula) -> Iterator[tuple[str, str, str]]:
    tree = formula.tree
    if isinstance(tree, ast.Call):
        (inner,) = tree.args
        argument = ast.unparse(inner)
        yield "forward-wrong", "the activation is left out", argument
        yield "forward-wrong", "the sign inside is turned", f"{_name(tree.func)}(-{argument})"
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
