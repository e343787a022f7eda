"""Results as Markdown: headings, a table of steps, a table of claims."""

from __future__ import annotations

from collections.abc import Sequence

from derivations.engine.printers.latex import latex, latex_name
from derivations.engine.printers.notes import arguments, legend, stand_ins
from derivations.engine.printers.numpy_code import numpy_code
from derivations.engine.printers.text import NO, YES
from derivations.engine.results import Proof, Result


def proofs_cell(proofs: Sequence[Proof]) -> str:
    """Print each method with a mark: whether all its proofs hold."""
    methods = dict.fromkeys(proof.method for proof in proofs)
    held = {m: all(proof.holds for proof in proofs if proof.method == m) for m in methods}
    return ", ".join(f"{YES if held[method] else NO} {method}" for method in methods)


def cell(text: str) -> str:
    """Escape what would end a cell of a table."""
    return text.replace("|", "\\|").replace("\n", " ")


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Print a table, or nothing if it has no rows."""
    if not rows:
        return []
    lines = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(map(cell, line)) + " |" for line in lines] + [""]


def claim_lines(result: Result) -> list[str]:
    """Print the table of claims, and below it the arguments made for one of them alone."""
    claims = [
        [c.id, c.verdict, c.statement, c.condition, c.counterexample, proofs_cell(c.proofs)]
        for c in result.claims
    ]
    head = ["Claim", "Verdict", "Statement", "Condition", "Counterexample", "Proofs"]
    told = [(c.id, *argument) for c in result.claims for argument in arguments(c)]
    lines = [f"- {name}, {method}: {text}" for name, method, text in told]
    return [*table(head, claims), *lines, *([""] if lines else [])]


def as_markdown(results: Sequence[Result]) -> str:
    """Print results as Markdown."""
    out = []
    for result in results:
        out += [f"## {result.title}", ""]
        for q in result.forward:
            out += [f"$${latex_name(q.name)} = {latex(q.definition)}$$", ""]
        out += [line for note in stand_ins(result) for line in (note, "")]
        steps = [
            [
                f"${latex_name(step.target)} = {latex(step.formula)}$",
                f"`{numpy_code(step.formula, result.forward)}`",
                step.shape,
                step.because,
                proofs_cell(step.proofs),
            ]
            for step in result.steps
        ]
        out += table(["Step", "NumPy", "Shape", "Because", "Proofs"], steps)
        out += claim_lines(result)
    if out:
        out += ["## What a proof means", ""]
        out += [*(f"- {method}: {meaning}" for method, meaning in legend()), ""]
    return "\n".join(out)
