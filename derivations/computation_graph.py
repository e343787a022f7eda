"""The computation graph J = 3(a + bc), its values and its derivatives."""

from __future__ import annotations

from fractions import Fraction

import sympy

from derivations.engine.declaration import Claim, Derivation, Evidence, Statement
from derivations.engine.evidence import decimal, exactly, for_all, in_numbers
from derivations.engine.expressions import Ones
from derivations.engine.graph import elimination_costs, graph, path_costs
from derivations.engine.vocabulary import d, define, parameter

a, b, c = (parameter(name, 1, 1) for name in "abc")
u = define("u", b * c)
v = define("v", a + u)
J = define("J", 3 * v)
AT = {"a": 5, "b": 3, "c": 2}
ONE = Ones((1, 1))


def cost(a: Fraction, b: Fraction, c: Fraction) -> Fraction:
    """Return J, written without the graph."""
    return 3 * (a + b * c)


def values() -> Evidence:
    """Show that the graph at (5, 3, 2) holds 6, 11 and 33."""
    found = graph(DERIVATION, AT)
    numbers = [found.node(name).value for name in "uvJ"]
    forward = [int(n.flat[0]) for n in numbers if n is not None]
    direct = cost(Fraction(5), Fraction(3), Fraction(2))
    names = {name: float(value) for name, value in AT.items()}
    for name in "uvJ":
        names[name] = eval(found.node(name).code, {}, names)  # noqa: S307  printed by us
    return Evidence(
        (
            exactly(forward == [6, 11, 33] and direct == 33, f"u, v, J = {forward} at (5, 3, 2)"),
            in_numbers(names["J"] == 33.0, "the printed code gives the same in floats"),
        )
    )


def nudges() -> Evidence:
    """Find the derivatives at (5, 3, 2), by the chain rule and by the nudges that are printed."""
    found = graph(DERIVATION, AT)
    slopes = [found.node(name).derivative for name in "vaubc"]
    backward = [int(s.flat[0]) for s in slopes if s is not None]
    h = Fraction(1, 1000)
    rises = {
        "a": cost(5 + h, Fraction(3), Fraction(2)) == decimal("33.003"),
        "b": cost(Fraction(5), 3 + h, Fraction(2)) == decimal("33.006"),
        "c": cost(Fraction(5), Fraction(3), 2 + h) == decimal("33.009"),
        "v": 3 * (11 + h) == decimal("33.003"),
        "u": 3 * (5 + 6 + h) == decimal("33.003"),
    }
    floats = [(3 * (5 + (3 + 0.001) * 2) - 33) / 0.001, (3 * (5 + 3 * (2 + 0.001)) - 33) / 0.001]
    close = abs(floats[0] - 6) < 1e-9 and abs(floats[1] - 9) < 1e-9
    return Evidence(
        (
            exactly(backward == [3, 3, 3, 6, 9], f"dv, da, du, db, dc = {backward}"),
            exactly(all(rises.values()), "nudged by 0.001, J is 33.003, 33.006 and 33.009 exactly"),
            in_numbers(close, f"floats see {floats[0]:.6f} for b and {floats[1]:.6f} for c"),
        )
    )


def right_to_left(edges: tuple[tuple[str, str], ...]) -> tuple[dict[str, float], int]:
    """Multiply the slopes at (5, 3, 2) from the cost backwards; return them and the count."""
    local = {"vJ": 3.0, "av": 1.0, "uv": 1.0, "bu": float(AT["c"]), "cu": float(AT["b"])}
    slopes: dict[str, float] = {}
    count = 0
    for start, end in reversed(edges):
        if end == "J":
            slopes[start] = local[start + end]
        else:
            slopes[start] = slopes[end] * local[start + end]
            count += 1
    return slopes, count


def cheapest() -> Evidence:
    """Every order of multiplying the slopes, counted."""
    edges = graph(DERIVATION).edges
    costs = elimination_costs(edges)
    backward, forward, apart = costs[("v", "u")], costs[("u", "v")], path_costs(edges, "J")
    slopes, count = right_to_left(edges)
    # k inputs that share a path of p slopes: k products of their own slope with the shared one,
    # after p − 1 for the path; apart, each of the k takes p products
    k, p = sympy.symbols("k p")
    saved = sympy.expand(k * p - (p - 1 + k) - (k - 1) * (p - 1)) == 0
    listed = ", ".join(f"d{name} = {slope:g}" for name, slope in slopes.items())
    return Evidence(
        (
            exactly(
                backward == min(costs.values()) and backward < forward < apart,
                f"{backward} multiplications right to left, {forward} left to right, {apart} apart",
            ),
            in_numbers(
                slopes == {"v": 3, "u": 3, "a": 3, "c": 9, "b": 6} and count == backward,
                f"run right to left in floats: {count} multiplications give {listed}",
            ),
            for_all(saved, "k inputs behind a shared path of p slopes save (k − 1)(p − 1)"),
        ),
    )


DERIVATION = Derivation(
    "computation-graph",
    "The computation graph J = 3(a + bc)",
    J,
    shown_at=tuple(AT.items()),
    claims=(
        Claim("G1", "J = 3(a + bc) through u = bc, v = a + u, J = 3v", J, 3 * (a + b * c)),
        Statement("G1", "at (5, 3, 2): 6, 11, 33", values),
        Claim("G2", "dJ/dv = 3", d(v), 3 * ONE),
        Claim("G2", "dJ/da = dJ/dv · dv/da = 3", d(a), d(v) * ONE),
        Claim("G2", "dJ/du = 3", d(u), 3 * ONE),
        Claim("G2", "dJ/db = dJ/du · c", d(b), d(u) * c),
        Claim("G2", "dJ/dc = dJ/du · b", d(c), d(u) * b),
        Statement("G2", "at (5, 3, 2): 3, 3, 3, 6, 9, as the nudges say", nudges),
        Statement("G3", "right to left is the cheapest order", cheapest),
    ),
)
