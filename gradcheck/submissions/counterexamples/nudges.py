"""The course's nudge at the worst entry: what J does, beside what the gradient says it does."""

from __future__ import annotations

import numpy as np

from gradcheck.submissions.calling.compare import as_numbers
from gradcheck.submissions.counterexamples.experiments import Experiment, Observation
from gradcheck.submissions.reference.problems import Problem
from gradcheck.submissions.results import Nudge
from impl import Array

STEP = 0.001  # the course's own


def nudge(experiment: Experiment, problem: Problem, seen: Observation) -> Nudge | None:
    """Move the entry of the parameter at which the gradient is furthest off.

    J is the model's. Where the submission's own cost was judged right it is the same number.

    Returns
    -------
    Nudge or None
        None if the quantity is no parameter's gradient, or the nudge does not show the fault.
    """
    model, layout = experiment.subject.model, experiment.subject.layout
    parameter = experiment.quantity.removeprefix("d")
    claims = as_numbers(seen.computed)
    if parameter == experiment.quantity or parameter not in model.parameters:
        return None
    if claims is None or claims.size != seen.expected.size or seen.match != "different":
        return None
    at = problem.values[parameter]
    theirs = np.array(layout.theirs(parameter, at))
    flat = int(np.abs(claims.ravel() - seen.expected.ravel()).argmax())
    index = tuple(int(i) for i in np.unravel_index(flat, theirs.shape))
    theirs[index] += STEP
    before = float(problem.values["J"])
    after = _cost(experiment, problem, {parameter: layout.ours(parameter, theirs, at.shape)})
    slope, claimed = (after - before) / STEP, float(claims.ravel()[flat])
    if not abs(slope - claimed) > STEP:
        return None
    entry = parameter + (f"[{', '.join(map(str, index))}]" if theirs.size > 1 else "")
    message = (
        f"{entry} grew by {STEP}, J moved by {_signed(after - before)}: "
        f"a slope of {_signed(slope)}; your {experiment.quantity} says {_signed(claimed)}"
    )
    return Nudge(parameter, index, STEP, before, after, slope, claimed, message)


def _cost(experiment: Experiment, problem: Problem, moved: dict[str, Array]) -> float:
    model = experiment.subject.model
    parameters = {name: problem.values[name] for name in model.parameters} | moved
    data = {name: problem.values[name] for name in model.data}
    return model.cost(parameters, data, **problem.choice)


def _signed(value: float) -> str:
    """Write a number with its sign, as the course does.

    >>> _signed(-0.00049975)
    '−0.0004998'
    """
    if not value:
        return "0"
    digits = np.format_float_positional(abs(value), precision=4, fractional=False, trim="-")
    return f"{'−' if value < 0 else '+'}{digits}"
