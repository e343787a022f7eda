"""Random instances of a derivation: which sizes and scalar symbols it has, and drawing them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from random import Random
from typing import Any

import numpy as np

from derivations.engine import expressions as ex
from derivations.engine.declaration import Derivation
from derivations.engine.evaluation import Array, Evaluation
from derivations.engine.trees import named, walk


def filled(shape: tuple[int, ...], entries: Iterable[Any]) -> Array:
    """Return an object array with the given entries."""
    array: Array = np.empty(shape, dtype=object)
    array[...] = np.array(list(entries), dtype=object).reshape(shape)
    return array


def scalar_symbols(derivation: Derivation) -> list[str]:
    """Return the names of the scalar symbols (such as λ) in the forward pass."""
    found = {
        str(symbol): None
        for quantity in derivation.quantities
        for part in walk(quantity.definition)
        if isinstance(part, ex.Scale)
        for symbol in sorted(part.factor.free_symbols, key=str)
    }
    return [name for name in found if name not in derivation.size_names]


def draw_sizes(derivation: Derivation, random: Random) -> dict[str, int]:
    """Draw a size for each symbol, all different, from 2 up."""
    names = derivation.size_names
    choices = list(range(2, 2 + max(4, len(names))))
    return dict(zip(names, random.sample(choices, len(names)), strict=True))


def described(derivation: Derivation, symbols: Mapping[str, Any]) -> str:
    """Print the sizes of an instance."""
    named = [f"{name}={symbols[name]}" for name in derivation.size_names]
    return ", ".join(named) or "fixed sizes"


def scale_of(derivation: Derivation, target: ex.Node, symbols: Mapping[str, Any]) -> int:
    """Return the factor between the cost's derivative and the course's: m where per example."""
    examples = derivation.examples
    return int(symbols.get(str(examples), examples)) if derivation.per_example(target) else 1


def rerun(
    derivation: Derivation,
    evaluation: Evaluation,
    env: Mapping[str, Array],
    change: tuple[str, Array],
) -> Array:
    """Return the cost after one array was replaced; only what is downstream is recomputed."""
    name, value = change
    after, changed = {**env, name: value}, {name}
    for q in derivation.quantities:
        if q.name != name and any(part.name in changed for part in named(q.definition)):
            after[q.name] = evaluation.value(q.definition, after)
            changed.add(q.name)
    return after[derivation.cost.name]
