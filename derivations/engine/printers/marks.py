"""What mathematics on paper is made of: marks, without any format.

A formula is set once (``notation``), and every format prints the same marks: LaTeX here, MathML and
Typst where reports are made. So brackets and minus signs are decided in one place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Letters:
    """Letters in italics, each a symbol of its own: the ``dZ`` of dZ1."""

    text: str


@dataclass(frozen=True)
class Word:
    """An upright word: ``tanh``, ``learning_rate``."""

    text: str


@dataclass(frozen=True)
class Number:
    """A whole number, or a decimal one, without its sign."""

    text: str


@dataclass(frozen=True)
class Sign:
    """An operator with room around it: + − ∗ = × ⋅."""

    text: str


@dataclass(frozen=True)
class Prime:
    """The prime of a derivative; it stands in an upper script."""


@dataclass(frozen=True)
class Layer:
    """The number of a layer: [1]; it stands in an upper script."""

    number: str


@dataclass(frozen=True)
class Ones:
    """An array of ones, as bold as a matrix."""


@dataclass(frozen=True)
class Row:
    """Marks side by side; ``tight`` without room, as in a script or a name."""

    parts: tuple[Mark, ...]
    tight: bool = False


@dataclass(frozen=True)
class Minus:
    """A minus sign that belongs to what follows."""

    body: Mark


@dataclass(frozen=True)
class Fraction:
    """One mark over another."""

    top: Mark
    bottom: Mark


@dataclass(frozen=True)
class Root:
    """A square root."""

    body: Mark


@dataclass(frozen=True)
class Script:
    """A mark with an upper script, a lower one, or both."""

    base: Mark
    upper: Mark | None = None
    lower: Mark | None = None


@dataclass(frozen=True)
class Hat:
    """A mark with a hat: the Y of Yhat."""

    body: Mark


@dataclass(frozen=True)
class Brackets:
    """Round brackets, as ``tall`` as what they hold or as high as a letter."""

    body: Mark
    tall: bool = True


@dataclass(frozen=True)
class Call:
    """A function and its argument in brackets."""

    function: Mark
    argument: Brackets


@dataclass(frozen=True)
class Sum:
    """The sign Σ with an index from 1 to ``last``; what is summed follows it."""

    index: str
    last: Mark


Plain: TypeAlias = Letters | Word | Number | Sign | Prime | Layer | Ones
Built: TypeAlias = Fraction | Root | Script | Hat | Brackets | Sum
Mark: TypeAlias = Plain | Row | Minus | Call | Built
