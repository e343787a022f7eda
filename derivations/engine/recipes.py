"""Recipes: every quantity's formula as a callable on named arrays, right and wrong.

They serve whoever has arrays and asks which formula made them: feed a submission's own upstream
values to each recipe, and see which one gives its result.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from derivations.engine import expressions as ex
from derivations.engine.declaration import Derivation
from derivations.engine.forward_mutations import forward_mutations
from derivations.engine.mutations import Mutation, mutations
from derivations.engine.printers.numpy_code import numpy_code
from derivations.engine.reverse import derive
from derivations.engine.trees import named


def stable_sigmoid(z: Any) -> Any:
    """Apply σ without overflow for any finite z."""
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1 / (1 + e), e / (1 + e))


@dataclass(frozen=True)
class Recipe:
    """One formula for one quantity.

    Parameters
    ----------
    target : str
        What it makes: ``dZ1``.
    code : str
        The mistake it makes, from the vocabulary of mistakes; empty for the right formula.
    numpy : str
        The formula as code.
    inputs : tuple of str
        The arrays it is made from.
    shapes : mapping
        The declared shapes of all arrays, from which sizes are read.
    """

    target: str
    code: str
    numpy: str
    inputs: tuple[str, ...]
    shapes: Mapping[str, ex.Shape]

    def run(self, arrays: Mapping[str, Any]) -> Any:
        """Make the quantity from arrays by name.

        Sizes (m, n_x) are read off the arrays that are given, or passed by name like these.

        Raises
        ------
        ValueError
            If an array of the formula is missing.
        """
        missing = [name for name in self.inputs if name not in arrays]
        if missing:
            raise ValueError(
                f"{self.target} needs {', '.join(missing)}, but got {', '.join(arrays)}; pass "
                "every array of the formula by its name"
            )
        names: dict[str, Any] = {"np": np, "sigmoid": stable_sigmoid}
        for name, array in arrays.items():
            for size, found in zip(self.shapes.get(name, ()), np.shape(array), strict=False):
                names[str(size)] = found
        with np.errstate(all="ignore"):
            return np.asarray(eval(self.numpy, {**names, **arrays}))  # noqa: S307  printed by us


@dataclass(frozen=True)
class Recipes:
    """All formulas of one quantity: the right one, and the plausible wrong ones."""

    right: Recipe
    wrong: tuple[Recipe, ...]


def recipes(derivation: Derivation) -> dict[str, Recipes]:
    """Collect the recipes of a derivation, by quantity, in the order of the data flow.

    A model with an abstract activation is instantiated first (``instantiate(model, "relu")``);
    otherwise its stand-in is used. Formulas whose result has another shape than the quantity
    (a sum left out, a transpose) are included: their shape is part of the mistake.
    """
    steps = derive(derivation)
    shapes = {node.name: node.shape for node in derivation.flow}
    shapes |= {step.target: step.of.shape for step in steps}

    def recipe(target: str, code: str, formula: ex.Node) -> Recipe:
        inputs = tuple(dict.fromkeys(_inputs(formula, derivation)))
        text = numpy_code(formula, derivation.quantities)
        return Recipe(target, code, text, inputs, shapes)

    def gather(target: str, right: ex.Node, wrong: tuple[Mutation, ...]) -> Recipes:
        mistakes = tuple(recipe(target, mutation.code, mutation.formula) for mutation in wrong)
        return Recipes(recipe(target, "", right), mistakes)

    forward = {
        q.name: gather(q.name, q.definition, forward_mutations(derivation, q))
        for q in derivation.quantities
    }
    backward = {
        step.target: gather(step.target, step.formula, mutations(derivation, step, steps))
        for step in steps
    }
    return forward | backward


def _inputs(formula: ex.Node, derivation: Derivation) -> list[str]:
    """Names that the printed code reads: f′(Z) may be written with A = f(Z)."""
    code = numpy_code(formula, derivation.quantities)
    tokens = set("".join(c if c.isalnum() or c == "_" else " " for c in code).split())
    known = [node.name for node in derivation.flow]
    known += [part.name for part in named(formula) if part.name not in known]
    return [name for name in known if name in tokens]
