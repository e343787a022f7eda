"""Every plausible mistake of a derivation's formulas: what it does to numbers, what refutes it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from derivations import Derivation, try_mutations
from derivations.engine.recipes import Recipe
from gradcheck.illustrations.instance import Instance
from gradcheck.illustrations.values import Pitfall

CLOSE = 1e-9  # two formulas that agree to this, at numbers near 1, are the same there


def pitfalls(derivation: Derivation, drawn: Instance) -> tuple[Pitfall, ...]:
    """Run every mistake at an instance, and put it before the three proofs."""
    refuted = {(t.target, t.code, t.numpy): t.refuted_by for t in try_mutations(derivation)}
    return tuple(
        Pitfall(target, wrong.code, wrong.numpy, effect(wrong, drawn), by)
        for target, formulas in drawn.recipes.items()
        for wrong in formulas.wrong
        if (by := refuted.get((target, wrong.code, wrong.numpy))) is not None
    )


def effect(wrong: Recipe, drawn: Instance) -> str:
    """Say what a wrong formula does to the numbers of an instance."""
    right = np.asarray(drawn.known[wrong.target], dtype=float)
    try:
        found = np.asarray(wrong.run(drawn.known), dtype=float)
    except ValueError:
        return "NumPy refuses: the shapes do not fit"
    if found.shape != right.shape:
        return f"shape {found.shape} instead of {right.shape}"
    return _difference(found, right)


def _difference(found: Any, right: Any) -> str:
    scale = float(np.max(np.abs(right))) or 1.0
    off = np.abs(found - right) > CLOSE * scale
    if not off.any():
        return "the same numbers here"
    if not np.isfinite(found).all():
        return "numbers that are not finite"
    at = np.unravel_index(np.argmax(np.abs(right)), right.shape)
    ratio = float(found[at] / right[at]) if right[at] else 0.0
    if np.allclose(found, ratio * right, rtol=0, atol=CLOSE * scale):
        return f"every entry times {_factor(ratio)}"
    share = 100 * float(np.max(np.abs(found - right))) / scale
    count = f"{int(off.sum())} of {off.size} entries" if off.size > 1 else "the entry"
    return f"{count} off, by up to {share:.{0 if share >= 10 else 1}f}\u00a0% of the largest"


def _factor(ratio: float) -> str:
    near = Fraction(ratio).limit_denominator(100)
    exact = abs(float(near) - ratio) < CLOSE
    return str(near).replace("-", "−") if exact else f"{ratio:.3g}".replace("-", "−")
