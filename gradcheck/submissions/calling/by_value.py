"""Functions whose names say nothing: what they return for known arguments tells what they are.

A function is called with the arrays that a role needs, in every order that its parameters' names
leave open. Sizes are all different, so most orders fail at once; of the others, the one counts that
returns most of the model's own numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, permutations
from typing import Any

import numpy as np

from gradcheck.submissions.calling.binding import Feed, look_up
from gradcheck.submissions.calling.compare import compare
from gradcheck.submissions.calling.returns import Leaf, leaves
from gradcheck.submissions.calling.roles import Role
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.reading.definitions import Definition
from gradcheck.submissions.reading.names import meaning
from gradcheck.submissions.reading.stubs import PREFIX
from gradcheck.submissions.reference.flow import (
    COST,
    EXAMPLES,
    LABELS,
    forward_of,
    gradients_of,
    output_of,
    weights_of,
)
from impl import Model

MOST_ORDERS = 1500
MOST_RESULTS = 40
MOST_FUNCTIONS = 8


@dataclass(frozen=True)
class Seen:
    """What one order of arguments gave: the quantities, by the place they were returned at."""

    arguments: tuple[str, ...]
    returned: tuple[str | None, ...]

    @property
    def found(self) -> frozenset[str]:
        """The quantities among what was returned."""
        return frozenset(name for name in self.returned if name)


def roles_by_value(subject: Subject, functions: Sequence[Definition]) -> tuple[Role, ...]:
    """Find the roles of functions on the subject's first problem, in its layout.

    Returns
    -------
    tuple of Role
        Each with its function as if its parameters had the course's names.
    """
    found = []
    for function in functions[:MOST_FUNCTIONS]:
        seen = _best(subject, function)
        role = seen and _role(subject.model, seen.found)
        if seen and role:
            known = replace(function, parameters=seen.arguments, returned=seen.returned)
            found.append(Role(role, known, "value"))
    return tuple(found)


def _role(model: Model, found: frozenset[str]) -> str | None:
    if found & set(gradients_of(model)):
        return "propagate" if COST in found else "backward"
    if COST in found:
        return "cost"
    return "forward" if output_of(model) in found else None


def _kits(model: Model) -> Iterator[tuple[str, ...]]:
    """Yield the arrays that a forward pass, a cost, a whole pass and a backward pass may need."""
    parameters, forward = tuple(model.parameters), forward_of(model)
    activations = tuple(name for name in forward if name.startswith("A")) or forward[-1:]
    later = weights_of(model)[1:]
    yield EXAMPLES, *parameters
    yield output_of(model), LABELS
    yield EXAMPLES, LABELS, *parameters
    yield EXAMPLES, LABELS, *activations, *later
    yield EXAMPLES, LABELS, *forward, *later
    yield EXAMPLES, LABELS, *activations, *parameters
    yield EXAMPLES, LABELS, *forward, *parameters


def _best(subject: Subject, function: Definition) -> Seen | None:
    feed = subject.feed(subject.problems[0], function)
    known = _known(function, feed)
    for names in (known, {}) if known else ({},):  # a name may mislead
        best: Seen | None = None
        for kit in _kits(subject.model):
            if function.required == len(kit) and set(names.values()) <= set(kit):
                orders = list(_orders(function, kit, names))
                for seen in _tried(subject, function, feed, orders):
                    if best is None or len(seen.found) > len(best.found):
                        best = seen
        if best and best.found:
            return best
    return None


def _known(function: Definition, feed: Feed) -> dict[int, str]:
    """Name the arrays that the parameters' own names mean."""
    known: dict[int, str] = {}
    for index, name in enumerate(function.parameters[: function.required]):
        quantity = meaning(name, feed.problem.values, feed.output)
        if quantity and quantity not in known.values() and look_up(name, function, feed)[0]:
            known[index] = quantity
    return known


def _orders(
    function: Definition, kit: tuple[str, ...], known: Mapping[int, str]
) -> Iterator[tuple[str, ...]]:
    free = [name for name in kit if name not in known.values()]
    for order in islice(permutations(free), MOST_ORDERS):
        rest = iter(order)
        yield tuple(known.get(i) or next(rest) for i in range(function.required))


def _tried(
    subject: Subject, function: Definition, feed: Feed, orders: Sequence[tuple[str, ...]]
) -> Iterator[Seen]:
    names = sorted({name for order in orders for name in order})
    numbers = np.array([[names.index(name) for name in order] for order in orders])  # one frame
    arguments = [function.name, [feed.array(name) for name in names], numbers, MOST_RESULTS]
    outcome = subject.box.call(f"{PREFIX}try", arguments)
    results = outcome.value if isinstance(outcome.value, list) else []
    for result in results:
        if isinstance(result, tuple) and len(result) == 2 and result[0] in range(len(orders)):
            order = orders[result[0]]
            yield Seen(order, _recognised(subject, list(leaves(result[1])), order))


def _recognised(
    subject: Subject, found: Sequence[Leaf], given: tuple[str, ...]
) -> tuple[str | None, ...]:
    problem, taken = subject.problems[0], set(given)
    named: list[str | None] = []
    for _, leaf in found:
        wanted = [name for name in subject.model.quantities if name not in taken]
        same = [name for name in wanted if _same(subject, problem.bars, name, leaf)]
        named.append(same[0] if same else None)
        taken |= set(same[:1])
    return tuple(named)


def _same(subject: Subject, bars: Mapping[str, float], name: str, leaf: Any) -> bool:
    right = subject.layout.theirs(name, subject.problems[0].values[name])
    return compare(leaf, right, bars[name]) == "same"
