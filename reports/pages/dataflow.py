"""The data flow of a submission as a picture: what is right, what is wrong first, what follows.

The picture is laid out by the names alone, which every model keeps: the quantities up to the cost J
from left to right, below each of them its derivative, and below that the gradients made from it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from reports.content.drawing import Box, Drawing, Label, Path, Point, Shape
from reports.words import RIGHT

if TYPE_CHECKING:
    from gradcheck.submissions.results import Check

COST = "J"
SIZE: Point = (56.0, 30.0)
COLUMN, ROW, EDGE = 76.0, 88.0, 8.0
MARKS = {
    "correct": ("✓ right", "good"),
    "blamed-upstream": ("↓ follows", "quiet"),
    "wrong": ("✗ wrong", "bad"),
    "undecided": ("? open", "second"),
    "not-found": ("– missing", "quiet"),
}
FIRST = "✗ first"
LEGEND = (
    "✓\u00a0right; ✗\u00a0wrong, framed twice where it is the first; ↓\u00a0right for what it was "
    "fed, but it follows a mistake; ?\u00a0open, for it could not be decided; –\u00a0not found."
)
Place = tuple[int, int]  # row and column


def dataflow(checks: Sequence[Check]) -> Drawing | None:
    """Draw the data flow; None where the checks hold no cost, and so no order to draw."""
    names = [check.name for check in checks]
    if COST not in names:
        return None
    places, edges = layout(names)
    verdicts = {check.name: check.verdict for check in checks if check.name in places}
    first = next((name for name, verdict in verdicts.items() if verdict == "wrong"), None)
    shapes: list[Shape] = [_arrow(places[a], places[b]) for a, b in edges]
    for name, verdict in verdicts.items():
        shapes += _node(name, verdict, places[name], first=name == first)
    rows, columns = (max(place[axis] for place in places.values()) for axis in (0, 1))
    size = (2 * EDGE + columns * COLUMN + SIZE[0] + 6, 2 * EDGE + rows * ROW + SIZE[1] + 24)
    return Drawing("The data flow", _told(verdicts, first), size, tuple(shapes))


def layout(names: Sequence[str]) -> tuple[dict[str, Place], list[tuple[str, str]]]:
    """Give each quantity its row and column, and the arrows between them.

    >>> layout(["Z", "J", "dZ", "dw"])[0]
    {'Z': (0, 0), 'J': (0, 1), 'dZ': (1, 0), 'dw': (2, 0)}
    """
    forward = list(names[: names.index(COST) + 1])
    places = {name: (0, column) for column, name in enumerate(forward)}
    edges = list(pairwise(forward))
    last, made = COST, 0
    for name in names[len(forward) :]:
        if name[:1] == "d" and name[1:] in forward:
            places[name] = (1, forward.index(name[1:]))
            edges.append((last, name))
            last, made = name, 0
        elif name[:1] == "d" and last != COST:
            places[name] = (2, places[last][1] + made)
            edges.append((last, name))
            made += 1
    return places, edges


def _corner(place: Place) -> Point:
    row, column = place
    return EDGE + column * COLUMN, EDGE + row * ROW


def _arrow(start: Place, end: Place) -> Path:
    (x0, y0), (x1, y1) = _corner(start), _corner(end)
    width, height = SIZE
    if start[0] == end[0]:
        across = (x0 + width, x1 - 4) if x1 > x0 else (x0, x1 + width + 4)
        return Path(
            ((across[0], y0 + height / 2), (across[1], y1 + height / 2)), "quiet", arrow=True
        )
    below, y1 = y0 + height + 23, y1 - 8  # below the mark; its slanting head above the second frame
    return Path(((x0 + width / 2, below), (x1 + width / 2, y1)), "quiet", arrow=True)


def _node(name: str, verdict: str, place: Place, *, first: bool) -> list[Shape]:
    corner, (mark, role) = _corner(place), MARKS[verdict]
    middle, top = corner[0] + SIZE[0] / 2, corner[1]
    shapes: list[Shape] = [Box(corner, SIZE, role, dashed=verdict not in ("correct", "wrong"))]
    if first:  # a second frame: it is found without its colour
        outer = (corner[0] - 4, top - 4)
        shapes.insert(0, Box(outer, (SIZE[0] + 8, SIZE[1] + 8), role))
    said = FIRST if first else mark
    return [
        *shapes,
        Label((middle, top + 20), name, "ink", "middle", bold=True),
        Label((middle, top + SIZE[1] + (18 if first else 15)), said, role, "middle", bold=first),
    ]


def _told(verdicts: Mapping[str, str], first: str | None) -> str:
    """Tell the picture to those who cannot see it."""
    told = {
        "Right": [name for name, verdict in verdicts.items() if verdict == "correct"],
        "Wrong": [name for name, verdict in verdicts.items() if verdict == "wrong"],
        "Downstream of a mistake, and right for what they were fed": [
            name for name, verdict in verdicts.items() if verdict in RIGHT and verdict != "correct"
        ],
        "Undecided": [name for name, verdict in verdicts.items() if verdict == "undecided"],
        "Not found": [name for name, verdict in verdicts.items() if verdict == "not-found"],
    }
    parts = [f"{what}: {', '.join(names)}." for what, names in told.items() if names]
    if first is not None:
        parts.insert(0, f"The first that is wrong is {first}.")
    return " ".join(parts)
