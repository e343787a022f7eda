"""What a page says, as atoms, evaluated by the rules that a human reader uses.

Side by side is a product, ∗ is entry by entry, [1] names a layer, T transposes, (i) and k choose
columns and rows of what a Σ before them sums, or of an entry that is spoken of.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Atom:
    """A mark on the page: its kind, its text, and what is within, above and below it."""

    kind: str  # letter, number, sign, group, fraction, root, hat, sum
    text: str = ""
    parts: tuple[list[Atom], ...] = ()
    upper: list[Atom] = field(default_factory=list)
    lower: list[Atom] = field(default_factory=list)

    @classmethod
    def of_text(cls, text: str) -> list[Atom]:
        """Make atoms of the text of one element: a letter, a number or a sign."""
        if text[0].isalpha():
            return [cls("letter", text)]
        if text[0].isdigit():
            return [cls("number", "1" if text == "𝟏" else text)]
        return [cls("sign", text)]

    @classmethod
    def grouped(cls, atoms: list[Atom]) -> list[Atom]:
        """Gather what stands between round brackets; a bracket without its partner fails."""
        stack: list[list[Atom]] = [[]]
        for mark in atoms:
            if mark.kind == "sign" and mark.text == "(":
                stack.append([])
            elif mark.kind == "sign" and mark.text == ")":
                inner = stack.pop()
                stack[-1].append(cls("group", "", (inner,), mark.upper, mark.lower))
            else:
                stack[-1].append(mark)
        (whole,) = stack
        return whole


def sigmoid(z: Any) -> Any:
    """Apply σ, at any z."""
    return (1 + np.tanh(z / 2)) / 2


def sigmoid_slope(z: Any) -> Any:
    """Apply σ′, at any z."""
    return 0.25 / np.cosh(np.clip(z, -600, 600) / 2) ** 2


FUNCTIONS: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "σ": (sigmoid, sigmoid_slope),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "exp": (np.exp, np.exp),
    "log": (np.log, lambda z: 1 / z),
    "ReLU": (lambda z: np.maximum(z, 0), lambda z: (z > 0) * 1.0),
    "leaky": (lambda z: np.where(z > 0, z, z / 100), lambda z: np.where(z > 0, 1, 0.01)),
    "sum": (np.sum, np.sum),
    "sum_axis0": (lambda z: np.sum(z, axis=0, keepdims=True), np.sum),
    "sum_axis1": (lambda z: np.sum(z, axis=1, keepdims=True), np.sum),
    "g1": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "g2": (lambda z: np.maximum(z, 0), lambda z: (z > 0) * 1.0),
    "f": (sigmoid, sigmoid_slope),
    "g": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
}


def split(atoms: list[Atom], signs: str) -> list[tuple[str, list[Atom]]]:
    """Split a row at signs; each piece comes with the sign before it."""
    pieces: list[tuple[str, list[Atom]]] = [("", [])]
    for atom in atoms:
        if atom.kind == "sign" and atom.text in signs:
            pieces.append((atom.text, []))
        else:
            pieces[-1][1].append(atom)
    return pieces


@dataclass
class Reader:
    """Evaluates atoms; ``values`` gives arrays, sizes and scalars by their names in code.

    With ``indices``, letters below and (i) above choose one entry of each array.
    """

    values: Mapping[str, Any]
    indices: Mapping[str, int] | None = None

    def sum(self, atoms: list[Atom]) -> Any:
        """Evaluate a sum of terms."""
        pieces = split(atoms, "+−")
        if not pieces[0][1]:
            pieces = pieces[1:]
        total: Any = 0
        for sign, term in pieces:
            total = total - self.term(term) if sign == "−" else total + self.term(term)
        return total

    def term(self, atoms: list[Atom]) -> Any:
        """Evaluate products entry by entry, of products side by side."""
        factors = [self.product(piece) for _, piece in split(atoms, "∗")]
        result = factors[0]
        for factor in factors[1:]:
            result = result * factor
        return result

    def product(self, atoms: list[Atom]) -> Any:
        """Evaluate what stands side by side."""
        left = [atom for atom in atoms if not (atom.kind == "sign" and atom.text == "⋅")]
        assert left, "a product without factors"
        result: Any = None
        while left:
            factor = self.factor(left)
            both = np.ndim(factor) == 2 and result is not None and np.ndim(result) == 2
            result = factor if result is None else result @ factor if both else result * factor
        return result

    def factor(self, left: list[Atom]) -> Any:
        """Take the next factor off a row: Σ with what it sums, a function call, or one thing."""
        sums = []
        while left[0].kind == "sum":
            sums.append(left.pop(0))
        if sums and self.indices is not None:
            return self.entries_summed(sums, left)
        if sums:
            value = np.atleast_2d(self.scripted(left))
            for sign in reversed(sums):
                axis = 1 if sign.text == "i" else 0
                last = self.sum(sign.upper)
                shape = [*value.shape]
                shape[axis] = max(shape[axis], last)
                assert shape[axis] == last
                value = np.sum(np.broadcast_to(value, shape), axis=axis, keepdims=True)
            return value
        return self.scripted(left)

    def entries_summed(self, sums: list[Atom], left: list[Atom]) -> Any:
        """Sum all that follows over the indices of Σ signs, number by number."""
        rest = left.copy()
        left.clear()
        ranges = [range(self.sum(sign.upper)) for sign in sums]
        letters = [sign.text for sign in sums]
        return sum(
            Reader(
                self.values, {**(self.indices or {}), **dict(zip(letters, at, strict=True))}
            ).product(rest)
            for at in product(*ranges)
        )

    def scripted(self, left: list[Atom]) -> Any:
        """Take one thing with its scripts off a row."""
        name, used = self.name(left)
        atom = left[used - 1]
        above, prime = self.above(atom)
        del left[:used]
        if name in FUNCTIONS and left and left[0].kind == "group":
            argument = left.pop(0)
            value = FUNCTIONS[name][prime](self.sum(argument.parts[0]))
            return self.powered(value, argument.upper)
        value = self.values[name] if name else self.plain(atom)
        return self.entry(self.powered(value, above), atom)

    def entry(self, value: Any, atom: Atom) -> Any:
        """Choose an entry: (i) above is the column, letters below are what else there is."""
        below = [mark.text for mark in atom.lower]
        above = [a.text for mark in atom.upper if mark.kind == "group" for a in mark.parts[0]]
        if self.indices is None or not set(below + above) & set(self.indices):
            return value
        at: dict[int, str] = {1: above[0]} if above else {}
        free = [axis for axis in (0, 1) if axis not in at and value.shape[axis] > 1]
        at |= dict(zip(free, below, strict=True))
        row, column = (self.indices[at[axis]] if axis in at else 0 for axis in (0, 1))
        return value[row, column]

    def powered(self, value: Any, above: list[Atom]) -> Any:
        """Apply T, or a power."""
        for atom in above:
            if atom.kind == "letter" and atom.text == "T":
                value = np.transpose(value)
            elif atom.kind == "number":
                value = value ** int(atom.text)
            else:
                raise AssertionError(f"what is {atom} above?")
        return value

    def above(self, atom: Atom) -> tuple[list[Atom], bool]:
        """Return what stands above, without layers and indices, and whether a prime does."""
        kept, inside, prime = [], False, False
        for mark in atom.upper:
            if mark.kind == "sign" and mark.text in "[]":
                inside = mark.text == "["
            elif mark.kind == "sign" and mark.text == "′":
                prime = True
            elif not inside and not (mark.kind == "group" and mark.parts[0][0].text in ("i", "j")):
                kept.append(mark)
        return kept, prime

    def name(self, left: list[Atom]) -> tuple[str, int]:
        """Find the longest name that the row begins with, and how many atoms it takes."""
        found, text = ("", 1), ""
        for count, atom in enumerate(left, start=1):
            if atom.kind not in ("letter", "hat"):
                break
            text += "".join(a.text for a in atom.parts[0]) + "hat" if atom.parts else atom.text
            full = text + self.suffix(atom)
            if full in self.values or full in FUNCTIONS:
                found = (full, count)
            if atom.upper or atom.lower:
                break
        return found

    def suffix(self, atom: Atom) -> str:
        """Return what scripts add to a name: the layer, and a word below that is no index."""
        signs = [mark.text for mark in atom.upper if mark.kind == "sign"]
        layer = "".join(mark.text for mark in atom.upper if mark.kind == "number" and "[" in signs)
        below = "".join(mark.text for mark in atom.lower)
        is_index = set(below) <= {"k", *(self.indices or ())}
        return layer + ("" if is_index else f"_{below}")

    def plain(self, atom: Atom) -> Any:
        """Evaluate what has no name."""
        match atom.kind:
            case "number" if atom.lower:
                rows, columns = (self.sum(piece) for _, piece in split(atom.lower, "×"))
                return np.ones((rows, columns))
            case "number":
                return float(atom.text) if "." in atom.text else int(atom.text)
            case "group":  # the entry of a formula in brackets: the formula itself is of arrays
                inside = Reader(self.values) if atom.lower or atom.upper else self
                return inside.sum(atom.parts[0])
            case "fraction":
                return self.sum(atom.parts[0]) / self.sum(atom.parts[1])
            case "root":
                return np.sqrt(self.sum(atom.parts[0]))
            case _:
                raise AssertionError(f"what is {atom}?")
