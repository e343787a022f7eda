"""The public way to declare a derivation: a cost, built from a forward pass, and claims about it.

A model is one value::

    Z = define("Z", w.T @ X + b)
    A = define("A", sigmoid(Z))
    L = define("L", -(Y * log(A) + (1 - Y) * log(1 - A)))
    J = define("J", total(L) / m)
    DERIVATION = Derivation("logistic", "Logistic regression", J, examples=m)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from derivations.engine import expressions as ex
from derivations.engine.consistency import check_claim
from derivations.engine.results import Proof, Verdict
from derivations.engine.trees import data_flow, walk


@dataclass(frozen=True)
class Claim:
    """A textbook's equation between two expressions, for all sizes.

    Parameters
    ----------
    id, statement : str
        The ledger's ID and the claim in words.
    left, right : Node
        The two sides. ``d(Z)`` stands for the derivative of the cost by Z; on the left, alone, it
        is the true one, and the right side is the claimed formula.
    cost : Quantity, optional
        The cost that is differentiated, where it is not the derivation's own.
    """

    id: str
    statement: str
    left: ex.Node
    right: ex.Node
    cost: ex.Quantity | None = None


@dataclass(frozen=True)
class Evidence:
    """What a statement's check returns; the verdict follows from it.

    ``condition`` is the condition that the claim leaves out; ``counterexample`` shows that it is
    needed. A refined claim states both.
    """

    proofs: tuple[Proof, ...]
    condition: str = ""
    counterexample: str = ""

    def __post_init__(self) -> None:
        if bool(self.condition) != bool(self.counterexample):
            raise ValueError(
                "the evidence has a condition or a counterexample, but a refined claim needs both; "
                "give the other one"
            )


@dataclass(frozen=True)
class Statement:
    """A claim that is no equation between arrays: it brings its own check."""

    id: str
    statement: str
    check: Callable[[], Evidence]

    def judge(self) -> Verdict:
        """Run the check."""
        evidence = self.check()
        return Verdict(
            self.id, self.statement, evidence.proofs, evidence.condition, evidence.counterexample
        )


@dataclass(frozen=True)
class Topic:
    """Claims without a model of their own: nudges, convexity, descent."""

    name: str
    title: str
    claims: tuple[Statement, ...]


@dataclass(frozen=True)
class Derivation:
    """A model: its cost, what an example is, and what the textbook says.

    Parameters
    ----------
    name, title : str
        The name on the command line, and a heading.
    cost : Quantity
        The last quantity of the forward pass, of shape (1, 1).
    examples : size, optional
        The number of examples. Quantities with one column an example then have derivatives
        *per example*, as in the course: dZ is m·∂J/∂Z. Parameters' derivatives are those of J.
    claims : tuple of Claim or Statement
    columns_sum_to_one : tuple of Leaf
        Data whose columns each add up to 1, such as one-hot labels.
    shown_at : tuple of (str, int)
        Numbers for the inputs at which the graph is shown, where the text has some of its own.
    """

    name: str
    title: str
    cost: ex.Quantity
    examples: ex.Size | None = None
    claims: tuple[Claim | Statement, ...] = ()
    columns_sum_to_one: tuple[ex.Leaf, ...] = ()
    shown_at: tuple[tuple[str, int], ...] = ()

    def __post_init__(self) -> None:
        if self.cost.shape != (1, 1):
            raise ValueError(
                f"{self.name}: the cost {self.cost.name} has shape {ex.show(self.cost.shape)}, but "
                "a cost is a single number (1, 1); sum it with total(...)"
            )
        for claim in self.claims:
            if isinstance(claim, Claim):
                self.check(claim)

    def check(self, claim: Claim) -> None:
        """Raise ValueError unless a claim speaks of this forward pass, and of it alone."""
        title = f"claim {claim.id} of {self.name}"
        check_claim(title, claim.cost or self.cost, (claim.left, claim.right))

    @cached_property
    def flow(self) -> tuple[ex.Leaf | ex.Quantity, ...]:
        """Inputs and quantities, each after what it needs."""
        return data_flow(self.cost)

    @cached_property
    def quantities(self) -> tuple[ex.Quantity, ...]:
        """The forward pass."""
        return tuple(node for node in self.flow if isinstance(node, ex.Quantity))

    @cached_property
    def inputs(self) -> tuple[ex.Leaf, ...]:
        """Data and parameters."""
        return tuple(node for node in self.flow if isinstance(node, ex.Leaf))

    @cached_property
    def size_names(self) -> tuple[str, ...]:
        """The symbols that sizes are made of, in the order of the data flow."""
        inner = (part for q in self.quantities for part in walk(q.definition))
        every: list[ex.Node] = [*self.inputs, *inner]
        found = (str(s) for part in every for s in part.shape if not isinstance(s, int))
        return tuple(dict.fromkeys(found))

    def per_example(self, target: ex.Node) -> bool:
        """Whether the course's derivative by this array is m times that of the cost."""
        is_quantity = isinstance(target, ex.Quantity)
        return is_quantity and self.examples is not None and target.shape[1] == self.examples
