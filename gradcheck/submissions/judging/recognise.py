"""Settling what a submission is: its model, its layout and its hidden activation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from gradcheck.submissions.calling.binding import UnboundError
from gradcheck.submissions.calling.compare import as_numbers, compare
from gradcheck.submissions.calling.patience import Patient
from gradcheck.submissions.calling.roles import STEPS, roles_of
from gradcheck.submissions.calling.steps import Trial, attempt, step_for
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.judging.judgement import Judgement
from gradcheck.submissions.judging.loop import judge_class
from gradcheck.submissions.reading.files import Source
from gradcheck.submissions.reference.layouts import layouts
from gradcheck.submissions.reference.problems import Problem
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
        score = len(_seen(subject).right)
        if best is None or score > best[0]:
            best = score, subject
    return best[1] if best else None


def _with_layout(subject: Subject, problems: Problems) -> Subject:
    """Keep the course's layout unless it fails where another one does not."""
    best, seen = _with_activation(subject, problems)
    if seen.right & {subject.output, "J"} and not seen.crashed:
        return best
    for layout in layouts(subject.model):
        other, found = _with_activation(replace(subject, layout=layout), problems)
        fits = len(found.right) > len(seen.right) or len(found.alike) > len(seen.alike)
        if fits and len(found.right) >= len(seen.right) and not found.crashed:
            best, seen = other, found
    return best


def _with_activation(subject: Subject, problems: Problems) -> tuple[Subject, Seen]:
    """Take the hidden activation under which the forward pass, or else most, comes out right."""
    variants = subject.model.variants()
    tried = []
    for choice in variants:
        candidate = replace(subject, problems=problems(subject.model, choice, 1))
        tried.append((candidate, _seen(candidate)))
        if subject.output in tried[-1][1].right:
            return tried[-1]
    return max(tried, key=lambda pair: len(pair[1].right))  # the first of several


def _wide(subject: Subject, problems: Problems) -> tuple[Problem, ...]:
    if "n_y" not in subject.model.sizes:
        return ()
    return problems(subject.model, subject.problems[0].choice, 2)


def judge_classes(
    box: Patient, source: Source, candidates: Sequence[Model], problems: Problems
) -> tuple[Subject, Judgement] | None:
    """Judge the last class that trains as the model, and with the activation, that fits best.

    Returns
    -------
    tuple of (Subject, Judgement), or None
        None if no class trains.
    """
    trainers = [(made, made.trains) for made in source.classes if made.trains is not None]
    if not trainers:
        return None
    made, trains = trainers[-1]
    found = []
    for model in candidates:
        for choice in model.variants():
            subject = Subject(box, source, model, {}, problems(model, choice, 1))
            judged = judge_class(subject, made, trains)
            found.append((subject, judged))
            if judged.quantities and not judged.faults:
                return found[-1]
    return max(found, key=lambda pair: _rightness(pair[1]), default=None)


def _rightness(judged: Judgement) -> int:
    right = sum(quantity.verdict == "correct" for quantity in judged.quantities)
    return right - len(judged.faults)


@dataclass(frozen=True)
class Seen:
    """What one problem shows.

    Parameters
    ----------
    right : frozenset of str
        The quantities that come out right.
    alike : frozenset of str
        Those that come out right up to a constant factor: the layout fits.
    crashed : bool
        Whether a call failed.
    """

    right: frozenset[str]
    alike: frozenset[str]
    crashed: bool


def _seen(subject: Subject) -> Seen:
    trials = []
    for name in STEPS:
        if name in subject.roles:
            step = step_for(subject.roles[name], subject.model, subject.output)
            with suppress(UnboundError):
                trials.append(attempt(subject, step, subject.problems[0]))
    right = {name for t in trials for name in t.observed if t.match(name) == "same"}
    alike = {name for t in trials for name in t.observed if _alike(t, name)}
    failed = any(trial.failure is not None for trial in trials)
    return Seen(frozenset(right), frozenset(alike), failed)


def _alike(trial: Trial, name: str) -> bool:
    """Say whether a quantity has the right shape, and its entries the right ratios."""
    observed, right = as_numbers(trial.observed[name]), trial.expected[name]
    if observed is None or observed.shape != right.shape or right.size < 2:
        return trial.match(name) == "same"
    factor = float(np.vdot(observed, right) / np.vdot(right, right))
    return factor != 0 and compare(observed / factor, right, trial.bar(name)) == "same"
