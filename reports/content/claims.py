"""Claims and proofs: a verdict in words, a mark a method, and the evidence on demand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from derivations.engine.declaration import Claim, Topic
from derivations.engine.expressions import Derivative, Quantity
from derivations.engine.printers.marks import Row, Sign
from derivations.engine.printers.notation import equation, notation
from derivations.engine.printers.notes import legend
from derivations.engine.results import METHODS
from derivations.engine.textbook import size
from derivations.engine.trees import named, transform, walk
from reports.content import blocks as bl
from reports.content.numerals import typeset

if TYPE_CHECKING:
    from derivations.engine.declaration import Derivation
    from derivations.engine.expressions import Node
    from derivations.engine.results import Proof, Result, Verdict

LONG = 5  # parts of a formula that is written once, if it is used twice
ROLES = {"proven": "good", "refined": "warn", "refuted": "bad"}
MEANING = {
    "proven": "holds as it is stated",
    "refined": "holds under a condition that the statement leaves out",
    "refuted": "does not hold",
}


def proof_marks(proofs: Sequence[Proof]) -> bl.Text:
    """Set a mark for each method: it holds, it fails, or it was not tried."""
    parts: list[bl.Text] = []
    for method in METHODS:
        held = [proof.holds for proof in proofs if proof.method == method]
        if not held:
            parts.append((f"· {method} not tried",))
        elif all(held):
            parts.append((bl.Strong(f"✓ {method}", "good"),))
        else:
            parts.append((bl.Strong(f"✗ {method} fails", "bad"),))
    return bl.joined(tuple(parts), "   ")


def proof_blocks(proofs: Sequence[Proof]) -> tuple[bl.Block, ...]:
    """Set what each proof compared; the same words are set once."""
    told = {(p.method, p.holds, p.detail): None for p in proofs if p.detail}
    items = tuple(
        (
            bl.Strong(f"{method}{'' if holds else ', fails'}: ", "" if holds else "bad"),
            typeset(detail),
        )
        for method, holds, detail in told
    )
    return (bl.Bullets(items),) if items else (bl.paragraph("Nothing more is told of them."),)


def verdict(claim: Verdict) -> bl.Strong:
    """Set a verdict in words."""
    return bl.Strong(claim.verdict, ROLES[claim.verdict])


def outcome(result: Result) -> bl.Strong:
    """Say in a word whether all that stands on a page holds as it is stated."""
    if not result.holds:
        return bl.Strong("does not hold", "bad")
    refined = sum(claim.verdict == "refined" for claim in result.claims)
    if refined:
        return bl.Strong(f"holds, {refined} under a condition", "warn")
    return bl.Strong("holds", "good")


def claim_section(claim: Verdict, declared: Derivation | Topic) -> bl.Section:
    """Set a claim with its equations, its verdict, what it leaves out, and its evidence."""
    rows: list[tuple[str, bl.Text]] = [
        ("verdict", (verdict(claim), f": it {MEANING[claim.verdict]}"))
    ]
    if claim.condition:
        rows.append(("holds if", (typeset(claim.condition),)))
    if claim.counterexample:
        rows.append(("counterexample", (typeset(claim.counterexample),)))
    rows.append(("proofs", proof_marks(claim.proofs)))
    return bl.Section(
        (bl.Strong(f"{claim.id}: "), claim.statement),
        (
            *_equations(claim, declared),
            bl.Facts(tuple(rows)),
            bl.Details("The evidence", proof_blocks(claim.proofs)),
        ),
        f"claim-{claim.id}",
        level=3,
    )


def _equations(claim: Verdict, declared: Derivation | Topic) -> tuple[bl.Block, ...]:
    """Set what the claim equates; a statement that brings its own check has words only."""
    found: list[bl.Block] = []
    if isinstance(declared, Topic):
        return ()
    before = declared.cost
    for made in declared.claims:
        if isinstance(made, Claim) and made.id == claim.id:
            spoken = (*named(made.left), *named(made.right))
            cost = made.cost or declared.cost
            if cost != before and any(isinstance(part, Derivative) for part in spoken):
                before, shown = cost, bl.Formula(equation(cost.name, cost.definition))
                found.append(bl.paragraph("Here it is ", shown, " that is differentiated:"))
            right, where = _shortened(made.right)
            found.append(bl.Display(Row((notation(made.left), Sign("="), notation(right)))))
            if where is not None:
                shown = bl.Formula(equation(where.name, where.definition))
                found.append(bl.paragraph("where ", shown))
    return tuple(found)


def _shortened(node: Node) -> tuple[Node, Quantity | None]:
    """Name what a formula says twice at length, so that it fits in a line."""
    parts = Counter(part for part in walk(node) if size(part) > LONG)
    longest = max((part for part in parts if parts[part] > 1), key=size, default=None)
    if longest is None:
        return node, None
    taken = {part.name for part in named(node)}
    named_ = Quantity(next(letter for letter in "PQRSTUV" if letter not in taken), longest)
    return transform(node, lambda part: named_ if part == longest else None), named_


def claims_section(declared: Derivation | Topic, result: Result) -> list[bl.Block]:
    """Set all claims of a derivation, and what the marks mean."""
    sections = tuple(claim_section(claim, declared) for claim in result.claims)
    found: list[bl.Block] = []
    if sections:
        found.append(bl.Section(("Statements",), sections, "claims"))
    found.append(bl.Section(("What a proof means",), (meanings(),), "proofs"))
    return found


def meanings() -> bl.Bullets:
    """Set what each method's mark means."""
    return bl.Bullets(tuple((bl.Strong(f"{m}: "), f"{told}.") for m, told in legend()))


def ledger_page(results: Sequence[Result]) -> bl.Page:
    """Write the page of all claims, by their IDs."""
    found = sorted(
        ((claim, result) for result in results for claim in result.claims),
        key=lambda pair: _order(pair[0].id),
    )
    verdicts = [claim.verdict for claim, _ in found]
    counts = ", ".join(f"{verdicts.count(v)} {v}" for v in ROLES if v in verdicts) or "no claims"
    rows = tuple(
        (
            (bl.Link(claim.id, f"{result.name}#claim-{claim.id}"),),
            (verdict(claim),),
            (claim.statement, *_because(claim)),
        )
        for claim, result in found
    )
    head = ("ID", "Verdict", "Statement")
    table = bl.Table("Every statement with its verdict", head, rows)
    words = bl.Bullets(
        tuple((bl.Strong(v, ROLES[v]), f": the statement {MEANING[v]}.") for v in ROLES)
    )
    lead = bl.paragraph(f"{len(found)} statements: {counts}.")
    return bl.Page("ledger", "Ledger of claims", (lead, words, table))


def _because(claim: Verdict) -> bl.Text:
    """Set what a statement leaves out, and what shows it."""
    if claim.condition:
        holds = (bl.Strong(" — holds if "), typeset(claim.condition), bl.Strong("; shown by "))
        return (*holds, typeset(claim.counterexample))
    shown = typeset(claim.counterexample)
    return (bl.Strong(" — refuted by "), shown) if shown else ()


def _order(identity: str) -> tuple[str, int, str]:
    """Sort L2 before L10."""
    letters = identity.rstrip("0123456789")
    digits = identity[len(letters) :]
    return letters, int(digits or 0), identity


def index_page(results: Sequence[Result]) -> bl.Page:
    """Write the first page: what there is, and what was found."""
    rows = tuple(
        (
            (bl.Link(result.title, result.name),),
            (str(len(result.steps)) if result.steps else "—",),
            (", ".join(claim.id for claim in result.claims) or "—",),
            (outcome(result),),
        )
        for result in results
    )
    table = bl.Table("The pages", ("Derivation", "Steps", "Claims", "Verdict"), rows)
    steps, claims = (
        sum(map(len, part)) for part in zip(*((r.steps, r.claims) for r in results), strict=True)
    )
    lead = bl.paragraph(
        f"{steps} steps of backpropagation and {claims} statements, each proven by methods that "
        "share no code. ",
        bl.Link("The ledger of claims", "ledger"),
        " lists every statement with its verdict.",
    )
    means = bl.Section(("What a proof means",), (meanings(),), "proofs")
    return bl.Page("index", "Derivations", (lead, table, means))
