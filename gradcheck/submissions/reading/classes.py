"""Classes that hold a model: which method trains and which predicts, found by reading."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gradcheck.submissions.reading.defining import blocks_of
from gradcheck.submissions.reading.definitions import Definition, bound, functions_in
from gradcheck.submissions.reading.names import plain

_TRAINS = r"_*(fit|train\w*|gradientdescent|learn|optimi[sz]e|run)"
_PREDICTS = r"predict(class|classes|labels?)?|classify"


@dataclass(frozen=True)
class Class:
    """A class as it stands in the source, its methods without their ``self``."""

    name: str
    methods: Mapping[str, Definition]
    line: int
    cell: int | None

    @property
    def init(self) -> Definition:
        """How it is made; without an ``__init__`` it takes nothing."""
        empty = Definition(
            "__init__", (), 0, (), frozenset(), frozenset(), self.line, self.cell, {}
        )
        return self.methods.get("__init__", empty)

    @property
    def trains(self) -> Definition | None:
        """The method that trains, or None."""
        return self._named(_TRAINS)

    @property
    def predicts(self) -> Definition | None:
        """The method that predicts, or None."""
        return self._named(_PREDICTS)

    def _named(self, pattern: str) -> Definition | None:
        """Give the method of such a name; of several the one that the others do not call."""
        named = {name: m for name, m in self.methods.items() if re.fullmatch(pattern, plain(name))}
        used = {name for name in named for other in named.values() if name in other.words}
        outer = (method for name, method in named.items() if name not in used)
        return next(outer, next(iter(named.values()), None))


def classes_in(statement: ast.stmt, cell: int | None) -> Iterator[Class]:
    """Give the class that a statement defines."""
    for inner in blocks_of(statement):
        yield from classes_in(inner, cell)
    if isinstance(statement, ast.ClassDef):
        found = (f for inner in statement.body for f in functions_in(inner, cell))
        methods = {f.name: bound(f) for f in found}
        yield Class(statement.name, MappingProxyType(methods), statement.lineno, cell)
