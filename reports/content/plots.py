"""Plots: a frame with axes, and curves in it; scales are linear or of powers of ten."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, isfinite, log10

from reports.content.drawing import Label, Path, Point, Shape

TICKS = 5


@dataclass(frozen=True)
class Scale:
    """From numbers to places on an axis: ``low`` stands at ``start``, ``high`` at ``end``."""

    low: float
    high: float
    start: float
    end: float
    powers: bool = False

    def __post_init__(self) -> None:
        if not (isfinite(self.low) and isfinite(self.high) and self.low < self.high):
            raise ValueError(
                f"a scale runs from {self.low} to {self.high}, expected two finite numbers, the "
                "smaller one first"
            )
        if self.powers and self.low <= 0:
            raise ValueError(f"a scale of powers of ten starts at {self.low}, expected more than 0")

    def at(self, value: float) -> float:
        """Return the place of a number."""
        low, high = (log10(self.low), log10(self.high)) if self.powers else (self.low, self.high)
        value = log10(value) if self.powers else value
        return self.start + (value - low) / (high - low) * (self.end - self.start)

    def shown(self, value: float) -> str:
        """Print a number beside the axis."""
        return power_of_ten(round(log10(value))) if self.powers else shown(value)

    def ticks(self) -> list[float]:
        """Return round numbers along the axis."""
        if self.powers:
            first, last = ceil(log10(self.low) - 1e-9), floor(log10(self.high) + 1e-9)
            return [10.0**k for k in range(first, last + 1, max(1, (last - first) // TICKS))]
        raw = (self.high - self.low) / TICKS
        step = next(s for s in (10.0 ** floor(log10(raw)) * k for k in (1, 2, 5, 10)) if s >= raw)
        first = ceil(self.low / step - 1e-9)
        return [k * step for k in range(first, floor(self.high / step + 1e-9) + 1)]


@dataclass(frozen=True)
class Frame:
    """A plot's frame: two scales, whose words stand beside them."""

    x: Scale
    y: Scale
    words: tuple[str, str]

    def place(self, point: Point) -> Point:
        """Return where a point stands."""
        return self.x.at(point[0]), self.y.at(point[1])

    def inside(self, point: Point) -> bool:
        """Whether a point lies within the frame."""
        return self.x.low <= point[0] <= self.x.high and self.y.low <= point[1] <= self.y.high

    def axes(self) -> list[Shape]:
        """Draw both axes with their numbers and words."""
        left, right, top, bottom = self.x.start, self.x.end, self.y.end, self.y.start
        shapes: list[Shape] = []
        for value in self.x.ticks():
            at = self.x.at(value)
            shapes.append(Path(((at, top), (at, bottom)), "rule"))
            shapes.append(Label((at, bottom + 16), self.x.shown(value), "quiet", "middle"))
        for value in self.y.ticks():
            at = self.y.at(value)
            shapes.append(Path(((left, at), (right, at)), "rule"))
            shapes.append(Label((left - 6, at + 4), self.y.shown(value), "quiet", "end"))
        shapes.append(Path(((left, top), (left, bottom), (right, bottom)), "quiet"))
        shapes.append(Label((right, bottom + 34), self.words[0], "quiet", "end"))
        shapes.append(Label((left - 6, top - 10), self.words[1], "quiet", "start"))
        return shapes

    def curve(
        self, points: Sequence[Point], role: str = "accent", *, dashed: bool = False
    ) -> list[Shape]:
        """Draw a curve, and leave out what lies outside."""
        runs: list[list[Point]] = [[]]
        for point in points:
            if self.inside(point):
                runs[-1].append(self.place(point))
            elif runs[-1]:
                runs.append([])
        return [Path(tuple(run), role, dashed=dashed) for run in runs if len(run) > 1]


def span(values: Iterable[float], margin: float = 0.06) -> tuple[float, float]:
    """Return the range of some numbers, a little widened; never empty."""
    found = list(values)
    low, high = min(found), max(found)
    room = (high - low) * margin or abs(high) * margin or 1.0
    return low - room, high + room


def shown(value: float, digits: int = 10) -> str:
    """Print a number for a reader: few digits, a true minus sign, powers of ten as such."""
    value = float(f"{value:.{digits}g}")
    if value == 0:
        return "0"
    exponent = floor(log10(abs(value)))
    if -4 <= exponent < 5:
        text = f"{value:.10g}"
        return (text if len(text) < 9 else f"{value:.4g}").replace("-", "−")
    leading = f"{value / 10.0**exponent:.2g}"
    raised = power_of_ten(exponent)
    return raised if leading == "1" else f"{leading}·{raised}".replace("-", "−")


def power_of_ten(exponent: int) -> str:
    """Print a power of ten, its exponent raised."""
    return "10" + str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
