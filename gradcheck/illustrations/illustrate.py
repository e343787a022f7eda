"""Measure everything that the page of a derivation shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import log

import numpy as np

from derivations import Derivation, Topic
from derivations.engine.expressions import Quantity
from derivations.engine.trees import named
from gradcheck.illustrations.instance import Instance, instance
from gradcheck.illustrations.landscapes import bowl, two_minima
from gradcheck.illustrations.nudging import errors_of, nudge_of, nudges
from gradcheck.illustrations.pitfalls import pitfalls
from gradcheck.illustrations.values import Illustration, NodeValues
from impl.linear import MODEL as LINEAR

ROUNDED = 1e-14  # of the largest number: what is smaller is what rounding left of zero
SIZES = range(2, 99)  # all different, so that no two are mistaken for one another


def illustrate(declared: Derivation | Topic) -> Illustration:
    """Measure what the pictures of a derivation or topic show; equal in every run.

    Parameters
    ----------
    declared : Derivation or Topic

    Returns
    -------
    Illustration
        Empty where there is nothing to measure: a topic without a picture, or a derivation whose
        cost is finite at no instance that was tried.
    """
    if isinstance(declared, Topic):
        measure = TOPICS.get(declared.name)
        return measure() if measure else Illustration()
    sizes = dict(zip(declared.size_names, SIZES, strict=False))
    drawn, shown = _drawn(declared, sizes), _drawn(declared, dict.fromkeys(sizes, 1))
    if drawn is None or shown is None:
        return Illustration()
    measured, errors = nudges(drawn)
    return Illustration(
        _values(shown), _told(declared), measured, errors, pitfalls(declared, drawn), sizes
    )


def _drawn(declared: Derivation, sizes: Mapping[str, int]) -> Instance | None:
    """Return the point that the text speaks of, or a drawn one."""
    if not declared.shown_at:
        return instance(declared, sizes)
    inputs = {name: np.full((1, 1), float(value)) for name, value in declared.shown_at}
    return Instance(declared, inputs, sizes)


def _told(declared: Derivation) -> str:
    return ", ".join(f"{name} = {value}" for name, value in declared.shown_at)


def _values(shown: Instance) -> tuple[NodeValues, ...]:
    known = {name: np.asarray(value, dtype=float) for name, value in shown.known.items()}
    least = ROUNDED * max(float(np.abs(value).max(initial=0)) for value in known.values())

    def number(name: str) -> float | None:
        value = known.get(name, np.empty(0))
        if value.size != 1:
            return None
        return float(value.item()) if abs(value.item()) > least else 0.0

    learned = {leaf.name for leaf in shown.derivation.inputs if leaf.kind == "parameter"}
    found = []
    for node in shown.derivation.flow:
        if isinstance(node, Quantity) and learned & {part.name for part in named(node.definition)}:
            learned.add(node.name)
        derivative = number(f"d{node.name}")
        if derivative is None and f"d{node.name}" not in shown.known and node.name in learned:
            derivative = 1.0  # the reverse pass leaves out what is all ones
        found.append(NodeValues(node.name, number(node.name), derivative))
    return tuple(found)


def course_nudges() -> Illustration:
    """Nudge the course's functions at its points: 3a, a², a³ and ln a at 2."""
    functions = (
        ("3a", lambda a: 3 * a, 3.0),
        ("a²", lambda a: a * a, 4.0),
        ("a³", lambda a: a**3, 12.0),
        ("ln a", lambda a: log(a) if a > 0 else float("nan"), 0.5),
    )
    found = tuple(nudge_of("a", name, curve, 2.0, slope) for name, curve, slope in functions)
    return Illustration(nudges=found, errors=errors_of("a", functions[2][1], 2.0, 12.0))


TOPICS: dict[str, Callable[[], Illustration]] = {
    "nudges": course_nudges,
    "descent": lambda: Illustration(landscape=bowl(LINEAR.run)),
    "convexity": lambda: Illustration(landscape=two_minima()),
}
