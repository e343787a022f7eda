"""The activation functions and their derivatives, for any finite z without overflow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike

from impl.model import Array, real

LEAK = 0.01


def sigmoid(z: ArrayLike) -> Array:
    """Evaluate σ(z) = 1 / (1 + e^(−z)), elementwise.

    Only e^(−|z|) is formed, which lies in (0, 1], so nothing overflows at either end.
    """
    z = real(z)
    e = np.exp(-np.abs(z))
    a: Array = np.where(z >= 0, 1.0, e) / (1 + e)
    return a


def softplus(z: ArrayLike) -> Array:
    """Evaluate ln(1 + e^z), elementwise: the integral of σ, and so the loss of a label 0 at z."""
    return np.logaddexp(0.0, real(z))


def cross_entropy(z: ArrayLike, y: ArrayLike) -> Array:
    """Evaluate L = −(y ln a + (1 − y) ln(1 − a)) with a = σ(z), elementwise and from z itself.

    a rounds to 1 from z = 37 on, and ln(1 − a) would be −inf there; −ln a = ln(1 + e^(−z)) and
    −ln(1 − a) = ln(1 + e^z) stay finite.
    """
    z, y = real(z), real(y)
    return y * softplus(-z) + (1 - y) * softplus(z)


@dataclass(frozen=True)
class Activation:
    """An activation g and its derivative g′, both taken at Z and both elementwise."""

    name: str
    g: Callable[[Array], Array]
    g_prime: Callable[[Array], Array]


def _sigmoid_prime(z: Array) -> Array:
    a = sigmoid(z)
    return a * (1 - a)


def _tanh_prime(z: Array) -> Array:
    return 1 - np.tanh(z) ** 2


def _relu(z: Array) -> Array:
    return np.maximum(z, 0.0)


def _relu_prime(z: Array) -> Array:
    # ReLU has a kink at 0; like everyone else we take the slope from the left there.
    return np.where(z > 0, 1.0, 0.0)


def _leaky_relu(z: Array) -> Array:
    return np.where(z > 0, z, LEAK * z)


def _leaky_relu_prime(z: Array) -> Array:
    return np.where(z > 0, 1.0, LEAK)


ACTIVATIONS: Mapping[str, Activation] = MappingProxyType(
    {
        "tanh": Activation("tanh", np.tanh, _tanh_prime),
        "sigmoid": Activation("sigmoid", sigmoid, _sigmoid_prime),
        "relu": Activation("relu", _relu, _relu_prime),
        "leaky_relu": Activation("leaky_relu", _leaky_relu, _leaky_relu_prime),
    }
)


def activation_named(name: str) -> Activation:
    """Give the activation of that name.

    Raises
    ------
    ValueError
        If there is none; the message lists those there are.
    """
    try:
        return ACTIVATIONS[name]
    except KeyError:
        raise ValueError(
            f"activation: got {name!r}, expected one of {', '.join(ACTIVATIONS)}"
        ) from None
