"""The counterexample on a page: what goes in, what comes out, and the nudge that shows it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from reports.counterexamples import called, told
from reports.html.elements import Element, element
from reports.html.page import table
from reports.html.svg import svg
from reports.pages.nudge import nudge_picture

if TYPE_CHECKING:
    from gradcheck.submissions.results import Counterexample


def example_section(found: Counterexample) -> Element:
    """Show the smallest example that was found, and what the nudge says of it."""
    rows = [*_values(found.inputs), *_values(found.settings)]
    outcome = [("Your code gives", found.computed), ("What belongs there", found.expected)]
    results = [
        element(
            "tr", element("th", what, scope="row"), element("td", element("code", _json(value)))
        )
        for what, value in outcome
        if value is not None
    ]
    lead = f"A small example that shows it, for {found.quantity}:"
    return element(
        "section",
        element("h2", "See it happen"),
        element("p", lead),
        _call(found),
        table("What goes in", ("name", "value"), rows) if rows else None,
        [element("p", line) for line in told(found.training, found.quantity)]
        if found.training
        else None,
        table("What comes out", ("what", "value"), results),
        _nudge(found),
    )


def _call(found: Counterexample) -> Element:
    """Show what to call; the loop of a script has no name to call it by."""
    told_as = called(found.function)
    if told_as != found.function:
        return element("p", f"It is what one step of {told_as} gives.")
    return element("pre", element("code", found.call), class_="call")


def _values(values: Mapping[str, Any]) -> list[Element]:
    return [
        element(
            "tr", element("th", name, scope="row"), element("td", element("code", _json(value)))
        )
        for name, value in values.items()
    ]


def _json(value: Any) -> str:
    return json.dumps(_rounded(value), ensure_ascii=False)


def _rounded(value: Any) -> Any:
    """Round to what a reader takes in; the JSON report holds every digit."""
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    return float(f"{value:.6g}") if isinstance(value, float) else value


def _nudge(found: Counterexample) -> Element | None:
    if found.nudge is None:
        return None
    drawing = nudge_picture(found.nudge)
    picture = element("div", svg(drawing), class_="picture", tabindex="0") if drawing else None
    return element("figure", picture, element("figcaption", found.nudge.message))
