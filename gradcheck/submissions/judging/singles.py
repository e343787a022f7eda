"""Functions that are written for one example: the loss of it, its gradient."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import numpy as np

from gradcheck.submissions.calling.binding import UnboundError
from gradcheck.submissions.calling.compare import as_numbers
from gradcheck.submissions.calling.roles import Role
from gradcheck.submissions.calling.steps import attempt, step_for
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.judging.candidates import Candidates
from gradcheck.submissions.judging.seen import seen
from gradcheck.submissions.reading.names import plain
from gradcheck.submissions.reference.flow import COST, LOSS, gradients_of
from gradcheck.submissions.reference.layouts import single_layouts

_MANY = frozenset({"sum", "mean", "average", "len", "shape", "size", "zip", "range", "fsum"})


def single_roles(subject: Subject, candidates: Candidates) -> dict[str, Subject]:
    """Give the roles that functions for one example were taken for, each with how it is called."""
    found: dict[str, Subject] = {}
    for name in ("propagate", "backward"):
        role = subject.roles.get(name)
        single = role and _on_one(subject, role, set(gradients_of(subject.model)), candidates)
        if single:
            found[name] = single
    cost = subject.roles.get("cost")
    if cost and _is_loss(subject, cost, candidates):
        found["cost"] = subject
    return found


def _is_loss(subject: Subject, role: Role, candidates: Candidates) -> bool:
    """Say whether a function gives losses; one that is called a cost has to give the cost."""
    if "cost" in plain(role.function.own_name):
        return False
    return gives_losses(subject, role) or bool(_on_one(subject, role, {COST}, candidates))


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


def _on_one(
    subject: Subject, role: Role, wanted: set[str], candidates: Candidates
) -> Subject | None:
    """Give the subject on single examples, where what is wanted of one is right.

    Code that counts or sums is written for many: on one example its mistakes would not show.
    """
    words = {plain(word) for word in role.function.words} | role.function.calls
    if words & _MANY:
        return None
    alone = replace(subject, roles={role.role: role})
    if seen(alone).alike & wanted:
        return None
    return next((one for one in _singles(alone, candidates) if wanted <= seen(one).right), None)


def _singles(subject: Subject, candidates: Candidates) -> Iterator[Subject]:
    one = replace(candidates, examples=1)
    for choice in subject.model.variants():
        drawn = one.problems(subject.model, choice, 1)
        for layout in single_layouts(subject.model):
            yield replace(subject, problems=drawn, wide=(), layout=layout)
