"""What a step did to a parameter: it descends, or it is a known mistake, or neither is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np

from gradcheck.submissions.calling.routes import Path
from gradcheck.submissions.reference.problems import EXAMPLES_SIZE, Problem
from impl import Array, Arrays

_WIDER = 100  # a step carries the rounding of what it is made of
Gradient = Callable[[Problem, Arrays], Arrays]


@dataclass(frozen=True)
class Action:
    """What a step does to a parameter, in words; without a code it descends."""

    code: str
    what: str


@dataclass(frozen=True)
class Step:
    """Where a step led on a problem, the gradients that it should have followed, and its rate."""

    path: Path
    gradients: Mapping[str, Array]
    rate: float

    def arrives(self, name: str, reached: Array) -> bool:
        """Say whether a parameter is where something takes it, up to rounding."""
        bars, after = self.path.problem.bars, self.path.points[1][name]
        size = max(1.0, float(np.abs(after).max(initial=0.0)))
        bar = _WIDER * size * (bars[name] + bars[f"d{name}"])
        return after.shape == reached.shape and bool((np.abs(after - reached) <= bar).all())


def action_of(name: str, steps: Sequence[Step]) -> Action | None:
    """Say what the steps do to a parameter on every problem, or None."""
    for others in zip(*(_actions(name, step) for step in steps), strict=True):
        reached = (at for _, at in others)
        if all(step.arrives(name, at) for step, at in zip(steps, reached, strict=True)):
            action: Action = others[0][0]
            return action
    return None


def _actions(name: str, step: Step) -> Iterator[tuple[Action, Array]]:
    """Yield what may be done to a parameter with where that leads, the right thing first."""
    at, slope, rate = step.path.points[0][name], step.gradients[name], step.rate
    m = step.path.problem.sizes[EXAMPLES_SIZE]
    rule = "update-rule"
    yield Action("", ""), at - rate * slope
    yield Action(rule, "stays as it was"), at
    yield Action("update-sign", "the step goes uphill"), at + rate * slope
    yield Action(rule, "the learning rate is left out"), at - slope
    yield Action(rule, "the step is taken twice"), at - 2 * rate * slope
    twice = "the step is multiplied by the learning rate twice"
    yield Action(rule, twice), at - rate * rate * slope
    yield Action(rule, "the step is divided by m once more"), at - rate * slope / m
    yield Action(rule, "the step is multiplied by m"), at - rate * slope * m
    alone = "it is set to its step, and not moved by it"
    yield Action(rule, alone), -rate * slope
    yield Action(rule, alone), rate * slope
    for other, gradient in step.gradients.items():
        if other != name:
            reached = at - rate * gradient if _fits(gradient, at) else np.full(at.shape, np.nan)
            yield Action(rule, f"it is stepped by the gradient of {other}"), reached


def _fits(gradient: Array, parameter: Array) -> bool:
    """Say whether one can be taken from the other, which keeps its shape."""
    try:
        return np.broadcast_shapes(gradient.shape, parameter.shape) == parameter.shape
    except ValueError:
        return False


def is_stale(steps: Sequence[Step], gradient: Gradient) -> bool:
    """Say whether each parameter follows the gradient at those that moved before it."""
    orders = permutations(steps[0].gradients)
    return any(all(_in_turn(step, gradient, order) for step in steps) for order in orders)


def _in_turn(step: Step, gradient: Gradient, order: Sequence[str]) -> bool:
    at = dict(step.path.points[0])
    for name in order:
        at[name] = at[name] - step.rate * gradient(step.path.problem, at)[name]
    return all(step.arrives(name, value) for name, value in at.items())
