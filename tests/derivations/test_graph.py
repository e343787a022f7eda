"""The computation graph as data."""

from fractions import Fraction

import derivations
from derivations import computation_graph, linear
from derivations.engine.declaration import Derivation
from derivations.engine.graph import elimination_costs, graph, path_costs


def test_the_graph_of_the_course() -> None:
    """J = 3(a + bc) at (5, 3, 2): values 6, 11, 33 forward, derivatives 3, 3, 3, 6, 9 backward."""
    found = graph(computation_graph.DERIVATION, {"a": 5, "b": 3, "c": 2})
    values = {node.name: int(node.value.flat[0]) for node in found.nodes if node.value is not None}
    slopes = {
        node.name: int(node.derivative.flat[0])
        for node in found.nodes
        if node.derivative is not None
    }
    assert values == {"a": 5, "b": 3, "c": 2, "u": 6, "v": 11, "J": 33}
    assert slopes == {"a": 3, "b": 6, "c": 9, "u": 3, "v": 3, "J": 1}
    assert set(found.edges) == {("b", "u"), ("c", "u"), ("a", "v"), ("u", "v"), ("v", "J")}
    assert found.node("J").code == "3 * v"


def test_a_model_with_arrays_has_exact_values() -> None:
    """The linear model on whole numbers: its graph holds fractions, without rounding."""
    arrays = {"w": [[1], [2]], "b": [[1]], "X": [[1, 2, 0], [0, 1, 1]], "Y": [[1, 2, 3]]}
    found = graph(linear.DERIVATION, arrays)
    value = found.node("J").value
    assert value is not None
    assert value.flat[0] == Fraction(5, 3)


def test_every_model_has_a_graph_without_values() -> None:
    """Names, code and arrows need no numbers; each arrow leads to something that is made."""
    for model in derivations.load_all():
        if isinstance(model, Derivation):
            found = graph(model)
            made = {node.name for node in found.nodes if node.code}
            assert {end for _, end in found.edges} == made
            assert all(node.value is None and node.derivative is None for node in found.nodes)


def test_orders_of_elimination_are_counted() -> None:
    """A chain with two inputs: backwards costs less than forwards, and both less than apart."""
    edges = (("x", "u"), ("y", "u"), ("u", "v"), ("v", "J"))
    costs = elimination_costs(edges)
    assert costs[("v", "u")] == 3
    assert costs[("u", "v")] == 4
    assert path_costs(edges, "J") == 5
