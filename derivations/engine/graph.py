"""The computation graph as data: nodes with values forward and derivatives backward, and edges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations
from typing import Any

import numpy as np

from derivations.engine import expressions as ex
from derivations.engine.declaration import Derivation
from derivations.engine.evaluation import Array, Evaluation
from derivations.engine.functions import Function
from derivations.engine.printers.numpy_code import numpy_code
from derivations.engine.reverse import derive
from derivations.engine.trees import named


@dataclass(frozen=True)
class GraphNode:
    """One node: its name, the code that makes it, its value and the derivative of the cost by it.

    ``value`` and ``derivative`` are arrays of fractions, or None where none was asked for.
    """

    name: str
    code: str
    value: Array | None
    derivative: Array | None


@dataclass(frozen=True)
class Graph:
    """A computation graph: nodes in the order of the data flow, and arrows along it."""

    nodes: tuple[GraphNode, ...]
    edges: tuple[tuple[str, str], ...]

    def node(self, name: str) -> GraphNode:
        """Return a node by its name; KeyError, naming all, if there is none."""
        for node in self.nodes:
            if node.name == name:
                return node
        raise KeyError(
            f"the graph has no node {name}, but it has {', '.join(n.name for n in self.nodes)}"
        )


@dataclass(frozen=True)
class Fractions:
    """Numbers without rounding, for graphs of sums and products."""

    def fraction(self, top: int, bottom: int) -> Fraction:
        """Return top/bottom."""
        return Fraction(top, bottom)

    def function(self, f: Function, value: Any) -> Any:
        """Refuse: a transcendental function has no fraction for a value."""
        raise TypeError(
            f"{f.name} has no exact value at {value}, but a graph's values are fractions; ask for "
            "the graph without values"
        )


def graph(derivation: Derivation, values: Mapping[str, Any] | None = None) -> Graph:
    """Build the computation graph of a derivation.

    Parameters
    ----------
    derivation : Derivation
    values : mapping, optional
        Arrays (or numbers) of the inputs by name; then the nodes carry exact values and
        derivatives. Only for forward passes of sums, products and quotients.
    """
    env, slopes = _evaluated(derivation, values) if values is not None else ({}, {})
    nodes, edges = [], []
    for node in derivation.flow:
        code = ""
        if isinstance(node, ex.Quantity):
            code = numpy_code(node.definition, derivation.quantities)
            edges += [(part.name, node.name) for part in dict.fromkeys(named(node.definition))]
        nodes.append(GraphNode(node.name, code, env.get(node.name), slopes.get(node.name)))
    return Graph(tuple(nodes), tuple(edges))


def _evaluated(
    derivation: Derivation, values: Mapping[str, Any]
) -> tuple[dict[str, Array], dict[str, Array]]:
    """Values forward and derivatives backward, by name."""
    env: dict[str, Array] = {}
    sizes: dict[str, int] = {}
    for leaf in derivation.inputs:
        given = np.array(values[leaf.name], dtype=object, ndmin=2)
        env[leaf.name] = np.frompyfunc(Fraction, 1, 1)(given)
        sizes |= zip(map(str, leaf.shape), given.shape, strict=True)
    evaluation = Evaluation(Fractions(), sizes)
    for q in derivation.quantities:
        env[q.name] = evaluation.value(q.definition, env)
    slopes = {derivation.cost.name: np.full((1, 1), Fraction(1), dtype=object)}
    for step in derive(derivation):
        slopes[step.of.name if isinstance(step.of, ex.Named) else ""] = evaluation.value(
            step.formula, env
        )
    return env, slopes


def elimination_costs(edges: tuple[tuple[str, str], ...]) -> dict[tuple[str, ...], int]:
    """Count the multiplications that each order of eliminating the inner nodes takes.

    Eliminating a node multiplies each slope into it with each slope out of it (Griewank and
    Walther, *Evaluating Derivatives*, ch. 9). Right to left is the order from the cost backwards.
    """
    inner = [n for n in dict.fromkeys(b for _, b in edges) if any(a == n for a, _ in edges)]
    costs = {}
    for order in permutations(inner):
        left, count = set(edges), 0
        for node in order:
            into = [a for a, b in left if b == node]
            out = [b for a, b in left if a == node]
            count += len(into) * len(out)
            left = {e for e in left if node not in e} | {(a, b) for a in into for b in out}
        costs[order] = count
    return costs


def path_costs(edges: tuple[tuple[str, str], ...], end: str) -> int:
    """Count the multiplications if each node's derivative is worked out along its own paths."""

    def along(node: str) -> list[int]:
        if node == end:
            return [0]
        return [1 + n for a, b in edges if a == node for n in along(b)]

    names = dict.fromkeys(a for a, _ in edges)
    return sum(max(length - 1, 0) for name in names for length in along(name))
