"""What the engine hands out: steps, proofs and verdicts, as plain values."""

from __future__ import annotations

from dataclasses import dataclass

from derivations.engine.expressions import Node, Quantity, show

METHODS = ("all-sizes", "exact", "numeric")
VERDICTS = ("proven", "refined", "refuted")


@dataclass(frozen=True)
class Proof:
    """One attempt to prove a statement.

    ``method`` is ``all-sizes``, ``exact`` or ``numeric``; ``detail`` says what was compared, and
    where it fails if it does not hold. ``own`` marks an argument made for one claim alone, which a
    reader must be told; the others compare two formulas as their method always does.
    """

    method: str
    holds: bool
    detail: str
    own: bool = False

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise ValueError(
                f"a proof has method {self.method!r}, but methods are {', '.join(METHODS)}; use one"
            )


@dataclass(frozen=True)
class Step:
    """One step of the reverse pass: ``target`` (dZ1) and its formula in textbook form.

    ``rule`` names the rule of the local derivative, ``because`` tells it in words; ``local`` is
    the derivative that came in times the local one (dA1 ∗ g1′(Z1)), ``product`` the same with that
    derivative put in, before simplification. ``proofs`` is empty until the step is proven.
    """

    target: str
    of: Node
    rule: str
    because: str
    local: Node
    product: Node
    formula: Node
    proofs: tuple[Proof, ...] = ()

    @property
    def shape(self) -> str:
        """The shape of the target."""
        return show(self.of.shape)

    @property
    def quantity(self) -> Quantity:
        """The step as a named array, to be used in later formulas."""
        return Quantity(self.target, self.formula)


@dataclass(frozen=True)
class Verdict:
    """What was found about a claim.

    ``condition`` is what a refined claim needs and leaves out, ``counterexample`` what shows it (or
    what refutes the claim).
    """

    id: str
    statement: str
    proofs: tuple[Proof, ...]
    condition: str = ""
    counterexample: str = ""

    def __post_init__(self) -> None:
        if not self.proofs:
            raise ValueError(
                f"claim {self.id} has no proof, but a verdict needs at least one; give its evidence"
            )

    @property
    def verdict(self) -> str:
        """Proven, refined (true under the condition) or refuted."""
        if not all(proof.holds for proof in self.proofs):
            return "refuted"
        return "refined" if self.condition else "proven"


@dataclass(frozen=True)
class Result:
    """A derivation or topic with everything that was derived and proven."""

    name: str
    title: str
    forward: tuple[Quantity, ...]
    steps: tuple[Step, ...]
    claims: tuple[Verdict, ...]

    @property
    def holds(self) -> bool:
        """Whether every step is proven and no claim is refuted; never true of nothing."""
        steps = all(step.proofs and all(p.holds for p in step.proofs) for step in self.steps)
        claims = all(claim.verdict != "refuted" for claim in self.claims)
        return bool(self.steps or self.claims) and steps and claims
