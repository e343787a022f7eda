"""The table of pitfalls: each plausible mistake of a formula, what it does, and what catches it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derivations.engine.printers.notation import equation
from derivations.engine.results import METHODS
from reports.content import blocks as bl
from reports.content.numerals import listed

if TYPE_CHECKING:
    from derivations.engine.results import Result
    from gradcheck.illustrations import Illustration, Pitfall

WORDS = {
    "sign": "a sign is turned",
    "wrong-scale": "a constant factor too much or too little",
    "missing-mean": "1/m is left out",
    "double-mean": "1/m is applied twice",
    "wrong-count": "the wrong number of examples",
    "wrong-operand": "another array stands where the right one belongs",
    "missing-input-factor": "an input is left out of the product",
    "missing-activation-derivative": "the activation's derivative is left out",
    "other-activation-derivative": "the derivative of another activation",
    "derivative-at-activation": "the derivative is taken at A, or its form for A is fed with Z",
    "extra-activation-derivative": "an activation's derivative too much",
    "bias-axis": "summed over the wrong axis, or the wrong array",
    "bias-not-summed": "the sum over the examples is left out",
    "transposed": "a factor or the result is transposed",
    "matmul-elementwise": "one kind of product where the other belongs",
    "cost-term-missing": "a term is left out",
}


def pitfalls_section(result: Result, illustration: Illustration) -> list[bl.Block]:
    """Show the mistakes of every step, a table each, on demand."""
    found: list[bl.Block] = []
    for step in result.steps:
        mine = [p for p in illustration.pitfalls if p.target == step.target]
        if mine:
            found += [bl.Display(equation(step.target, step.formula)), _table(step.target, mine)]
    if not found:
        return []
    real = [p for p in illustration.pitfalls if not p.harmless]
    caught = sum(p.refuted_by == METHODS for p in real)
    same = len(illustration.pitfalls) - len(real)
    told = {0: "", 1: "One further change is right as well: it only looks different. "}.get(
        same, f"{same} further changes are right as well: they only look different. "
    )
    many = "all of them" if caught == len(real) else f"{caught} of them"
    where = listed(illustration.sizes) or ("the numbers of the graph",)
    lead = bl.paragraph(
        f"The formulas were made wrong on purpose: {_mistakes(len(real))}. Each of the three "
        f"proofs refutes {many} by itself. {told}What a mistake does is shown at ",
        *where,
        ".",
    )
    return [bl.Section(("Pitfalls",), (lead, *found), "pitfalls")]


def _mistakes(count: int) -> str:
    return f"{count} plausible mistake{'s' * (count != 1)}"


def _table(target: str, found: list[Pitfall]) -> bl.Details:
    rows = tuple(
        (
            (bl.Code(f"{target} = {p.numpy}"),),
            (bl.Strong(p.code), f": {WORDS.get(p.code, p.code)}"),
            (p.effect,),
            _caught(p),
        )
        for p in found
    )
    real = sum(not p.harmless for p in found)
    head = ("Code", "Mistake", "What it does", "Refuted by")
    table = bl.Table(f"Plausible mistakes in {target}", head, rows)
    return bl.Details(f"{_mistakes(real)} in {target}", (table,))


def _caught(pitfall: Pitfall) -> bl.Text:
    if pitfall.harmless:
        return (bl.Strong("right as well", "warn"),)
    if pitfall.refuted_by == METHODS:
        return (bl.Strong("✓ all\u00a0three", "good"),)
    return (bl.Strong(f"only {', '.join(pitfall.refuted_by)}", "bad"),)
