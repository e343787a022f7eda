"""Abstract functions in numbers: two different choices of them, and a claim must hold for both.

With one choice, say tanh for g, the numbers would accept a claim that is true of tanh alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from derivations.engine import expressions as ex
from derivations.engine.declaration import Derivation
from derivations.engine.functions import Function
from derivations.engine.instantiate import Change, concrete_in
from derivations.engine.proofs import numeric
from derivations.engine.proofs.digits import OutsideDomainError
from derivations.engine.results import Proof
from derivations.engine.trees import abstract_functions, transform

SMOOTH = ("sigmoid", "exp", "tanh")


@dataclass(frozen=True)
class Numbers:
    """The numeric proof with each abstract function as its instance, and as something else."""

    first: numeric.Numeric
    again: tuple[tuple[str, Change, numeric.Numeric], ...] = ()

    def prove(self, left: ex.Node, right: ex.Node) -> Proof:
        """Prove that two expressions agree in numbers; ``left`` may be ``d(target)``."""
        proof = self.first.prove(left, right)
        for told, change, other in self.again if proof.holds else ():
            found = other.prove(transform(left, change), transform(right, change))
            detail = f"{proof.detail}; also with {told}"
            proof = Proof(
                found.method, found.holds, detail if found.holds else f"with {told}: {found.detail}"
            )
        return proof


def prover(derivation: Derivation, seed: int = 0) -> Numbers:
    """Draw the instances of a derivation: one, and a second where it has abstract functions."""
    first = numeric.prover(derivation, seed)
    functions = abstract_functions(derivation.quantities)
    for shift in range(len(SMOOTH) if functions else 0):
        chosen = others(functions, shift)
        change = concrete_in(lambda f, chosen=chosen: chosen[f.name])  # type: ignore[misc]
        cost = transform(derivation.cost, change)
        assert isinstance(cost, ex.Quantity)
        told = ", ".join(f"{name} = {choice}" for name, choice in chosen.items())
        try:
            other = numeric.prover(replace(derivation, cost=cost, claims=()), seed)
        except OutsideDomainError:  # a logarithm forbids this choice
            continue
        return Numbers(first, ((told, change, other),))
    return Numbers(first)


def others(functions: tuple[Function, ...], shift: int) -> dict[str, str]:
    """Choose for each function another one than its instance, and different ones for them."""
    chosen = {}
    for place, f in enumerate(functions):
        choices = [name for name in SMOOTH if name != f.instance]
        chosen[f.name] = choices[(place + shift) % len(choices)]
    return chosen
