"""Results as JSON, to the contract ``derivation/v1``: fields are added, never lost or renamed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from derivations.engine.printers.latex import latex, latex_name
from derivations.engine.printers.numpy_code import numpy_code
from derivations.engine.results import Proof, Result, Step, Verdict

SCHEMA = "gradcheck/derivation/v1"


def proof_data(proof: Proof) -> dict[str, Any]:
    """Return a proof as plain data."""
    return {"method": proof.method, "holds": proof.holds, "detail": proof.detail}


def step_data(step: Step, result: Result) -> dict[str, Any]:
    """Return a step as plain data."""
    return {
        "target": step.target,
        "rule": step.rule,
        "because": step.because,
        "latex": f"{latex_name(step.target)} = {latex(step.formula)}",
        "numpy": f"{step.target} = {numpy_code(step.formula, result.forward)}",
        "unsimplified": numpy_code(step.product, result.forward),
        "shape": step.shape,
        "proofs": [proof_data(proof) for proof in step.proofs],
    }


def claim_data(claim: Verdict) -> dict[str, Any]:
    """Return a verdict as plain data."""
    return {
        "id": claim.id,
        "statement": claim.statement,
        "verdict": claim.verdict,
        "condition": claim.condition,
        "counterexample": claim.counterexample,
        "proofs": [proof_data(proof) for proof in claim.proofs],
    }


def result_data(result: Result) -> dict[str, Any]:
    """Return a result as plain data."""
    return {
        "name": result.name,
        "title": result.title,
        "holds": result.holds,
        "forward": [
            {
                "name": q.name,
                "latex": f"{latex_name(q.name)} = {latex(q.definition)}",
                "numpy": f"{q.name} = {numpy_code(q.definition, result.forward)}",
                "shape": f"({q.shape[0]}, {q.shape[1]})",
            }
            for q in result.forward
        ],
        "steps": [step_data(step, result) for step in result.steps],
        "claims": [claim_data(claim) for claim in result.claims],
    }


def as_json(results: Sequence[Result]) -> str:
    """Print results as JSON."""
    data = {"schema": SCHEMA, "derivations": [result_data(result) for result in results]}
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"
