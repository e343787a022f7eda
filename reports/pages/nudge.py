"""The nudge as a picture: one entry of a parameter grows by 0.001, and J moves.

The solid line is what J does, the dashed one what the submission's gradient promises.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from reports.content.drawing import Dot, Drawing, Label, Path, Point, Shape
from reports.content.plots import shown

if TYPE_CHECKING:
    from gradcheck.submissions.results import Nudge

WIDTH, HEIGHT = 425.0, 200.0
LEFT, RIGHT = 104.0, 260.0  # where the parameter is, before and after
MIDDLE, REACH = 96.0, 62.0  # where J starts, and how far up or down it may go


def nudge_picture(nudge: Nudge) -> Drawing | None:
    """Draw a nudge; None where a number in it is none."""
    slopes = [value for value in (nudge.slope, nudge.claimed) if _is_number(value)]
    if len(slopes) < 2:
        return None
    steepest = max(map(abs, slopes)) or 1.0
    after, promised = (MIDDLE - REACH * value / steepest for value in slopes)
    apart = 0.0 if abs(after - promised) >= 16 else 16.0 - abs(after - promised)
    shift = apart if promised >= after else -apart
    entry = nudge.parameter + (f"[{', '.join(map(str, nudge.index))}]" if nudge.index else "")
    shapes: tuple[Shape, ...] = (
        *_axis(entry, nudge.step),
        Path(((LEFT, MIDDLE), (RIGHT, promised)), "bad", dashed=True),
        Path(((LEFT, MIDDLE), (RIGHT, after)), "good"),
        Dot((LEFT, MIDDLE)),
        Dot((RIGHT, after), role="good"),
        Label((RIGHT + 10, after + 4), f"slope of J: {shown(nudge.slope, 4)}", "good", bold=True),
        Label(
            (RIGHT + 10, promised + 4 + shift),
            f"your d{nudge.parameter}: {shown(nudge.claimed, 4)}",
            "bad",
        ),
        Label((LEFT - 10, MIDDLE + 4), f"J = {shown(nudge.J_before, 4)}", "quiet", "end"),
    )
    return Drawing("The nudge", nudge.message, (WIDTH, HEIGHT), shapes)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _axis(entry: str, step: float) -> tuple[Shape, ...]:
    floor = HEIGHT - 22
    ends: tuple[Point, Point] = ((LEFT, floor - 14), (RIGHT, floor - 14))
    return (
        Path(((LEFT, MIDDLE), (RIGHT, MIDDLE)), "rule", dashed=True),
        Path(((RIGHT, MIDDLE - REACH), (RIGHT, floor - 14)), "rule", dashed=True),
        Path(ends, "quiet", arrow=True),
        Label(((LEFT + RIGHT) / 2, floor + 4), f"{entry} grows by {step:g}", "ink", "middle"),
    )
