"""The page of a derivation: what is declared, derived, proven, measured and likely to go wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derivations.engine.declaration import Derivation
from derivations.engine.expressions import Apply, Leaf, Quantity
from derivations.engine.functions import Function
from derivations.engine.local import local
from derivations.engine.printers.local_notation import local_equation
from derivations.engine.printers.marks import Number, Row, Sign
from derivations.engine.printers.notation import equation, name, notation
from derivations.engine.printers.numpy_code import numpy_code
from derivations.engine.textbook import SLOPES
from derivations.engine.trees import named, walk
from reports.content import blocks as bl
from reports.content.claims import claims_section, outcome, proof_blocks, proof_marks
from reports.content.figures import graph_section, scene_sections, slope_sections
from reports.content.notation import inputs, notation_section, shape
from reports.content.pitfalls import pitfalls_section

if TYPE_CHECKING:
    from derivations.engine.declaration import Topic
    from derivations.engine.expressions import Node, Size
    from derivations.engine.results import Result, Step
    from gradcheck.illustrations import Illustration

ANSWER = "The backward pass below derives, for all sizes and values"


def derivation_page(
    declared: Derivation | Topic, result: Result, illustration: Illustration
) -> bl.Page:
    """Write the page of a derivation or topic.

    Parameters
    ----------
    declared : Derivation or Topic
        What was derived from.
    result : Result
        Its steps and claims, proven.
    illustration : Illustration
        What was measured for its pictures.
    """
    found: list[bl.Block] = [_summary(result)]
    if isinstance(declared, Derivation):
        found += [_statement(declared, result), notation_section(declared), _forward(declared)]
        found += [*graph_section(declared, illustration), _backward(declared, result)]
    found += [*scene_sections(illustration), *slope_sections(illustration)]
    found += [*pitfalls_section(result, illustration), *claims_section(declared, result)]
    return bl.Page(result.name, result.title, tuple(found))


def _summary(result: Result) -> bl.Block:
    steps = f"{len(result.steps)} steps of the reverse pass and " if result.steps else ""
    count = len(result.claims)
    told = f"{steps}{count} statement{'s' * (count != 1)}, each proven by independent methods: "
    verdicts = [claim.verdict for claim in result.claims]
    parts = [f"{verdicts.count(v)} {v}" for v in ("proven", "refined", "refuted") if v in verdicts]
    return bl.paragraph(told, ", ".join(parts) or "no claims", ". Verdict: ", outcome(result), ".")


def _statement(declared: Derivation, result: Result) -> bl.Section:
    """Say what is derived, and show the answers first: the derivatives by what is learned."""
    cost = bl.Formula(name(declared.cost.name))
    learned = [leaf.name for leaf in inputs(declared) if leaf.kind == "parameter"]
    steps = {step.target: step for step in result.steps}
    wanted = [steps[f"d{leaf}"] for leaf in learned if f"d{leaf}" in steps]
    named_ = bl.joined(tuple((bl.Formula(name(leaf)),) for leaf in learned), ", ")
    asked = bl.paragraph("How does the cost ", cost, " change with ", *named_, f"? {ANSWER}:")
    answers = [bl.Display(equation(step.target, step.formula)) for step in wanted]
    return bl.Section(("Statement",), (asked, *answers), "statement")


def _forward(declared: Derivation) -> bl.Section:
    inner: list[bl.Block] = []
    for quantity in declared.quantities:
        code = numpy_code(quantity.definition, declared.quantities)
        inner += [
            bl.Display(equation(quantity.name, quantity.definition)),
            bl.paragraph(shape(quantity.shape), "  ", bl.Code(f"{quantity.name} = {code}")),
        ]
    return bl.Section(("Forward pass",), tuple(inner), "forward")


def _backward(declared: Derivation, result: Result) -> bl.Section:
    examples = declared.examples
    steps = [_step(at, step, result, examples) for at, step in enumerate(result.steps, start=1)]
    return bl.Section(("Backward pass",), (*_start(result), *steps), "backward")


def _start(result: Result) -> list[bl.Block]:
    """Say what the first step is multiplied with: a step of nothing but ones is not listed."""
    listed = {step.target for step in result.steps}
    used = (q.name for step in result.steps for q in _through(step, result))
    ones = tuple(dict.fromkeys(f"d{made}" for made in used if f"d{made}" not in listed))
    if not ones:
        return []
    equations = tuple((bl.Formula(Row((name(one), Sign("="), Number("1")))),) for one in ones)
    return [bl.paragraph("It starts from ", *bl.joined(equations, " and "), ", in every entry.")]


def _through(step: Step, result: Result) -> list[Quantity]:
    """Return what is made from the array of a step."""
    return [q for q in result.forward if step.of in set(named(q.definition))]


def _step(place: int, step: Step, result: Result, examples: Size | None) -> bl.Section:
    """Set a step: from the rule and the local derivative to the form of the textbook."""
    rows: list[tuple[str, bl.Text]] = []
    through = _through(step, result)
    entered = tuple((bl.Formula(equation(q.name, q.definition)),) for q in through)
    rows.append(("enters through", bl.joined(entered, ", and ")))
    theorem = step.because.partition(". ")[2]
    rows.append((f"rule: {step.rule}", (theorem or step.because,)))
    slopes = tuple(_local(quantity, step.of, examples) for quantity in through)
    rows.append(("local derivative", bl.joined(slopes, "; and ")))
    rows.append(("incoming × local", (bl.Formula(equation(step.target, step.local)),)))
    if step.product != step.local:
        rows.append(("put in", (bl.Formula(equation(step.target, step.product)),)))
    if step.formula != step.product:
        shown = bl.Formula(equation(step.target, step.formula))
        rows.append(("simplified", (shown, *_known_slopes(step, result))))
    code = f"{step.target} = {numpy_code(step.formula, result.forward)}"
    rows += [("NumPy", (bl.Code(code),)), ("proofs", proof_marks(step.proofs))]
    return bl.Section(
        (bl.Strong(f"Step {place}: "), bl.Formula(name(step.target)), ", ", shape(step.of.shape)),
        (
            bl.Display(equation(step.target, step.formula)),
            bl.Facts(tuple(rows)),
            bl.Details("What each proof compared", proof_blocks(step.proofs)),
        ),
        f"step-{step.target}",
        level=3,
    )


def _known_slopes(step: Step, result: Result) -> bl.Text:
    """Give the identities that a simplification rests on: σ′(Z) = A ∗ (1 − A)."""
    made = {q.definition: q for q in result.forward}
    left = set(walk(step.formula))
    gone = dict.fromkeys(part for part in walk(step.product) if part not in left)
    found: list[bl.Text] = []
    for slope in (part for part in gone if isinstance(part, Apply) and part.function.order == 1):
        output = made.get(Apply(Function(slope.function.name), slope.body))
        if output is not None and slope.function.name in SLOPES:
            known = SLOPES[slope.function.name](output)
            shown = Row((notation(slope), Sign("="), notation(known)))
            found.append((bl.Formula(shown),))
    return (", since ", *bl.joined(tuple(found), " and ")) if found else ()


def _local(made: Quantity, of: Node, examples: Size | None) -> bl.Text:
    """Set what the chain rule multiplies with: the slope of an array by what it is made from."""
    assert isinstance(of, Leaf | Quantity)
    found = local(made, of, examples)
    if found is None:
        return (
            *("by several entries of ", bl.Formula(name(of.name))),
            *(" at once: no one formula holds for each of ", bl.Formula(name(made.name))),
        )
    shown = bl.Formula(local_equation(found))
    if made.shape == of.shape == (1, 1):
        return (shown,)
    return (shown, ", entry by entry" if found.entrywise else ", and 0 by every other entry")
