"""Measuring the proofs: which mutations each method refutes, and which are equivalent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from derivations.engine.declaration import Derivation
from derivations.engine.expressions import Derivative
from derivations.engine.mutations import mutations
from derivations.engine.printers.numpy_code import numpy_code
from derivations.engine.prove import prover
from derivations.engine.results import METHODS


@dataclass(frozen=True)
class Trial:
    """One mutation before the three methods: ``refuted_by`` names those that refute it."""

    derivation: str
    target: str
    code: str
    numpy: str
    refuted_by: tuple[str, ...]

    @property
    def equivalent(self) -> bool:
        """Whether every method finds it right: a mistake in looks only."""
        return not self.refuted_by

    @property
    def killed(self) -> bool:
        """Whether every method refutes it."""
        return self.refuted_by == METHODS


def try_mutations(derivation: Derivation, seed: int = 0) -> tuple[Trial, ...]:
    """Put every mutation of every formula of a derivation before the three methods."""
    ready, trials = prover(derivation, seed), []
    steps = ready.steps
    for step in steps:
        claim = Derivative(step.of, step.of.shape)
        for mutation in mutations(derivation, step, steps):
            proofs = ready.prove(claim, mutation.formula)
            refuted_by = tuple(proof.method for proof in proofs if not proof.holds)
            code = numpy_code(mutation.formula, derivation.quantities)
            trials.append(Trial(derivation.name, step.target, mutation.code, code, refuted_by))
    return tuple(trials)


def kill_table(trials: Sequence[Trial]) -> str:
    """Print killed/total for each method, and the mutations that are equivalent."""
    real = [trial for trial in trials if not trial.equivalent]
    lines = []
    for method in METHODS:
        killed = sum(method in trial.refuted_by for trial in real)
        lines.append(f"{method:<10} {killed}/{len(real)} mutations refuted")
    same = (trial for trial in trials if trial.equivalent)
    lines += [f"equivalent: {trial.target} = {trial.numpy} ({trial.code})" for trial in same]
    return "\n".join(lines) + "\n"
