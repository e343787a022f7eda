"""What the signs of a page mean: the arrays with their shapes, and the conventions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derivations.engine.expressions import Leaf, MatMul, Ones
from derivations.engine.functions import Function
from derivations.engine.printers.marks import Ones as OnesMark
from derivations.engine.printers.marks import Row, Sign
from derivations.engine.printers.notation import function_name, name
from derivations.engine.printers.scalar_notation import size
from derivations.engine.trees import abstract_functions, children, named, walk
from reports.content import blocks as bl

if TYPE_CHECKING:
    from derivations.engine.declaration import Derivation
    from derivations.engine.expressions import Shape

KINDS = {"parameter": "parameter, learned", "data": "data, given"}


def shape(sizes: Shape) -> bl.Formula:
    """Set a shape: n_x × m."""
    return bl.Formula(Row((size(sizes[0]), Sign("×"), size(sizes[1]))))


def inputs(declared: Derivation) -> list[Leaf]:
    """Put the inputs as a reader meets them: the data, then the parameters, layer by layer."""
    met = dict.fromkeys(part for q in declared.quantities for part in named(q.definition))
    found = [part for part in met if isinstance(part, Leaf)]
    return sorted(found, key=lambda leaf: leaf.kind != "data")


def notation_section(declared: Derivation) -> bl.Section:
    """Write the table of the inputs, and what a reader must know to read the formulas."""
    rows = [
        (
            bl.text(bl.Formula(name(leaf.name))),
            bl.text(bl.Code(leaf.name)),
            bl.text(shape(leaf.shape)),
            bl.text(KINDS[leaf.kind]),
        )
        for leaf in inputs(declared)
    ]
    head = ("Array", "In code", "Shape", "Kind")
    table = bl.Table("What the forward pass is given", head, tuple(rows))
    told = (*_sizes(declared), *_signs(declared), *_derivatives(declared), *_functions(declared))
    return bl.Section(("Notation",), (table, bl.Bullets(told)), "notation")


def _sizes(declared: Derivation) -> list[bl.Text]:
    met = dict.fromkeys(part for leaf in inputs(declared) for part in leaf.shape)
    sizes = tuple((bl.Formula(size(part)),) for part in met if not isinstance(part, int))
    told = ": any positive whole numbers. What is proven holds for all of them."
    return [(*bl.joined(sizes, ", "), told)] if sizes else []


def _signs(declared: Derivation) -> list[bl.Text]:
    told: list[bl.Text] = [
        (
            "Side by side is the matrix product, ∗ the product entry by entry. A column, a row "
            "or a number that meets a larger array is repeated to fill it, as NumPy does.",
        )
    ]
    products = (p for q in declared.quantities for p in walk(q.definition) if isinstance(p, MatMul))
    if any(isinstance(factor, Ones) for product in products for factor in children(product)):
        told.append((bl.Formula(OnesMark()), " is an array of ones; its shape stands below it."))
    return told


def _derivatives(declared: Derivation) -> list[bl.Text]:
    """Say of what the derivatives are: those of examples are not the cost's own."""
    cost = bl.Formula(name(declared.cost.name))
    learned = [leaf.name for leaf in inputs(declared) if leaf.kind == "parameter"]
    told: list[bl.Text] = [
        ("In the rules, Ā is the derivative of the cost by A, and has its shape.",)
    ]
    if learned:
        slope = bl.Formula(name(f"d{learned[0]}"))
        by = (cost, " by ", bl.Formula(name(learned[0])))
        told.append((slope, " is the derivative of ", *by, ", and has its shape."))
    each = [q.name for q in declared.quantities if declared.per_example(q)]
    if each and declared.examples is not None:
        slopes = tuple((bl.Formula(name(f"d{made}")),) for made in each)
        first, m = bl.Formula(name(each[0])), bl.Formula(size(declared.examples))
        told.append(
            (
                *(
                    "Taken for each example by itself, as the course does: ",
                    *bl.joined(slopes, ", "),
                ),
                *(". So ", *slopes[0], " is ", m, " times the derivative of ", cost, " by ", first),
                *("; where a rule has ", first, " for C, its C̄ is ", *slopes[0], " / ", m, "."),
            )
        )
    return told


def _functions(declared: Derivation) -> list[bl.Text]:
    return [
        (
            *(bl.Formula(function_name(f)), " is any differentiable function; "),
            *(bl.Formula(function_name(Function(f.instance))), " stands for it in the code."),
        )
        for f in abstract_functions(declared.quantities)
    ]
