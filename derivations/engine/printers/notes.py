"""What a reader must be told beside the formulas: what stands for what, and what a mark means."""

from __future__ import annotations

from derivations.engine.proofs.exact import TRIALS
from derivations.engine.results import METHODS, Result, Verdict
from derivations.engine.trees import abstract_functions

RAISED = str(TRIALS).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
MEANINGS = (
    "both sides agree entry by entry in index notation, for every size and value",
    f"both sides agree modulo 2⁶¹ − 1 at {TRIALS} random choices of sizes and values, none "
    f"rounded: a false formula of degree d passes with probability below (d/2⁶¹){RAISED}",
    "the printed code agrees with slopes of 50 digits and with the nudge of 0.001, at a random "
    "sample of sizes and values",
)


def stand_ins(result: Result) -> tuple[str, ...]:
    """Tell which known functions stand for abstract ones in the code."""
    return tuple(
        f"{f.name} is any differentiable function; {f.instance} stands for it in the code"
        for f in abstract_functions(result.forward)
    )


def arguments(claim: Verdict) -> tuple[tuple[str, str], ...]:
    """Return the method and the words of every argument made for this claim alone."""
    return tuple((proof.method, proof.detail) for proof in claim.proofs if proof.own)


def legend() -> tuple[tuple[str, str], ...]:
    """Say what each method's mark means, where a claim's own argument says nothing else."""
    return tuple(zip(METHODS, MEANINGS, strict=True))
