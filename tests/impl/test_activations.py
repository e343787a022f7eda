"""The activations and their derivatives, up to the ends of the number line."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from impl.activations import ACTIVATIONS, activation_named, cross_entropy, sigmoid, softplus

EPS = float(np.finfo(float).eps)
finite = st.floats(allow_nan=False, allow_infinity=False)
moderate = st.floats(-700, 700)


@given(finite)
def test_sigmoid_lies_in_the_unit_interval(z: float) -> None:
    """Every finite z has a σ(z) in [0, 1], without a warning (warnings are errors here)."""
    assert 0 <= sigmoid(z) <= 1


@given(moderate)
def test_sigmoid_is_exact_to_a_few_units_in_the_last_place(z: float) -> None:
    """σ(z) agrees with 50 digits to 4 relative eps, at the small end too."""
    with mpmath.workdps(50):
        exact = 1 / (1 + mpmath.exp(-mpmath.mpf(z)))
        assert abs(mpmath.mpf(float(sigmoid(z))) - exact) <= 4 * EPS * exact


@given(finite)
def test_sigmoid_mirrors(z: float) -> None:
    """σ(−z) = 1 − σ(z)."""
    assert abs(sigmoid(-z) + sigmoid(z) - 1) <= 2 * EPS


@given(moderate, st.sampled_from([0.0, 1.0, 0.25]))
def test_cross_entropy_keeps_its_digits_where_a_rounds_to_0_or_1(z: float, y: float) -> None:
    """The loss from z agrees with the course's formula on a in 400 digits."""
    with mpmath.workdps(400):
        a = 1 / (1 + mpmath.exp(-mpmath.mpf(z)))
        exact = -(y * mpmath.log(a) + (1 - y) * mpmath.log(1 - a))
        assert abs(mpmath.mpf(float(cross_entropy(z, y))) - exact) <= 8 * EPS * abs(exact)


@pytest.mark.parametrize("z", [-1000.0, 1000.0, -1e308, 1e308])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_stay_finite_far_out(name: str, z: float) -> None:
    """No activation and no derivative overflows."""
    g = activation_named(name)
    assert np.all(np.isfinite([g.g(np.array(z)), g.g_prime(np.array(z))]))


@given(st.sampled_from(sorted(ACTIVATIONS)), st.floats(0.01, 3) | st.floats(-3, -0.01))
def test_g_prime_is_the_slope_of_g(name: str, z: float) -> None:
    """g′ agrees with a central difference to the error that its step leaves.

    The step h = 1e-4 leaves h²/6·|g‴| of truncation, with |g‴| ≤ 2 for each of them, and eps/h
    of rounding.
    """
    g = activation_named(name)
    h = 1e-4
    slope = (g.g(np.array(z + h)) - g.g(np.array(z - h))) / (2 * h)
    assert abs(slope - g.g_prime(np.array(z))) <= h * h / 3 + 4 * EPS * (1 + abs(z)) / h


@pytest.mark.parametrize(("name", "slope"), [("relu", 0.0), ("leaky_relu", 0.01)])
def test_the_slope_at_a_kink_is_the_one_from_the_left(name: str, slope: float) -> None:
    """At 0 the ReLUs have no derivative; ours is the one-sided slope from the left."""
    assert activation_named(name).g_prime(np.array(0.0)) == slope


def test_softplus_is_the_loss_of_the_label_0() -> None:
    """ln(1 + e^z) = −ln(1 − σ(z))."""
    z = np.linspace(-40, 40, 81)
    np.testing.assert_array_equal(softplus(z), cross_entropy(z, 0.0))


def test_an_unknown_activation_is_named_with_those_there_are() -> None:
    """A misspelt activation gets one clear line."""
    with pytest.raises(ValueError, match=r"activation: got 'tahn', expected one of tanh, sigmoid"):
        activation_named("tahn")
