"""Proving: every step and every claim by all three methods, none trusting another."""

from __future__ import annotations

from dataclasses import dataclass, replace

from derivations.engine import expressions as ex
from derivations.engine.declaration import Claim, Derivation, Topic
from derivations.engine.proofs import all_sizes, exact, stand_ins
from derivations.engine.results import Proof, Result, Step, Verdict
from derivations.engine.reverse import derive
from derivations.engine.trees import named, transform


class ProofsDisagreeError(ArithmeticError):
    """The three methods do not say the same: one of them, or the engine, is broken."""


@dataclass(frozen=True)
class Prover:
    """The three methods, ready for one derivation; its instances are drawn once."""

    derivation: Derivation
    steps: tuple[Step, ...]
    exact: exact.Exact
    numeric: stand_ins.Numbers

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

    def rely_on(self, node: ex.Node) -> None:
        """Insist that the steps which a formula speaks of are right: nothing rests on a wrong one.

        A step that rests on earlier ones is proven with them put in, so each stands by itself.
        """
        spoken = {part.name for part in named(node) if isinstance(part, ex.Derivative)}
        for step in self.steps:
            if step.target in spoken:
                truth = ex.Derivative(step.of, step.of.shape)
                if not all(p.holds for p in self.agreed(step.target, truth, step.formula)):
                    raise ProofsDisagreeError(
                        f"{self.derivation.name}: {step.target} of the reverse pass is refuted, "
                        "but a claim rests on it; report this, a rule of the engine is wrong"
                    )


def prover(derivation: Derivation, seed: int = 0) -> Prover:
    """Make the three methods ready for a derivation; the seed fixes the random instances."""
    steps = derive(derivation)
    exactly, numerically = exact.prover(derivation, seed), stand_ins.prover(derivation, seed)
    return Prover(derivation, steps, exactly, numerically)


def resolved(node: ex.Node, steps: tuple[Step, ...]) -> ex.Node:
    """Replace ``d(Z)`` within a formula by the step that the reverse pass found.

    A derivative that is all ones (dL, dJ) is no step.
    """
    found = {step.target: step.quantity for step in steps}

    def look_up(part: ex.Node) -> ex.Node | None:
        if not isinstance(part, ex.Derivative):
            return None
        return found.get(part.name, ex.Ones(part.shape))

    return transform(node, look_up)


def prove_claim(derivation: Derivation, claim: Claim, ready: Prover | None = None) -> Verdict:
    """Judge one claim of a derivation.

    ``ready`` is a prover of it whose steps are proven already.
    """
    derivation.check(claim)
    if claim.cost is not None:
        examples = derivation.examples if claim.cost == derivation.cost else None
        derivation = replace(derivation, cost=claim.cost, examples=examples, claims=())
        ready = None
    if ready is None:
        ready = prover(derivation)
        if not isinstance(claim.left, ex.Derivative):
            ready.rely_on(claim.left)
        ready.rely_on(claim.right)
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
