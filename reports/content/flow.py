"""A data flow drawn from left to right: each node behind everything that it needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.content.drawing import Box, Drawing, Label, Path, Point, Shape

GAP, APART, TOP = 30.0, 14.0, 14.0
LETTER = 8.3  # the width of a letter in the widest of the usual fonts


@dataclass(frozen=True)
class FlowNode:
    """A node of a data flow.

    ``lines`` stand in it, the first of them bold; ``role`` colours it, ``mark`` says the same in a
    word below it, and ``given`` makes it round: it comes from outside.
    """

    name: str
    lines: tuple[str, ...]
    role: str = "ink"
    mark: str = ""
    given: bool = False


Edges = Sequence[tuple[str, str]]


def flow(
    title: str, description: str, nodes: Sequence[FlowNode], edges: Edges, *, back: Edges = ()
) -> Drawing:
    """Draw a data flow.

    Parameters
    ----------
    title, description : str
        For those who cannot see it.
    nodes : sequence of FlowNode
        In the order of the data flow.
    edges : sequence of (str, str)
        From a node to one that needs it.
    back : sequence of (str, str)
        Those of the edges that a derivative comes back along, drawn dashed.
    """
    placed, size = _placed(_columns(nodes, edges), marked=any(node.mark for node in nodes))
    shapes: list[Shape] = []
    for start, end in edges:
        shapes += _edge(placed[start], placed[end], backward=(start, end) in back)
    for node in nodes:
        shapes += _node(node, *placed[node.name])
    return Drawing(title, description, size, tuple(shapes))


def _columns(nodes: Sequence[FlowNode], edges: Edges) -> list[list[FlowNode]]:
    """Put each node just before its first use: an arrow over a column runs behind what is there.

    Within a column, what takes the most steps to make comes first, and what is given last.
    """
    steps: dict[str, int] = {}
    for node in nodes:
        steps[node.name] = max((steps[a] + 1 for a, b in edges if b == node.name), default=0)
    column: dict[str, int] = {}
    for node in reversed(nodes):
        used = [column[b] for a, b in edges if a == node.name]
        column[node.name] = min(used, default=max(steps.values()) + 1) - 1
    ordered = sorted(nodes, key=lambda node: (node.given, -steps[node.name]))
    return [[n for n in ordered if column[n.name] == k] for k in sorted(set(column.values()))]


def _placed(
    columns: Sequence[Sequence[FlowNode]], *, marked: bool
) -> tuple[dict[str, tuple[Point, Point]], Point]:
    """Return corner and size of every node, and the size of the whole."""
    below = 14.0 if marked else 0.0
    row_height = max(_height(node) for column in columns for node in column) + APART + below
    placed, x = {}, 8.0
    for column in columns:
        width = max(map(_width, column))  # of all: no arrow runs behind a wider neighbour
        for row, node in enumerate(column):
            placed[node.name] = ((x, TOP + row * row_height), (width, _height(node)))
        x += width + GAP
    lowest = max(corner[1] + size[1] for corner, size in placed.values())
    return placed, (x - GAP + 8.0, lowest + APART + below)


def _height(node: FlowNode) -> float:
    return 12.0 + 16.0 * len(node.lines)


def _width(node: FlowNode) -> float:
    return max(len(line) for line in node.lines) * LETTER + 18.0


def _edge(start: tuple[Point, Point], end: tuple[Point, Point], *, backward: bool) -> list[Shape]:
    (x0, y0), (w0, h0) = start
    (x1, y1), (_, h1) = end
    a, b = (x0 + w0, y0 + h0 / 2), (x1, y1 + h1 / 2)
    shift = 5.0 if backward else 0.0
    found: list[Shape] = [Path(((a[0], a[1] - shift), (b[0], b[1] - shift)), "quiet", arrow=True)]
    if backward:
        back = ((b[0], b[1] + shift), (a[0], a[1] + shift))
        found.append(Path(back, "second", dashed=True, arrow=True))
    return found


def _node(node: FlowNode, corner: Point, size: Point) -> list[Shape]:
    middle = corner[0] + size[0] / 2
    shapes: list[Shape] = [Box(corner, size, node.role, round=node.given)]
    judged = (node.role,) if node.role in ("good", "bad") else ("ink",)
    for row, line in enumerate(node.lines):
        role = (*judged, "accent", "second")[min(row, 2)]
        at = (middle, corner[1] + 18.0 + 16.0 * row)
        shapes.append(Label(at, line, role, "middle", bold=not row))
    if node.mark:
        shapes.append(Label((middle, corner[1] + size[1] + 14.0), node.mark, node.role, "middle"))
    return shapes
