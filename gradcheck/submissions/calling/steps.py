"""Calling a function on several problems and collecting what it gave beside what belongs there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcheck.sandbox import Failure, Handle
from gradcheck.submissions.calling.compare import Match, compare
from gradcheck.submissions.calling.returns import read
from gradcheck.submissions.calling.roles import Role
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.reading.names import BUNDLES, COSTS, meaning, plain
from gradcheck.submissions.reading.steps import LOOP
from gradcheck.submissions.reference.flow import COST, forward_of, gradients_of, targets_of
from gradcheck.submissions.reference.formulas import Formula, formulas_of, updates_of
from gradcheck.submissions.reference.problems import Problem
from impl import Array, Model


@dataclass(frozen=True)
class Step:
    """What a function has to compute.

    Parameters
    ----------
    role : Role
    targets : tuple of str
        What its lines compute, in the order of the data flow.
    required, optional : tuple of str
        What it must return, and what else is read if it is there.
    """

    role: Role
    targets: tuple[str, ...]
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()

    def kind(self, target: str) -> str:
        """Say what a line of it computes: forward, cost, gradient or update."""
        if self.role.role == "update":
            return "update"
        if target == COST:
            return "cost"
        return "gradient" if target.startswith("d") else "forward"


@dataclass(frozen=True)
class Trial:
    """One call of a function: what came out, and what belongs there, in the submission's layout.

    ``again`` makes the call once more where it takes more than the problem, and gives the variables
    on the way.
    """

    problem: Problem
    observed: Mapping[str, Any]
    expected: Mapping[str, Array]
    value: Any
    failure: Failure | None = None
    changed: tuple[str, ...] = ()
    again: Callable[[], Mapping[str, tuple[Any, int]]] | None = None

    def bar(self, quantity: str) -> float:
        """Give how far a quantity may lie away by rounding."""
        return self.problem.bars.get(quantity, 0.0)

    def match(self, quantity: str) -> Match:
        """Compare an observed quantity with what belongs there."""
        return compare(self.observed[quantity], self.expected[quantity], self.bar(quantity))


def step_for(role: Role, model: Model, output: str) -> Step:
    """Say what the function of a role has to compute for a model."""
    whole, forward, gradients = targets_of(model), forward_of(model), gradients_of(model)
    after = whole[len(forward) + 1 :]
    own = () if _is_fed(role, output) else forward
    match role.role:
        case "forward":
            inner = tuple(target for target in forward if target != output)
            if {plain(name or "") for name in role.function.returned} & COSTS:
                return Step(role, (*forward, COST), (output,), (*inner, COST))
            return Step(role, forward, (output,), inner)
        case "cost":
            return Step(role, (*own, COST), (COST,))
        case "backward":
            return Step(role, (*own, *after), gradients, (COST,))
        case "update":
            return Step(role, tuple(model.parameters), tuple(model.parameters))
        case _:
            return Step(role, whole, gradients, (COST,))


def _is_fed(role: Role, output: str) -> bool:
    """Say whether a function is given the forward pass, or runs it itself."""
    names = role.function.parameters
    cached = any(BUNDLES.get(plain(name)) == "cache" for name in names)
    return cached or any(meaning(name, (output,), output) for name in names)


def lines_of(subject: Subject, step: Step) -> tuple[Formula, ...]:
    """Give the right lines of a step; those of a model are brought from its derivation."""
    if step.role.role == "update":
        return updates_of(subject.model)
    lines = formulas_of(subject.model, subject.activation)
    return tuple(line for line in lines if line.target in step.targets)


def expected(subject: Subject, step: Step, problem: Problem) -> dict[str, Array]:
    """Give what each line of a step yields on a problem."""
    names = subject.names(problem)
    if step.role.role == "update":
        return {line.target: line.value(names) for line in updates_of(subject.model)}
    if not subject.own:
        return {target: problem.values[target] for target in step.targets}
    return evaluated(lines_of(subject, step), names)


def evaluated(formulas: tuple[Formula, ...], names: Mapping[str, Any]) -> dict[str, Array]:
    """Run lines one after the other, each on what the earlier ones gave."""
    known = dict(names)
    for line in formulas:
        known[line.target] = line.value(known)
    return {line.target: known[line.target] for line in formulas}


def attempt(subject: Subject, step: Step, problem: Problem) -> Trial:
    """Call the function of a step on a problem."""
    right = expected(subject, step, problem)
    read_here = {*step.required, *step.optional}
    wanted = {n: subject.layout.theirs(n, value) for n, value in right.items() if n in read_here}
    function = step.role.function
    outcome, given = subject.call(function, problem)
    if outcome.failure is not None:
        return Trial(problem, {}, wanted, None, outcome.failure)
    changed = changes(function.parameters, given, outcome.arguments)
    value = shown = opened(subject, outcome.value)
    if value is None and step.role.role == "update" and changed:
        value = outcome.arguments  # updated in place, on purpose
    sought = {name: wanted[name] for name in (*step.required, *step.optional) if name in wanted}
    if function.name.startswith(LOOP) and isinstance(value, dict):
        value = _results_among(value, subject, sought, problem)
    observed = read(
        value, function.returned, sought, output=subject.output, bars=_bars(problem, wanted)
    )
    if len(observed) == len(step.required) == 1:  # a lone array is what must be returned
        observed = {step.required[0]: next(iter(observed.values()))}
    return Trial(problem, observed, wanted, shown, None, changed)


def _results_among(
    held: Mapping[str, Any], subject: Subject, sought: Mapping[str, Array], problem: Problem
) -> dict[str, Any]:
    """Give the variables of a loop that are results by name or value, not by their shape alone.

    A parameter after the step is none, and neither is the number of the round.
    """
    bars = _bars(problem, sought)
    return {
        name: value
        for name, value in held.items()
        if not meaning(name, subject.model.parameters, "")
        and (
            meaning(name, sought, subject.output) in sought
            or any(compare(value, right, bars[q]) == "same" for q, right in sought.items())
        )
    }


def opened(subject: Subject, value: Any) -> Any:
    """Give what an object that is returned holds, as of a dataclass, by the names of it."""
    if isinstance(value, tuple):
        return tuple(opened(subject, inner) for inner in value)
    if not isinstance(value, Handle):
        return value
    return {name: held for name, (held, _) in subject.box.attributes(value).locals.items()}


def _bars(problem: Problem, wanted: Mapping[str, Array]) -> dict[str, float]:
    return {name: problem.bars.get(name, 0.0) for name in wanted}


def changes(names: tuple[str, ...], before: list[Any], after: tuple[Any, ...]) -> tuple[str, ...]:
    """Name the arguments that differ after a call from what they were before it."""
    pairs = zip(names, before, after, strict=False)
    return tuple(name for name, old, new in pairs if not _equal(old, new))


def _equal(old: Any, new: Any) -> bool:
    if old is new:  # its bytes came back as they went
        return True
    if isinstance(old, dict):
        return isinstance(new, dict) and all(
            key in new and _equal(value, new[key]) for key, value in old.items()
        )
    if isinstance(old, (list, tuple)):
        return len(old) == len(new) and all(map(_equal, old, new))
    return bool(np.array_equal(old, new, equal_nan=isinstance(old, (float, np.ndarray))))
