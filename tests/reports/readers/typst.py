"""A reader of Typst, where everything is a call: it knows nothing of what printed it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any


def read(printed: str, atom: Any) -> Any:
    """Read a formula."""
    return Calls(printed, atom).row()


TYPST = re.compile(r'"[^"]*"|[a-z.]+|[A-Z]|\d+|\S')
WORDS = {"times": "×", "dot.op": "⋅", "prime": "′", "*": "∗", "-": "−"}


class Calls:
    """A Typst formula, token by token: everything is a call."""

    def __init__(self, text: str, atom: Any) -> None:
        self.left, self.atom = TYPST.findall(text), atom

    def take(self, *expected: str) -> None:
        """Read the tokens that must come."""
        for token in expected:
            assert self.left.pop(0) == token

    def row(self) -> Any:
        """Read up to the end of an argument."""
        atoms: list[Any] = []
        while self.left and self.left[0] not in (",", ")"):
            atoms += self.one()
        return atoms

    def call(self) -> list[Any]:
        """Read the arguments of a call."""
        self.take("(")
        rows = [self.row()]
        while self.left[0] == ",":
            self.take(",")
            rows.append(self.row())
        self.take(")")
        return rows

    def one(self) -> Any:  # noqa: C901  one case a command
        """Read one thing."""
        token = self.left.pop(0)
        if token[0] == '"':
            return [self.atom("letter", token[1:-1])]
        match token:
            case "thin":
                return []
            case "frac":
                return [self.atom("fraction", parts=tuple(self.call()))]
            case "sqrt" | "hat":
                kind = "root" if token == "sqrt" else token
                return [self.atom(kind, parts=tuple(self.call()))]
            case "upright" | "bold":
                return self.call()[0]
            case "attach":
                return self.attached()
            case "lr":
                self.take("(")
                (inner,) = self.call()
                self.take(")")
                return [self.atom("group", parts=(inner,))]
            case "limits":
                return self.sigma()
            case _ if token in WORDS:
                return [self.atom("sign", WORDS[token])]
            case _:
                return self.atom.of_text(token)

    def attached(self) -> Any:
        """Read a base with its scripts."""
        self.take("(")
        *before, last = self.row()
        scripts = {}
        while self.left[0] == ",":
            self.take(",")
            place = {"t": "upper", "b": "lower"}[self.left.pop(0)]
            self.take(":")
            scripts[place] = self.row()
        self.take(")")
        return [*before, replace(last, **scripts)]

    def sigma(self) -> Any:
        """Read Σ from 1 to something."""
        self.take("(", "sum", ")", "_", "(")
        index = self.left.pop(0)
        self.take("=", "1", ")", "^")
        (last,) = self.call()
        return [self.atom("sum", index, upper=last)]
