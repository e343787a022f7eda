"""Recognising what a submission is: the model, and the functions or the class that holds it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gradcheck.submissions.calling.binding import UnboundError, bind
from gradcheck.submissions.calling.by_value import roles_by_value
from gradcheck.submissions.calling.patience import Patient
from gradcheck.submissions.calling.roles import Role, roles_of
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.choosing.candidates import Candidates
from gradcheck.submissions.choosing.readings import Reading
from gradcheck.submissions.choosing.seen import GRADIENTS, Seen, seen
from gradcheck.submissions.choosing.settling import (
    Problems,
    names_activation,
    settled,
    settled_and_seen,
)
from gradcheck.submissions.judging.conventions import without_half
from gradcheck.submissions.judging.judgement import Judgement
from gradcheck.submissions.reading.classes import Class
from gradcheck.submissions.reading.definitions import Definition
from gradcheck.submissions.reading.files import Source
from gradcheck.submissions.reading.names import plain
from gradcheck.submissions.reference.flow import gradients_of
from gradcheck.submissions.reference.layouts import layouts
from gradcheck.submissions.training.loop import held_forward, judge_class
from impl import load


def recognise(box: Patient, source: Source, candidates: Candidates) -> Subject | None:
    """Take the first model, layout and activation under which most comes out right.

    Returns
    -------
    Subject or None
        None if no function has a role.
    """
    best, score = None, 0
    for model in candidates.likely:
        roles = {role.role: role for role in roles_of(source.functions, model)}
        if roles:
            start = next(iter(layouts(model)))
            unsettled = Subject(box, source, model, roles, (), layout=start)
            subject, found = settled_and_seen(unsettled, candidates)
            right = len(_right(subject, found))
            if best is None or right > score:
                best, score = subject, right
    if score and best is not None and GRADIENTS & best.roles.keys():
        return best
    return _otherwise(box, source, candidates, best) or best


def _right(subject: Subject, found: Seen) -> frozenset[str]:
    """Name what comes out right of what was seen.

    Code that has a sigmoid and forgets it has the gradients of a model without one, not its cost.
    """
    right, roles = found.right, subject.roles.keys()
    forgets = (
        "sigmoid" in roles and subject.model.labels == "real" and {"cost", "propagate"} & roles
    )
    return frozenset() if forgets and "J" not in right else right


def _otherwise(
    box: Patient, source: Source, candidates: Candidates, best: Subject | None
) -> Subject | None:
    """Try the rarer models, and the roles that values alone tell.

    Where code runs on several features, a single one counts only if all gradients are right then:
    it would hide mistakes.
    """
    known = None if best is None else seen(best)
    runs = known is not None and not known.crashed
    for model in candidates.others:
        if known and known.alike and len(model.sizes) < len(load(model.name).sizes):
            continue  # several features go in: the gradient is only scaled
        roles = {role.role: role for role in roles_of(source.functions, model)}
        if GRADIENTS & roles.keys():
            start = next(iter(layouts(model)))
            unsettled = Subject(box, source, model, roles, (), layout=start)
            subject, found = settled_and_seen(unsettled, candidates)
            single = len(model.sizes) < len(load(model.name).sizes)
            wanted = set(gradients_of(model)) if runs and single else set()
            right = _right(subject, found)
            fewer = known is not None and len(right) < len(known.right)
            if right and wanted <= right and not fewer:
                return subject
    for model in (*candidates.likely, *candidates.others):
        roles = {role.role: role for role in roles_of(source.functions, model)}
        subject = Subject(
            box, source, model, roles, candidates.problems(model, model.variants()[0], 1)
        )
        named = _by_value(subject, candidates.problems)
        if named:
            return settled(replace(subject, roles=named), candidates)
    return None


def _can_be_called(subject: Subject, role: Role) -> bool:
    """Say whether all parameters of a function mean something."""
    try:
        bind(role.function, subject.feed(subject.problems[0], role.function))
    except UnboundError:
        return False
    return True


def _by_value(subject: Subject, problems: Problems) -> dict[str, Role]:
    """Add the roles that only values tell, in the layout in which most is recognised.

    What names tell and what can be called stays as it is, right or wrong: a function that checks
    the gradient must not stand in for the one that it checks.
    """
    known = {n: role for n, role in subject.roles.items() if _can_be_called(subject, role)}
    if GRADIENTS & known.keys():
        return {}
    taken = {role.function.name for role in known.values()}
    unknown = [f for f in subject.source.functions if f.name not in taken and f.required > 1]
    best: dict[str, Role] = {}
    most = 0
    for choice in subject.model.variants() if unknown else ():
        drawn = replace(subject, problems=problems(subject.model, choice, 1))
        for layout in layouts(subject.model):
            found = roles_by_value(replace(drawn, layout=layout), unknown)
            roles = {role.role: role for role in found}
            count = sum(name is not None for role in found for name in role.function.returned)
            if GRADIENTS & roles.keys() and count > most:
                best, most = {**subject.roles, **roles, **known}, count
    return best


def class_read(box: Patient, source: Source, candidates: Candidates) -> Reading | None:
    """Read the last class that trains as the model, and with the activation, that fits best.

    Returns
    -------
    Reading or None
        None if no class trains.
    """
    trainers = [(made, made.trains) for made in source.classes if made.trains is not None]
    if not trainers:
        return None
    made, trains = trainers[-1]
    role = Role("model", replace(trains, name=f"{made.name}.{trains.name}"), "name")

    def judge(subject: Subject) -> Judgement:
        return without_half(subject, judge_class(subject, made, trains))

    readings = []
    for model in (*candidates.likely, *candidates.others):
        for choice in model.variants():
            drawn = candidates.problems(model, choice, 1)
            reading = Reading(Subject(box, source, model, {"model": role}, drawn), judge)
            if reading.right and not reading.judged.faults:
                return reading
            readings.append(reading)
    most = max(_decided(reading, candidates) for reading in readings)
    likely = [reading for reading in readings if _decided(reading, candidates) == most]
    return max(likely, key=lambda reading: _nearness(reading, likely, (made, trains)))


def _decided(reading: Reading, candidates: Candidates) -> tuple[bool, float]:
    """Rank a reading: one that decides something before one that does not.

    Faults alone decide only where the names are the model's own: elsewhere they say no more than
    that it is another model.
    """
    wrong = sum(quantity.verdict == "wrong" for quantity in reading.judged.quantities)
    known = wrong > 0 and reading.subject.model in candidates.likely
    share = wrong / len(reading.subject.model.parameters)  # fewer parameters are no better
    return reading.right > 0 or known, reading.right - share


def _nearness(
    reading: Reading, likely: Sequence[Reading], known: tuple[Class, Definition]
) -> tuple[bool, int, bool]:
    """Rank activations of the likeliest model where the steps are wrong under all of them.

    The one counts of whose forward pass most is right on the way, then the one that is named.
    """
    first, subject = likely[0].subject, reading.subject
    if len(likely) == 1 or subject.model is not first.model:
        return subject.model is first.model, 0, False
    words = {plain(word) for method in known[0].methods.values() for word in method.words}
    return True, held_forward(subject, *known), names_activation(subject.activation, words)
