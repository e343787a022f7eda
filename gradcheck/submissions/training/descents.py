"""The gradients that training has to follow: the model's, and the submission's own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gradcheck.submissions.calling.compare import as_numbers
from gradcheck.submissions.calling.steps import attempt, step_for
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.reference.problems import Problem
from impl import Arrays


def true_gradient(subject: Subject, problem: Problem, at: Arrays) -> Arrays:
    """Give the gradient of the model."""
    data = {name: problem.values[name] for name in subject.model.data}
    return subject.model.gradient(at, data, **problem.choice)


def own_gradient(subject: Subject, problem: Problem, at: Arrays) -> Arrays:
    """Give the gradient that the submission itself computes, nan where it computes none."""
    data = {name: problem.values[name] for name in subject.model.data}
    with np.errstate(all="ignore"):  # a wrong gradient may have led astray
        values = at | data | subject.model.run(at, data, **problem.choice)
    moved = replace(problem, values=values)
    role = next(subject.roles[name] for name in ("propagate", "backward") if name in subject.roles)
    trial = attempt(subject, step_for(role, subject.model, subject.output), moved)
    gradient = {}
    for name, value in at.items():
        observed = as_numbers(trial.observed.get(f"d{name}"))
        if observed is None or observed.size != value.size:
            observed = np.full(value.shape, np.nan)
        gradient[name] = subject.layout.ours(f"d{name}", observed, value.shape)
    return gradient
