"""One name, one thing: what a declaration and its claims must keep to, before anything is proven.

Each method looks arrays and sizes up by name. A name with two meanings would mislead all three in
the same way, so it is refused here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from keyword import iskeyword
from typing import Any

from derivations.engine import expressions as ex
from derivations.engine.trees import data_flow, named, walk

TAKEN = ("np", "sigmoid")  # names that printed code calls


def check_names(title: str, flow: Iterable[ex.Leaf | ex.Quantity]) -> None:
    """Raise ValueError unless every name of a forward pass can be printed and means one thing."""
    flow = tuple(flow)
    for name in (node.name for node in flow):
        if not name.isidentifier() or iskeyword(name) or name in TAKEN:
            raise ValueError(
                f"{title} has an array named {name!r}, but a name is a word that code can print, "
                f"other than {', '.join(TAKEN)}; rename it"
            )
    names = [*(node.name for node in flow), *(str(symbol) for symbol in symbols_of(flow))]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ValueError(
            f"{title} has two things named {twice} among its arrays, sizes and scalars, but a name "
            "stands for one; rename one"
        )


def symbols_of(flow: Iterable[ex.Leaf | ex.Quantity]) -> tuple[Any, ...]:
    """Return the SymPy symbols of a forward pass: its sizes and scalars."""
    found: list[Any] = []
    for node in flow:
        found += symbols_in(node.definition if isinstance(node, ex.Quantity) else node)
    return tuple(dict.fromkeys(found))


def symbols_in(node: ex.Node) -> Iterator[Any]:
    """Yield the SymPy symbols of shapes and factors within an expression."""
    for part in walk(node):
        factor = part.factor if isinstance(part, ex.Scale) else 1
        for value in (*part.shape, factor):
            yield from sorted(getattr(value, "free_symbols", ()), key=str)


def check_claim(title: str, cost: ex.Quantity, sides: tuple[ex.Node, ex.Node]) -> None:
    """Raise ValueError unless a claim speaks of the forward pass of a cost, and of it alone.

    ``title`` says which claim of what; the left side may be ``d(...)`` of anything, elsewhere
    ``d(...)`` is what the reverse pass finds, which is of what is learned.
    """
    flow = {node.name: node for node in data_flow(cost)}
    spoken = [part for side in sides for part in named(side)]
    arrays = [part.target if isinstance(part, ex.Derivative) else part for part in spoken]
    for array in arrays:
        if ex.name_of(array) not in flow:
            raise ValueError(
                f"{title} speaks of {ex.name_of(array)}, which is not declared: the derivation has "
                f"{', '.join(flow)}; correct the claim"
            )
    data_flow(cost, *arrays)
    known = symbols_of(flow.values())
    for symbol in (s for side in sides for s in symbols_in(side)):
        if symbol not in known:
            raise ValueError(
                f"{title} speaks of {symbol}, which is no size or scalar of the forward pass: it "
                f"has {', '.join(map(str, known)) or 'none'}; correct the claim"
            )
    check_derivatives(title, sides)


def check_derivatives(title: str, sides: tuple[ex.Node, ex.Node]) -> None:
    """Raise ValueError if a formula holds a derivative by data, which no reverse pass finds."""
    formulas = sides[1:] if isinstance(sides[0], ex.Derivative) else sides
    for part in (part for side in formulas for part in named(side)):
        if isinstance(part, ex.Derivative) and not learned(part.target):
            raise ValueError(
                f"{title} uses {part.name} in a formula, but {ex.name_of(part.target)} is data, "
                f"and only what is learned has a step; let {part.name} stand alone on the left"
            )


def learned(node: ex.Node) -> bool:
    """Whether an array is a parameter, or made from one."""
    if isinstance(node, ex.Quantity):
        return any(learned(part) for part in data_flow(node) if isinstance(part, ex.Leaf))
    return isinstance(node, ex.Leaf) and node.kind == "parameter"
