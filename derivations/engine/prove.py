"""Proving: every step and every claim by all three methods, none trusting another."""

from __future__ import annotations

from dataclasses import dataclass, replace

from derivations.engine import expressions as ex
from derivations.engine.declaration import Claim, Derivation, Topic
from derivations.engine.proofs import all_sizes, exact, numeric
from derivations.engine.results import Proof, Result, Step, Verdict
from derivations.engine.reverse import derive
from derivations.engine.trees import transform


class ProofsDisagreeError(ArithmeticError):
    """The three methods do not say the same: one of them, or the engine, is broken."""


@dataclass(frozen=True)
class Prover:
    """The three methods, ready for one derivation; its instances are drawn once."""

    derivation: Derivation
    steps: tuple[Step, ...]
    exact: exact.Exact
    numeric: numeric.Numeric

    def prove(self, left: ex.Node, right: ex.Node) -> tuple[Proof, ...]:
        """Judge ``left = right`` by each method; ``left`` may be ``d(target)``."""
        return (
            all_sizes.prove(self.derivation, left, right),
            self.exact.prove(left, right),
            self.numeric.prove(left, right),
        )

    def agreed(self, name: str, left: ex.Node, right: ex.Node) -> tuple[Proof, ...]:
        """Judge, and insist that the methods say the same."""
        proofs = self.prove(left, right)
        if len({proof.holds for proof in proofs}) > 1:
            said = "; ".join(f"{p.method} says {p.holds}: {p.detail}" for p in proofs)
            raise ProofsDisagreeError(
                f"{self.derivation.name}, {name}: the proofs disagree ({said}); report this, the "
                "statement is outside what the normal form decides or the engine is wrong"
            )
        return proofs


def prover(derivation: Derivation, seed: int = 0) -> Prover:
    """Make the three methods ready for a derivation; the seed fixes the random instances."""
    steps = derive(derivation)
    exactly, numerically = exact.prover(derivation, seed), numeric.prover(derivation, seed)
    return Prover(derivation, steps, exactly, numerically)


def resolved(node: ex.Node, steps: tuple[Step, ...]) -> ex.Node:
    """Replace ``d(Z)`` within a formula by the step that the reverse pass found."""
    found = {step.target: step.quantity for step in steps}

    def look_up(part: ex.Node) -> ex.Node | None:
        if not isinstance(part, ex.Derivative):
            return None
        return found.get(part.name, ex.Ones(part.shape))

    return transform(node, look_up)


def prove_claim(derivation: Derivation, claim: Claim, ready: Prover | None = None) -> Verdict:
    """Judge one claim of a derivation."""
    if claim.cost is not None:
        examples = derivation.examples if claim.cost == derivation.cost else None
        derivation = replace(derivation, cost=claim.cost, examples=examples, claims=())
        ready = None
    ready = ready or prover(derivation)
    steps = ready.steps
    left = claim.left if isinstance(claim.left, ex.Derivative) else resolved(claim.left, steps)
    proofs = ready.agreed(f"claim {claim.id}", left, resolved(claim.right, steps))
    failed = next((p.detail for p in reversed(proofs) if not p.holds), "")
    return Verdict(claim.id, claim.statement, proofs, counterexample=failed)


def merged(verdicts: tuple[Verdict, ...]) -> tuple[Verdict, ...]:
    """Join the verdicts on the parts of one claim: it holds if all its parts do."""
    by_id: dict[str, Verdict] = {}
    for verdict in verdicts:
        first = by_id.get(verdict.id)
        by_id[verdict.id] = (
            verdict
            if first is None
            else Verdict(
                verdict.id,
                f"{first.statement}; {verdict.statement}",
                first.proofs + verdict.proofs,
                first.condition or verdict.condition,
                first.counterexample or verdict.counterexample,
            )
        )
    return tuple(by_id.values())


def prove(declaration: Derivation | Topic) -> Result:
    """Derive every gradient and prove every step and claim.

    Parameters
    ----------
    declaration : Derivation or Topic

    Returns
    -------
    Result
        Steps in the order of the reverse data flow, and a verdict for each claim.

    Raises
    ------
    ProofsDisagreeError
        If the methods say different things about a statement.
    """
    name, title = declaration.name, declaration.title
    if isinstance(declaration, Topic):
        return Result(name, title, (), (), tuple(claim.judge() for claim in declaration.claims))
    ready = prover(declaration)
    steps = tuple(
        replace(
            step,
            proofs=ready.agreed(step.target, ex.Derivative(step.of, step.of.shape), step.formula),
        )
        for step in ready.steps
    )
    verdicts = tuple(
        prove_claim(declaration, claim, ready) if isinstance(claim, Claim) else claim.judge()
        for claim in declaration.claims
    )
    return Result(name, title, declaration.quantities, steps, merged(verdicts))
