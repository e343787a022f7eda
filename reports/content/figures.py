"""The pictures of a derivation's page: its graph, the nudge, the errors of slopes, a landscape."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from derivations.engine.declaration import Derivation
from derivations.engine.expressions import Leaf, Quantity
from derivations.engine.trees import named
from reports.content import blocks as bl
from reports.content.curves import error_drawing, landscape_drawing, nudge_drawings
from reports.content.flow import FlowNode, flow
from reports.content.numerals import listed
from reports.content.plots import shown

if TYPE_CHECKING:
    from gradcheck.illustrations import Illustration, NodeValues, Nudge, StepErrors
    from reports.content.drawing import Drawing

WIDEST = 620.0  # what fits across a sheet of paper without being made smaller
BREAK = re.compile(r"(?<==) ")


def graph_section(declared: Derivation, illustration: Illustration) -> list[bl.Block]:
    """Draw the computation graph, with values forward and derivatives backward."""
    values = {node.name: _numbers(node) for node in illustration.values}
    edges = [
        (part.name, node.name)
        for node in declared.flow
        if isinstance(node, Quantity)
        for part in dict.fromkeys(named(node.definition))
    ]
    learned = {node.name for node in illustration.values if node.derivative is not None}
    back = [(start, end) for start, end in edges if start in learned]
    told = _told(declared, values, edges)

    def drawn(*, broken: bool) -> Drawing:
        nodes = [_node(node, values.get(node.name, ()), broken=broken) for node in declared.flow]
        return flow("The computation graph", told, nodes, edges, back=back)

    drawing = drawn(broken=False)
    if drawing.size[0] > WIDEST:
        drawing = drawn(broken=True)
    caption = "From left to right, each array is made from those whose arrows lead to it."
    if values:
        caption += (
            " Under each name stands its value, and the derivative that comes back along the "
            f"dashed arrows, {_point(illustration)}."
        )
    figure = bl.Figure("graph", (drawing,), (caption,))
    return [bl.Section(("Computation graph",), (figure,), "graph")]


def _point(illustration: Illustration) -> str:
    """Say what the values of a graph are for."""
    if illustration.shown_at:
        return f"at {illustration.shown_at}"
    return "where every array is a single number; the inputs are drawn at random"


def _numbers(node: NodeValues) -> tuple[str, ...]:
    """Print what is known of a node, a line each."""
    value = () if node.value is None else (shown(node.value, 3),)
    slope = () if node.derivative is None else (f"d{node.name} = {shown(node.derivative, 3)}",)
    return (*value, *slope)


def _node(node: Leaf | Quantity, numbers: tuple[str, ...], *, broken: bool) -> FlowNode:
    """Put what is known of a node below its name, "dW1 = 0.5" in two lines where it is broken."""
    lines = [part for line in numbers for part in (BREAK.split(line) if broken else (line,))]
    return FlowNode(node.name, (node.name, *lines), given=isinstance(node, Leaf))


def _told(
    declared: Derivation, values: dict[str, tuple[str, ...]], edges: list[tuple[str, str]]
) -> str:
    """Tell the graph to those who cannot see it."""
    told = []
    for node in declared.flow:
        made = [a for a, b in edges if b == node.name]
        origin = f"is made from {_listed(made)}" if made else "is given"
        known = ", ".join(values.get(node.name, ()))
        numbers = f" ({known})" if known else ""
        told.append(f"{node.name}{numbers} {origin}.")
    return " ".join(told)


def _listed(names: list[str]) -> str:
    return " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else names[0]


def slope_sections(illustration: Illustration) -> list[bl.Block]:
    """Show the nudge with its numbers, and how far slopes are off for each step."""
    found: list[bl.Block] = []
    if illustration.nudges:
        found.append(_nudge_section(illustration))
    if illustration.errors:
        figure = bl.Figure(
            "steps", (error_drawing(illustration.errors),), (_errors_told(illustration.errors),)
        )
        found.append(bl.Section(("How exact is a slope?",), (figure,), "steps"))
    return found


def _nudge_section(illustration: Illustration) -> bl.Section:
    telling = max(illustration.nudges, key=lambda nudge: abs(nudge.slope))
    caption = (
        f"{telling.variable} grows by {telling.step:g}, from {shown(telling.at)}. The second "
        "picture is the first under the microscope: rise over run is the slope that the nudge "
        "sees."
    )
    rows = tuple(_nudge_row(nudge) for nudge in illustration.nudges)
    head = ("Nudged", "Before", "After", "Rise / 0.001", "The formula says", "Apart")
    table = bl.Table("What a nudge of 0.001 shows", head, rows)
    where = (" Here ", *listed(illustration.sizes), ".") if illustration.sizes else ()
    moved = "the cost" if len(telling.cost) == 1 else "the function"
    lead = bl.paragraph(
        f"Let one number grow by 0.001 and see how far {moved} moves: the slope is the move "
        "divided by 0.001. The nudge only estimates it: it is off by about half the curvature "
        "times 0.001.",
        *where,
    )
    figure = bl.Figure("nudge", nudge_drawings(telling), (caption,))
    return bl.Section(("The nudge",), (lead, figure, table), "nudge")


def _nudge_row(nudge: Nudge) -> tuple[bl.Text, ...]:
    cost = "" if len(nudge.cost) == 1 else f" in {nudge.cost}"
    numbers = (nudge.before, nudge.after, nudge.slope, nudge.claimed)
    apart = shown(abs(nudge.slope - nudge.claimed), 2)
    cells = [(f"{number:.6f}".replace("-", "−"),) for number in numbers]
    return ((f"{nudge.variable}{cost}",), *cells, (apart,))


def _errors_told(errors: StepErrors) -> str:
    _, of_the_largest_step = errors.one_sided[0]
    truncation = (
        "Large steps miss the curvature (truncation, the branches that fall to the left)"
        if of_the_largest_step > errors.bar
        else "The cost is a straight line here, so large steps miss nothing"
    )
    return (
        f"The error of the slope by {errors.variable}, measured with ever smaller steps. "
        f"{truncation}; small steps "
        "drown in rounding (the branch that climbs). The judge extrapolates from several steps: "
        f"it chose {shown(errors.chosen, 2)} as the smallest, is off by "
        f"{shown(errors.error, 1)}, and gives an error bar of "
        f"{shown(errors.bar, 1)}. No one picks a tolerance: the bar is the tolerance."
    )


def scene_sections(illustration: Illustration) -> list[bl.Block]:
    """Show the nudges and the landscape of a topic."""
    if illustration.landscape is None:
        return []
    scene = illustration.landscape
    figure = bl.Figure("landscape", (landscape_drawing(scene),), (scene.description,))
    return [bl.Section((scene.title,), (figure,), "landscape")]
