"""Drawings as Typst: lines, boxes and text placed on a canvas, so that the text is text."""

from __future__ import annotations

from reports.content.drawing import Box, Dot, Drawing, Label, Path, Point, Shape
from reports.html.svg import BEND, arrow_head, number
from reports.pdf.mathematics import quoted

LINE, PAGE, BETWEEN = 470.0, 640.0, 8.0  # points across and down the text; between two pictures
SMALLEST = 7.0  # points of letters that can be read; a wider picture is turned
POINT = 0.75
SIZE = 9.5
ROOM = 400.0  # of the box that a label stands in
ALIGNED = {"start": ("left", 0.0), "middle": ("center", 0.5), "end": ("right", 1.0)}


def typst_drawing(drawing: Drawing, share: int = 1) -> str:
    """Draw as a box that is no wider than its share of a line, or as long as the page."""
    unit = min(POINT, (LINE / share - BETWEEN * (share > 1)) / drawing.size[0])
    turned = SIZE * unit / POINT < SMALLEST
    if turned:
        unit = min(POINT, PAGE / drawing.size[0], LINE / drawing.size[1])
    width, height = (f"{number(side * unit)}pt" for side in drawing.size)
    placed = "".join(f"  {line}\n" for shape in drawing.shapes for line in _shape(shape, unit))
    size = f"set text(size: {number(SIZE * unit / POINT)}pt)\n"
    box = f"box(width: {width}, height: {height}, {{\n  {size}{placed}}})"
    return f"rotate(-90deg, reflow: true, {box})" if turned else box


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
    text = f"text(fill: {label.role}{', weight: 700' if label.bold else ''}, {quoted(label.text)})"
    words = f"box(fill: white, outset: 0.6pt, {text})"  # lines that pass below do not cross it
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
