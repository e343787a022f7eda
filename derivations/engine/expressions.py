"""Matrix expressions of symbolic sizes: what a forward pass is written with.

Sizes are SymPy symbols (or whole numbers), scalar factors are SymPy expressions, and the operators
are NumPy's: ``W1 @ X + b1``, ``Y * log(A)``, ``A.T``. A column, a row or a single number that meets
a larger array is spread over it, as NumPy would. Every node is a value; equal nodes are equal.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

import sympy

from derivations.engine.functions import KNOWN, Function
from derivations.engine.scalars import as_scalar
from derivations.engine.shapes import Labelled, check_inner, check_sizes, common_shape
from derivations.engine.shapes import Shape as Shape
from derivations.engine.shapes import Size as Size
from derivations.engine.shapes import show as show


class Node:
    """What all expressions can do: NumPy's operators, read as mathematics."""

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> NoReturn:
        """Say what is wrong where a number, an array or a function of NumPy's meets ours."""
        raise TypeError(
            f"unknown operator np.{ufunc.__name__} on {name_of(self)}: write +, -, *, /, @ between "
            f"expressions and whole or SymPy numbers, or the functions {', '.join(KNOWN)}"
        )

    def _sympy_(self) -> NoReturn:
        """Say what is wrong where a function of SymPy's meets ours."""
        raise sympy.SympifyError(
            f"unknown operator of SymPy's on {name_of(self)}: write +, -, *, /, @, or the "
            f"functions {', '.join(KNOWN)} of derivations; from_sympy reads SymPy's own matrices"
        )

    if TYPE_CHECKING:

        @property
        def shape(self) -> Shape:
            """Rows and columns."""

    @property
    def T(self) -> Node:
        """The transpose."""
        return Transpose(self)

    def __matmul__(self, other: object) -> Node:
        return MatMul(self, as_node(other, self.shape, "@"))

    def __mul__(self, other: object) -> Node:
        if isinstance(other, Node):
            return Hadamard(*spread_alike(self, other, "*"))
        return multiple(as_scalar(other, "*"), self)

    def __rmul__(self, other: object) -> Node:
        return multiple(as_scalar(other, "*"), self)

    def __truediv__(self, other: object) -> Node:
        if isinstance(other, Node):
            return Quotient(*spread_alike(self, other, "/"))
        return multiple(1 / as_scalar(other, "/"), self)

    def __rtruediv__(self, other: object) -> Node:
        return Quotient(as_node(other, self.shape, "/"), self)

    def __add__(self, other: object) -> Node:
        return Add(spread_alike(self, as_node(other, self.shape, "+"), "+"))

    def __radd__(self, other: object) -> Node:
        return Add((as_node(other, self.shape, "+"), self))

    def __sub__(self, other: object) -> Node:
        left, right = spread_alike(self, as_node(other, self.shape, "-"), "-")
        return Add((left, Scale(sympy.Integer(-1), right)))

    def __rsub__(self, other: object) -> Node:
        return Add((as_node(other, self.shape, "-"), Scale(sympy.Integer(-1), self)))

    def __neg__(self) -> Node:
        return Scale(sympy.Integer(-1), self)

    def __pow__(self, exponent: object) -> Node:
        if not isinstance(exponent, int) or not 2 <= exponent <= 8:
            raise TypeError(
                f"unknown operator **: the exponent is {exponent!r}, but the engine takes whole "
                "powers from 2 to 8; write it as a product or with exp and log"
            )
        return self * self if exponent == 2 else self * self ** (exponent - 1)


@dataclass(frozen=True)
class Leaf(Node):
    """An array that is given: a parameter (to be learned) or data.

    ``kind`` is ``parameter`` or ``data``; derivatives are taken by parameters only.
    """

    name: str
    shape: Shape
    kind: str

    def __post_init__(self) -> None:
        check_sizes(self.name, self.shape)


@dataclass(frozen=True)
class Quantity(Node):
    """A named result of the forward pass (or a named derivative), with its definition."""

    name: str
    definition: Node = field(compare=False, repr=False)

    @property
    def shape(self) -> Shape:
        """The shape of what it stands for."""
        return self.definition.shape


@dataclass(frozen=True)
class Ones(Node):
    """An array of ones."""

    shape: Shape


@dataclass(frozen=True)
class Derivative(Node):
    """``d(Z1)``: the derivative that the reverse pass finds, to be used in claims."""

    target: Node
    shape: Shape

    @property
    def name(self) -> str:
        """The course's name for it: ``dZ1``."""
        return f"d{name_of(self.target)}"


@dataclass(frozen=True)
class Add(Node):
    """A sum of arrays of one shape."""

    terms: tuple[Node, ...]

    @cached_property
    def shape(self) -> Shape:
        """The common shape."""
        return self.terms[0].shape


@dataclass(frozen=True)
class Scale(Node):
    """An array times a number that may depend on sizes and scalar symbols (1/m, λ)."""

    factor: Any
    body: Node

    @cached_property
    def shape(self) -> Shape:
        """The shape of the body."""
        return self.body.shape


@dataclass(frozen=True)
class MatMul(Node):
    """The matrix product; the inner sizes must agree."""

    left: Node
    right: Node

    def __post_init__(self) -> None:
        check_inner(labelled(self.left), labelled(self.right))

    @cached_property
    def shape(self) -> Shape:
        """Rows of the left factor, columns of the right one."""
        return (self.left.shape[0], self.right.shape[1])


@dataclass(frozen=True)
class Hadamard(Node):
    """The product entry by entry."""

    left: Node
    right: Node

    @cached_property
    def shape(self) -> Shape:
        """The common shape."""
        return self.left.shape


@dataclass(frozen=True)
class Quotient(Node):
    """The quotient entry by entry."""

    top: Node
    bottom: Node

    @cached_property
    def shape(self) -> Shape:
        """The common shape."""
        return self.top.shape


@dataclass(frozen=True)
class Transpose(Node):
    """Rows become columns."""

    body: Node

    @cached_property
    def shape(self) -> Shape:
        """The shape of the body, reversed."""
        return (self.body.shape[1], self.body.shape[0])


@dataclass(frozen=True)
class Apply(Node):
    """A function of each entry."""

    function: Function
    body: Node

    @cached_property
    def shape(self) -> Shape:
        """The shape of the body."""
        return self.body.shape


@dataclass(frozen=True)
class Spread(Node):
    """A column, a row or a single number, repeated to fill a larger shape (broadcasting)."""

    body: Node
    shape: Shape


@dataclass(frozen=True)
class SumOver(Node):
    """Sums: ``axis`` 1 adds the columns up (n, 1), 0 the rows (1, m), None everything (1, 1)."""

    body: Node
    axis: int | None

    @cached_property
    def shape(self) -> Shape:
        """What is left after the sum."""
        rows, columns = self.body.shape
        return (rows if self.axis == 1 else 1, columns if self.axis == 0 else 1)


Named: TypeAlias = Leaf | Quantity | Derivative


def name_of(node: Node) -> str:
    """Name of a node in messages: its own, or what it is built with."""
    if isinstance(node, Named):
        return node.name
    if isinstance(node, Transpose):
        return f"{name_of(node.body)}.T"
    return f"an expression ({type(node).__name__})"


def multiple(factor: Any, node: Node) -> Node:
    """Return a number times an array; once the array is the array itself."""
    return node if factor == 1 else Scale(factor, node)


def as_node(value: object, shape: Shape, operator: str) -> Node:
    """Read an operand; a scalar becomes an array of that number."""
    if isinstance(value, Node):
        return value
    return multiple(as_scalar(value, operator), Ones(shape))


def labelled(node: Node) -> Labelled:
    """Return a node's name with its shape, for messages."""
    return name_of(node), node.shape


def spread_alike(left: Node, right: Node, operator: str) -> tuple[Node, Node]:
    """Spread size-1 dimensions so that both sides have one shape; ValueError naming both if not."""
    shape = common_shape(labelled(left), operator, labelled(right))
    return spread(left, shape), spread(right, shape)


def spread(node: Node, shape: Shape) -> Node:
    """Repeat a node to fill the shape, if it has another one."""
    return node if node.shape == shape else Spread(node, shape)
