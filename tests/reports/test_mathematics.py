"""Mathematics is right on the page: each formula is read back and compared with its expression."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import derivations
from derivations import Claim, Derivation
from derivations.engine import expressions as ex
from derivations.engine.evaluation import Evaluation
from derivations.engine.functions import Function
from derivations.engine.printers.latex import latex_of
from derivations.engine.printers.notation import notation
from derivations.engine.printers.scalar_notation import scalar
from derivations.engine.proofs.instances import scalar_symbols
from derivations.engine.trees import transform, walk
from derivations.engine.vocabulary import (
    data,
    parameter,
    prime,
    sigmoid,
    sizes,
    sum_columns,
    sum_rows,
    tanh,
    total,
)

FORMATS = ("mathml", "latex", "typst")
n, m = sizes("n m")
SIZES = {"n": 3, "m": 4}
W, X, U = parameter("W", n, n), data("X", n, m), data("U", n, m)
b, r, s = parameter("b1", n, 1), data("r", 1, m), data("s", 1, 1)
LEAVES = (W, X, U, b, r, s)


class Floats:
    """Plain numbers for the engine's evaluation, with functions written once more."""

    def fraction(self, top: int, bottom: int) -> float:
        """Return top/bottom."""
        return top / bottom

    def function(self, f: Function, value: float) -> float:
        """Return f(value)."""
        name, z = f.concrete.name, float(value)
        small = np.exp(-abs(z))  # never overflows
        tables: dict[str, Callable[[], tuple[float, float]]] = {
            "sigmoid": lambda: ((1 if z > 0 else small) / (1 + small), small / (1 + small) ** 2),
            "tanh": lambda: (np.tanh(z), 1 - np.tanh(z) ** 2),
            "exp": lambda: (np.exp(z), np.exp(z)),
            "log": lambda: (np.log(z) if z > 0 else np.nan, 1 / z if z else np.nan),
            "relu": lambda: (max(z, 0.0), float(z > 0)),
            "leaky_relu": lambda: (z, 1.0) if z > 0 else (z / 100, 0.01),
        }
        return float(tables[name]()[f.order])


def without_derivatives(node: ex.Node) -> ex.Node:
    """Take d(Z) for an array of that name: what it is does not matter for how it looks."""

    def change(part: ex.Node) -> ex.Node | None:
        return ex.Leaf(part.name, part.shape, "data") if isinstance(part, ex.Derivative) else None

    return transform(node, change)


def numbers_for(node: ex.Node, size_of: Mapping[str, int], scalars: list[str]) -> dict[str, Any]:
    """Draw an array for every name in an expression, and a number for every scalar."""
    rng = np.random.default_rng(1)
    values: dict[str, Any] = {**size_of, **dict.fromkeys(scalars, 0.7)}
    values |= {"λ": 0.7, "α": 0.7} if scalars else {}
    for part in walk(node):
        if isinstance(part, ex.Leaf | ex.Quantity):
            shape = [int(size_of.get(str(size), size)) for size in part.shape]
            values.setdefault(part.name, rng.uniform(0.2, 0.9, size=shape))
    return values


def assert_reads_back(
    node: ex.Node, size_of: Mapping[str, int], read: Callable[[Any], Any], scalars: list[str]
) -> None:
    """Compare what the page says with what the expression is."""
    plain = without_derivatives(node)
    values = numbers_for(plain, size_of, scalars)
    arrays = {k: v.astype(object) for k, v in values.items() if isinstance(v, np.ndarray)}
    truth = Evaluation(Floats(), {**size_of, **dict.fromkeys(scalars, 0.7)}).value(plain, arrays)
    told = read((notation(node), values))
    wide = np.broadcast_to(np.asarray(told, dtype=float), truth.shape)
    np.testing.assert_allclose(wide, truth.astype(float), rtol=1e-9, atol=1e-12)


@pytest.fixture(params=FORMATS)
def read(request: pytest.FixtureRequest, read_back: Any, evaluated: Any) -> Callable[[Any], Any]:
    """Print marks in one format, read them back, and evaluate what was read."""
    reading = read_back[request.param]
    return lambda printed: evaluated(reading(printed[0]), printed[1])


def formulas(derivation: Derivation) -> list[ex.Node]:
    """Return every formula that the page of a derivation shows, and every mistake in it."""
    steps = derivations.derive(derivation)
    found = [q.definition for q in derivation.quantities]
    found += [f for step in steps for f in (step.local, step.product, step.formula)]
    equations = [claim for claim in derivation.claims if isinstance(claim, Claim)]
    found += [side for claim in equations for side in (claim.left, claim.right)]
    wrong = [m for step in steps for m in derivations.mutations(derivation, step, steps)]
    return found + [mutation.formula for mutation in wrong if fits(mutation.formula)]


def fits(node: ex.Node) -> bool:
    """Whether a mistake has a value at all: some are refuted by their shapes."""
    products = [part for part in walk(node) if isinstance(part, ex.Hadamard)]
    return all(part.left.shape == part.right.shape for part in products)


MODELS = {
    name: value
    for name in derivations.names()
    if isinstance(value := derivations.load(name), Derivation)
}


@pytest.mark.parametrize("name", MODELS)
def test_every_formula_of_a_page_reads_as_what_it_is(name: str, read: Callable[[Any], Any]) -> None:
    """Definitions, steps, claims, and every plausible mistake: each format says the same."""
    model = MODELS[name]
    size_of = dict(zip(model.size_names, (2, 3, 4, 5), strict=False))
    for formula in formulas(model):
        assert_reads_back(formula, size_of, read, scalar_symbols(model))


def nodes() -> st.SearchStrategy[ex.Node]:
    """Draw expressions of shape (n, m)."""
    small = st.sampled_from(
        [b, r, s, sum_columns(X), sum_rows(U), total(X), s @ r, 2 * ex.Ones((1, 1))]
    )
    scalars = st.sampled_from([2, -1, sympy.Rational(1, 2), n, 1 / m, -2 / (m + 1), (m + 1) / n])

    def grown(inner: st.SearchStrategy[ex.Node]) -> st.SearchStrategy[ex.Node]:
        return st.one_of(
            st.tuples(inner, inner).map(lambda p: p[0] + p[1]),
            st.tuples(inner, inner).map(lambda p: p[0] - p[1]),
            st.tuples(inner, inner).map(lambda p: p[0] * p[1]),
            st.tuples(inner, small).map(lambda p: p[1] * p[0]),
            st.tuples(inner, small).map(lambda p: p[0] - p[1]),
            st.tuples(scalars, inner).map(lambda p: p[0] * p[1]),
            st.tuples(inner, inner).map(lambda p: p[0] / (2 + p[1] * p[1])),
            st.tuples(inner, inner).map(lambda p: p[0] @ p[1].T @ U),
            inner.map(lambda a: W @ a),
            inner.map(lambda a: -a),
            inner.map(lambda a: (a.T).T),
            inner.map(tanh),
            inner.map(lambda a: prime(sigmoid)(a)),
            inner.map(lambda a: a * a),
            inner.map(lambda a: sum_columns(a) + U),
            inner.map(lambda a: ex.Ones((n, 1)) @ sum_rows(a)),
            inner.map(lambda a: ex.Spread(sum_columns(a), (n, m))),
        )

    return st.recursive(st.sampled_from([X, U, b @ r, 3 * ex.Ones((n, m))]), grown, max_leaves=6)


@settings(max_examples=120)
@given(node=nodes())
def test_any_formula_reads_as_what_it_is(node: ex.Node, read_back: Any, evaluated: Any) -> None:
    """No bracket is missing in any nesting of the operators, in any format."""
    for form in FORMATS:

        def read(printed: Any, form: str = form) -> Any:
            return evaluated(read_back[form](printed[0]), printed[1])

        assert_reads_back(node, SIZES, read, [])


k, λ = sympy.symbols("k lambda", positive=True)
SCALARS = [
    -(k + λ),
    -(k + λ) * λ,
    (k - λ) / (k + λ),
    k ** (-2),
    (k + 1) ** 2 * 3,
    -k / 2,
    sympy.sqrt(k) / 3 - λ,
    sympy.Rational(-3, 4),
    2 * (k - (λ - 1) * 5),
    1 / (1 + 1 / (1 + k)),
    (-k) * (-λ + 2) - 7,
    2 * sympy.exp(-k) * 3,
]


@pytest.mark.parametrize("value", SCALARS, ids=str)
def test_scalars_read_as_what_they_are(value: Any, read: Callable[[Any], Any]) -> None:
    """Negative sums, quotients of quotients and powers keep their brackets."""
    told = read((scalar(value)[0], {"k": 0.3, "λ": 1.7}))
    assert told == pytest.approx(float(value.subs({k: 0.3, λ: 1.7})))


@pytest.mark.parametrize(
    ("value", "latex"),
    [
        (sympy.sqrt(k + 1), r"\sqrt{k + 1}"),
        (sympy.pi * k / 2, r"\frac{\pi k}{2}"),
        (k * sympy.Integer(3) ** λ, r"3^{\lambda} k"),
        (2 * sympy.Integer(3) ** λ, r"2 \cdot 3^{\lambda}"),
        (2 * sympy.sin(k), r"2 \mathrm{sin}(k)"),
        (sympy.Symbol("learning_rate", positive=True), r"\mathrm{learning\_rate}"),
        (sympy.Float("0.5") * k, r"0.5 k"),
    ],
    ids=str,
)
def test_scalars_of_other_kinds_are_set_too(value: Any, latex: str) -> None:
    """Roots, powers, functions and known numbers; a digit never joins the number before it."""
    assert re.sub(r"0\.50+", "0.5", latex_of(scalar(value)[0])) == latex


def test_a_reader_notices_a_missing_bracket(readers: Any, evaluated: Any) -> None:
    """The readers read what is there: −(y + z) and −y + z differ, as SymPy's printer had it."""
    values = {"k": 2.0, "λ": 5.0}
    right = readers["latex"](latex_of(scalar(-(k + λ))[0]))
    wrong = readers["latex"](r"-k + \lambda")
    assert (evaluated(right, values), evaluated(wrong, values)) == (-7.0, 3.0)


def test_no_notation_for_what_the_printers_do_not_know() -> None:
    """A scalar of another kind is one line that says which kinds there are."""
    with pytest.raises(TypeError, match="no notation for the scalar Max"):
        scalar(sympy.Max(k, λ))
