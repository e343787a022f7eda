"""Gradient descent walks downhill, and says so when it is asked for nonsense."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from impl.descent import descend, step
from impl.model import Arrays, arrays


def parabola(parameters: Arrays) -> tuple[float, Arrays]:
    """J(w) = w², with its slope 2w."""
    w = float(parameters["w"])
    return w * w, arrays(w=2 * w)


@given(st.floats(-100, 100), st.floats(0.01, 0.99))
def test_descent_on_a_parabola_contracts_by_a_known_factor(w: float, rate: float) -> None:
    """The step w := w − α·2w multiplies w by 1 − 2α, from either side of the minimum.

    Near α = ½ the two terms cancel; what is left rounds at a few eps of w itself.
    """
    reached, costs = descend(parabola, arrays(w=w), learning_rate=rate, iterations=5)
    bar = 8 * np.finfo(float).eps * abs(w) + 1e-300
    np.testing.assert_allclose(reached["w"], w * (1 - 2 * rate) ** 5, rtol=0, atol=bar)
    assert costs == sorted(costs, reverse=True)


def test_a_step_leaves_its_arguments_alone_and_moves_all_parameters_at_once() -> None:
    """The new parameters come from the old ones and the old gradients only."""
    old, slope = arrays(w=[1.0, 2.0], b=3.0), arrays(w=[1.0, 1.0], b=-1.0)
    new = step(old, slope, 0.5)
    np.testing.assert_array_equal(new["w"], [0.5, 1.5])
    np.testing.assert_array_equal(new["b"], 3.5)
    np.testing.assert_array_equal(old["w"], [1.0, 2.0])


@pytest.mark.parametrize("rate", [0.0, -0.1, float("nan"), float("inf")])
def test_a_learning_rate_that_cannot_descend_is_refused(rate: float) -> None:
    """α is positive and finite."""
    with pytest.raises(ValueError, match=r"learning_rate: got .*, expected a positive finite"):
        descend(parabola, arrays(w=1.0), learning_rate=rate, iterations=1)


def test_negative_iterations_are_refused() -> None:
    """Nobody steps backwards."""
    with pytest.raises(ValueError, match=r"iterations: got -1, expected 0 or more"):
        descend(parabola, arrays(w=1.0), learning_rate=0.1, iterations=-1)
