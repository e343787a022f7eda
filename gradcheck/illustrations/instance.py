"""A derivation at a point: sizes, arrays, and every quantity by the derived formulas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from derivations import Derivation, recipes
from derivations.engine.proofs.instances import scalar_symbols
from derivations.engine.recipes import Recipes

Array = NDArray[np.float64]
LABELS = "Y"  # as the course calls them: they are 0 or 1
SCALAR = 0.3  # a penalty λ, a rate α: any positive number will do
DRAWS = 8


@dataclass(frozen=True)
class Instance:
    """A derivation with numbers for its inputs.

    Parameters
    ----------
    derivation : Derivation
    inputs : mapping of str to array
        Data and parameters by name.
    sizes : mapping of str to int
        The sizes by name, for code that speaks of them.
    """

    derivation: Derivation
    inputs: Mapping[str, Array]
    sizes: Mapping[str, int]

    @cached_property
    def recipes(self) -> dict[str, Recipes]:
        """Every formula as a callable, right and wrong."""
        return recipes(self.derivation)

    @cached_property
    def known(self) -> dict[str, Any]:
        """Inputs, scalars, and every quantity, forward and backward."""
        return self._run({}, [*self.recipes])

    def cost_at(self, name: str, index: tuple[int, int], value: float) -> float:
        """Return the cost with one entry of an input put to a value."""
        moved = np.array(self.inputs[name], dtype=float)
        moved[index] = value
        forward = [q.name for q in self.derivation.quantities]
        return float(self._run({name: moved}, forward)[self.derivation.cost.name].item())

    def _run(self, changed: Mapping[str, Array], targets: list[str]) -> dict[str, Any]:
        arrays: dict[str, Any] = {**self.sizes, **self._scalars, **self.inputs, **changed}
        for target in targets:
            arrays[target] = self.recipes[target].right.run(arrays)
        return arrays

    @cached_property
    def _scalars(self) -> dict[str, float]:
        names = scalar_symbols(self.derivation)
        return {name.replace("lambda", "lambda_"): SCALAR for name in names}  # as code spells it


def instance(derivation: Derivation, sizes: Mapping[str, int]) -> Instance | None:
    """Draw an instance at which the cost is finite, the same in every run; None if none is found.

    Numbers have one digit after the point, so that a reader can follow them.
    """
    for seed in range(DRAWS):
        rng = np.random.default_rng(seed)
        inputs = _drawn(derivation, sizes, rng, positive=seed >= DRAWS // 2)
        drawn = Instance(derivation, inputs, sizes)
        if all(np.isfinite(np.asarray(value, dtype=float)).all() for value in drawn.known.values()):
            return drawn
    return None


def _drawn(
    derivation: Derivation, sizes: Mapping[str, int], rng: Any, *, positive: bool
) -> dict[str, Array]:
    inputs: dict[str, Array] = {}
    for leaf in derivation.inputs:
        shape = [int(sizes.get(str(size), size)) for size in leaf.shape]
        values = np.round(rng.normal(size=shape), 1)
        values[values == 0] = 0.1
        if leaf in derivation.columns_sum_to_one:
            values = np.eye(shape[0])[:, np.arange(shape[1]) % shape[0]]
        elif leaf.name == LABELS:
            values = (np.add.outer(np.arange(shape[0]), np.arange(shape[1])) % 2).astype(float)
        inputs[leaf.name] = np.abs(values) if positive else values
    return inputs
