"""What the functions of a submission show on one problem, in one layout."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from gradcheck.submissions.calling.binding import UnboundError
from gradcheck.submissions.calling.compare import as_numbers, compare
from gradcheck.submissions.calling.roles import STEPS
from gradcheck.submissions.calling.steps import Trial, attempt, step_for
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.training.loop import first_steps

GRADIENTS = {"propagate", "backward", "optimise"}  # roles that show one


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


def seen(subject: Subject) -> Seen:
    """Call what computes a part of the model once, and compare what comes back."""
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
