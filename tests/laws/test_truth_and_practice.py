"""What is true and what is run agree: two independent rooms, the same numbers."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import derivations
import impl
from derivations.engine.declaration import Derivation
from derivations.engine.instantiate import instantiate
from derivations.engine.recipes import Recipes, recipes
from impl.model import Model

EPS = float(np.finfo(float).eps)
CASES = [(model, choice) for model in impl.models().values() for choice in model.variants()]
every_model = pytest.mark.parametrize(
    ("model", "choice"), CASES, ids=["-".join([m.name, *c.values()]) for m, c in CASES]
)


@cache
def formulas_of(name: str, activation: str | None = None) -> dict[str, Recipes]:
    """Derive the model's formulas, once for all examples."""
    derivation = derivations.load(name)
    assert isinstance(derivation, Derivation)
    return recipes(instantiate(derivation, activation) if activation else derivation)


@every_model
@given(sizes=st.data(), seed=st.integers(0, 2**32 - 1))
def test_each_formula_of_the_derivation_gives_the_number_of_the_implementation(
    model: Model, choice: dict[str, str], sizes: st.DataObject, seed: int
) -> None:
    """Fed with the implementation's arrays, the printed formula differs by a few roundings.

    The bar counts eps for each term of the longest sum, on arrays of at most `scale`; the loss is
    formed from a = σ(z) by one side and from z by the other, which loses 1/(1 − a) digits.
    """
    named = {size: sizes.draw(st.integers(1, 6), label=size) for size in model.sizes}
    rng = np.random.default_rng(seed)
    shapes = model.shapes(named)
    parameters = {name: rng.normal(size=shapes[name]) for name in model.parameters}
    data = {name: rng.normal(size=shapes[name]) for name in model.data}
    if model.labels == "binary":
        data["Y"] = np.where(data["Y"] > 0, 1.0, 0.0)
    arrays = {**parameters, **data, **model.run(parameters, data, **choice)}

    formulas = formulas_of(model.name, *choice.values())
    scale = max(float(np.max(np.abs(array))) for array in arrays.values())
    lost = max((float(np.max(1 / (1 - a))) for a in _outputs(arrays, model)), default=1.0)
    bar = 8 * EPS * sum(named.values()) * max(1.0, scale) ** 2 * lost
    for name in model.quantities:
        found = formulas[name].right.run(arrays)
        np.testing.assert_allclose(
            np.reshape(found, arrays[name].shape), arrays[name], rtol=0, atol=bar, err_msg=name
        )


def _outputs(arrays: dict[str, np.ndarray], model: Model) -> list[np.ndarray]:
    """Give max(a, 1 − a) of the sigmoid outputs, whose distance to 1 the loss depends on."""
    if model.labels != "binary":
        return []
    output = list(model.quantities)[list(model.quantities).index("L") - 1]
    return [np.maximum(arrays[output], 1 - arrays[output])]


@pytest.mark.parametrize("model", impl.models().values(), ids=impl.models())
def test_the_derivation_speaks_of_the_same_quantities_as_the_implementation(model: Model) -> None:
    """Every quantity that is run is derived, under the same name."""
    assert set(model.quantities) <= set(formulas_of(model.name))
