"""The page of a derivation: what is declared, derived, proven, measured and likely to go wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derivations.engine.declaration import Derivation
from derivations.engine.expressions import Leaf, Quantity
from derivations.engine.functions import Function
from derivations.engine.local import local
from derivations.engine.printers.local_notation import local_equation
from derivations.engine.printers.marks import Row, Sign
from derivations.engine.printers.notation import equation, function_name, name
from derivations.engine.printers.numpy_code import numpy_code
from derivations.engine.printers.scalar_notation import size
from derivations.engine.trees import abstract_functions, named
from reports.content import blocks as bl
from reports.content.claims import claims_section, outcome, proof_blocks, proof_marks
from reports.content.figures import graph_section, scene_sections, slope_sections
from reports.content.pitfalls import pitfalls_section

if TYPE_CHECKING:
    from derivations.engine.declaration import Topic
    from derivations.engine.expressions import Node, Shape, Size
    from derivations.engine.results import Result, Step
    from gradcheck.illustrations import Illustration

ANSWER = "For all sizes and values, with what the backward pass below derives"


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
        found += [_statement(declared, result), _notation(declared), _forward(declared)]
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
    learned = [leaf.name for leaf in _inputs(declared) if leaf.kind == "parameter"]
    steps = {step.target: step for step in result.steps}
    wanted = [steps[f"d{leaf}"] for leaf in learned if f"d{leaf}" in steps]
    named_ = bl.joined(tuple((bl.Formula(name(leaf)),) for leaf in learned), ", ")
    asked = bl.paragraph("How does the cost ", cost, " change with ", *named_, f"? {ANSWER}:")
    answers = [bl.Display(equation(step.target, step.formula)) for step in wanted]
    return bl.Section(("Statement",), (asked, *answers), "statement")


def shape(sizes: Shape) -> bl.Formula:
    """Set a shape: (n_x, m)."""
    return bl.Formula(Row((size(sizes[0]), Sign("×"), size(sizes[1]))))


def _notation(declared: Derivation) -> bl.Section:
    kinds = {"parameter": "parameter, learned", "data": "data, given"}
    rows = [
        (
            bl.text(bl.Formula(name(leaf.name))),
            bl.text(bl.Code(leaf.name)),
            bl.text(shape(leaf.shape)),
            bl.text(kinds[leaf.kind]),
        )
        for leaf in _inputs(declared)
    ]
    table = bl.Table(
        "What the forward pass is given", ("Array", "In code", "Shape", "Kind"), tuple(rows)
    )
    return bl.Section(("Notation",), (table, bl.Bullets(tuple(_conventions(declared)))), "notation")


def _inputs(declared: Derivation) -> list[Leaf]:
    """Put the inputs as a reader meets them: the data, then the parameters, layer by layer."""
    met = dict.fromkeys(part for q in declared.quantities for part in named(q.definition))
    found = [part for part in met if isinstance(part, Leaf)]
    return sorted(found, key=lambda leaf: leaf.kind != "data")


def _conventions(declared: Derivation) -> list[bl.Text]:
    inputs = _inputs(declared)
    met = dict.fromkeys(part for leaf in inputs for part in leaf.shape)
    sizes = tuple((bl.Formula(size(part)),) for part in met if not isinstance(part, int))
    told: list[bl.Text] = []
    if sizes:
        told.append(
            (
                *bl.joined(sizes, ", "),
                ": any positive whole numbers. What is proven holds for all of them.",
            )
        )
    told.append(
        (
            "Side by side is the matrix product, ∗ the product entry by entry. A column, a row "
            "or a number that meets a larger array is repeated to fill it, as NumPy does.",
        )
    )
    told.append(("In the rules, Ā is the derivative of the cost by A, and has its shape.",))
    cost = declared.cost.name
    per_example = [q for q in declared.quantities if declared.per_example(q)]
    parameter = next((leaf.name for leaf in inputs if leaf.kind == "parameter"), None)
    if parameter:
        told.append(
            (
                *(bl.Formula(name(f"d{parameter}")), " is the derivative of "),
                *(bl.Formula(name(cost)), " by ", bl.Formula(name(parameter))),
                ", and has its shape.",
            )
        )
    if per_example and declared.examples is not None:
        first = per_example[0].name
        told.append(
            (
                bl.Formula(name(f"d{first}")),
                " is taken for each example by itself, as the course has it: ",
                *(bl.Formula(size(declared.examples)), " times the derivative of "),
                *(bl.Formula(name(cost)), " by ", bl.Formula(name(first)), "."),
            )
        )
    return told


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
    notes = [
        bl.paragraph(
            *(bl.Formula(function_name(f)), " is any differentiable function; "),
            *(bl.Formula(function_name(Function(f.instance))), " stands for it in the code."),
        )
        for f in abstract_functions(result.forward)
    ]
    examples = declared.examples
    steps = [_step(at, step, result, examples) for at, step in enumerate(result.steps, start=1)]
    return bl.Section(("Backward pass",), (*notes, *steps), "backward")


def _step(place: int, step: Step, result: Result, examples: Size | None) -> bl.Section:
    """Set a step: from the rule and the local derivative to the form of the textbook."""
    rows: list[tuple[str, bl.Text]] = []
    through = [q for q in result.forward if step.of in set(named(q.definition))]
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
        rows.append(("simplified", (bl.Formula(equation(step.target, step.formula)),)))
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
