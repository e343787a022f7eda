"""Mistakes in the reader's words: what was done, and why it is wrong, in the course's notation."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from gradcheck.submissions.diagnosis.mutations import LAST, LEFT_OUT
from gradcheck.submissions.results import Fault

# What was done: {q} is the quantity, {part} what stands where something else belongs, {what} what
# the diagnosis says of it.
DONE: Mapping[str, str] = MappingProxyType(
    {
        "wrong-operand": "{q}: {part} stands in a place where it does not belong",
        "wrong-count": "{q}: you divided by {part}, which is not the number of examples",
        "derivative-at-activation": "{q}: you multiplied by {part}; {what}",
        "other-activation-derivative": "{q}: you multiplied by {part}; {what}",
        "matmul-elementwise": "{q}: dot and ∗ are exchanged in {part}",
        "forward-wrong": "{q}: you have {part}; {what}",
    }
)

_PARTS_LEFT = (LAST, *LEFT_OUT.values())
_OF_A_PART = ("wrong-operand", "wrong-count")  # of the whole, what was done says more

# Why it is wrong. It may give the solution away, so it is shown with full hints alone.
WHY: Mapping[str, str] = MappingProxyType(
    {
        "missing-mean": "J is the mean over the m examples, so every slope of it carries 1/m, too",
        "double-mean": "the mean over the examples is taken once, where their sum is",
        "wrong-count": "m is the number of examples, the length of X along the examples",
        "wrong-scale": "a factor that is not in J cannot come into its slope",
        "wrong-operand": "by the chain rule, {right} belongs there",
        "sign": "the slope of J goes the other way: where it is positive, J grows",
        "cost-sign": "each term of the loss is minus a log, so that J is never negative",
        "cost-term-missing": "examples with y = 1 and with y = 0 need a term each",
        "cost-scale": "J is the mean of the losses, with no other factor in front",
        "other-loss": "the model's gradient is that of its own loss, not of this one",
        "gradient-of-other-scale": "a factor in J stands in every slope of J, too",
        "bias-axis": "each unit has a bias of its own: the sum runs over the examples alone",
        "bias-not-summed": "one bias serves all m examples, so their slopes add up",
        "missing-activation-derivative": "{a} = {g}({z}): by the chain rule {g}′({z}) multiplies",
        "extra-activation-derivative": "a − y holds σ′ already: σ′ cancels against the slope of L",
        "other-activation-derivative": "the forward pass has {a} = {g}({z}), and {g}′({z}) is "
        "{prime}",
        "derivative-at-activation": "{g}′({z}) is {prime}, because {a} = {g}({z})",
        "broadcast-blowup": "(m, 1) and (1, m) together broadcast to (m, m): every example meets "
        "every other",
        "rank-1-array": "an array of shape (n,) is neither row nor column: make it with both "
        "axes, or keep them with keepdims=True or reshape",
        "transposed": "a slope has the shape of what it belongs to",
        "wrong-shape": "a slope has the shape of what it belongs to",
        "matmul-elementwise": "dot sums over the inner axis, ∗ goes entry by entry; the shapes "
        "fit both ways where that axis is 1",
        "missing-input-factor": "by the chain rule, what the parameter multiplies in the forward "
        "pass multiplies its slope",
        "stale-order": "all gradients of a step are taken at the same parameters",
        "update-sign": "J falls against its slope: θ − α·dθ",
        "update-rule": "a step of gradient descent is θ − α·dθ, once for every parameter",
        "zero-initialisation": "units that start equal compute the same; where the next "
        "layer treats them alike, too, they get equal slopes and never differ",
        "mutates-input": "the caller's array changes as well, and the next call starts elsewhere",
        "hidden-global": "the result changes when the notebook does, with the same arguments",
        "nondeterministic": "the same arguments have to give the same numbers",
        "unexplained": "check its factors one by one: which arrays, in which order and shape, "
        "which signs, and what is divided by m",
        "hard-coded": "it has to follow from the arguments",
        "numeric-gradient": "a nudge costs a call of J for every entry, and only a few digits of "
        "it are right: the formula is to be derived",
        "nonfinite": "a log of 0 or an overflow on the way",
        "forward-wrong": "everything after it is computed from this, the gradients too",
        "initial-shape": "the shapes have to fit the products of the forward pass; n_x and n_y are "
        "how many numbers X and Y have for an example",
        "predict-wrong": "predictions come from the forward pass that was trained",
    }
)

# The same mistake made in J itself.
WHY_IN_J: Mapping[str, str] = MappingProxyType(
    {
        "missing-mean": "J is the mean of the losses: their sum, divided by m",
        "wrong-operand": "{right} belongs there",
        "wrong-shape": "J is one number, the mean over all examples",
        "other-loss": "each model has a loss of its own, and its gradients belong to that one",
        "wrong-scale": "J is the mean of the losses, with no other factor in front",
    }
)

# The same mistake made in the forward pass.
WHY_BEFORE_J: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(("wrong-shape", "transposed"), "each unit has one number for each example")
)

_PRIMES: Mapping[str, str] = MappingProxyType(
    {
        "tanh": "1 − {a}²",
        "sigmoid": "{a} ∗ (1 − {a})",
        "relu": "1 where {z} > 0 and 0 elsewhere",
        "leaky_relu": "1 where {z} > 0 and 0.01 elsewhere",
    }
)


def worded(fault: Fault, activation: str | None) -> Fault:
    """Say of a fault what was done, as far as its formulas tell, and why that is wrong.

    Parameters
    ----------
    fault : Fault
        A reason or message that is there already and more exact than the table's stays.
    activation : str or None
        The hidden activation.
    """
    part, right = _difference(fault)
    whole = mathematical((fault.computed or "").partition(" = ")[2])
    layer = re.sub(r"\D", "", fault.quantity)
    hidden = f"{activation}'(" in (fault.expected or "")
    g = activation if activation and hidden else "sigmoid"
    names = {"a": f"A{layer}", "z": f"Z{layer}", "g": mathematical(g), "q": fault.quantity}
    prime = _PRIMES[g].format(**names)
    what = fault.message.removeprefix(f"{fault.quantity}: ")
    words = names | {"part": part, "right": right, "prime": prime, "what": what}
    message, why = DONE.get(fault.code), WHY.get(fault.code)
    if what in _PARTS_LEFT:
        message, why = None, "each example adds its part: the sum runs over all of them"
    elif fault.quantity == "J":
        why = WHY_IN_J.get(fault.code, why)
    elif fault.quantity[:1] in "ZAY":
        why = WHY_BEFORE_J.get(fault.code, why)
    if message and part and not (part == whole and fault.code in _OF_A_PART):
        fault = replace(fault, message=message.format(**words))
    if why and fault.why is None and (right or "{right}" not in why):
        fault = replace(fault, why=why.format(**words))
    return fault


def _difference(fault: Fault) -> tuple[str, str]:
    """Give the smallest part in which what was computed and what belongs there differ."""
    try:
        trees = [_parsed(text) for text in (fault.computed, fault.expected) if text]
    except SyntaxError:  # shapes and the like
        return "", ""
    if len(trees) != 2:
        return "", ""
    one, other = trees
    while (pair := _one_child_apart(one, other)) is not None:
        one, other = pair
    return mathematical(ast.unparse(one)), mathematical(ast.unparse(other))


def _parsed(text: str) -> ast.AST:
    return ast.parse(text.partition(" = ")[2].replace("'(", "_prime("), mode="eval").body


def _one_child_apart(one: ast.AST, other: ast.AST) -> tuple[ast.AST, ast.AST] | None:
    """Go down where two nodes of a kind differ in a single operand; g′(z) stays whole."""
    if isinstance(one, ast.Call) and ast.unparse(one.func).endswith("_prime"):
        return None
    mine, theirs = (list(ast.iter_child_nodes(node)) for node in (one, other))
    if type(one) is not type(other) or len(mine) != len(theirs):
        return None
    pairs = zip(mine, theirs, strict=True)
    apart = [(a, b) for a, b in pairs if ast.dump(a) != ast.dump(b)]
    if len(apart) != 1 or not all(isinstance(node, ast.expr) for node in apart[0]):
        return None
    return apart[0]


def mathematical(text: str) -> str:
    """Write code as the course writes it on the board.

    >>> mathematical("W2.T @ dZ2 * (1 - A1 ** 2)")
    'W2ᵀ dZ2 ∗ (1 − A1²)'
    """
    for code, sign in ((" ** 2", "²"), (".T", "ᵀ"), (" @ ", " "), (" - ", " − "), (" * ", " ∗ ")):
        text = text.replace(code, sign)
    return re.sub(r"\b(np\.)?sigmoid\b", "σ", text.replace("_prime(", "′("))
