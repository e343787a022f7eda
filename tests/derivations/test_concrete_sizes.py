"""An independent judge: at concrete sizes, SymPy's own derivative of J, entry by entry."""

from typing import Any

import mpmath
import numpy as np
import pytest
import sympy

import derivations
from derivations.engine import expressions as ex
from derivations.engine.declaration import Derivation
from derivations.engine.evaluation import Array, Evaluation
from derivations.engine.functions import Function
from derivations.engine.instantiate import instantiate
from derivations.engine.reverse import derive

SIZES = {"n_x": 2, "n_h": 2, "n_y": 1, "m": 2}
KNOWN = {
    "sigmoid": lambda z: 1 / (1 + sympy.exp(-z)),
    "tanh": sympy.tanh,
    "exp": sympy.exp,
    "log": sympy.log,
}


class Symbolic:
    """SymPy expressions as numbers."""

    def fraction(self, top: int, bottom: int) -> Any:
        """Return a SymPy fraction."""
        return sympy.Rational(top, bottom)

    def function(self, f: Function, value: Any) -> Any:
        """Return f(value), or f'(value), by SymPy's own calculus."""
        z = sympy.Symbol("z")
        expression = KNOWN[f.concrete.name](z)
        return sympy.diff(expression, z, f.order).subs(z, value)


def symbols(leaf: ex.Leaf, shape: tuple[int, int]) -> Array:
    """Return an array of SymPy symbols."""
    return np.array(
        [[sympy.Symbol(f"{leaf.name}_{i}_{j}") for j in range(shape[1])] for i in range(shape[0])],
        dtype=object,
    )


@pytest.mark.parametrize("name", ["linear", "logistic", "shallow-network"])
def test_formulas_are_the_derivatives_of_the_written_out_cost(name: str) -> None:
    """Each parameter's formula equals diff(J, entry), to 30 digits at a random point."""
    model = derivations.load(name)
    assert isinstance(model, Derivation)
    model = instantiate(model, "tanh")
    evaluation = Evaluation(Symbolic(), SIZES)
    env = {leaf.name: symbols(leaf, evaluation.shape(leaf)) for leaf in model.inputs}
    cost = evaluation.value(model.cost, env)[0, 0]
    values = np.random.default_rng(0).integers(1, 9, 99)
    entries = [s for array in env.values() for s in array.flat]
    point = {s: sympy.Rational(int(v), 10) for s, v in zip(entries, values, strict=False)}
    names, at = list(point), [mpmath.mpf(int(v.p)) / int(v.q) for v in point.values()]
    for step in derive(model):
        if isinstance(step.of, ex.Leaf):
            formula = evaluation.value(step.formula, env)
            for index in {(0, 0), tuple(n - 1 for n in formula.shape)}:
                gap = sympy.diff(cost, env[step.of.name][index]) - formula[index]
                with mpmath.workdps(30):
                    assert abs(sympy.lambdify(names, gap, "mpmath")(*at)) < 1e-25
