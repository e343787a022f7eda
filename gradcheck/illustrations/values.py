"""The measurements of an illustration, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

Points: TypeAlias = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class NodeValues:
    """One node of a computation graph: its value, and the derivative of the cost by it.

    Both are None where they are more than one number, ``derivative`` also for what is not learned.
    """

    name: str
    value: float | None
    derivative: float | None


@dataclass(frozen=True)
class Nudge:
    """The course's nudge of one number, and what it shows.

    ``variable`` grew from ``at`` by ``step``, the cost went from ``before`` to ``after``;
    ``claimed`` is the slope by the formula. ``wide`` and ``near`` are points of the curve, over
    the variable: around the nudge, and as close as the nudge itself.
    """

    variable: str
    cost: str
    at: float
    step: float
    before: float
    after: float
    claimed: float
    wide: Points
    near: Points

    @property
    def slope(self) -> float:
        """Rise over run."""
        return (self.after - self.before) / self.step


@dataclass(frozen=True)
class StepErrors:
    """How far slopes are off, against the step they were measured with.

    ``one_sided`` and ``central`` hold (step, error); ``chosen``, ``error`` and ``bar`` are the step
    that the judge chose, the true error of its slope and the error bar that it gave.
    ``rounding`` is the size of one rounding of the cost.
    """

    variable: str
    one_sided: Points
    central: Points
    chosen: float
    error: float
    bar: float
    rounding: float


@dataclass(frozen=True)
class Pitfall:
    """A plausible mistake in one formula: what it does to the numbers, and what refutes it."""

    target: str
    code: str
    numpy: str
    effect: str
    refuted_by: tuple[str, ...]

    @property
    def harmless(self) -> bool:
        """Whether it is no mistake at all: another way to write the same."""
        return not self.refuted_by


@dataclass(frozen=True)
class Descent:
    """A run of gradient descent: where it went, and in which words to speak of it."""

    name: str
    points: Points


@dataclass(frozen=True)
class Landscape:
    """A cost with descents on it.

    Over one number, ``curve`` holds its points and ``contours`` is empty; over two, ``contours``
    holds closed lines of equal cost. ``minima`` are marked.
    """

    title: str
    description: str
    axes: tuple[str, str]
    descents: tuple[Descent, ...]
    minima: Points
    curve: Points = ()
    contours: tuple[Points, ...] = ()


@dataclass(frozen=True)
class Illustration:
    """Everything that was measured for one derivation; what could not be measured is empty.

    ``shown_at`` names the inputs that the graph's values are for; where it is empty they were
    drawn, at sizes of 1. ``sizes`` are those of everything else.
    """

    values: tuple[NodeValues, ...] = ()
    shown_at: str = ""
    nudges: tuple[Nudge, ...] = ()
    errors: StepErrors | None = None
    pitfalls: tuple[Pitfall, ...] = ()
    sizes: Mapping[str, int] = field(default_factory=dict)
    landscape: Landscape | None = None
