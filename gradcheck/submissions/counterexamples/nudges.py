"""The course's nudge at the worst entry: what J does, beside what the gradient says it does."""

from __future__ import annotations

import numpy as np

from gradcheck.submissions.calling.binding import UnboundError
from gradcheck.submissions.calling.compare import as_numbers
from gradcheck.submissions.calling.steps import attempt, step_for
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.counterexamples.experiments import Experiment, Observation
from gradcheck.submissions.counterexamples.small import moved_to
from gradcheck.submissions.reference.flow import COST
from gradcheck.submissions.reference.problems import Problem
from gradcheck.submissions.results import Nudge

STEP = 0.001  # the course's own
OWN, RIGHT, MODEL = "your J", "the right J (yours is wrong)", "the model's J"
_COSTS = ("cost", "propagate", "forward", "backward")


def nudge(experiment: Experiment, seen: Observation, cost: str | None) -> Nudge | None:
    """Move the entry of the parameter at which the gradient is furthest off.

    J is the submission's own where that is right, else the model's; the message says which.

    Parameters
    ----------
    experiment : Experiment
    seen : Observation
    cost : str or None
        The verdict on the submission's own cost.

    Returns
    -------
    Nudge or None
        None if the quantity is no parameter's gradient, or the nudge does not show the fault.
    """
    subject, problem = experiment.subject, seen.problem
    parameter = experiment.quantity.removeprefix("d")
    claims = as_numbers(seen.computed)
    if parameter == experiment.quantity or parameter not in subject.model.parameters:
        return None
    if claims is None or claims.size != seen.expected.size or seen.match != "different":
        return None
    theirs = np.array(subject.layout.theirs(parameter, problem.values[parameter]))
    flat = int(np.abs(claims.ravel() - seen.expected.ravel()).argmax())
    index = tuple(int(i) for i in np.unravel_index(flat, theirs.shape))
    theirs[index] += STEP
    after = subject.layout.ours(parameter, theirs, problem.values[parameter].shape)
    moved = moved_to(subject.model, problem, {parameter: after})
    whose, before, then = _costs(subject, (problem, moved), cost)
    slope, claimed = (then - before) / STEP, float(claims.ravel()[flat])
    if not abs(slope - claimed) > STEP:
        return None
    entry = parameter + (f"[{', '.join(map(str, index))}]" if theirs.size > 1 else "")
    message = (
        f"{entry} grew by {STEP}, {whose} moved by {_signed(then - before)}: "
        f"a slope of {_signed(slope)}; your {experiment.quantity} says {_signed(claimed)}"
    )
    return Nudge(parameter, index, STEP, before, then, slope, claimed, message, whose == OWN)


def _costs(
    subject: Subject, ends: tuple[Problem, Problem], verdict: str | None
) -> tuple[str, float, float]:
    """Give J at both ends, and whose it is."""
    before, then = (float(problem.values[COST]) for problem in ends)
    own = [_own_cost(subject, problem) for problem in ends] if verdict == "correct" else [None]
    if own[0] is not None and own[-1] is not None:
        return OWN, own[0], own[-1]
    return (RIGHT if verdict in ("wrong", "blamed-upstream") else MODEL), before, then


def _own_cost(subject: Subject, problem: Problem) -> float | None:
    """Ask the submission for J; None where it gives none."""
    for name in (name for name in _COSTS if name in subject.roles):
        step = step_for(subject.roles[name], subject.model, subject.output)
        try:
            found = attempt(subject, step, problem)
        except UnboundError:
            continue
        value = as_numbers(found.observed.get(COST))
        if value is not None and value.size == 1 and np.isfinite(value).all():
            return float(value.item())
    return None


def _signed(value: float) -> str:
    """Write a number with its sign, as the course does.

    >>> _signed(-0.00049975)
    '−0.0004998'
    """
    if not value:
        return "0"
    digits = np.format_float_positional(abs(value), precision=4, fractional=False, trim="-")
    return f"{'−' if value < 0 else '+'}{digits}"
