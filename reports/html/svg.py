"""Drawings as SVG, inside a page or as a file of their own."""

from __future__ import annotations

from math import hypot

from reports.content.drawing import Box, Dot, Drawing, Label, Path, Point, Shape
from reports.html.elements import Element, element
from reports.html.style import COLOURS, PICTURE

HEAD = 8.0  # length of an arrow's head
BEND = 12.0  # radius of a round box's corners: text stands clear of them
LARGE = 480.0  # a wider picture is not made smaller than it can be read, but scrolls


def svg(drawing: Drawing) -> Element:
    """Draw inside a page, whose style sheet gives the colours."""
    width, height = drawing.size
    return element(
        "svg",
        element("title", drawing.title),
        element("desc", drawing.description),
        [_shape(shape) for shape in drawing.shapes],
        viewBox=f"0 0 {number(width)} {number(height)}",
        width=float(width),
        height=float(height),
        role="img",
        class_="large" if width > LARGE else None,
    )


def svg_file(drawing: Drawing) -> str:
    """Draw as a file of its own, with its own colours, light or dark as the reader has them."""
    inner = svg(drawing)
    named = (("xmlns", "http://www.w3.org/2000/svg"), *inner.attributes)
    return f"{Element('svg', named, (element('style', COLOURS + PICTURE), *inner.children))}\n"


def number(value: float) -> str:
    """Print a coordinate: two digits are less than a pixel, and the same everywhere."""
    return f"{round(value, 2) + 0:.2f}".rstrip("0").rstrip(".")


def _points(points: tuple[Point, ...]) -> str:
    return " ".join(f"{number(x)},{number(y)}" for x, y in points)


def _shape(shape: Shape) -> Element | list[Element]:
    match shape:
        case Path():
            return _path(shape)
        case Dot(at=(x, y), radius=radius, role=role):
            return element(
                "circle", cx=number(x), cy=number(y), r=number(radius), class_=f"filled {role}"
            )
        case Box(corner=(x, y), size=(width, height)):
            return element(
                "rect",
                x=number(x),
                y=number(y),
                width=number(width),
                height=number(height),
                rx=number(BEND) if shape.round else 3,
                class_=f"shape paper {shape.role}",
                stroke_dasharray="5 4" if shape.dashed else None,
            )
        case Label(at=(x, y), text=text):
            return element(
                "text",
                text,
                x=number(x),
                y=number(y),
                class_=shape.role,
                text_anchor=None if shape.anchor == "start" else shape.anchor,
                font_weight="bold" if shape.bold else None,
            )


def _path(path: Path) -> list[Element]:
    drawn = element(
        "polygon" if path.closed else "polyline",
        points=_points(path.points),
        class_=f"shape {path.role}",
        stroke_dasharray="5 4" if path.dashed else None,
    )
    if not path.arrow:
        return [drawn]
    head = element("polygon", points=_points(arrow_head(path)), class_=f"filled {path.role}")
    return [drawn, head]


def arrow_head(path: Path) -> tuple[Point, ...]:
    """Return the corners of the triangle at the end of a path."""
    (x0, y0), (x1, y1) = path.points[-2:]
    length = hypot(x1 - x0, y1 - y0) or 1.0
    along = ((x1 - x0) / length * HEAD, (y1 - y0) / length * HEAD)
    side = (-along[1] * 0.42, along[0] * 0.42)
    base = (x1 - along[0], y1 - along[1])
    return (
        (x1, y1),
        (base[0] + side[0], base[1] + side[1]),
        (base[0] - side[0], base[1] - side[1]),
    )
