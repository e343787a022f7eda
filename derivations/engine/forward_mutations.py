"""The plausible wrong versions of a forward pass and of its cost."""

from __future__ import annotations

from collections.abc import Iterator

import sympy

from derivations.engine import expressions as ex
from derivations.engine.build import scaled
from derivations.engine.declaration import Derivation
from derivations.engine.functions import Function
from derivations.engine.mutations import OTHERS, Coded, Mutation, dropped, swapped, turned, variants
from derivations.engine.trees import named


def of_cost(cost: ex.Quantity, derivation: Derivation) -> Iterator[Coded]:
    """Yield a turned sign, a constant factor, and 1/m left out or doubled."""
    yield "cost-sign", scaled(sympy.Integer(-1), cost.definition)
    for factor in (sympy.Integer(2), sympy.Rational(1, 2)):
        yield "cost-scale", scaled(factor, cost.definition)
    if derivation.examples is not None:
        yield "missing-mean", scaled(derivation.examples, cost.definition)
        yield "double-mean", scaled(1 / derivation.examples, cost.definition)


def of_loss(loss: ex.Quantity) -> Iterator[Coded]:
    """Yield a term left out, a sign turned, a factor, and the other textbook loss."""
    yield "cost-sign", scaled(sympy.Integer(-1), loss.definition)
    yield from (("cost-sign", new) for new in variants(loss.definition, turned))
    yield from (("cost-term-missing", new) for new in variants(loss.definition, dropped))
    yield "cost-scale", scaled(sympy.Integer(2), loss.definition)
    yield "cost-scale", scaled(sympy.Rational(1, 2), loss.definition)
    parts = dict.fromkeys(named(loss.definition))
    labels = [n for n in parts if isinstance(n, ex.Leaf) and n.kind == "data"]
    outputs = [n for n in parts if isinstance(n, ex.Quantity)]
    if len(outputs) == len(labels) == 1:
        (output,), (label,) = outputs, labels
        yield "other-loss", (output - label) ** 2 / 2
        yield "other-loss", (output - label) ** 2
        logs = label * ex.Apply(Function("log"), output)
        yield "other-loss", -(logs + (1 - label) * ex.Apply(Function("log"), 1 - output))


def of_layer(quantity: ex.Quantity, pool: tuple[ex.Named, ...]) -> Iterator[Coded]:
    """Yield a bias left out or subtracted, another activation, another array of the same shape."""
    yield from (("forward-wrong", new) for new in variants(quantity.definition, dropped))
    yield from (("forward-wrong", new) for new in variants(quantity.definition, turned))
    yield from (("wrong-operand", new) for new in variants(quantity.definition, swapped(pool)))
    if isinstance(quantity.definition, ex.Apply):
        used = quantity.definition.function.concrete.name
        for name in OTHERS:
            if name != used:
                yield "forward-wrong", ex.Apply(Function(name), quantity.definition.body)


def forward_mutations(derivation: Derivation, quantity: ex.Quantity) -> tuple[Mutation, ...]:
    """Generate the plausible wrong versions of one quantity of the forward pass."""
    cost = derivation.cost
    before = derivation.flow[: [n.name for n in derivation.flow].index(quantity.name)]
    if quantity == cost:
        coded = of_cost(cost, derivation)
    elif quantity in set(named(cost.definition)):
        coded = of_loss(quantity)
    else:
        coded = of_layer(quantity, before)
    found: dict[ex.Node, str] = {}
    for code, formula in coded:
        found.setdefault(formula, code)
    found.pop(quantity.definition, None)
    return tuple(Mutation(code, formula) for formula, code in found.items())
