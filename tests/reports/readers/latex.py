"""A reader of LaTeX, token by token: it knows the grammar, and nothing of what printed it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any


def read(printed: str, atom: Any) -> Any:
    """Read a formula."""
    return Tokens(printed, atom).row()


LATEX = re.compile(r"\\[A-Za-z]+|\\_|[A-Za-z]|\d+|\S")
COMMANDS = {r"\partial": "∂", r"\cdot": "⋅", r"\times": "×", r"\prime": "′", "*": "∗", "-": "−"}


class Tokens:
    """A LaTeX formula, token by token."""

    def __init__(self, text: str, atom: Any) -> None:
        self.left = LATEX.findall(text.replace(r"\left", "").replace(r"\right", ""))
        self.atom = atom

    def group(self) -> Any:
        """Read what stands in curly brackets."""
        assert self.left.pop(0) == "{"
        inner = self.row("}")
        assert self.left.pop(0) == "}"
        return inner

    def row(self, end: str = "") -> Any:
        """Read up to an end."""
        atoms: list[Any] = []
        while self.left and self.left[0] != end:
            if self.left[0] in "^_":
                place = "upper" if self.left.pop(0) == "^" else "lower"
                atoms[-1] = replace(atoms[-1], **{place: self.group()})
            else:
                atoms += self.one()
        return self.atom.grouped(self.summed(atoms))

    def summed(self, atoms: list[Any]) -> Any:
        """Take i = 1 below a Σ for its index."""
        for place, mark in enumerate(atoms):
            if mark.kind == "sum":
                assert [a.text for a in mark.lower][1:] == ["=", "1"]
                atoms[place] = replace(mark, text=mark.lower[0].text, lower=[])
        return atoms

    def one(self) -> Any:  # noqa: C901  one case a command
        """Read one thing."""
        token = self.left.pop(0)
        match token:
            case r"\frac":
                return [self.atom("fraction", parts=(self.group(), self.group()))]
            case r"\sqrt":
                return [self.atom("root", parts=(self.group(),))]
            case r"\hat":
                return [self.atom("hat", parts=(self.group(),))]
            case r"\sum":
                return [self.atom("sum")]
            case r"\mathbf":
                return self.group()
            case r"\mathrm":
                return [self.atom("letter", self.word())]
            case _ if token in COMMANDS:
                return [self.atom("sign", COMMANDS[token])]
            case _ if token[0] == "\\":
                greek = {"sigma": "σ", "alpha": "α", "lambda": "λ", "pi": "π"}
                return [self.atom("letter", greek.get(token[1:], token[1:]))]
            case _:
                return self.atom.of_text(token)

    def word(self) -> str:
        """Read an upright word."""
        end = self.left.index("}")
        text = "".join(self.left[1:end]).replace("\\", "")
        del self.left[: end + 1]
        return text
