"""Formulas as text that can be run, changed and printed."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import CodeType, MappingProxyType
from typing import Any

import numpy as np

from gradcheck.submissions.reference.textbook import FORMULAS
from impl import Array, Model
from impl.activations import ACTIVATIONS, Activation, sigmoid

FUNCTIONS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "sum": np.sum,
        "log": np.log,
        "exp": np.exp,
        "abs": np.abs,
        "sqrt": np.sqrt,
        "where": np.where,
        "sigmoid": sigmoid,
    }
)

# g′ written on the activation a = g(z) instead of on z.
_ON_ACTIVATION: Mapping[str, str] = MappingProxyType(
    {
        "tanh": "1 - {a} ** 2",
        "sigmoid": "{a} * (1 - {a})",
        "relu": "({a} > 0)",
        "leaky_relu": "where({a} > 0, 1, 0.01)",
    }
)


@dataclass(frozen=True)
class Formula:
    """One line ``target = text``.

    Parameters
    ----------
    target : str
    text : str
        An expression over the names of the model, ``@`` for the matrix product.
    """

    target: str
    text: str
    tree: ast.expr = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "tree", ast.parse(self.text, mode="eval").body)

    def value(self, names: Mapping[str, Any]) -> Array:
        """Evaluate the text; an overflow or a log of 0 yields inf or nan and no warning."""
        with np.errstate(all="ignore"):
            result = eval(_compiled(self.text), {"__builtins__": {}}, dict(names))  # noqa: S307 - our own text
        return np.asarray(result, dtype=np.float64)

    def written(self, activation: str | None = None) -> str:
        """Print the line in the course's notation, with the hidden activation by its name."""
        text = re.sub(r"\b(sum|log|exp|abs|sqrt|where)\(", r"np.\1(", self.text)
        if activation:
            text = re.sub(r"\bg_prime\(", f"{activation}'(", text)
            text = re.sub(r"\bg\(", f"{activation}(", text)
            text = re.sub(r"\b(tanh|sigmoid|relu|leaky_relu)_prime\(", r"\1'(", text)
        return f"{self.target} = {text}"


@lru_cache(maxsize=4096)
def _compiled(text: str) -> CodeType:
    return compile(text, "<formula>", "eval")


def formulas_of(model: Model) -> tuple[Formula, ...]:
    """Give the lines of a model in the order of the data flow.

    Raises
    ------
    ValueError
        If the textbook has no lines for the model.
    """
    return _lines(model.name)


@lru_cache
def _lines(name: str) -> tuple[Formula, ...]:
    if name not in FORMULAS:
        raise ValueError(f"model: got {name!r}, expected one of {', '.join(FORMULAS)}")
    lines = (line.split("=", 1) for line in FORMULAS[name].strip().splitlines())
    return tuple(Formula(target.strip(), text.strip()) for target, text in lines)


def updates_of(model: Model) -> tuple[Formula, ...]:
    """Give the lines of one step of gradient descent, one a parameter."""
    return tuple(Formula(name, f"{name} - learning_rate * d{name}") for name in model.parameters)


def output_of(model: Model) -> str:
    """Name what a prediction is made from: the last quantity before the cost."""
    targets = [formula.target for formula in formulas_of(model)]
    return targets[targets.index("J") - 1]


def functions_for(activation: str | None) -> dict[str, Callable[..., Any]]:
    """Give every function that a formula or a mutation of it may name."""
    named: dict[str, Callable[..., Any]] = dict(FUNCTIONS)
    for name, pair in ACTIVATIONS.items():
        named |= {name: pair.g, f"{name}_prime": pair.g_prime}
    chosen: Activation | None = ACTIVATIONS[activation] if activation else None
    return named | ({"g": chosen.g, "g_prime": chosen.g_prime} if chosen else {})


def on_activation(activation: str, argument: str) -> str:
    """Write g′ as it is written on the activation: 1 − a² for tanh.

    >>> on_activation("tanh", "A1")
    '1 - A1 ** 2'
    """
    return _ON_ACTIVATION[activation].format(a=argument)
