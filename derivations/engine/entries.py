"""Index notation: the (i, j) entry of an expression, and its slope by an entry of another array.

This is the calculus of the all-sizes proof. It works forward, entry by entry, with Kronecker
deltas, and shares nothing with the reverse pass that it judges.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import count as counter
from typing import Any

from derivations.engine import expressions as ex
from derivations.engine.functions import LEAKY_SLOPE
from derivations.engine.normal_form import (
    ONE,
    STEP,
    Form,
    Index,
    add,
    atom,
    inverse,
    multiply,
    number,
    scale,
)
from derivations.engine.sums import canonical, sum_over
from derivations.engine.trees import unknown

RELUS = ("relu", "leaky_relu")
LEAK = Fraction(*LEAKY_SLOPE)
MIRRORED = {"sigmoid": 1, "tanh": 0}  # f(z) + f(−z)
AT_ZERO = {"sigmoid": Fraction(1, 2), "tanh": Fraction(0), "exp": Fraction(1)}
ROW, COLUMN = "<row>", "<column>"  # indices within an argument; no array or size is named so


def scalar_form(value: Any) -> Form:  # noqa: C901  one case a kind of scalar
    """Form of a SymPy scalar built from sizes, scalar symbols and fractions."""
    if value.is_Rational:
        return number(Fraction(int(value.p), int(value.q)))
    if value.is_Symbol:
        return atom(str(value))
    if value.is_Add:
        return add(*map(scalar_form, value.args))
    if value.is_Mul:
        result = ONE
        for factor in value.args:
            result = multiply(result, scalar_form(factor))
        return result
    if value.is_Pow and value.exp.is_Integer:
        base = scalar_form(value.base)
        inverted = inverse(base) if value.exp < 0 else base
        if inverted is not None:
            result = ONE
            for _ in range(abs(int(value.exp))):
                result = multiply(result, inverted)
            return result
    raise ValueError(
        f"the factor {value} is no quotient of sizes, scalar symbols and fractions; write it with "
        "these, or make it a parameter of shape (1, 1)"
    )


@dataclass(frozen=True)
class Entries:
    """One calculation in index notation.

    Parameters
    ----------
    opaque : frozenset of str
        Quantities whose entries stay atoms. With none, everything is expanded to what is given,
        which decides; with some, an equality is found sooner.
    """

    opaque: frozenset[str] = frozenset()
    _fresh: Any = field(default_factory=counter, repr=False)
    _keys: dict[str, str] = field(default_factory=dict, repr=False)

    def index(self, size: ex.Size) -> Index:
        """Return a new bound index, or the only index of a dimension of size 1."""
        return "0" if size == 1 else f"#{next(self._fresh)}"

    def entry(self, node: ex.Node, i: Index, j: Index) -> Form:  # noqa: C901  one case an operator
        """Form of the (i, j) entry."""
        match node:
            case ex.Leaf(name=name):
                return atom(name, (i, j))
            case ex.Quantity(name=name, definition=definition):
                return atom(name, (i, j)) if name in self.opaque else self.entry(definition, i, j)
            case ex.Ones():
                return ONE
            case ex.Add(terms=terms):
                return add(*(self.entry(term, i, j) for term in terms))
            case ex.Scale(factor=factor, body=body):
                return multiply(scalar_form(factor), self.entry(body, i, j))
            case ex.Hadamard(left=left, right=right):
                return multiply(self.entry(left, i, j), self.entry(right, i, j))
            case ex.Quotient(top=top, bottom=bottom):
                return multiply(self.entry(top, i, j), self.reciprocal(bottom, i, j))
            case ex.Transpose(body=body):
                return self.entry(body, j, i)
            case ex.Apply():
                return self.applied(node, i, j)
            case ex.Spread(body=body):
                return self.entry(body, *narrow(body.shape, i, j))
            case _:
                return self.summed(node, i, j)

    def summed(self, node: ex.Node, i: Index, j: Index) -> Form:
        """Form of an entry that is a sum: of a matrix product, or over an axis."""
        if isinstance(node, ex.MatMul):
            size = node.left.shape[1]
            p = self.index(size)
            form = multiply(self.entry(node.left, i, p), self.entry(node.right, p, j))
            return over(form, p, size)
        if isinstance(node, ex.SumOver):
            p, q = summed_indices(self, node, i, j)
            return over_both(self.entry(node.body, p, q), node, (p, q))
        raise unknown(node)

    def reciprocal(self, node: ex.Node, i: Index, j: Index) -> Form:
        """Form of one over an entry; an atom of its own where it has no normal form."""
        form = inverse(canonical(self.entry(node, i, j)))
        if form is not None:
            return form
        match node:  # 1/(xy) is 1/x · 1/y, also where x has no inverse in normal form
            case ex.Hadamard(left=left, right=right):
                return multiply(self.reciprocal(left, i, j), self.reciprocal(right, i, j))
            case ex.Scale(factor=factor, body=body):
                return multiply(scalar_form(1 / factor), self.reciprocal(body, i, j))
            case ex.Spread(body=body):
                return self.reciprocal(body, *narrow(body.shape, i, j))
            case ex.Transpose(body=body):
                return self.reciprocal(body, j, i)
            case ex.Quantity(definition=definition):
                return self.reciprocal(definition, i, j)
            case _:
                return self.keyed("1/", self.argument(node), i, j)

    def argument(self, body: ex.Node) -> Form:
        """Canonical form of a function's argument, at any entry."""
        return canonical(self.entry(body, *narrow(body.shape, ROW, COLUMN)))

    def keyed(self, kind: str, form: Form, i: Index, j: Index) -> Form:
        """Atom for a function of an entry: known by its argument's canonical form, not its name."""
        text = repr(sorted(form.items(), key=repr))
        key = self._keys.setdefault(text, str(len(self._keys)))
        used = tuple(x for x, place in ((i, ROW), (j, COLUMN)) if repr(place) in text)
        return atom(f"{kind}|{key}", used)

    def value(self, name: str, body: ex.Node, i: Index, j: Index) -> Form:
        """Form of a known or abstract function, with σ(−z) = 1 − σ(z) and tanh(−z) = −tanh(z)."""
        form = self.argument(body)
        if not form and name in AT_ZERO:
            return number(AT_ZERO[name])
        if name in MIRRORED and form[min(form, key=repr)] < 0:
            opposite = self.keyed(name, scale(-1, form), i, j)
            return add(number(MIRRORED[name]), scale(-1, opposite))
        return self.keyed(name, form, i, j)

    def applied(self, node: ex.Apply, i: Index, j: Index) -> Form:
        """Form of a function of an entry."""
        f, body = node.function, node.body
        if f.order == 1:
            return self.slope_of_function(node, i, j)
        if f.name in RELUS and not f.abstract:
            return multiply(self.slope_of_function(node, i, j), self.entry(body, i, j))
        return self.value(f.name, body, i, j)

    def slope_of_function(self, node: ex.Apply, i: Index, j: Index) -> Form:
        """Form of f' at an entry: σ' = σ − σ², tanh' = 1 − tanh², exp' = exp, log' = 1/x, ..."""
        name, body = node.function.name, node.body
        if node.function.abstract:
            return self.keyed(f"{name}'", self.argument(body), i, j)
        if name == "log":
            return self.reciprocal(body, i, j)
        if name in RELUS:
            step = self.keyed(STEP, self.argument(before_relu(body)), i, j)
            return step if name == "relu" else add(number(LEAK), scale(1 - LEAK, step))
        value = self.value(name, body, i, j)
        square = multiply(value, value)
        return {
            "sigmoid": add(value, scale(-1, square)),
            "tanh": add(ONE, scale(-1, square)),
            "exp": value,
        }[name]


def before_relu(node: ex.Node) -> ex.Node:
    """Return z for relu(z) and leaky_relu(z): they are positive exactly where z is."""
    match node:
        case ex.Quantity(definition=ex.Apply() as applied):
            return before_relu(applied) if applied.function.name in RELUS else node
        case ex.Apply(function=f, body=body) if f.name in RELUS and f.order == 0:
            return before_relu(body)
        case _:
            return node


def over(form: Form, index: Index, size: ex.Size) -> Form:
    """Sum over an index, unless the dimension has size 1."""
    return form if index == "0" else sum_over(form, index, str(size))


def summed_indices(entries: Entries, node: ex.SumOver, i: Index, j: Index) -> tuple[Index, Index]:
    """Return the indices of the body: new ones where the sum runs, given ones elsewhere."""
    rows, columns = node.body.shape
    p = i if node.axis == 1 else entries.index(rows)
    q = j if node.axis == 0 else entries.index(columns)
    return p, q


def over_both(form: Form, node: ex.SumOver, indices: tuple[Index, Index]) -> Form:
    """Sum over the axes that a sum runs over."""
    rows, columns = node.body.shape
    if node.axis != 1:
        form = over(form, indices[0], rows)
    return form if node.axis == 0 else over(form, indices[1], columns)


def narrow(shape: ex.Shape, i: Index, j: Index) -> tuple[Index, Index]:
    """Return the indices within what is spread: 0 along its dimensions of size 1."""
    return ("0" if shape[0] == 1 else i, "0" if shape[1] == 1 else j)
