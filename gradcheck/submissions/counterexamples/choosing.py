"""Which experiments show the faults of a submission, the first fault's first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from gradcheck.submissions.calling.binding import LEARNING_RATE, UnboundError
from gradcheck.submissions.calling.compare import compare
from gradcheck.submissions.calling.returns import leaves, read
from gradcheck.submissions.calling.roles import STEPS, Role
from gradcheck.submissions.calling.steps import attempt, expected, step_for
from gradcheck.submissions.calling.subject import Subject, takes
from gradcheck.submissions.counterexamples.calls import Given, Keys, keys_of
from gradcheck.submissions.counterexamples.experiments import (
    NEAR,
    Experiment,
    Returned,
    fed,
    labels,
)
from gradcheck.submissions.counterexamples.predictions import predictions_of
from gradcheck.submissions.counterexamples.training import steps_of
from gradcheck.submissions.reference.problems import Problem
from gradcheck.submissions.results import Fault
from impl import Array
from impl.activations import sigmoid
from impl.descent import step as descend

# What is said of a function and shows in no number of it, or not again.
NO_NUMBER = frozenset(
    {
        "crashed",
        "hidden-global",
        "missing-function",
        "mutates-input",
        "nondeterministic",
        "not-implemented",
        "timed-out",
        "wrong-type",
    }
)


def experiments(subject: Subject, faults: Iterable[Fault]) -> Iterator[Experiment]:
    """Yield what can be looked at again, for the first fault first.

    A fault may stand in a function that has no part of its own, and show in what calls it.
    """
    for fault in (fault for fault in faults if fault.code not in NO_NUMBER):
        roles = sorted(subject.roles.values(), key=lambda role: not _named(role, fault))
        for role in roles:
            if _named(role, fault) or _shows(subject, role, fault.quantity):
                yield from _experiments(subject, role, fault)


def _named(role: Role, fault: Fault) -> bool:
    return fault.where.function in (role.function.name, role.function.own_name)


def _shows(subject: Subject, role: Role, quantity: str) -> bool:
    if role.role == "model":
        return quantity == "predict" or not {*STEPS, "optimise"} & subject.roles.keys()
    if role.role in STEPS:
        return quantity in step_for(role, subject.model, subject.output).targets
    return role.role == quantity


def _experiments(subject: Subject, role: Role, fault: Fault) -> Iterator[Experiment]:
    try:
        match role.role:
            case "sigmoid" if fault.quantity == "sigmoid":
                yield _of_sigmoid(subject, role)
            case "predict":
                yield from _of_predictions(subject, role)
            case "optimise" if fault.quantity == "optimise" and takes("iterations", role.function):
                yield from _of_training(subject, role)
            case "model" if fault.quantity == "predict":
                yield from predictions_of(subject, role)
            case "optimise" | "model":
                yield from steps_of(subject, role, fault)
            case name if name in (*STEPS, "update"):
                yield from _of_step(subject, role, fault.quantity)
    except UnboundError:
        return


def _of_step(subject: Subject, role: Role, first: str) -> Iterator[Experiment]:
    """Look at the first returned quantity that is wrong, from the blamed one on."""
    step = step_for(role, subject.model, subject.output)
    order = list(step.targets)
    trials = [attempt(subject, step, p) for p in (*subject.problems, *subject.wide)]
    for name in order[order.index(first) :] if first in order else order:

        def right(problem: Problem, computed: Any, name: str = name) -> Array:
            return subject.layout.theirs(name, expected(subject, step, problem)[name])

        for trial in (trial for trial in trials if name in trial.observed):
            keys, match = keys_of(trial.observed[name], trial.value), trial.match(name)
            if match != "same" and keys is not None:
                given = fed(subject, role.function)
                yield Returned(subject, role.function, name, keys, match, given, right)
                return


def _of_sigmoid(subject: Subject, role: Role) -> Returned:
    """Look at σ on the whole numbers of X."""
    return Returned(
        subject,
        role.function,
        "sigmoid",
        (),
        "different",
        lambda problem: Given([np.array(problem.values["X"])], {}, {}),
        lambda problem, computed: sigmoid(problem.values["X"]),
    )


def _of_predictions(subject: Subject, role: Role) -> Iterator[Experiment]:
    """Look at the labels, in whatever shape they come."""

    def right(problem: Problem, computed: Any) -> Array:
        return labels(subject, problem, computed)

    for problem in subject.problems:
        outcome, _ = subject.call(role.function, problem)
        for _, leaf in leaves(outcome.value) if outcome.failure is None else ():
            keys, wanted = keys_of(leaf, outcome.value), right(problem, leaf)
            match = compare(leaf, wanted, 0.0)
            if match == "different" and keys is not None:
                given = fed(subject, role.function)
                yield Returned(subject, role.function, "predict", keys, match, given, right)
                return


def _of_training(subject: Subject, role: Role) -> Iterator[Experiment]:
    """Look at the parameters after one step of training, or after two."""
    for steps in (1, 2):
        for problem in subject.problems:
            for name, keys, match in _strayed(subject, role, (problem, steps)):

                def right(at: Problem, _: Any, name: str = name, steps: int = steps) -> Array:
                    return _trained(subject, at, steps)[name]

                given = fed(subject, role.function, iterations=steps)
                yield Returned(subject, role.function, name, keys, match, given, right)
                return


def _strayed(
    subject: Subject, role: Role, task: tuple[Problem, int]
) -> Iterator[tuple[str, Keys, str]]:
    """Yield the parameters that training takes elsewhere, where they stand, and how they differ."""
    problem, steps = task
    outcome, _ = subject.call(role.function, problem, iterations=steps)
    if outcome.failure is not None:
        return
    wanted, returned = _trained(subject, problem, steps), role.function.returned
    bars = dict.fromkeys(wanted, NEAR)
    found = read(outcome.value, returned, wanted, output=subject.output, bars=bars)
    for name, value in found.items():
        keys, match = keys_of(value, outcome.value), compare(value, wanted[name], NEAR)
        if match != "same" and keys is not None:
            yield name, keys, match


def _trained(subject: Subject, problem: Problem, steps: int) -> Mapping[str, Array]:
    """Descend so many steps, and give the parameters as the submission lays them out."""
    at = {name: problem.values[name] for name in subject.model.parameters}
    data = {name: problem.values[name] for name in subject.model.data}
    for _ in range(steps):
        gradient = subject.model.gradient(at, data, **problem.choice)
        at = descend(at, gradient, LEARNING_RATE)
    return {name: subject.layout.theirs(name, value) for name, value in at.items()}
