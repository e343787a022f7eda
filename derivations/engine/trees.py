"""Walking through expressions: their parts, replacement of parts, and what they speak of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from derivations.engine import expressions as ex
from derivations.engine.functions import Function


def children(node: ex.Node) -> tuple[ex.Node, ...]:
    """Return the expressions that a node is built from (none for what has a name)."""
    match node:
        case ex.Add(terms=terms):
            return terms
        case ex.MatMul(left=a, right=b) | ex.Hadamard(left=a, right=b):
            return (a, b)
        case ex.Quotient(top=a, bottom=b):
            return (a, b)
        case (
            ex.Scale(body=body)
            | ex.Transpose(body=body)
            | ex.Apply(body=body)
            | ex.Spread(body=body)
            | ex.SumOver(body=body)
        ):
            return (body,)
        case ex.Leaf() | ex.Quantity() | ex.Derivative() | ex.Ones():
            return ()
        case _:
            raise unknown(node)


def with_children(node: ex.Node, new: tuple[ex.Node, ...]) -> ex.Node:
    """Rebuild a node on other parts."""
    match node:
        case ex.Add():
            return ex.Add(new)
        case ex.MatMul() | ex.Hadamard():
            return replace(node, left=new[0], right=new[1])
        case ex.Quotient():
            return ex.Quotient(new[0], new[1])
        case _:
            unary = ex.Scale | ex.Transpose | ex.Apply | ex.Spread | ex.SumOver
            assert isinstance(node, unary)  # nothing else has parts
            return replace(node, body=new[0])


def walk(node: ex.Node) -> Iterator[ex.Node]:
    """Every part of an expression, itself first; definitions of quantities are not entered."""
    yield node
    for child in children(node):
        yield from walk(child)


def transform(node: ex.Node, change: Callable[[ex.Node], ex.Node | None]) -> ex.Node:
    """Replace parts: where ``change`` gives a node it is taken, elsewhere the parts are visited."""
    changed = change(node)
    if changed is not None:
        return changed
    old = children(node)
    new = tuple(transform(child, change) for child in old)
    unchanged = all(a is b for a, b in zip(old, new, strict=True))  # equal names may hide a change
    return node if unchanged else with_children(node, new)


def named(node: ex.Node) -> Iterator[ex.Named]:
    """Every named array in an expression, in reading order."""
    return (part for part in walk(node) if isinstance(part, ex.Named))


def abstract_functions(quantities: Iterable[ex.Quantity]) -> tuple[Function, ...]:
    """Return the abstract functions of a forward pass, in the order of the data flow."""
    parts = (part for q in quantities for part in walk(q.definition))
    found = (p.function for p in parts if isinstance(p, ex.Apply) and p.function.abstract)
    return tuple(dict.fromkeys(found))


def data_flow(cost: ex.Quantity, *others: ex.Node) -> tuple[ex.Leaf | ex.Quantity, ...]:
    """Everything the cost is made of, each after what it needs, the cost last.

    ``others`` are arrays spoken of beside it; ValueError if any shares its name with another one.
    """
    seen: dict[str, ex.Leaf | ex.Quantity] = {}
    visited: set[int] = set()

    def visit(node: ex.Leaf | ex.Quantity) -> None:
        if id(node) in visited:
            return
        visited.add(id(node))
        if node.name in seen and _definition(seen[node.name]) != _definition(node):
            raise ValueError(
                f"{node.name} names two different arrays, but a name stands for one; rename one"
            )
        if isinstance(node, ex.Quantity):
            for part in named(node.definition):
                if isinstance(part, ex.Derivative):
                    raise ValueError(
                        f"{node.name} is defined by {part.name}, but a forward pass holds no "
                        "derivatives; use d(...) in claims only"
                    )
                visit(part)
        seen.setdefault(node.name, node)

    visit(cost)
    found = tuple(seen.values())
    for other in others:
        assert isinstance(other, ex.Leaf | ex.Quantity)
        visit(other)
    return found


def _definition(node: ex.Leaf | ex.Quantity) -> ex.Node:
    return node.definition if isinstance(node, ex.Quantity) else node


def unknown(node: ex.Node) -> TypeError:
    """Tell that an expression holds an operator that no rule speaks of."""
    return TypeError(
        f"unknown operator {type(node).__name__}: the engine knows sums, scalar factors, matrix, "
        "entrywise products and quotients, transposes, functions of entries, spreading and sums "
        "over axes; rewrite the expression with these"
    )


def replaced(node: ex.Node, by_name: Mapping[str, ex.Node]) -> ex.Node:
    """Replace named arrays, also those that a derivative is taken by."""

    def change(part: ex.Node) -> ex.Node | None:
        if isinstance(part, ex.Derivative) and isinstance(part.target, ex.Named):
            new = by_name.get(part.target.name, part.target)
            return ex.Derivative(new, new.shape)
        return by_name.get(part.name) if isinstance(part, ex.Named) else None

    return transform(node, change)
