"""From any differentiable function to a given one: the model with tanh, σ, ReLU in place of g."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from derivations.engine import expressions as ex
from derivations.engine.declaration import Claim, Derivation
from derivations.engine.functions import KNOWN, Function
from derivations.engine.trees import transform

Change: TypeAlias = Callable[[ex.Node], ex.Node | None]


def concrete_in(chosen: Callable[[Function], str]) -> Change:
    """Return a change that makes abstract functions concrete; quantities are rebuilt once."""
    done: dict[str, ex.Quantity] = {}

    def change(node: ex.Node) -> ex.Node | None:
        match node:
            case ex.Quantity(name=name, definition=definition):
                if name not in done:
                    done[name] = ex.Quantity(name, transform(definition, change))
                return done[name]
            case ex.Derivative(target=target):
                return ex.Derivative(transform(target, change), node.shape)
            case ex.Apply(function=f, body=body) if f.abstract:
                return ex.Apply(Function(chosen(f), f.order), transform(body, change))
            case _:
                return None

    return change


def instantiate(derivation: Derivation, function: str) -> Derivation:
    """Replace the abstract functions of a derivation by a known one, throughout.

    Parameters
    ----------
    derivation : Derivation
    function : str
        One of the known functions: ``tanh``, ``sigmoid``, ``relu``, ``leaky_relu``, ...
    """
    if function not in KNOWN:
        raise ValueError(
            f"{derivation.name} with {function!r}: the known functions are {', '.join(KNOWN)}; "
            "choose one of them"
        )
    change = concrete_in(lambda _: function)
    cost = transform(derivation.cost, change)
    assert isinstance(cost, ex.Quantity)
    equations = [c for c in derivation.claims if isinstance(c, Claim) and c.cost is None]
    claims = (
        replace(c, left=transform(c.left, change), right=transform(c.right, change))
        for c in equations
    )
    return replace(derivation, cost=cost, claims=tuple(claims))
