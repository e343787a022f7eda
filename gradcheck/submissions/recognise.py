"""Settling what a submission is: its model, its layout and its hidden activation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from gradcheck.submissions.binding import UnboundError
from gradcheck.submissions.layouts import layouts
from gradcheck.submissions.patience import Patient
from gradcheck.submissions.problems import Problem
from gradcheck.submissions.reading import Source
from gradcheck.submissions.roles import STEPS, roles_of
from gradcheck.submissions.steps import Trial, attempt, step_for
from gradcheck.submissions.subject import Subject
from impl import Model

Problems = Callable[[Model, Mapping[str, str], int], tuple[Problem, ...]]


def recognise(
    box: Patient, source: Source, candidates: Sequence[Model], problems: Problems
) -> Subject | None:
    """Take the first model, layout and activation under which most comes out right.

    Returns
    -------
    Subject or None
        None if no function has a role.
    """
    best: tuple[int, Subject] | None = None
    for model in candidates:
        roles = {role.role: role for role in roles_of(source.functions, model)}
        if not roles:
            continue
        subject = _with_layout(Subject(box, source, model, roles, ()), problems)
        subject = replace(subject, wide=_wide(subject, problems))
        score = len(_right(subject))
        if best is None or score > best[0]:
            best = score, subject
    return best[1] if best else None


def _with_activation(subject: Subject, problems: Problems) -> Subject:
    """Take the hidden activation of the forward pass; where that is wrong, of the others."""
    best: tuple[int, Subject] | None = None
    for choice in subject.model.variants():
        tried = replace(subject, problems=problems(subject.model, choice, 1))
        right = _right(tried)
        if subject.output in right or len(subject.model.variants()) == 1:
            return tried
        score = len(right)
        if best is None or score > best[0]:
            best = score, tried
    assert best is not None, "a model has at least one variant"
    return best[1]


def _with_layout(subject: Subject, problems: Problems) -> Subject:
    """Keep the course's layout unless it fails where another one does not."""
    best = _with_activation(subject, problems)
    right = _right(best)
    if right & {subject.output, "J"} and not _crashes(best):
        return best
    for layout in layouts(subject.model):
        other = _with_activation(replace(subject, layout=layout), problems)
        found = _right(other)
        if len(found) > len(right) and not _crashes(other):
            best, right = other, found
    return best


def _wide(subject: Subject, problems: Problems) -> tuple[Problem, ...]:
    if "n_y" not in subject.model.sizes:
        return ()
    return problems(subject.model, subject.problems[0].choice, 2)


def _right(subject: Subject, roles: Sequence[str] = STEPS) -> frozenset[str]:
    """Name the quantities that come out right on the first problem."""
    found: set[str] = set()
    for trial in _first_trials(subject, roles):
        found |= {name for name in trial.observed if trial.match(name) == "same"}
    return frozenset(found)


def _crashes(subject: Subject) -> bool:
    return any(trial.failure is not None for trial in _first_trials(subject, STEPS))


def _first_trials(subject: Subject, roles: Sequence[str]) -> Iterator[Trial]:
    for name in roles:
        if name in subject.roles:
            step = step_for(subject.roles[name], subject.model, subject.output)
            with suppress(UnboundError):
                yield attempt(subject, step, subject.problems[0])
