"""Results for a terminal: aligned steps, one mark a proof, at most 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from derivations.engine.printers.notes import arguments, legend, stand_ins
from derivations.engine.printers.numpy_code import numpy_code
from derivations.engine.results import METHODS, Proof, Result, Step, Verdict

WIDTH = 80
YES, NO, UNTRIED = "✓", "✗", "·"
COLUMNS = "   ".join(METHODS)
ROOM = WIDTH - len(COLUMNS) - 2  # what is left of a line beside the marks


def marks(proofs: Sequence[Proof]) -> str:
    """One mark under each method's name: ✓ holds, ✗ does not, · was not tried."""
    cells = []
    for method in METHODS:
        found = [proof.holds for proof in proofs if proof.method == method]
        mark = UNTRIED if not found else YES if all(found) else NO
        cells.append(mark.center(len(method)))
    return "   ".join(cells)


def with_marks(text: str, proofs: Sequence[Proof], indent: str) -> list[str]:
    """Lines of a text, wrapped, with the marks at the end of the first."""
    wrapped = textwrap.wrap(
        text, ROOM, initial_indent="  ", subsequent_indent=indent, break_long_words=False
    )
    return [f"{wrapped[0]:<{ROOM}}  {marks(proofs)}".rstrip(), *wrapped[1:]]


def step_lines(step: Step, result: Result, width: int) -> list[str]:
    """Lines of one step: the formula, its shape and its reason."""
    code = f"{step.target:<{width}} = {numpy_code(step.formula, result.forward)}"
    indent = " " * (width + 5)
    reason = f"{step.shape} by the {step.rule} rule. {step.because}"
    if step.product != step.formula:
        reason += f" Simplified from {numpy_code(step.product, result.forward)}."
    told = textwrap.wrap(reason, WIDTH, initial_indent=indent, subsequent_indent=indent)
    return [*with_marks(code, step.proofs, indent), *told]


def claim_lines(claim: Verdict) -> list[str]:
    """Lines of one claim: its verdict, and what it leaves out or what refutes it."""
    indent = " " * 16
    found = with_marks(f"{claim.id:<4}{claim.verdict:<10}{claim.statement}", claim.proofs, indent)
    told = (("if", claim.condition), ("shown by", claim.counterexample), *arguments(claim))
    for label, text in told:
        if text:
            lines = textwrap.wrap(f"{label}: {text}", WIDTH - 16)
            found += [indent + line for line in lines]
    return found


def result_lines(result: Result) -> list[str]:
    """Lines of one derivation."""
    out = [f"{result.name}: {result.title}", ""]
    names = [q.name for q in result.forward] + [step.target for step in result.steps]
    width = max(map(len, names), default=0)
    if result.forward:
        out.append("Forward")
        for q in result.forward:
            text = f"{q.name:<{width}} = {numpy_code(q.definition, result.forward)}"
            out += textwrap.wrap(
                text, WIDTH, initial_indent="  ", subsequent_indent=" " * (width + 5)
            )
        for note in stand_ins(result):
            out += textwrap.wrap(note, WIDTH, initial_indent="  ", subsequent_indent="  ")
        out.append("")
    if result.steps:
        out.append(f"{'Backward':<{ROOM}}  {COLUMNS}")
        for step in result.steps:
            out += step_lines(step, result, width)
        out.append("")
    if result.claims:
        out.append(f"{'Claims':<{ROOM}}  {COLUMNS}")
        for claim in result.claims:
            out += claim_lines(claim)
        out.append("")
    return out


def as_text(results: Sequence[Result]) -> str:
    """Print results for a terminal of 80 columns; nothing depends on colour."""
    lines = [line for result in results for line in result_lines(result)]
    if lines:
        lines.append(f"What a mark means: {YES} holds, {NO} does not, {UNTRIED} was not tried")
        for method, meaning in legend():
            lines += textwrap.wrap(
                f"{method}: {meaning}", WIDTH, initial_indent="  ", subsequent_indent="    "
            )
        lines.append("")
    return "\n".join(lines)
