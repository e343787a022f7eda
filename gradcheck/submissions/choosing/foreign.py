"""Models that are none of ours, seen by reading: what they compute is right for another model."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from gradcheck.submissions.calling.roles import Role
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.judging.excuses import left_open
from gradcheck.submissions.judging.judgement import Judgement
from gradcheck.submissions.lines.places import node_of
from gradcheck.submissions.reading.definitions import Definition
from gradcheck.submissions.reading.names import meaning, plain
from gradcheck.submissions.reading.steps import LOOP
from gradcheck.submissions.reference.flow import EXAMPLES, LABELS, hidden_sizes

_CURVED = ("sigm", "logist", "expit", "log", "exp", "entropy", "bce")
_THIRD = ("W3", "dW3")
_BENT = frozenset({"elu", "selu", "gelu", "swish", "silu", "softplus", "mish"})


def of_another_model(subject: Subject, judged: Judgement, *, asked: bool) -> Judgement:
    """Leave open what is wrong in code that was written for a model that is not known here.

    Parameters
    ----------
    subject : Subject
    judged : Judgement
    asked : bool
        Whether it is said which model it has to be: then code for another one is wrong.
    """
    blank = any(fault.code == "not-implemented" for fault in judged.faults)
    reason = None
    if not blank and any(_lacks_data(role) for role in subject.roles.values()):
        reason = "it does not show under which names its script keeps examples and labels"
    elif not blank and not asked:
        reason = _other_model(subject)
    return judged if reason is None else left_open(judged, reason)


def _other_model(subject: Subject) -> str | None:
    functions = _reached(subject)
    nodes = [node_of(subject.source.pieces, function) for function in functions]
    words = {plain(word) for f in functions for word in (f.name, *f.words)}
    if any("softmax" in word for word in words) or any(map(_is_softmax, filter(None, nodes))):
        return "it has a softmax, and no model that is known here has one"
    if not hidden_sizes(subject.model):
        return None
    if words & _BENT or any(map(_is_bent, filter(None, nodes))):
        return "its hidden activation is none of tanh, sigmoid, ReLU and leaky ReLU"
    if any(meaning(word, _THIRD, "") for word in words):
        return "it has a third layer (W3), and the network that is known here has two"
    if not _classifies(subject):
        return "its output has no sigmoid and its cost no logarithm: a network for real labels"
    return None


def _classifies(subject: Subject) -> bool:
    """Say whether anything is made for labels 0 and 1, used or forgotten."""
    methods = [method for made in subject.source.classes for method in made.methods.values()]
    known = (*subject.source.functions, *methods)
    words = {plain(word) for f in known for word in (f.name, *f.words)}
    if any(part in word for word in words for part in _CURVED):
        return True
    predicts = [f for f in known if plain(f.own_name).startswith("predict")]
    nodes = [node_of(subject.source.pieces, function) for function in predicts]
    return any(isinstance(n, ast.Compare) for node in nodes if node for n in ast.walk(node))


def _lacks_data(role: Role) -> bool:
    """Say whether the loop of a script is not fed with examples and labels of ours."""
    if role.found_by != "name" or not role.function.roles:
        return False
    arrays = {meaning(name, (EXAMPLES, LABELS), "") for name in role.function.takes}
    return role.function.name.startswith(LOOP) and not {EXAMPLES, LABELS} <= arrays


def _reached(subject: Subject) -> list[Definition]:
    """Give what has a role and all that it calls, whatever object it is called on."""
    known = [*subject.source.functions]
    known += [method for made in subject.source.classes for method in made.methods.values()]
    found = [
        replace(role.function, name=role.function.own_name)
        if role.function not in known
        else role.function
        for role in subject.roles.values()
    ]
    for function in found:
        found += [f for f in known if f.own_name in function.calls and f not in found]
    return found


def _is_bent(node: ast.AST) -> bool:
    """Say whether z is scaled on one side and is an exponential on the other, as in ELU."""
    choices = (n for n in ast.walk(node) if getattr(getattr(n, "func", n), "attr", "") == "where")
    sides = (n.args[1:] for n in choices if isinstance(n, ast.Call) and len(n.args) == 3)
    return any(_has_exp(low) and not _has_exp(up) for up, low in sides)


def _has_exp(node: ast.AST) -> bool:
    names = (getattr(n, "attr", getattr(n, "id", "")) for n in ast.walk(node))
    return any("exp" in name for name in names)


def _is_softmax(node: ast.AST) -> bool:
    """Say whether something is divided by its own sum: ``e / e.sum()``."""
    return any(
        isinstance(inner, ast.BinOp)
        and isinstance(inner.op, ast.Div)
        and ast.unparse(inner.left) in _summed(inner.right)
        for inner in ast.walk(node)
    )


def _summed(node: ast.AST) -> Iterator[str]:
    for call in ast.walk(node):
        if isinstance(call, ast.Call):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
            if "sum" in (name, getattr(call.func, "id", "")):
                yield from map(ast.unparse, call.args[:1])
                yield ast.unparse(call.func.value) if isinstance(call.func, ast.Attribute) else ""
