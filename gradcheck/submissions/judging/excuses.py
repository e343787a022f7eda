"""Crashes that may come from how a function is called here, and not from what it does."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from difflib import get_close_matches

import numpy as np

from gradcheck.sandbox import Failure
from gradcheck.submissions.calling.binding import UnboundError
from gradcheck.submissions.calling.roles import STEPS
from gradcheck.submissions.calling.steps import attempt, step_for
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.judging.judgement import Judgement, failed, not_judged
from gradcheck.submissions.lines.places import nodes_of
from gradcheck.submissions.reading.defining import names_set_by
from gradcheck.submissions.reading.definitions import Definition
from gradcheck.submissions.reading.files import Source
from gradcheck.submissions.reading.names import BUNDLES, meaning, plain
from gradcheck.submissions.results import Fault

_OF_SHAPES = re.compile(
    r"ValueError: .*(shape|broadcast|align|dimension|unpack|ambiguous|sequence|length)"
    r"|IndexError|AxisError|AssertionError"
    r"|TypeError: .*(scalar|subscript|dimension|iterable|len\(\)|unsized|indices|NoneType|index)",
    re.DOTALL,
)

_OF_CONTAINERS = re.compile(r"KeyError|IndexError|TypeError|ValueError: .*unpack|AttributeError")
_NO_NAME = re.compile(r"NameError: (?:global )?name '(\w+)' is not defined")
_NO_ATTRIBUTE = re.compile(
    r"AttributeError: '(?:numpy\.ndarray|dict|float|int|list|tuple)' object "
    r"has no attribute '(\w+)'"
)
_MISSPELT = 0.75  # the likeness of a misspelt attribute of an array to the right one

_OFF = ("wrong", "blamed-upstream")
_IN_ANY_MODEL = frozenset({"nondeterministic", "mutates-input", "hidden-global"})


def is_of_shapes(failure: Failure) -> bool:
    """Say whether a call failed as it does on arrays of other shapes than were meant."""
    return failure.kind == "crashed" and bool(_OF_SHAPES.match(failure.message))


def excused(subject: Subject, function: Definition, failure: Failure) -> str | None:
    """Say why a crash is not called wrong, or None.

    It is where it was given what is made up here, and where no other function has shown that the
    examples lie as they are given here.
    """
    for made_up in (
        _wants_an_object,
        _lacks_its_cache,
        _lacks_what_another_sets,
        _lacks_what_is_made,
    ):
        reason = made_up(subject, function, failure)
        if reason is not None:
            return reason
    if not is_of_shapes(failure) or any(
        _shows_layout(subject, name, function) for name in (*STEPS, "predict")
    ):
        return None
    return f"it fails in every layout that is known here: {failure.message}"


def _wants_an_object(subject: Subject, function: Definition, failure: Failure) -> str | None:
    """Say that a parameter is an object with attributes, of a kind that is not made here."""
    found = _NO_ATTRIBUTE.match(failure.message)
    if found is None or get_close_matches(found[1], dir(np.ndarray), cutoff=_MISSPELT):
        return None
    known = [f for f in subject.source.functions if f.own_name in (failure.function, function.name)]
    for each in known or [function]:
        for node in nodes_of(subject.source.pieces, each):
            if (
                isinstance(node, ast.Attribute)
                and (isinstance(node.value, ast.Name) and node.value.id in each.takes)
                and node.attr == found[1]
            ):
                return f"{node.value.id} is an object with a .{node.attr}, and none is made here"
    return None


def _lacks_its_cache(subject: Subject, function: Definition, failure: Failure) -> str | None:
    """Say that a cache is not the own forward pass's, which gave none."""
    of_cache = failure.kind == "crashed" and _OF_CONTAINERS.match(failure.message)
    if not of_cache or not any(BUNDLES.get(plain(p)) == "cache" for p in function.parameters):
        return None
    forward = subject.roles.get("forward")
    with suppress(UnboundError):
        if forward and subject.call(forward.function, subject.problems[0])[0].failure is None:
            return None
    return f"no forward pass gives its cache: {failure.message}"


def _lacks_what_another_sets(
    subject: Subject, function: Definition, failure: Failure
) -> str | None:
    """Say that a key is missing in a global that another function fills before."""
    if not failure.message.startswith("KeyError"):
        return None
    filled = [name for name in function.keys if name in function.free & subject.source.defined]
    return f"it takes what another call leaves in {filled[0]}" if filled else None


def _lacks_what_is_made(subject: Subject, function: Definition, failure: Failure) -> str | None:
    """Say that a name is not set which its module sets from what is not here, such as a file."""
    found = _NO_NAME.match(failure.message)
    lines = (at for at in subject.source.loose if found and found[1] in names_set_by(at.statement))
    line = next((at.statement.lineno for at in lines), None)
    return (
        f"it reads {found[1]}, which line {line} makes; that was not run"
        if found and line
        else None
    )


def failed_or_excused(
    subject: Subject, function: Definition, failure: Failure, quantities: Iterable[str]
) -> Judgement:
    """Say that a call failed, or that it was not judged where the failure may lie with us."""
    reason = excused(subject, function, failure)
    if reason is None:
        return failed(failure, function, quantities)
    return not_judged(function, reason, quantities)


def _shows_layout(subject: Subject, name: str, crashed: Definition) -> bool:
    role = subject.roles.get(name)
    if role is None or role.function == crashed:
        return False
    function, problem = role.function, subject.problems[0]
    if not any(meaning(p, ("X",), "") for p in function.parameters):
        return False
    with suppress(UnboundError):
        if name == "predict":
            return subject.call(function, problem)[0].failure is None
        step = step_for(role, subject.model, subject.output)
        trial = attempt(subject, step, problem)
        return any(trial.match(found) == "same" for found in trial.observed)
    return False


def left_open(judged: Judgement, reason: str) -> Judgement:
    """Take faults back, for a reason: what was wrong is undecided.

    What is wrong whatever is computed stays so.
    """
    kept = tuple(fault for fault in judged.faults if _is_in_any_model(fault))
    places = {fault.where for fault in kept}
    quantities = tuple(
        replace(quantity, verdict="undecided")
        if quantity.verdict in _OFF and quantity.where not in places
        else quantity
        for quantity in judged.quantities
    )
    said = ", ".join(dict.fromkeys(f.quantity for f in judged.faults if f not in kept))
    note = f"{reason}; what differs then is not judged: {said}" if said else reason
    return replace(judged, quantities=quantities, faults=kept, notes=(*judged.notes, note))


def _is_in_any_model(fault: Fault) -> bool:
    unset = re.search(r": (NameError|UnboundLocalError): ", fault.message)
    return fault.code in _IN_ANY_MODEL or bool(fault.code == "crashed" and unset)


def without_matrices(source: Source, judged: Judgement) -> Judgement:
    """Leave open what is wrong in code for ``np.matrix``: its ``*`` is another product.

    Functions are fed arrays here, on which such code computes something else than it was
    written for.
    """
    if not (judged.faults and source.matrices):
        return judged
    return left_open(
        judged, "it is written for np.matrix, where * is the matrix product; it was fed arrays"
    )
