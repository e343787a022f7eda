"""Any forward pass in: random expressions, derived and proven by all three methods."""

from hypothesis import given, settings
from hypothesis import strategies as st

from derivations.engine.declaration import Derivation
from derivations.engine.expressions import Node
from derivations.engine.prove import prove
from derivations.engine.vocabulary import (
    abstract,
    data,
    define,
    exp,
    parameter,
    relu,
    scalar,
    sigmoid,
    sizes,
    sum_columns,
    sum_rows,
    tanh,
    total,
)

n, m = sizes("n m")
W, V = parameter("W", n, n), parameter("V", n, m)
b, s = parameter("b", n, 1), parameter("s", 1, 1)
X, rate = data("X", n, m), scalar("lambda")

LEAVES = st.sampled_from([V, X, W @ X, X + b, X * s])


def grown(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """Combine expressions of shape (n, m) into larger ones of that shape."""
    unary = st.sampled_from(
        [
            *(sigmoid, tanh, relu, exp, abstract("g")),
            lambda x: -x / 2,
            lambda x: rate * x,
            lambda x: 1 - x,
            lambda x: 1 / (1 + exp(x)),
            lambda x: (x.T @ W).T,
            lambda x: W.T @ x,
            lambda x: x + sum_columns(x) / m,
            lambda x: x * sum_rows(x),
            lambda x: X + total(x),
        ]
    )
    binary = st.sampled_from(
        [
            lambda x, y: x + y,
            lambda x, y: x - y,
            lambda x, y: x * y,
            lambda x, y: x / (1 + exp(y)),
            lambda x, y: x @ y.T @ X,
        ]
    )
    once = st.builds(lambda f, x: f(x), unary, inner)
    twice = st.builds(lambda f, x, y: f(x, y), binary, inner, inner)
    return once | twice


@settings(max_examples=60, deadline=None)
@given(st.recursive(LEAVES, grown, max_leaves=4))
def test_any_forward_pass_is_derived_and_proven(node: Node) -> None:
    """Whatever the expression, each derivative is found, and no method disagrees with another."""
    hidden = define("H", node)
    model = Derivation("any", "Any", define("J", total(hidden * V) / m), examples=m)
    result = prove(model)
    assert result.holds
    assert {"dV"} <= {step.target for step in result.steps}
