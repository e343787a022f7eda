"""The regimes in which common rules raise false alarms: scaled data, pixels, scaled weights."""

from typing import Any

import numpy as np
import pytest

import impl
from gradcheck import check_gradient
from impl.model import Arrays

# the scale of the data, the scale of the weights
REGIMES = {
    "normal": (1.0, 1.0),
    "X × 1e-3": (1e-3, 1.0),
    "X × 1e2": (1e2, 1.0),
    "pixels": (255.0, 0.01),
    "weights × 10": (1.0, 10.0),
    "weights × 1e-3": (1.0, 1e-3),
}


def problem(name: str, regime: str, seed: int) -> tuple[Any, Any, Arrays]:
    """Draw cost, gradient and point of a model."""
    rng, model = np.random.default_rng(seed), impl.load(name)
    shapes = model.shapes({size: int(rng.integers(2, 7)) for size in model.sizes})
    of_data, of_weights = REGIMES[regime]
    drawn = rng.uniform(0, 1, shapes["X"]) if regime == "pixels" else rng.normal(size=shapes["X"])
    data = {"X": of_data * drawn, "Y": rng.integers(0, 2, shapes["Y"]).astype(float)}
    at = {p: of_weights * rng.normal(size=shapes[p]) for p in model.parameters}
    return lambda p: model.cost(p, data), lambda p: model.gradient(p, data), at


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize("name", ["linear", "logistic", "shallow-network"])
def test_a_right_gradient_is_correct_in_every_regime(name: str, regime: str, seed: int) -> None:
    """With fewer than sixty evaluations."""
    check = check_gradient(*problem(name, regime, seed), rng=seed)
    assert (check.verdict, check.evaluations < 60) == ("correct", True), str(check)


@pytest.mark.parametrize("error", [1e-3, 1e-6, 1e-9])
@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize("name", ["linear", "logistic", "shallow-network"])
def test_a_scaled_gradient_is_wrong_in_every_regime(name: str, regime: str, error: float) -> None:
    """By as little as the ninth digit."""
    cost, gradient, at = problem(name, regime, 3)
    check = check_gradient(
        cost, lambda p: {k: (1 + error) * g for k, g in gradient(p).items()}, at, rng=3
    )
    assert check.verdict == "wrong", str(check)
