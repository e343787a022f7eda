"""The plausible wrong versions of a formula, each with its code from the vocabulary of mistakes.

They are generated from the expression, so every formula has them. They diagnose submissions (which
mistake reproduces the numbers?), and they measure the proofs (is every mistake refuted?).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import sympy

from derivations.engine import expressions as ex
from derivations.engine.build import scaled, summed, transposed
from derivations.engine.declaration import Derivation
from derivations.engine.functions import Function
from derivations.engine.results import Step
from derivations.engine.trees import children, with_children

OTHERS = ("sigmoid", "tanh", "relu")  # whose derivative is mistaken for another's
Coded = tuple[str, ex.Node]


@dataclass(frozen=True)
class Mutation:
    """One mistake: its code, and the formula that it makes."""

    code: str
    formula: ex.Node


def variants(node: ex.Node, change: Callable[[ex.Node], Iterable[ex.Node]]) -> Iterator[ex.Node]:
    """Every expression that differs in one place, where ``change`` offers something else."""
    yield from change(node)
    parts = children(node)
    for place, part in enumerate(parts):
        for new in variants(part, change):
            yield with_children(node, (*parts[:place], new, *parts[place + 1 :]))


def scales(step: Step, derivation: Derivation) -> Iterator[Coded]:
    """Yield a sign, a factor, and everything that can happen to 1/m."""
    formula, m = step.formula, derivation.examples
    yield "sign", scaled(sympy.Integer(-1), formula)
    yield "wrong-scale", scaled(sympy.Integer(2), formula)
    yield "wrong-scale", scaled(sympy.Rational(1, 2), formula)
    if isinstance(step.of, ex.Quantity) or m is None:
        return
    yield "missing-mean", scaled(m, formula)
    yield "double-mean", scaled(1 / m, formula)
    counts = {s for leaf in derivation.inputs for s in leaf.shape if not isinstance(s, int)}
    for count in sorted(counts - {m}, key=str):
        yield "wrong-count", scaled(m / count, formula)
    yield "wrong-count", scaled(m / (m + 1), formula)


def swapped(pool: tuple[ex.Named, ...]) -> Callable[[ex.Node], Iterator[ex.Node]]:
    """Offer every other array of the same shape in place of a named one."""

    def swap(part: ex.Node) -> Iterator[ex.Node]:
        if isinstance(part, ex.Named):
            yield from (n for n in pool if n.shape == part.shape and n.name != part.name)

    return swap


def without_input(part: ex.Node) -> Iterator[ex.Node]:
    """Offer ones in place of an input or an activation."""
    if isinstance(part, ex.Named) and not part.name.startswith("d"):
        yield ex.Ones(part.shape)


def operands(step: Step, pool: tuple[ex.Named, ...]) -> Iterator[Coded]:
    """Yield another array of the same shape in each place, or ones where an input belongs."""
    yield from (("wrong-operand", new) for new in variants(step.formula, swapped(pool)))
    if any(isinstance(part, ex.MatMul) for part in _spine(step.formula)):
        for formula in variants(step.formula, without_input):
            yield "missing-input-factor", formula


def missing_slope(part: ex.Node) -> Iterator[ex.Node]:
    """Offer a product without its activation derivative."""
    if isinstance(part, ex.Hadamard) and is_slope(part.right):
        yield part.left


def other_slope(part: ex.Node) -> Iterator[ex.Node]:
    """Offer the derivatives of other activations."""
    if isinstance(part, ex.Apply) and is_slope(part):
        used = (part.function.name, part.function.concrete.name)
        yield from (ex.Apply(Function(n, 1), part.body) for n in OTHERS if n not in used)


def misplaced_slope(derivation: Derivation) -> Callable[[ex.Node], Iterator[ex.Node]]:
    """Offer the derivative at A instead of Z, and its form in A fed with Z."""
    outputs = {q.definition: q for q in derivation.quantities if isinstance(q.definition, ex.Apply)}

    def misplaced(part: ex.Node) -> Iterator[ex.Node]:
        if not (isinstance(part, ex.Apply) and is_slope(part)):
            return
        f = part.function
        value = outputs.get(ex.Apply(Function(f.name, 0, f.instance), part.body))
        if value is not None:
            yield ex.Apply(f, value)
        if f.concrete.name == "tanh":
            yield 1 - part.body * part.body
        if f.concrete.name == "sigmoid":
            yield part.body * (1 - part.body)

    return misplaced


def activations(step: Step, derivation: Derivation) -> Iterator[Coded]:
    """Yield a dropped, foreign, misplaced or repeated activation derivative."""
    for code, change in (
        ("missing-activation-derivative", missing_slope),
        ("other-activation-derivative", other_slope),
        ("derivative-at-activation", misplaced_slope(derivation)),
    ):
        yield from ((code, formula) for formula in variants(step.formula, change))
    for q in derivation.quantities:
        applied = q.definition
        if isinstance(applied, ex.Apply) and applied.body == step.of:
            slope = ex.Apply(applied.function.prime, applied.body)
            yield "extra-activation-derivative", ex.Hadamard(step.formula, slope)


def sums(step: Step, steps: tuple[Step, ...]) -> Iterator[Coded]:
    """Yield sums over the wrong axis, over everything, over another array, or left out."""

    def wrong_axis(part: ex.Node) -> Iterator[ex.Node]:
        if isinstance(part, ex.SumOver) and part.axis == 1 and part.shape[0] != 1:
            yield ex.Spread(summed(part.body, None), part.shape)

    yield from (("bias-axis", formula) for formula in variants(step.formula, wrong_axis))
    for part in _spine(step.formula):
        if isinstance(part, ex.SumOver) and part.axis == 1:
            whole = _around(step.formula)
            yield "bias-not-summed", whole(part.body)
            yield "bias-axis", whole(ex.SumOver(part.body, 0))
            for other in steps:
                rows, columns = other.of.shape
                is_parameter = isinstance(other.of, ex.Leaf) and columns != 1
                if is_parameter and rows == part.shape[0]:
                    yield "bias-axis", whole(ex.SumOver(other.quantity, 1))


def products(step: Step) -> Iterator[Coded]:
    """Yield transposes, and one kind of product where the other belongs.

    Where n_y = 1, NumPy broadcasts entrywise products whose shapes do not fit in general; they are
    generated too, and refuted by their shape.
    """
    yield "transposed", transposed(step.formula)
    whole = _around(step.formula)
    for part in _spine(step.formula):
        if isinstance(part, ex.Hadamard):
            yield "matmul-elementwise", whole(ex.MatMul(part.left, transposed(part.right)))
        if isinstance(part, ex.MatMul):
            flips = (part.right, transposed(part.right))
            pairs = [(left, r) for left in (part.left, transposed(part.left)) for r in flips]
            for left, right in pairs:
                if left.shape[1] == right.shape[0] and (left, right) != pairs[0]:
                    yield "transposed", whole(ex.MatMul(left, right))
                if left.shape[1] == right.shape[1]:
                    yield "matmul-elementwise", whole(ex.Hadamard(left, right))


def turned(part: ex.Node) -> Iterator[ex.Node]:
    """Yield a sum with the sign of one term turned."""
    if isinstance(part, ex.Add):
        for place, term in enumerate(part.terms):
            minus = scaled(sympy.Integer(-1), term)
            yield ex.Add((*part.terms[:place], minus, *part.terms[place + 1 :]))


def dropped(part: ex.Node) -> Iterator[ex.Node]:
    """Yield a sum with one term left out."""
    if isinstance(part, ex.Add):
        for place in range(len(part.terms)):
            rest = part.terms[:place] + part.terms[place + 1 :]
            yield rest[0] if len(rest) == 1 else ex.Add(rest)


def terms(step: Step) -> Iterator[Coded]:
    """Yield a sum with one term left out, or with the sign of one term turned."""
    yield from (("sign", formula) for formula in variants(step.formula, turned))
    yield from (("cost-term-missing", formula) for formula in variants(step.formula, dropped))


def is_slope(node: ex.Node) -> bool:
    """Whether a part is the derivative of an activation."""
    return isinstance(node, ex.Apply) and node.function.order == 1


def _spine(formula: ex.Node) -> Iterator[ex.Node]:
    """Yield the formula, and what a scalar factor in front of it multiplies."""
    yield formula
    if isinstance(formula, ex.Scale):
        yield from _spine(formula.body)


def _around(formula: ex.Node) -> Callable[[ex.Node], ex.Node]:
    """Return the scalar factor in front of a formula, as a function of what follows it."""
    factor = formula.factor if isinstance(formula, ex.Scale) else sympy.Integer(1)
    return lambda body: scaled(factor, body)


def mutations(derivation: Derivation, step: Step, steps: tuple[Step, ...]) -> tuple[Mutation, ...]:
    """Generate every plausible wrong version of a step.

    Parameters
    ----------
    derivation : Derivation
    step : Step
        The step to get wrong.
    steps : tuple of Step
        All steps of the derivation: those before this one are arrays it could be confused with.

    Returns
    -------
    tuple of Mutation
        Each formula once, under the first code that makes it. Some may be equivalent to the right
        one; the proofs recognise these.
    """
    before = steps[: [s.target for s in steps].index(step.target)]
    pool: tuple[ex.Named, ...] = (*derivation.flow, *(s.quantity for s in before))
    found: dict[ex.Node, str] = {}
    for code, formula in (
        *scales(step, derivation),
        *activations(step, derivation),
        *sums(step, steps),
        *products(step),
        *terms(step),
        *operands(step, pool),
    ):
        found.setdefault(formula, code)
    found.pop(step.formula, None)
    return tuple(Mutation(code, formula) for formula, code in found.items())
