"""Numbers with fifty digits, and the functions that the engine knows, worked out with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import mpmath

from derivations.engine.functions import LEAKY_SLOPE, Function

CONTEXT: Any = mpmath.MPContext()
CONTEXT.dps = 50


class OutsideDomainError(ValueError):
    """The drawn inputs lead to a logarithm of a number that is not positive."""


def logarithm(z: Any) -> Any:
    """Return ln z."""
    if z <= 0:
        raise OutsideDomainError(
            "a logarithm's argument is not positive for inputs between 0.1 and 0.9, so there are "
            "no numbers to compare; write its argument so that it is, such as exp(Z) or 1 - A"
        )
    return CONTEXT.log(z)


@dataclass(frozen=True)
class Digits:
    """Numbers with many digits."""

    def fraction(self, top: int, bottom: int) -> Any:
        """Return top/bottom."""
        return CONTEXT.mpf(top) / bottom

    def function(self, f: Function, z: Any) -> Any:
        """Return f(z); an abstract function is its instance."""
        name = f.concrete.name
        leak = self.fraction(*LEAKY_SLOPE) if name == "leaky_relu" else 0
        values: dict[str, Callable[[], Any]] = {
            "sigmoid": lambda: 1 / (1 + CONTEXT.exp(-z)),
            "tanh": lambda: CONTEXT.tanh(z),
            "exp": lambda: CONTEXT.exp(z),
            "log": lambda: logarithm(z),
            "relu": lambda: z if z > 0 else 0 * z,
            "leaky_relu": lambda: z if z > 0 else leak * z,
        }
        value = values[name]()
        if f.order == 0:
            return value
        slopes: dict[str, Callable[[], Any]] = {
            "sigmoid": lambda: value * (1 - value),
            "tanh": lambda: 1 - value * value,
            "exp": lambda: value,
            "log": lambda: 1 / z,
            "relu": lambda: CONTEXT.mpf(z > 0),
            "leaky_relu": lambda: CONTEXT.mpf(1) if z > 0 else leak,
        }
        return slopes[name]()
