"""Drawings as TikZ pictures."""

from __future__ import annotations

from reports.content.drawing import Box, Dot, Drawing, Label, Path, Point, Shape
from reports.html.svg import arrow_head, number
from reports.latex.text import text_for_latex

LINE, PAGE, BETWEEN = 450.0, 600.0, 26.0  # points across and down the text; around two pictures
SMALLEST = 7.0  # points of letters that can be read; a wider picture is turned
POINT = 0.75  # a pixel in points
SIZE = 9.5  # of letters, in points, where a pixel is 0.75
ANCHORS = {"start": "base west", "middle": "base", "end": "base east"}


def tikz(drawing: Drawing, share: int = 1) -> str:
    """Draw as a picture that is no wider than its share of a line, or as long as the page."""
    unit = min(POINT, (LINE - BETWEEN * (share > 1)) / share / drawing.size[0])
    turned = SIZE * unit / POINT < SMALLEST
    if turned:
        unit = min(POINT, PAGE / drawing.size[0], LINE / drawing.size[1])
    size = SIZE * unit / POINT
    font = rf"\fontsize{{{number(size)}}}{{{number(size * 1.2)}}}\selectfont"
    label = "every node/.style={inner sep=0.6pt, fill=white}"  # lines that pass do not cross it
    options = f"x={number(unit)}pt, y=-{number(unit)}pt, {label}, font={font}"
    lines = [line for shape in drawing.shapes for line in _shape(shape)]
    text = "\n".join([rf"\begin{{tikzpicture}}[{options}]", *lines, r"\end{tikzpicture}"])
    return rf"\rotatebox{{90}}{{{text}}}" if turned else text


def _points(points: tuple[Point, ...]) -> str:
    return " -- ".join(f"({number(x)},{number(y)})" for x, y in points)


def _shape(shape: Shape) -> list[str]:
    match shape:
        case Path():
            return _path(shape)
        case Dot(at=at, radius=radius, role=role):
            return [rf"\fill[{role}] {_points((at,))} circle[radius={number(radius * POINT)}pt];"]
        case Box(corner=(x, y), size=(width, height), role=role):
            corners = "9pt" if shape.round else "1.5pt"
            dashed = ", dashed" if shape.dashed else ""
            style = f"draw={role}, fill=white, rounded corners={corners}{dashed}"
            far = _points(((x + width, y + height),))
            return [rf"\draw[{style}] {_points(((x, y),))} rectangle {far};"]
        case Label(at=at, text=text, role=role, anchor=anchor, bold=bold):
            words = rf"\textbf{{{text_for_latex(text)}}}" if bold else text_for_latex(text)
            return [
                rf"\node[anchor={ANCHORS[anchor]}, text={role}] at {_points((at,))} {{{words}}};"
            ]


def _path(path: Path) -> list[str]:
    style = f"{path.role}{', dashed' if path.dashed else ''}"
    end = " -- cycle" if path.closed else ""
    lines = [rf"\draw[{style}] {_points(path.points)}{end};"]
    if path.arrow:
        lines.append(rf"\fill[{path.role}] {_points(arrow_head(path))} -- cycle;")
    return lines
