"""The reverse pass: from a declared forward pass to every derivative, in closed matrix form."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import sympy

from derivations.engine import expressions as ex
from derivations.engine import rules
from derivations.engine.build import added, scaled
from derivations.engine.consistency import check_names
from derivations.engine.declaration import Derivation
from derivations.engine.results import Step
from derivations.engine.textbook import name_known, simplify
from derivations.engine.trees import named, transform

QUIET = ex.Add | ex.Scale | ex.Transpose  # rules that explain a step only if there is no other


@dataclass(frozen=True)
class Contribution:
    """What one consumer gives to a derivative, and the rules it came through."""

    consumer: ex.Quantity
    formula: ex.Node
    path: tuple[ex.Node, ...]


@dataclass
class _Pass:
    """The state of one reverse pass: what has been contributed, and the steps so far."""

    derivation: Derivation
    given: dict[str, list[Contribution]] = field(default_factory=dict)
    steps: dict[str, Step] = field(default_factory=dict)

    @cached_property
    def learned(self) -> frozenset[str]:
        """Names of the parameters, and of all that is made from them."""
        found: set[str] = set()
        for node in self.derivation.flow:
            below = isinstance(node, ex.Quantity) and any(
                part.name in found for part in named(node.definition)
            )
            if below or (isinstance(node, ex.Leaf) and node.kind == "parameter"):
                found.add(node.name)
        return frozenset(found)

    def weight(self, node: ex.Node) -> Any:
        """Factor between the derivative of the cost and the course's: 1/m per example."""
        one = sympy.Integer(1)
        return one / self.derivation.examples if self.derivation.per_example(node) else one

    def adjoint(self, node: ex.Quantity) -> ex.Node:
        """Name of the derivative by a quantity, or the ones that it consists of."""
        if node.name == self.derivation.cost.name:
            return ex.Ones((1, 1))
        step = self.steps[f"d{node.name}"]
        return step.formula if isinstance(step.formula, ex.Ones) else step.quantity

    def spread_back(self, consumer: ex.Quantity) -> None:
        """Send the derivative by a quantity to everything its definition holds."""

        def down(node: ex.Node, C: ex.Node, path: tuple[ex.Node, ...]) -> None:
            if isinstance(node, ex.Named):
                if node.name not in self.learned:
                    return
                factor = self.weight(consumer) / self.weight(node)
                contribution = Contribution(consumer, scaled(factor, C), path)
                self.given.setdefault(node.name, []).append(contribution)
            elif any(part.name in self.learned for part in named(node)):
                for child, contribution_ in rules.pull(node, C):
                    down(child, contribution_, (*path, node))

        down(consumer.definition, self.adjoint(consumer), ())

    def finish(self, node: ex.Leaf | ex.Quantity) -> None:
        """Gather what was contributed to one derivative, and write it as a textbook would."""
        forward = [q.name for q in self.derivation.quantities]
        contributions = sorted(self.given[node.name], key=lambda c: forward.index(c.consumer.name))
        local = added([part.formula for part in contributions])
        product = name_known(
            added([self.inlined(part) for part in contributions]), self.derivation.quantities
        )
        is_parameter = isinstance(node, ex.Leaf)  # its sums stand as the course writes them
        formula = product if is_parameter else simplify(product, self.derivation.quantities)
        rule, because = reason(node, contributions)
        target = f"d{node.name}"
        self.steps[target] = Step(target, node, rule, because, local, product, formula)

    def inlined(self, part: Contribution) -> ex.Node:
        """Write dZ with the formula of dA, where A = f(Z): that is the step the course makes."""
        if not isinstance(part.consumer.definition, ex.Apply):
            return part.formula
        name = f"d{part.consumer.name}"

        def open_up(node: ex.Node) -> ex.Node | None:
            is_it = isinstance(node, ex.Quantity) and node.name == name
            return self.steps[name].formula if is_it else None

        return transform(part.formula, open_up)


def reason(node: ex.Named, contributions: list[Contribution]) -> tuple[str, str]:
    """Name the rule that made a step, and say why it holds."""
    through = [part.consumer.name for part in contributions]
    names, theorems = [], []
    for part in contributions:
        telling = [n for n in part.path if not isinstance(n, QUIET)] or [*part.path]
        if telling:
            name, theorem = rules.described(telling[-1])
            names.append(name)
            theorems.append(theorem)
    where = " and ".join(dict.fromkeys(through))
    theorem = " ".join(dict.fromkeys(theorems))
    rule = ", ".join(dict.fromkeys(names)) or "identity"
    return rule, f"{node.name} enters the cost through {where}. {theorem}".rstrip()


def derive(derivation: Derivation) -> tuple[Step, ...]:
    """Derive every gradient of a model, in the order of the reverse data flow.

    Steps that are all ones (dL, where J is the mean of L) are used but not listed.

    Raises
    ------
    TypeError
        If the forward pass holds an operator that no rule speaks of.
    ValueError
        If it holds a function without a known derivative, or one name for two things.
    """
    check_names(derivation.name, derivation.flow)
    run = _Pass(derivation)
    waiting = {
        leaf.name: [q.name for q in derivation.quantities if leaf in set(named(q.definition))]
        for leaf in derivation.inputs
        if leaf.kind == "parameter"
    }
    for quantity in reversed(derivation.quantities):
        if quantity.name != derivation.cost.name:
            if quantity.name not in run.given:
                continue
            run.finish(quantity)
        run.spread_back(quantity)
        for part in dict.fromkeys(named(quantity.definition)):
            if isinstance(part, ex.Leaf) and part.name in waiting:
                waiting[part.name].remove(quantity.name)
                if not waiting[part.name]:
                    run.finish(part)
    steps = run.steps.values()
    return tuple(step for step in steps if not isinstance(step.formula, ex.Ones))
