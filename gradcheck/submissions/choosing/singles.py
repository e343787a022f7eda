"""Functions that are written for one example: the loss of it, its gradient."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial

import numpy as np

from gradcheck.submissions.calling.binding import UnboundError
from gradcheck.submissions.calling.compare import as_numbers
from gradcheck.submissions.calling.roles import STEPS, Role
from gradcheck.submissions.calling.steps import attempt, step_for
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.choosing.candidates import Candidates
from gradcheck.submissions.choosing.readings import Reading
from gradcheck.submissions.choosing.seen import GRADIENTS, seen
from gradcheck.submissions.choosing.whole import judge_all
from gradcheck.submissions.judging.judgement import Judgement
from gradcheck.submissions.judging.step import judge_step
from gradcheck.submissions.reading.names import plain
from gradcheck.submissions.reference.flow import (
    COST,
    EXAMPLES,
    LABELS,
    LOSS,
    gradients_of,
)
from gradcheck.submissions.reference.layouts import single_layouts

_MANY = frozenset({"sum", "mean", "average", "len", "shape", "size", "zip", "range", "fsum"})

Shows = Callable[[Subject, set[str]], bool]


def single_readings(subject: Subject, candidates: Candidates) -> Iterator[Reading]:
    """Read without the functions that are written for a single example, or on single ones.

    What such a function gives for one example is right; how its results are put together is seen
    where they are, in the training. One that is nearly right on single examples is no excuse.
    """
    for nearly in (True, False):  # of two equal ones, what says more
        singles = single_roles(subject, candidates, nearly=nearly)
        if singles:
            reading = _read(subject, singles)
            names = ", ".join(subject.roles[name].function.name for name in singles)
            note = Judgement(notes=(f"written for a single example: {names}",))
            if not (nearly and reading.is_clean):
                yield reading.changed(partial(Judgement.__add__, note))


def _read(subject: Subject, singles: Mapping[str, Subject]) -> Reading:
    rest = {name: role for name, role in subject.roles.items() if name not in singles}
    if not GRADIENTS & singles.keys() or {"optimise", "model"} & rest.keys():
        return Reading(replace(subject, roles=rest))
    return _read_singly(subject, next(one for name, one in singles.items() if name in GRADIENTS))


def single_roles(
    subject: Subject, candidates: Candidates, *, nearly: bool = False
) -> dict[str, Subject]:
    """Give the roles that functions for one example were taken for, each with how it is called."""
    found: dict[str, Subject] = {}
    gradients = set(gradients_of(subject.model))
    for name in ("propagate", "backward"):
        role = subject.roles.get(name)
        single = role and _on_one(subject, role, gradients, candidates)
        if role and nearly and not single:
            single = _on_one(subject, role, gradients, candidates, shows=_resembles)
        if single:
            found[name] = single
    cost = subject.roles.get("cost")
    if cost and _is_loss(subject, cost, candidates, shows=_resembles if nearly else _shows):
        found["cost"] = subject
    return found


def _is_loss(subject: Subject, role: Role, candidates: Candidates, *, shows: Shows) -> bool:
    """Say whether a function gives losses; one that is called a cost has to give the cost."""
    if "cost" in plain(role.function.own_name):
        return False
    single = _on_one(subject, role, {COST}, candidates, shows=shows)
    return single is not None or gives_losses(subject, role)


def gives_losses(subject: Subject, role: Role) -> bool:
    """Say whether a function gives the loss of each example and not their mean."""
    step, right = step_for(role, subject.model, subject.output), LOSS
    problem = subject.problems[0]
    if right not in problem.values:
        return False
    with suppress(UnboundError):
        value = as_numbers(attempt(subject, step, problem).observed.get(COST))
        wanted = problem.values[right]
        if value is None or value.size != wanted.size:
            return False
        return bool((np.abs(value.ravel() - wanted.ravel()) <= problem.bars[right]).all())
    return False


def _shows(one: Subject, wanted: set[str]) -> bool:
    """Say whether quantities are right for examples with either label."""
    return all(wanted <= seen(replace(one, problems=(p,))).right for p in one.problems)


def _resembles(one: Subject, wanted: set[str]) -> bool:
    """Say whether a quantity is right up to a factor for examples with some label."""
    return any(wanted & seen(replace(one, problems=(p,))).alike for p in one.problems)


def _on_one(
    subject: Subject,
    role: Role,
    wanted: set[str],
    candidates: Candidates,
    *,
    shows: Shows = _shows,
) -> Subject | None:
    """Give the subject on single examples, where what is wanted of one is right.

    Code that counts or sums is written for many, or takes X or Y: on one example its mistakes would
    not show. So is code that gives all of it for many, up to a factor; where it gives only a part
    and nothing beside it counts or sums, it knows of one example alone.
    """
    if is_for_many(role) or {EXAMPLES, LABELS} & set(role.function.parameters):
        return None
    alone = replace(subject, roles={role.role: role})
    fits = seen(alone).alike & wanted
    if fits and (fits == wanted or any(map(is_for_many, subject.roles.values()))):
        return None
    return next((one for one in _singles(alone, candidates) if shows(one, wanted)), None)


def is_for_many(role: Role) -> bool:
    """Say whether a function counts or sums."""
    words = {plain(word) for word in role.function.words} | role.function.calls
    return bool(words & _MANY)


def _read_singly(subject: Subject, one: Subject) -> Reading:
    """Read on single examples, but on many what counts or sums them.

    Parameters
    ----------
    subject : Subject
        On many examples.
    one : Subject
        A function of it on single ones.
    """
    known = {name: role for name, role in subject.roles.items() if name in ("sigmoid", *STEPS)}
    one = replace(one, roles=known)
    if "cost" not in known or not is_for_many(known["cost"]):
        return Reading(one)

    def judge(one: Subject) -> Judgement:
        judged = judge_all(replace(one, roles={n: r for n, r in known.items() if n != "cost"}))
        kept = tuple(quantity for quantity in judged.quantities if quantity.name != COST)
        many = replace(subject, diagnosed=one.diagnosed)
        return replace(judged, quantities=kept) + judge_step(
            many, step_for(known["cost"], subject.model, subject.output)
        )

    return Reading(one, judge)


def _singles(subject: Subject, candidates: Candidates) -> Iterator[Subject]:
    one = replace(candidates, examples=1)
    for choice in subject.model.variants():
        drawn = one.problems(subject.model, choice, 1)
        for layout in single_layouts(subject.model):
            yield replace(subject, problems=drawn, wide=(), layout=layout)
