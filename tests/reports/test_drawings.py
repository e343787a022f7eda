"""Drawings: numbers where they belong, boxes that hold their words, colours that can be read."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from itertools import combinations

import pytest

import derivations
from derivations import Derivation
from gradcheck.illustrations import Illustration, illustrate
from reports.content.curves import error_drawing, landscape_drawing, nudge_drawings
from reports.content.drawing import ROLES, Box, Dot, Drawing, Label, Path
from reports.content.figures import graph_section
from reports.content.flow import FlowNode, flow
from reports.content.plots import Frame, Scale, shown, span
from reports.html.style import COLOURS, PICTURE
from reports.html.style import TEXT as TEXT_STYLE
from reports.markdown import figures
from reports.pages.group import CLASS_STYLE
from reports.pages.student import STYLE as STUDENT_STYLE

NODES = [
    FlowNode("X", ("X",), given=True),
    FlowNode("W1", ("W1", "0.6", "dW1 = −0.00504"), given=True),
    FlowNode("Z1", ("Z1", "1")),
    FlowNode("A1", ("A1",), role="bad", mark="first wrong"),
    FlowNode("J", ("J",), role="good"),
]
EDGES = [("X", "Z1"), ("W1", "Z1"), ("Z1", "A1"), ("A1", "J"), ("Z1", "J")]


def boxes(drawing: Drawing) -> list[Box]:
    """Return the boxes of a drawing."""
    return [shape for shape in drawing.shapes if isinstance(shape, Box)]


@cache
def pictures() -> dict[str, Drawing]:
    """Return every kind of picture that reports draw."""
    nudged, scene = illustrate(derivations.load("nudges")), illustrate(derivations.load("descent"))
    two = illustrate(derivations.load("convexity"))
    assert nudged.errors
    assert scene.landscape
    assert two.landscape
    wide, near = nudge_drawings(nudged.nudges[2])
    return {
        "flow": flow("t", "d", NODES, EDGES, back=EDGES),
        "wide": wide,
        "near": near,
        "errors": error_drawing(nudged.errors),
        "bowl": landscape_drawing(scene.landscape),
        "minima": landscape_drawing(two.landscape),
    }


@pytest.mark.parametrize("name", ["flow", "wide", "near", "errors", "bowl", "minima"])
def test_nothing_is_drawn_outside_of_a_picture(name: str) -> None:
    """No line leaves the canvas and no label is cut: a letter is at most 8 pixels wide."""
    drawing = pictures()[name]
    width, height = drawing.size
    for shape in drawing.shapes:
        for x, y in corners(shape):
            assert 0 <= x <= width, shape
            assert 0 <= y <= height, shape


def corners(shape: Path | Dot | Box | Label) -> list[tuple[float, float]]:
    """Return the corners of what a shape covers."""
    match shape:
        case Path(points=points):
            return list(points)
        case Dot(at=(x, y), radius=r):
            return [(x - r, y - r), (x + r, y + r)]
        case Box(corner=(x, y), size=(w, h)):
            return [(x, y), (x + w, y + h)]
        case Label(at=(x, y), text=text, anchor=anchor):
            long = 7.0 * len(text)
            left = x - long * {"start": 0, "middle": 0.5, "end": 1}[anchor]
            return [(left, y - 10), (left + long, y + 3)]


def test_a_data_flow_runs_from_left_to_right() -> None:
    """Every node stands to the right of all that it needs."""
    placed = dict(
        zip([node.name for node in NODES], boxes(flow("t", "d", NODES, EDGES)), strict=True)
    )
    for start, end in EDGES:
        assert placed[start].corner[0] + placed[start].size[0] < placed[end].corner[0]


def test_nodes_do_not_overlap() -> None:
    """Each box has its own place."""
    for a, b in combinations(boxes(flow("t", "d", NODES, EDGES)), 2):
        beside = a.corner[0] + a.size[0] <= b.corner[0] or b.corner[0] + b.size[0] <= a.corner[0]
        above = a.corner[1] + a.size[1] <= b.corner[1] or b.corner[1] + b.size[1] <= a.corner[1]
        assert beside or above


@pytest.mark.parametrize("name", derivations.names())
def test_no_arrow_of_a_graph_runs_behind_a_box(name: str) -> None:
    """An arrow that passes behind an array would seem to begin or to end there."""
    declared = derivations.load(name)
    sections = graph_section(declared, Illustration()) if isinstance(declared, Derivation) else []
    for drawing in (drawn for figure in figures(tuple(sections)) for drawn in figure.drawings):
        for path in (shape for shape in drawing.shapes if isinstance(shape, Path)):
            (x0, y0), (x1, y1) = path.points
            along = [(x0 + (x1 - x0) * k / 200, y0 + (y1 - y0) * k / 200) for k in range(201)]
            assert not [at for at in along for box in boxes(drawing) if within(at, box)]


def within(at: tuple[float, float], box: Box) -> bool:
    """Whether a point lies in a box, and not on its border."""
    across, down = at[0] - box.corner[0], at[1] - box.corner[1]
    return 1e-6 < across < box.size[0] - 1e-6 and 1e-6 < down < box.size[1] - 1e-6


def test_what_is_judged_is_said_in_words() -> None:
    """Colour never stands alone: the mark is written below."""
    labels = [s.text for s in flow("t", "d", NODES, EDGES).shapes if isinstance(s, Label)]
    assert "first wrong" in labels


@pytest.mark.parametrize(
    ("scale", "ticks"),
    [
        (Scale(0, 10, 0, 100), [0, 2, 4, 6, 8, 10]),
        (Scale(-0.001, 0.002, 0, 100), [-0.001, 0, 0.001, 0.002]),
        (Scale(1e-6, 1, 0, 100, powers=True), [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1]),
    ],
)
def test_ticks_are_round_numbers_within_the_scale(scale: Scale, ticks: list[float]) -> None:
    """From one end to the other, a few of them."""
    assert scale.ticks() == pytest.approx(ticks)


def test_a_curve_leaves_out_what_lies_outside() -> None:
    """What is outside cuts the curve in two; a single point is no line."""
    frame = Frame(Scale(0, 10, 0, 100), Scale(0, 1, 100, 0), ("x", "y"))
    drawn = frame.curve([(0, 0), (1, 1), (2, 5), (3, 1), (4, 0), (5, 7), (6, 1)])
    assert [path.points for path in drawn if isinstance(path, Path)] == [
        ((0, 100), (10, 0)),
        ((30, 0), (40, 100)),
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *((0, "0"), (1.0, "1"), (-0.5, "−0.5"), (12.25, "12.25"), (1e-7, "10⁻⁷")),
        *((-3e-9, "−3·10⁻⁹"), (2.5e12, "2.5·10¹²"), (0.0123456789012, "0.01235")),
    ],
)
def test_numbers_are_short_and_have_a_true_minus_sign(value: float, text: str) -> None:
    """As a reader would write them."""
    assert shown(value) == text


def test_a_span_is_never_empty() -> None:
    """Equal numbers still have a range around them."""
    assert span([3.0, 3.0])[0] < 3 < span([3.0])[1]
    assert span([0.0]) == (-1.0, 1.0)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Scale(1, 1, 0, 1), "a scale runs from 1 to 1, expected two finite numbers"),
        (lambda: Scale(2, 1, 0, 1), "the smaller one first"),
        (lambda: Scale(0, float("inf"), 0, 1), "a scale runs from 0 to inf"),
        (lambda: Scale(float("nan"), 1, 0, 1), "a scale runs from nan to 1"),
        (lambda: Scale(0, 1, 0, 1, powers=True), "a scale of powers of ten starts at 0"),
    ],
)
def test_a_scale_that_shows_nothing_is_refused(make: Callable[[], object], message: str) -> None:
    """One line says what is expected."""
    with pytest.raises(ValueError, match=message):
        make()


SCHEMES = ("light", "dark", "print")
TEXT = [role for role in (*ROLES, "warn") if role != "rule"]  # a rule parts what space parts too


def colours() -> dict[tuple[str, str], str]:
    """Return the colours of every scheme, by scheme and name."""
    found = zip(SCHEMES, COLOURS.split("@media"), strict=True)
    pattern = r"--([\w-]+):(#[0-9a-f]{6})"
    return {(scheme, n): c for scheme, text in found for n, c in re.findall(pattern, text)}


def luminance(colour: str) -> float:
    """Relative luminance, as WCAG 2.2 defines it."""
    parts = (int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(scheme: str, one: str, other: str) -> float:
    """Contrast of two colours of a scheme, as WCAG 2.2 defines it."""
    dark, light = sorted(luminance(colours()[scheme, name]) for name in (one, other))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("role", TEXT)
@pytest.mark.parametrize("behind", ["paper", "shade"])
def test_text_and_pictures_can_be_seen_in_every_scheme(scheme: str, role: str, behind: str) -> None:
    """Text, and so every line of a picture, has a contrast of 4.5 (WCAG 2.2, 1.4.3 and 1.4.11)."""
    assert contrast(scheme, role, behind) >= 4.5


def test_every_scheme_names_the_same_colours() -> None:
    """What has a colour in light has one in dark and on paper."""
    names = [{name for s, name in colours() if s == scheme} for scheme in SCHEMES]
    assert names == [{"paper", "shade", *TEXT, "rule"}] * 3


@pytest.mark.parametrize("sheet", [TEXT_STYLE, PICTURE, STUDENT_STYLE, CLASS_STYLE])
def test_no_style_sheet_has_a_colour_of_its_own(sheet: str) -> None:
    """Every colour is one of those whose contrast is known, and none is made paler."""
    assert not re.search(r"#[0-9a-f]{3,8}\b(?![-:~ ,{])|rgba?\(|hsl|opacity", sheet)
    used = re.findall(r"(?:color|background|fill|stroke|outline|border[\w-]*):([^;}]+)", sheet)
    named = {word for value in used for word in re.findall(r"var\(--(\w+)\)", value)}
    assert named <= {"paper", "shade", "rule", *TEXT}
    assert not re.search(r"\b(red|green|blue|gr[ae]y|white|black)\b", " ".join(used))


@pytest.mark.parametrize("sheet", [TEXT_STYLE, PICTURE, STUDENT_STYLE, CLASS_STYLE])
def test_a_rule_parts_but_never_tells(sheet: str) -> None:
    """The one pale colour draws borders and lines behind curves, never text."""
    for property_ in re.findall(r"([\w-]+):[^;{}]*var\(--rule\)", sheet):
        assert property_.startswith("border") or property_ == "stroke"
