"""What a submission does not have: the functions that it calls, the quantities that none gives."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.judging.judgement import Judgement
from gradcheck.submissions.reading.definitions import Definition
from gradcheck.submissions.reading.names import meaning, plain
from gradcheck.submissions.reading.statements import Unread
from gradcheck.submissions.reading.stubs import SUPPLIED
from gradcheck.submissions.reference.flow import COST, gradients_of
from gradcheck.submissions.results import Fault, Quantity, Where

_EVERYTHING = "*"  # as in ``from helpers import *``: nobody knows what it defines
_HOLDS_GRADIENT = re.compile(r"(grad|back|bprop|delta|train|fit|learn|derivative)")


def lacking(subject: Subject) -> tuple[str, ...]:
    """Name the functions that its training calls and that are nowhere defined."""
    found: set[str] = set()
    for name in ("model", "optimise"):
        if name in subject.roles:
            function = subject.roles[name].function
            found |= function.calls & function.free
    defined = subject.source.defined
    if _EVERYTHING in defined:
        return ()
    return tuple(sorted(name for name in found - defined - SUPPLIED.keys() if _is_step(name)))


def _is_step(name: str) -> bool:
    return bool(re.search(r"grad|back|prop|forward|cost|loss|update", plain(name)))


def missing(subject: Subject, judged: Judgement, *, shown: bool) -> Judgement:
    """Name the quantities that no function gives; without any gradient something is missing.

    Where something was not read that may hold the gradient, nobody can say that it is missing.
    """
    given = {quantity.name for quantity in judged.quantities}
    gradients = gradients_of(subject.model)
    absent = [name for name in (COST, *gradients) if name not in given]
    if shown or given & set(gradients):
        return Judgement(tuple(Quantity(name, "not-found") for name in absent))
    names = ", ".join(gradients)
    unread = sorted(_unread(subject))
    if unread:
        note = f"no function was found to give {names}; not read: {', '.join(unread)}"
        return Judgement(tuple(Quantity(name, "undecided") for name in absent), notes=(note,))
    called = lacking(subject)
    why = f"; {' and '.join(called)} is called and not defined" if called else ""
    said = f"no function gives {names}{why}"
    broken = _broken(subject)
    where = Where(broken.name, broken.line, broken.cell) if broken else Where()
    said = f"{broken.name} cannot be read: {broken.reason}; {said}" if broken else said
    fault = Fault("missing-function", gradients[0], where, said)
    return Judgement(tuple(Quantity(name, "not-found") for name in absent), (fault,))


def _broken(subject: Subject) -> Unread | None:
    """Give the function or class that is no Python and would have held the gradient."""
    found = (part for part in subject.source.unread if part.name not in subject.source.defined)
    return next((part for part in found if _HOLDS_GRADIENT.search(plain(part.name))), None)


def _unread(subject: Subject) -> Iterator[str]:
    """Yield the classes and functions without a role that may hold a gradient."""
    taken = {role.function.name for role in subject.roles.values()}
    for made in subject.source.classes:
        if any(_may_hold(subject, method) for method in made.methods.values()):
            yield made.name
    for function in subject.source.functions:
        unknown = function.name not in taken and function.required > 1
        if unknown and _may_hold(subject, function):
            yield function.name


def _may_hold(subject: Subject, function: Definition) -> bool:
    gradients = gradients_of(subject.model)
    named = any(meaning(word, gradients, "") for word in function.set_at)
    return named or bool(_HOLDS_GRADIENT.search(plain(function.own_name)))
