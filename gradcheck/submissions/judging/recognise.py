"""Settling what a submission is: its model, its layout and its hidden activation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from gradcheck.submissions.calling.binding import UnboundError, bind
from gradcheck.submissions.calling.by_value import roles_by_value
from gradcheck.submissions.calling.compare import as_numbers, compare
from gradcheck.submissions.calling.patience import Patient
from gradcheck.submissions.calling.roles import STEPS, Role, roles_of
from gradcheck.submissions.calling.steps import Trial, attempt, step_for
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.judging.candidates import Candidates
from gradcheck.submissions.judging.judgement import Judgement
from gradcheck.submissions.judging.loop import first_steps, judge_class
from gradcheck.submissions.judging.parts import judge_initial
from gradcheck.submissions.reading.files import Source
from gradcheck.submissions.reading.names import plain
from gradcheck.submissions.reference.flow import ends_of, gradients_of
from gradcheck.submissions.reference.layouts import bare_layouts, layouts
from gradcheck.submissions.reference.problems import Problem, has_bias
from impl import Model, load

GRADIENTS = {"propagate", "backward", "optimise"}  # roles that show one
Problems = Callable[[Model, Mapping[str, str], int], tuple[Problem, ...]]


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
            subject = settled(Subject(box, source, model, roles, ()), candidates)
            right = len(_right(subject))
            if best is None or right > score:
                best, score = subject, right
    if score and best is not None and GRADIENTS & best.roles.keys():
        return best
    return _otherwise(box, source, candidates, best) or best


def _right(subject: Subject) -> frozenset[str]:
    """Name what comes out right.

    Code that has a sigmoid and forgets it has the gradients of a model without one, not its cost.
    """
    right, roles = _seen(subject).right, subject.roles.keys()
    forgets = (
        "sigmoid" in roles and subject.model.labels == "real" and {"cost", "propagate"} & roles
    )
    return frozenset() if forgets and "J" not in right else right


def settled(subject: Subject, candidates: Candidates) -> Subject:
    """Settle layout and activation of a subject whose roles are known."""
    subject = _with_layout(subject, candidates.problems)
    return replace(subject, wide=_wide(subject, candidates.problems))


def _otherwise(
    box: Patient, source: Source, candidates: Candidates, best: Subject | None
) -> Subject | None:
    """Try the rarer models, and the roles that values alone tell.

    Where code runs on several features, a single one counts only if all gradients are right then:
    it would hide mistakes.
    """
    seen = None if best is None else _seen(best)
    runs = seen is not None and not seen.crashed
    for model in candidates.others:
        if seen and seen.alike and len(model.sizes) < len(load(model.name).sizes):
            continue  # several features go in: the gradient is only scaled
        roles = {role.role: role for role in roles_of(source.functions, model)}
        if GRADIENTS & roles.keys():
            start = next(iter(layouts(model)))
            subject = settled(Subject(box, source, model, roles, (), layout=start), candidates)
            single = len(model.sizes) < len(load(model.name).sizes)
            wanted = set(gradients_of(model)) if runs and single else set()
            right = _right(subject)
            if right and wanted <= right:
                return subject
    for model in (*candidates.likely, *candidates.others):
        roles = {role.role: role for role in roles_of(source.functions, model)}
        subject = Subject(
            box, source, model, roles, candidates.problems(model, model.variants()[0], 1)
        )
        found = _by_value(subject, candidates.problems)
        if found:
            return settled(replace(subject, roles=found), candidates)
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


def _with_layout(subject: Subject, problems: Problems) -> Subject:
    """Keep the course's layout unless it fails where another one does not."""
    best, seen = _with_activation(subject, problems)
    if seen.right & {subject.output, "J"} and not seen.crashed:
        return best
    bare = () if has_bias(subject.model) else bare_layouts(subject.model)
    for layout in (*layouts(subject.model), *bare):
        other, found = _with_activation(replace(subject, layout=layout), problems)
        fits = len(found.right) > len(seen.right) or len(found.alike) > len(seen.alike)
        runs = found.crashed < seen.crashed and len(found.right) == len(seen.right)
        kept = len(found.right) >= len(seen.right) and found.crashed <= seen.crashed
        starts = _starts(other) >= _starts(best)  # a shape is lost, not another convention
        if kept and starts and (runs or (fits and (not found.crashed or bool(found.right)))):
            best, seen = other, found
    return best


def _starts(subject: Subject) -> int:
    """Count the initial parameters that have the shapes of a layout."""
    role = subject.roles.get("initialise")
    judged = judge_initial(subject, role.function) if role else Judgement()
    return -len(judged.faults)


def _with_activation(subject: Subject, problems: Problems) -> tuple[Subject, Seen]:
    """Take the hidden activation under which the forward pass, or else most, comes out right."""
    variants = subject.model.variants()
    tried = []
    for choice in variants:
        candidate = replace(subject, problems=problems(subject.model, choice, 1))
        tried.append((candidate, _seen(candidate)))
        if subject.output in tried[-1][1].right:
            return tried[-1]
    return max(tried, key=lambda pair: _fit(*pair))  # the first of several


def _fit(subject: Subject, seen: Seen) -> tuple[int, int, bool]:
    """Rank an activation: by what is right, by what is alike, then by whether it is named."""
    named = subject.activation or ""
    words = {plain(word) for function in subject.source.functions for word in function.words}
    names = {plain(named), *({"maximum"} if named == "relu" else ())}
    return len(seen.right), len(seen.alike), bool(words & names)


def _wide(subject: Subject, problems: Problems) -> tuple[Problem, ...]:
    if ends_of(subject.model)[1] not in subject.model.sizes:
        return ()
    return problems(subject.model, subject.problems[0].choice, 2)


def judge_classes(
    box: Patient, source: Source, candidates: Candidates
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
    role = Role("model", replace(trains, name=f"{made.name}.{trains.name}"), "name")
    subjects = [
        Subject(box, source, model, {"model": role}, candidates.problems(model, choice, 1))
        for model in (*candidates.likely, *candidates.others)
        for choice in model.variants()
    ]
    for subject in subjects:
        judged = judge_class(replace(subject, diagnosed=False), made, trains)
        if _rightness(judged)[0] and not judged.faults:
            return subject, judged
    found = [(subject, judge_class(subject, made, trains)) for subject in subjects]
    return max(found, key=lambda pair: _rank(pair[0], pair[1], candidates), default=None)


def _rank(subject: Subject, judged: Judgement, candidates: Candidates) -> tuple[bool, int]:
    """Rank a reading: one that decides something before one that does not.

    Faults alone decide only where the names are the model's own: elsewhere they say no more than
    that it is another model.
    """
    right, faults = _rightness(judged)
    return right > 0 or (faults > 0 and subject.model in candidates.likely), right - faults


def _rightness(judged: Judgement) -> tuple[int, int]:
    right = sum(quantity.verdict == "correct" for quantity in judged.quantities)
    return right, len(judged.faults)


@dataclass(frozen=True)
class Seen:
    """What one problem shows.

    Parameters
    ----------
    right : frozenset of str
        The quantities that come out right.
    alike : frozenset of str
        Those that come out right up to a constant factor: the layout fits.
    crashed : int
        How many calls failed.
    """

    right: frozenset[str]
    alike: frozenset[str]
    crashed: int


def _seen(subject: Subject) -> Seen:
    trials = []
    for name in STEPS:
        if name in subject.roles:
            step = step_for(subject.roles[name], subject.model, subject.output)
            with suppress(UnboundError):
                trials.append(attempt(subject, step, subject.problems[0]))
    if not GRADIENTS & subject.roles.keys() - {"optimise"} and "optimise" in subject.roles:
        with suppress(UnboundError):
            trials += first_steps(subject, subject.roles["optimise"].function)
    right = {name for t in trials for name in t.observed if t.match(name) == "same"}
    alike = {name for t in trials for name in t.observed if _alike(t, name)}
    failed = sum(trial.failure is not None for trial in trials)
    return Seen(frozenset(right), frozenset(alike), failed)


def _alike(trial: Trial, name: str) -> bool:
    """Say whether a quantity has the right shape, and its entries the right ratios."""
    observed, right = as_numbers(trial.observed[name]), trial.expected[name]
    if observed is None or observed.shape != right.shape or right.size < 2:
        return trial.match(name) == "same"
    if not np.isfinite(observed).all():
        return False
    factor = float(np.vdot(observed, right) / np.vdot(right, right))
    return factor != 0 and compare(observed / factor, right, trial.bar(name)) == "same"
