"""Pictures as values: a few shapes in a box, which every format draws in its own way.

The origin is at the top left, y grows downwards, and a unit is a CSS pixel. A ``role`` says what a
shape is for, never its colour: a format chooses colours that can be read on its paper. What tells
shapes apart is said in words or by dashes as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

ROLES = ("ink", "quiet", "rule", "accent", "second", "good", "bad")
ANCHORS = ("start", "middle", "end")
Point: TypeAlias = tuple[float, float]


def check_role(role: str) -> None:
    """Refuse a role that no format has a colour for."""
    if role not in ROLES:
        raise ValueError(f"a shape has role {role!r}, but roles are {', '.join(ROLES)}; use one")


@dataclass(frozen=True)
class Path:
    """A line through points; ``arrow`` puts a head at its end, ``closed`` joins it to its start."""

    points: tuple[Point, ...]
    role: str = "ink"
    dashed: bool = False
    arrow: bool = False
    closed: bool = False

    def __post_init__(self) -> None:
        check_role(self.role)
        if len(self.points) < 2:
            raise ValueError(f"a path has {len(self.points)} point, expected two or more")


@dataclass(frozen=True)
class Dot:
    """A filled circle that marks a point."""

    at: Point
    radius: float = 3.5
    role: str = "ink"

    def __post_init__(self) -> None:
        check_role(self.role)


@dataclass(frozen=True)
class Box:
    """A rectangle with the paper's colour inside, so that lines end at its edge."""

    corner: Point
    size: Point
    role: str = "ink"
    dashed: bool = False
    round: bool = False

    def __post_init__(self) -> None:
        check_role(self.role)


@dataclass(frozen=True)
class Label:
    """A line of text; ``anchor`` says which part of it stands at the point."""

    at: Point
    text: str
    role: str = "ink"
    anchor: str = "start"
    bold: bool = False

    def __post_init__(self) -> None:
        check_role(self.role)
        if self.anchor not in ANCHORS:
            raise ValueError(
                f"a label has anchor {self.anchor!r}, but anchors are {', '.join(ANCHORS)}; use one"
            )


Shape: TypeAlias = Path | Dot | Box | Label


@dataclass(frozen=True)
class Drawing:
    """A picture.

    Parameters
    ----------
    title : str
        What it shows, in a few words.
    description : str
        What a reader sees in it, for those who cannot see it.
    size : (float, float)
        Width and height.
    shapes : tuple of Shape
        Drawn in this order.
    """

    title: str
    description: str
    size: Point
    shapes: tuple[Shape, ...]
