"""What is true against what is run: two rooms that share no code."""

import numpy as np
import pytest

import derivations
import impl
from derivations.engine.declaration import Derivation
from derivations.engine.instantiate import instantiate
from derivations.engine.recipes import recipes

SIZES = {"n_x": 3, "n_h": 4, "n_y": 2, "m": 6}
CASES = [(name, f) for name, model in impl.models().items() for f in model.activations or ("",)]
ULPS = 16 * np.finfo(float).eps  # of the largest entry: both sides add up at most six terms


def test_every_model_that_runs_is_derived() -> None:
    """A model of impl/ has a derivation of the same name."""
    assert set(impl.models()) <= set(derivations.names())


@pytest.mark.parametrize(("name", "activation"), CASES)
@pytest.mark.parametrize("seed", range(3))
def test_formulas_agree_with_the_implementation(name: str, activation: str, seed: int) -> None:
    """Each derived formula, fed the implementation's own arrays, gives its next array."""
    model, declared = impl.load(name), derivations.load(name)
    assert isinstance(declared, Derivation)
    if activation:
        declared = instantiate(declared, activation)
    rng = np.random.default_rng(seed)
    shapes = {**model.parameters, **model.data}
    arrays = {
        array: rng.normal(size=tuple(SIZES.get(str(s), 1) for s in shape))
        for array, shape in shapes.items()
    }
    arrays["Y"] = (arrays["Y"] > 0).astype(float)
    parameters = {array: arrays[array] for array in model.parameters}
    data = {array: arrays[array] for array in model.data}
    options = {"activation": activation} if activation else {}
    arrays |= model.run(parameters, data, **options)
    formulas = recipes(declared)
    arrays |= {n: formulas[n].right.run(arrays) for n in ("dA2", "dA1", "dA") if n in formulas}
    assert set(model.quantities) <= set(formulas)
    for quantity in model.quantities:
        derived = formulas[quantity].right.run(arrays)
        gap = np.abs(derived.reshape(np.shape(arrays[quantity])) - arrays[quantity]).max()
        assert gap <= ULPS * np.abs(derived).max(), quantity
