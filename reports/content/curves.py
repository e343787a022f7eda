"""Drawings of measurements: the nudge's triangle, errors against steps, costs with descents."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from reports.content.drawing import Dot, Drawing, Label, Path, Shape
from reports.content.plots import Frame, Scale, shown, span

if TYPE_CHECKING:
    from gradcheck.illustrations import Landscape, Nudge, StepErrors

DESCENTS = ("accent", "second")


def nudge_drawings(nudge: Nudge) -> tuple[Drawing, Drawing]:
    """Draw the curve with its slope, and the triangle of the nudge under the microscope."""
    rise = shown(nudge.after - nudge.before, 4)
    wide = f"{nudge.cost} over {nudge.variable}, with the line of its slope at {shown(nudge.at)}."
    near = f"A triangle of run {nudge.step:g} and rise {rise}: the slope is {nudge.slope:.6g}."
    size = (350.0, 260.0)
    return (
        Drawing(f"{nudge.cost} around the nudge", wide, size, tuple(_wide(nudge))),
        Drawing(f"The nudge of {nudge.variable}", near, size, tuple(_triangle(nudge, rise))),
    )


def _wide(nudge: Nudge) -> list[Shape]:
    """Draw the curve around the nudge, with the line that has the slope."""
    x, y = span((p for p, _ in nudge.wide), 0), span(p for _, p in nudge.wide)
    frame = Frame(Scale(*x, 62, 330), Scale(*y, 215, 30), (nudge.variable, nudge.cost))
    low, high = frame.x.low, frame.x.high
    xs = [low + (high - low) * k / 100 for k in range(101)]
    line = [(x, nudge.before + nudge.slope * (x - nudge.at)) for x in xs]
    curves = [*frame.curve(nudge.wide), *frame.curve(line, "second", dashed=True)]
    return [*frame.axes(), *curves, Dot(frame.place((nudge.at, nudge.before)))]


def _triangle(nudge: Nudge, rise: str) -> list[Shape]:
    """Draw the nudge itself, in differences: run, rise and the curve."""
    near = [(x - nudge.at, y - nudge.before) for x, y in nudge.near]
    run, up = nudge.step, nudge.after - nudge.before
    x, y = span((p for p, _ in near), 0.02), span([p for _, p in near] + [up, 0.0], 0.12)
    words = (f"{nudge.variable} less {shown(nudge.at)}", f"{nudge.cost} less {nudge.before:.6g}")
    frame = Frame(Scale(*x, 70, 300), Scale(*y, 215, 30), words)
    corners = tuple(map(frame.place, ((0.0, 0.0), (run, 0.0), (run, up))))
    (x0, y0), (x1, _), (_, y2) = corners
    below = 16 if up >= 0 else -8
    return [
        *frame.axes(),
        *frame.curve(near),
        Path(corners, "second", closed=True),
        Dot(corners[0]),
        Dot(corners[2]),
        Label(((x0 + x1) / 2, y0 + below), f"{run:g}", "second", "middle"),
        Label((x1 + 7, (y0 + y2) / 2 + 4), rise, "second"),
    ]


def error_drawing(errors: StepErrors) -> Drawing:
    """Draw the errors against the steps, both in powers of ten."""
    every = [e for _, e in (*errors.one_sided, *errors.central)] + [errors.bar, errors.error]
    frame = Frame(
        Scale(1e-15, 10.0, 56, 445, powers=True),
        Scale(1e-17, max(3 * max(every), 1e-2), 275, 60, powers=True),
        ("step", "error of the slope"),
    )
    rounding = [(h, errors.rounding / h) for h, _ in errors.central]
    shapes: list[Shape] = [*frame.axes(), *frame.curve(rounding, "quiet", dashed=True)]
    for points, role in ((errors.one_sided, "accent"), (errors.central, "second")):
        shapes += [Dot(frame.place(p), 2.6, role) for p in points if frame.inside(p)]
    shapes += [*_legend_of_errors(), *_chosen(frame, errors)]
    return Drawing("Error against step", _errors_told(errors), (470, 325), tuple(shapes))


def _legend_of_errors() -> list[Shape]:
    """Say above the frame what the dots and the dashes are."""
    return [
        Dot((62, 14), 2.6, "accent"),
        Label((70, 18), "nudge: one side", "accent"),
        Dot((196, 14), 2.6, "second"),
        Label((204, 18), "both sides", "second"),
        Path(((296, 14), (320, 14)), "quiet", dashed=True),
        Label((326, 18), "rounding of J / step", "quiet"),
    ]


def _chosen(frame: Frame, errors: StepErrors) -> list[Shape]:
    """Mark the step that the judge chose, its error, and the bar that it gave."""
    x, bar = frame.x.at(errors.chosen), frame.y.at(max(errors.bar, frame.y.low))
    return [
        Path(((x, frame.y.start), (x, frame.y.end)), "good", dashed=True),
        Label((x, frame.y.end - 7), "chosen step", "good", "middle"),
        Path(((x - 34, bar), (x + 34, bar)), "good"),
        Label((x - 40, bar + 4), "error bar", "good", "end"),
        Dot((x, frame.y.at(max(errors.error, frame.y.low))), 4.5, "good"),
    ]


def _errors_told(errors: StepErrors) -> str:
    least = [
        shown(min(points, key=lambda p: p[1])[0], 1)
        for points in (errors.one_sided, errors.central)
    ]
    return (
        f"Both axes in powers of ten. From one side the error is least near a step of {least[0]}, "
        f"from both sides near {least[1]}; below these steps it grows as the step shrinks. The "
        f"chosen step is {shown(errors.chosen, 2)}."
    )


def landscape_drawing(scene: Landscape) -> Drawing:
    """Draw a cost over one number as a curve, over two as lines of equal cost."""
    frame = _scene_frame(scene)
    shapes: list[Shape] = frame.axes()
    lines = (tuple(map(frame.place, contour)) for contour in scene.contours)
    shapes += [Path(line, "quiet", closed=True) for line in lines]
    shapes += frame.curve(scene.curve, "ink")
    for descent, role in zip(scene.descents, DESCENTS, strict=True):
        places = [frame.place(p) for p in descent.points]
        dashed = role == "second"
        steps = pairwise(places)
        shapes += [Path((a, b), role, arrow=_far(a, b), dashed=dashed) for a, b in steps]
        shapes += [Dot(p, 2.4, role) for p in places[:-1]]
    for place in map(frame.place, scene.minima):
        below = place[0], place[1] + 20
        shapes += [Dot(place, 5.0, "good"), Label(below, "minimum", "good", "middle")]
    shapes += _legend(scene)
    return Drawing(scene.title, scene.description, (470, 345), tuple(shapes))


def _scene_frame(scene: Landscape) -> Frame:
    every = [p for points in (scene.curve, *scene.contours) for p in points]
    x, y = span((p for p, _ in every), 0.03), span((p for _, p in every), 0.16)
    return Frame(Scale(*x, 50, 455), Scale(*y, 300, 40), scene.axes)


def _far(start: tuple[float, float], end: tuple[float, float]) -> bool:
    """Whether a step is long enough for an arrow's head."""
    return abs(start[0] - end[0]) + abs(start[1] - end[1]) > 14


def _legend(scene: Landscape) -> list[Shape]:
    """Name the descents, above the frame."""
    found: list[Shape] = []
    for place, (descent, role) in enumerate(zip(scene.descents, DESCENTS, strict=True)):
        x = 110.0 + 180.0 * place
        found.append(Path(((x, 15), (x + 30, 15)), role, dashed=role == "second"))
        found.append(Label((x + 37, 19), descent.name, role))
    return found
