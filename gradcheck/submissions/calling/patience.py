"""Calling a submission without waiting twice for what does not end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from gradcheck.sandbox import Failure, Outcome, Sandbox
from gradcheck.submissions.reading.definitions import Definition

_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Patient:
    """A loaded submission in which a function that once ran out of time is not called again.

    Neither is one that calls it by name: the check that hangs is named, and the time goes to the
    others.

    Parameters
    ----------
    box : Sandbox
    functions : iterable of Definition
        All of them, to see who calls whom.
    """

    def __init__(self, box: Sandbox, functions: Iterable[Definition]) -> None:
        self._box = box
        self._functions = {function.name: function for function in functions}
        self._hung: dict[str, Failure] = {}

    def call(
        self,
        function: str,
        arguments: Sequence[Any],
        keywords: Mapping[str, Any] = _NOTHING,
        **options: Any,
    ) -> Outcome:
        """Call a function as `Sandbox.call` does, or give the failure that is known already."""
        known = self._known(function)
        if known is not None:
            return Outcome(None, known, (), _NOTHING, 0.0)
        outcome = self._box.call(function, arguments, keywords, **options)
        if outcome.failure is not None and outcome.failure.kind == "timed-out":
            self._hung[function] = self._placed(function, outcome.failure)
        return outcome

    def attributes(self, handle: Any) -> Outcome:
        """Give the attributes of an object that stayed in the child, as ``locals``."""
        return self._box.attributes(handle)

    def _placed(self, name: str, failure: Failure) -> Failure:
        """Say that it was this function, wherever in it the time ran out."""
        found = self._functions.get(name)
        if found is None or failure.line is not None:
            return failure
        return replace(failure, function=name, line=found.line, cell=found.cell)

    def _known(self, name: str) -> Failure | None:
        if name in self._hung:
            return self._hung[name]
        words = self._functions[name].words if name in self._functions else frozenset()
        called = sorted(words & self._hung.keys())
        if not called:
            return None
        return self._hung[called[0]]
