"""Drawings as Typst: lines, boxes and text placed on a canvas, so that the text is text."""

from __future__ import annotations

from reports.content.drawing import Box, Dot, Drawing, Label, Path, Point, Shape
from reports.html.svg import BEND, arrow_head, number
from reports.pdf.mathematics import quoted

WIDTH = 462.0  # points of a line of text, less the room between two pictures
POINT = 0.75
SIZE = 9.5
ROOM = 400.0  # of the box that a label stands in
ALIGNED = {"start": ("left", 0.0), "middle": ("center", 0.5), "end": ("right", 1.0)}


def typst_drawing(drawing: Drawing, share: int = 1) -> str:
    """Draw as a box that is no wider than its share of a line."""
    unit = min(POINT, WIDTH / share / drawing.size[0])
    width, height = (f"{number(side * unit)}pt" for side in drawing.size)
    placed = "".join(f"  {line}\n" for shape in drawing.shapes for line in _shape(shape, unit))
    size = f"set text(size: {number(SIZE * unit / POINT)}pt)\n"
    return f"box(width: {width}, height: {height}, {{\n  {size}{placed}}})"


def _point(point: Point, unit: float) -> str:
    return f"({number(point[0] * unit)}pt, {number(point[1] * unit)}pt)"


def _shape(shape: Shape, unit: float) -> list[str]:
    match shape:
        case Path():
            return _path(shape, unit)
        case Dot(at=(x, y), radius=radius, role=role):
            shift = _shift((x - radius, y - radius), unit)
            return [f"place({shift}, circle(radius: {number(radius * unit)}pt, fill: {role}))"]
        case Box(corner=corner, size=(width, height), role=role):
            bend = number(BEND * unit) if shape.round else "2"
            return [
                f"place({_shift(corner, unit)}, rect(width: {number(width * unit)}pt, "
                f"height: {number(height * unit)}pt, radius: {bend}pt, fill: white, "
                f"stroke: {_stroke(role, shape.dashed)}))"
            ]
        case Label():
            return [_label(shape, unit)]


def _shift(point: Point, unit: float) -> str:
    return f"dx: {number(point[0] * unit)}pt, dy: {number(point[1] * unit)}pt"


def _stroke(role: str, dashed: bool) -> str:
    dash = ', dash: "dashed"' if dashed else ""
    return f"(paint: {role}, thickness: 0.9pt{dash})"


def _label(label: Label, unit: float) -> str:
    """Place text with its base line at the point."""
    side, share = ALIGNED[label.anchor]
    corner = (label.at[0] - share * ROOM, label.at[1] - SIZE / POINT)
    words = f"text(fill: {label.role}{', weight: 700' if label.bold else ''}, {quoted(label.text)})"
    room = f"width: {number(ROOM * unit)}pt, height: {number(SIZE / POINT * unit)}pt"
    return f"place({_shift(corner, unit)}, box({room}, align({side} + bottom, {words})))"


def _path(path: Path, unit: float) -> list[str]:
    lines = [_curve(path.points, f"stroke: {_stroke(path.role, path.dashed)}", unit, path.closed)]
    if path.arrow:
        lines.append(_curve(arrow_head(path), f"fill: {path.role}", unit, closed=True))
    return lines


def _curve(points: tuple[Point, ...], style: str, unit: float, closed: bool) -> str:
    first, *others = (_point(point, unit) for point in points)
    parts = [f"curve.move({first})", *(f"curve.line({point})" for point in others)]
    end = ", curve.close()" if closed else ""
    return f"place(curve({style}, {', '.join(parts)}{end}))"
