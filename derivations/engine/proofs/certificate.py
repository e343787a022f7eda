"""Certificates: a derivation as plain data, for a re-checker that knows nothing of the engine."""

from __future__ import annotations

from typing import Any

from derivations.engine import expressions as ex
from derivations.engine.declaration import Derivation
from derivations.engine.proofs.instances import scalar_symbols
from derivations.engine.results import Step
from derivations.engine.reverse import derive
from derivations.engine.trees import unknown

SCHEMA = "gradcheck/certificate/v1"


def certificate(derivation: Derivation) -> dict[str, Any]:
    """Write down a forward pass and the formulas of its derivatives, for ``recheck.py``.

    Returns
    -------
    dict
        JSON data: sizes, inputs with shapes, the program of the forward pass in order, and for each
        step the target, the factor of its scaling and the formula. It holds no values: the
        re-checker draws its own.
    """
    steps = derive(derivation)
    return {
        "schema": SCHEMA,
        "name": derivation.name,
        "sizes": list(derivation.size_names),
        "scalars": scalar_symbols(derivation),
        "inputs": [
            {
                "name": leaf.name,
                "shape": shape(leaf),
                "columns_sum_to_one": leaf in derivation.columns_sum_to_one,
            }
            for leaf in derivation.inputs
        ],
        "program": [[q.name, data(q.definition)] for q in derivation.quantities],
        "cost": derivation.cost.name,
        "steps": [step_data(step, derivation) for step in steps],
    }


def step_data(step: Step, derivation: Derivation) -> dict[str, Any]:
    """Return a step as plain data; ``scale`` is m where the derivative is per example."""
    per_example = derivation.per_example(step.of)
    return {
        "target": ex.name_of(step.of),
        "derivative": step.target,
        "shape": shape(step.of),
        "scale": scalar(derivation.examples) if per_example else ["number", 1, 1],
        "formula": data(step.formula),
    }


def shape(node: ex.Node) -> list[Any]:
    """Return a shape as names and whole numbers."""
    return [size if isinstance(size, int) else str(size) for size in node.shape]


def data(node: ex.Node) -> list[Any]:
    """Return an expression as nested lists: an operator's name, then its operands."""
    match node:
        case ex.Leaf() | ex.Quantity():
            return ["array", node.name]
        case ex.Ones():
            return ["ones", shape(node)]
        case ex.Add(terms=terms):
            return ["add", *map(data, terms)]
        case ex.Scale(factor=factor, body=body):
            return ["scale", scalar(factor), data(body)]
        case ex.MatMul(left=left, right=right):
            return ["matmul", data(left), data(right)]
        case ex.Hadamard(left=left, right=right):
            return ["times", data(left), data(right)]
        case ex.Quotient(top=top, bottom=bottom):
            return ["over", data(top), data(bottom)]
        case _:
            return unary(node)


def unary(node: ex.Node) -> list[Any]:
    """Return an expression with one operand as nested lists."""
    match node:
        case ex.Transpose(body=body):
            return ["transpose", data(body)]
        case ex.Spread(body=body):
            return ["spread", shape(node), data(body)]
        case ex.SumOver(body=body, axis=axis):
            return ["sum", axis, data(body)]
        case ex.Apply(function=f, body=body):
            return ["apply", "abstract" if f.abstract else "known", f.name, f.order, data(body)]
        case _:
            raise unknown(node)


def scalar(value: Any) -> list[Any]:
    """Return a SymPy scalar as nested lists."""
    if isinstance(value, int) or value.is_Rational:
        top, bottom = (value, 1) if isinstance(value, int) else (int(value.p), int(value.q))
        return ["number", top, bottom]
    if value.is_Symbol:
        return ["symbol", str(value)]
    if value.is_Pow:
        return ["power", scalar(value.base), int(value.exp)]
    return ["plus" if value.is_Add else "product", *map(scalar, value.args)]
