"""Training in the layout in which its gradients are right, for what it keeps on its way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

from gradcheck.submissions.calling.binding import UnboundError
from gradcheck.submissions.calling.loops import follow_class, follow_function, follow_given
from gradcheck.submissions.calling.routes import LostError, Path, fitted_rate
from gradcheck.submissions.calling.steps import Trial
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.reading.definitions import Definition
from gradcheck.submissions.reference.flow import gradients_of
from gradcheck.submissions.reference.layouts import training_layouts
from gradcheck.submissions.reference.problems import EXAMPLES_SIZE
from gradcheck.submissions.training.descents import true_gradient
from gradcheck.submissions.training.paths import path_trials
from impl import Arrays

_FACTORS = ("1", "2", "m")
_PROBLEMS = 2
Follow = Callable[[Subject], tuple[Path, ...]]


@dataclass(frozen=True)
class Kept:
    """Training in the layout in which its gradients are right up to a factor.

    Parameters
    ----------
    subject : Subject
    trains : Definition
    trials : tuple of Trial
        Its steps, with the parameters before each.
    after : tuple of Trial
        The same, with the parameters after each.
    factor : str
        What all its gradients carry: ``1``, ``2`` or ``m``.
    rated : bool
        Whether the rate is known, and not read off the steps.
    """

    subject: Subject
    trains: Definition
    trials: tuple[Trial, ...]
    after: tuple[Trial, ...]
    factor: str
    rated: bool


def training_of(subject: Subject) -> tuple[Definition, Follow] | None:
    """Give what trains, and how it is followed."""
    for name, follow in (("optimise", follow_given), ("model", follow_function)):
        role = subject.roles.get(name)
        if role is None:
            continue
        for made in subject.source.classes:
            trains = made.trains
            if trains is not None and role.function.name == f"{made.name}.{trains.name}":
                return trains, partial(follow_class, made=made, trains=trains)
        return role.function, partial(follow, trains=role.function)
    return None


def kept_by(subject: Subject, trains: Definition, follow: Follow) -> Kept | None:
    """Follow training in the layout in which its gradients are right up to a factor, if any."""
    for layout in (subject.layout, *training_layouts(subject.model)):
        tried = replace(subject, layout=layout, problems=subject.problems[:_PROBLEMS])
        with suppress(LostError, UnboundError):
            paths = follow(tried)
            rate = paths[0].rate or fitted_rate(paths, partial(_slope, tried))
            trials = _trials(tried, paths, rate)
            factor = next((f for f in _FACTORS if all(_carries(t, f) for t in trials)), "")
            if rate and factor:
                on = [replace(path, points=(*path.points[1:], path.points[-1])) for path in paths]
                after, rated = _trials(tried, on, rate), bool(paths[0].rate)
                return Kept(tried, trains, trials, after, factor, rated)
    return None


def steps_of(subject: Subject) -> tuple[Subject, tuple[Trial, ...]] | None:
    """Give the first steps of training in the first layout in which it can be followed."""
    training = training_of(subject)
    for layout in (subject.layout, *training_layouts(subject.model)) if training else ():
        tried = replace(subject, layout=layout, problems=subject.problems[:_PROBLEMS])
        with suppress(LostError, UnboundError):
            paths = training[1](tried) if training else ()
            return tried, _trials(tried, paths, paths[0].rate)
    return None


def _slope(subject: Subject, path: Path, at: Arrays) -> Arrays:
    return true_gradient(subject, path.problem, at)


def _trials(subject: Subject, paths: Sequence[Path], rate: float | None) -> tuple[Trial, ...]:
    known = gradients_of(subject.model), rate or 1.0
    return tuple(trial for path in paths for trial in path_trials(subject, path, known))


def size_of(factor: str, trial: Trial) -> float:
    """Give a factor as a number."""
    return float(trial.problem.sizes[EXAMPLES_SIZE]) if factor == "m" else float(factor)


def _carries(trial: Trial, factor: str) -> bool:
    scaled = {name: value / size_of(factor, trial) for name, value in trial.observed.items()}
    again = replace(trial, observed=scaled)
    return all(again.match(name) == "same" for name in scaled)
