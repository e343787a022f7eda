"""Plausible wrong versions of a formula, each with the code of the mistake (MISTAKES.md).

Most are the derivations' own; what is added here are slips that are none of mathematics but of
NumPy: a lost axis, a count taken elsewhere, labels that broadcast.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from gradcheck.submissions.diagnosis import edits
from gradcheck.submissions.diagnosis.activations import from_activations, in_forward
from gradcheck.submissions.diagnosis.edits import Edit, rewrites
from gradcheck.submissions.reference.flow import LABELS
from gradcheck.submissions.reference.formulas import Formula

LAST = "only the last example counts"
LEFT_OUT: Mapping[str, str] = MappingProxyType(
    {":-1": "the last example is left out", "1:": "the first example is left out"}
)
_STANDS = " stands for m"
_NOTHING = re.compile(r"\b(\w+) - \1\b")  # x - x is nobody's mistake
# The numbers show a factor themselves, and which loss it is is asked when no factor explains it.
_LATER = ("wrong-scale", "cost-scale", "other-loss")

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "cost-term-missing": "a term of the loss is absent",
        "cost-sign": "a sign is turned",
        "sign": "a sign is turned",
        "missing-mean": "the mean over m is left out",
        "double-mean": "the mean over m is taken twice",
        "wrong-count": "another count stands for m",
        "wrong-operand": "another array belongs there",
        "missing-input-factor": "a factor is left out",
        "missing-activation-derivative": "the factor g′ is absent",
        "other-activation-derivative": "this is the derivative of another activation",
        "derivative-at-activation": "g′ is not taken at Z",
        "extra-activation-derivative": "g′ is multiplied in once more",
        "bias-axis": "the sum runs over the wrong axis",
        "bias-not-summed": "the sum over the examples is left out",
        "transposed": "a transpose is missing or too many",
        "matmul-elementwise": "dot and ∗ are exchanged",
        "forward-wrong": "the forward pass has something else there",
    }
)


@dataclass(frozen=True)
class Mutation:
    """Wrong lines in the place of right ones.

    Parameters
    ----------
    code : str
    lines : tuple of Formula
    what : str
        What was done, in words.
    count : str
        What was taken for m, if it is this that was done.
    """

    code: str
    lines: tuple[Formula, ...]
    what: str
    count: str = ""


@dataclass(frozen=True)
class Setting:
    """What a mutation may draw on.

    Parameters
    ----------
    arrays, sizes, weights : tuple of str
        The names of the model; ``weights`` are the gradients of its matrices.
    kind : {"forward", "cost", "gradient", "update"}
        What the formula computes.
    slips : tuple of (str, str)
        The codes and texts of the derivation's own wrong versions.
    applied : mapping of str to (str, str)
        For each z to which an activation is applied, the activation and what it gives.
    """

    arrays: tuple[str, ...]
    sizes: tuple[str, ...]
    kind: str
    weights: tuple[str, ...] = ()
    slips: tuple[tuple[str, str], ...] = ()
    applied: Mapping[str, tuple[str, str]] = field(default_factory=dict)


Coded = Iterator[tuple[str, str, str]]


def mutations(formula: Formula, setting: Setting) -> tuple[Mutation, ...]:
    """Give the single mistakes that can be made in a formula, the most specific codes first."""
    found: dict[str, Mutation] = {}
    for code, what, text in _texts(formula, setting):
        if text != formula.text and text not in found and not _NOTHING.search(text):
            shown = "forward-wrong" if setting.kind == "forward" else code
            count = what.removesuffix(_STANDS) if what.endswith(_STANDS) else ""
            found[text] = Mutation(shown, (Formula(formula.target, text),), what, count)
    return tuple(found.values())


def _texts(formula: Formula, setting: Setting) -> Coded:
    kind, others = setting.kind, edits.other_names(setting.arrays)
    if kind == "update":
        yield from _in_update(formula)
        yield from _edited(formula, "update-rule", others, WORDS["wrong-operand"])
        return
    if kind == "gradient":
        yield from _edited(
            formula, "wrong-operand", edits.without_labels, "the labels are left out"
        )
        yield from from_activations(formula, setting.applied)
    yield from _counts(formula, setting)
    yield from _slips(setting)
    yield from _signs(formula, kind)
    if kind == "gradient":
        sums = (edits.axes(setting.weights), edits.means(setting.weights))
        for code, what, text in (s for edit in sums for s in _edited(formula, "bias-axis", edit)):
            yield code, what, text
            if formula.target[1:] in setting.arrays:  # the same number in every entry
                yield code, what, f"{text} + 0 * {formula.target[1:]}"
    else:
        yield from _edited(formula, "bias-axis", edits.axes(setting.weights))
    yield from _edited(formula, "bias-not-summed", edits.unsum)
    if kind == "gradient":
        yield from _without_factor(formula, setting)
        summed = "bias-not-summed" if "sum(" in formula.text else "wrong-operand"
        yield from _edited(formula, summed, edits.last_alone, LAST)
        yield from _left_out(formula, "wrong-operand")
    if kind == "cost":
        yield from _edited(formula, "cost-term-missing", edits.terms)
        yield from _edited(formula, "cost-term-missing", edits.last_alone, LAST)
        yield from _left_out(formula, "cost-term-missing")
        yield from _edited(formula, "wrong-operand", edits.complements, "a stands for 1 - a")
    if kind == "forward":
        yield from _edited(formula, "forward-wrong", edits.terms, "a term is left out")
        yield from in_forward(formula)
    if kind in ("cost", "gradient"):
        yield from _broadcast(formula)
    yield from _edited(formula, "matmul-elementwise", edits.products)
    yield from _edited(formula, "transposed", edits.transposes)
    yield from _edited(formula, "wrong-operand", others)


def _slips(setting: Setting) -> Coded:
    """Yield the derivation's wrong versions; a gradient has no terms of the loss to lose."""
    for code, text in setting.slips:
        if code == "cost-term-missing" and setting.kind == "gradient":
            code = "wrong-operand"
        if code not in _LATER:
            yield code, WORDS[code], text


def _edited(formula: Formula, code: str, edit: Edit, what: str = "") -> Coded:
    for tree in rewrites(formula.tree, edit):
        yield code, what or WORDS[code], ast.unparse(tree)


def _signs(formula: Formula, kind: str) -> Coded:
    code = "cost-sign" if kind == "cost" else "sign"
    yield code, "the sign of the whole is turned", f"-({formula.text})"
    yield from _edited(formula, code, edits.turned, "a sign inside is turned")


def _broadcast(formula: Formula) -> Coded:
    code, what = "broadcast-blowup", "the labels lie across: an (m, m) array"
    turned = re.sub(rf"\b{LABELS}\b", f"{LABELS}.T", formula.text)
    yield code, what, turned
    yield code, what, f"({turned}) / m"


def throughout(formulas: tuple[Formula, ...], sizes: tuple[str, ...]) -> Iterator[Mutation]:
    """Yield what one slip does to many lines: another count for m, a loop that is too short."""
    for text in ("1", "m * m", *_other_counts(sizes)):
        code = {"1": "missing-mean", "m * m": "double-mean"}.get(text, "wrong-count")
        edit = edits.unmean if text == "1" else edits.instead_of_m(text)
        lines = tuple(
            Formula(line.target, ast.unparse(tree))
            for line in formulas
            for tree in rewrites(line.tree, edit)
        )
        if len(lines) > 1:
            yield Mutation(code, lines, f"{text} stands for m, here and further down", text)
    for part, what in LEFT_OUT.items():
        lines = tuple(
            Formula(line.target, ast.unparse(tree))
            for line in formulas
            for tree in rewrites(line.tree, edits.only(part))
        )
        for some in (lines, lines[1:]):  # one loop for all, or the cost by itself
            if len(some) > 1:
                yield Mutation("wrong-operand", some, what)
                yield from _fewer(some, what)


def _fewer(lines: tuple[Formula, ...], what: str) -> Iterator[Mutation]:
    """Yield one m for all that is a number too small: it ends the loop, and it divides."""
    counted = tuple(
        Formula(line.target, ast.unparse(tree))
        for line in lines
        for tree in rewrites(line.tree, edits.instead_of_m("m - 1"))
    )
    if len(counted) == len(lines):
        yield Mutation("wrong-count", counted, f"m − 1 stands for m, so that {what}", "m - 1")


def _left_out(formula: Formula, code: str) -> Coded:
    for part, what in LEFT_OUT.items():
        yield from _edited(formula, code, edits.only(part), what)


def _other_counts(sizes: tuple[str, ...]) -> list[str]:
    others = [size for size in sizes if size != "m"]
    return [*others, "m - 1", "m + 1", f"sum({LABELS})", *(f"({size} * m)" for size in others)]


def _counts(formula: Formula, setting: Setting) -> Coded:
    yield from _edited(formula, "missing-mean", edits.unmean, f"1{_STANDS}")
    yield from _edited(formula, "double-mean", edits.instead_of_m("m * m"))
    for text in _other_counts(setting.sizes):
        edit = edits.instead_of_m(text)
        yield from _edited(formula, "wrong-count", edit, f"{text}{_STANDS}")
    yield from _edited(formula, "wrong-scale", edits.precedence, "the division multiplies")
    for size in setting.sizes if setting.kind == "gradient" else ():
        if size != "m":
            what = f"it is added up {size} times"
            yield "wrong-scale", what, f"{size} * ({formula.text})"


def _without_factor(formula: Formula, setting: Setting) -> Coded:
    for code, what, text in _edited(formula, "missing-input-factor", edits.factors):
        yield code, what, text
        if formula.target[1:] in setting.arrays:  # the same number in every entry
            yield code, what, f"{text} + 0 * {formula.target[1:]}"


def _in_update(formula: Formula) -> Coded:
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
