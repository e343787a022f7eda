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
from gradcheck.submissions.diagnosis.updates import in_update
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
        "forward-wrong": "something else belongs there",
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
        yield from in_update(formula)
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
    yield from _over_too_much(formula, setting)
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


def _left_out(formula: Formula, code: str) -> Coded:
    for part, what in LEFT_OUT.items():
        yield from _edited(formula, code, edits.only(part), what)


def other_counts(sizes: tuple[str, ...]) -> list[str]:
    """Give what people take for m."""
    others = [size for size in sizes if size != "m"]
    return [*others, "m - 1", "m + 1", f"sum({LABELS})", *(f"({size} * m)" for size in others)]


def _counts(formula: Formula, setting: Setting) -> Coded:
    yield from _edited(formula, "missing-mean", edits.unmean, f"1{_STANDS}")
    yield from _edited(formula, "double-mean", edits.instead_of_m("m * m"))
    for text in other_counts(setting.sizes):
        edit = edits.instead_of_m(text)
        yield from _edited(formula, "wrong-count", edit, f"{text}{_STANDS}")
    yield from _edited(formula, "wrong-scale", edits.precedence, "the division multiplies")
    for size in setting.sizes if setting.kind == "gradient" else ():
        if size != "m":
            what = f"it is added up {size} times"
            yield "wrong-scale", what, f"{size} * ({formula.text})"


def _over_too_much(formula: Formula, setting: Setting) -> Coded:
    sums = [edits.axes(setting.weights)]
    if setting.kind == "gradient":
        sums.append(edits.means(setting.weights))
    for code, _, text in (slip for edit in sums for slip in _edited(formula, "bias-axis", edit)):
        yield from _in_every_entry(formula, setting, (code, _summed_over(text, setting), text))


def _without_factor(formula: Formula, setting: Setting) -> Coded:
    for code, _, text in _edited(formula, "missing-input-factor", edits.factors):
        lost = _names(formula) - _names(Formula(formula.target, text))
        what = f"the factor {min(lost)} is left out" if lost else WORDS[code]
        yield from _in_every_entry(formula, setting, (code, what, text))


def _in_every_entry(formula: Formula, setting: Setting, slip: tuple[str, str, str]) -> Coded:
    """Yield a slip, and the same where a single number stands for all entries of a parameter."""
    code, what, text = slip
    yield slip
    if setting.kind == "gradient" and formula.target[1:] in setting.arrays:
        yield code, what, f"{text} + 0 * {formula.target[1:]}"


def _names(formula: Formula) -> set[str]:
    return {node.id for node in ast.walk(formula.tree) if isinstance(node, ast.Name)}


def _summed_over(text: str, setting: Setting) -> str:
    """Say what a sum for a bias runs over in place of the examples."""
    weight = next((name for name in setting.weights if re.search(rf"\b{name}\b", text)), None)
    if weight is not None:
        return f"{weight} is summed in place of the slopes of the examples"
    if "axis" not in text:
        return "the sum runs over the units as well as the examples"
    return WORDS["bias-axis"]
