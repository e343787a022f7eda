"""Formulas as text that can be run, changed and printed.

They come from ``derivations``, and are brought only when something is wrong: importing SymPy
costs as much as judging a right submission.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import CodeType, MappingProxyType
from typing import Any

import numpy as np

from gradcheck.submissions.reference.flow import LOSS, targets_of
from impl import Array, Model
from impl.activations import ACTIVATIONS

_PRIMES = {f"{name}_prime": known.g_prime for name, known in ACTIVATIONS.items()}
FUNCTIONS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "sum": np.sum,
        "mean": np.mean,
        "log": np.log,
        "log_prime": lambda x: 1 / x,
        "exp": np.exp,
        "exp_prime": np.exp,
        "abs": np.abs,
        "sqrt": np.sqrt,
        "sign": np.sign,
        "where": np.where,
        "ones": np.ones,
        **{name: known.g for name, known in ACTIVATIONS.items()},
        **_PRIMES,
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
        An expression over the names of the model and `FUNCTIONS`, ``@`` for the matrix product.
    """

    target: str
    text: str
    tree: ast.expr = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "tree", _parsed(self.text))

    def value(self, names: Mapping[str, Any]) -> Array:
        """Evaluate the text; an overflow or a log of 0 yields inf or nan and no warning."""
        with np.errstate(all="ignore"):
            result = eval(  # noqa: S307 - our own text
                _compiled(self.text), {"__builtins__": {}}, {**FUNCTIONS, **names}
            )
        return np.asarray(result, dtype=np.float64)

    def written(self) -> str:
        """Print the line as a student writes it, with g'(Z) for a derivative."""
        bare = re.sub(r" \+ 0 \* \w+$", "", self.text)  # the same number in every entry
        text = re.sub(r"\b(sum|mean|log|exp|abs|sqrt|sign|where|ones)\(", r"np.\1(", bare)
        return f"{self.target} = " + re.sub(r"\b(\w+)_prime\(", r"\1'(", text)


@lru_cache(maxsize=4096)
def _parsed(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


@lru_cache(maxsize=4096)
def _compiled(text: str) -> CodeType:
    return compile(text, "<formula>", "eval")


def formulas_of(model: Model, activation: str | None = None) -> tuple[Formula, ...]:
    """Give the lines of a model in the order of the data flow, from its derivation."""
    by_target = dict(_lines(model.name, activation))
    return tuple(Formula(target, by_target[target]) for target in targets_of(model))


@lru_cache
def _lines(name: str, activation: str | None) -> tuple[tuple[str, str], ...]:
    from gradcheck.submissions.reference.written import lines_from

    return lines_from(name, activation, LOSS)


def slips_of(model: Model, activation: str | None, target: str) -> tuple[tuple[str, str], ...]:
    """Give the codes and texts of the plausible wrong lines of a quantity.

    An array that the model does not show (dA) is written out.
    """
    shown = {*model.parameters, *model.data, *model.quantities, *model.sizes, *FUNCTIONS}
    lines = dict(_lines(model.name, activation))
    found = []
    for code, text in _slips(model.name, activation).get(target, ()):
        for name in sorted(_words(text) - shown & lines.keys()):
            text = re.sub(rf"\b{name}\b", f"({lines[name]})", text)
        if _words(text) <= shown:
            found.append((code, text))
    return tuple(found)


def line_named(model: Model, activation: str | None, target: str) -> Formula | None:
    """Give the line of any derivative that the derivation has, dA included; None for others."""
    text = dict(_lines(model.name, activation)).get(target)
    return None if text is None else Formula(target, text)


@lru_cache
def _slips(name: str, activation: str | None) -> Mapping[str, tuple[tuple[str, str], ...]]:
    from gradcheck.submissions.reference.written import slips_from

    return slips_from(name, activation, LOSS)


def _words(text: str) -> set[str]:
    return {node.id for node in ast.walk(_parsed(text)) if isinstance(node, ast.Name)}


def updates_of(model: Model) -> tuple[Formula, ...]:
    """Give the lines of one step of gradient descent, one a parameter."""
    return tuple(Formula(name, f"{name} - learning_rate * d{name}") for name in model.parameters)


def on_activation(activation: str, argument: str) -> str:
    """Write g′ as it is written on the activation: 1 − a² for tanh.

    >>> on_activation("tanh", "A1")
    '1 - A1 ** 2'
    """
    return _ON_ACTIVATION[activation].format(a=argument)
