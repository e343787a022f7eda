"""Calling a submission without waiting twice for the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, TypeVar

from gradcheck.sandbox import Call, Failure, Outcome, Sandbox
from gradcheck.sandbox.child.encode import encode
from gradcheck.sandbox.child.wire import CodecError
from gradcheck.submissions.reading.definitions import Definition

Made = TypeVar("Made")
_NOTHING: Mapping[str, Any] = MappingProxyType({})
_MOST_BYTES = 2**18  # of a call or an outcome that is kept


class Patient:
    """A loaded submission in which no call is waited for twice.

    A function that once ran out of time is not called again, nor is one that calls it by name: the
    check that hangs is named, and the time goes to the others. An equal call, with the same seed,
    has the outcome of the first. Calls with or of objects that stay in the child are always made:
    these may have changed since.

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
        self._made: dict[tuple[object, ...], Outcome] = {}
        self._tasks: dict[bytes, Any] = {}

    def call(
        self,
        function: str,
        arguments: Sequence[Any],
        keywords: Mapping[str, Any] = _NOTHING,
        **options: Any,
    ) -> Outcome:
        """Call a function as `Sandbox.call` does, or give the outcome that is known already."""
        known = self._known(function)
        if known is not None:
            return Outcome(None, known, (), _NOTHING, 0.0)
        call = self._box.prepared(function, arguments, keywords, **options)
        if not call.plain or call.size > _MOST_BYTES:
            return self._called(call)
        if call.key not in self._made:
            outcome = self._called(call)
            if outcome.size is None or outcome.size > _MOST_BYTES:
                return outcome
            self._made[call.key] = outcome
        return self._made[call.key]

    def once(self, task: tuple[Any, ...], make: Callable[[], Made]) -> Made:
        """Give what was made of an equal task before, else make it: several calls on an object."""
        key = _key(*task)
        if key is None:
            return make()
        if key not in self._tasks:
            self._tasks[key] = make()
        made: Made = self._tasks[key]
        return made

    def _called(self, call: Call) -> Outcome:
        """Make a call, and note whether it ran out of time."""
        outcome = self._box.make(call)
        if outcome.failure is not None and outcome.failure.kind == "timed-out":
            self._hung[call.function] = self._placed(call.function, outcome.failure)
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


def _key(*call: Any) -> bytes | None:
    """Make one text of a call; None if it holds objects of the child, or is too large to keep."""
    try:
        return encode(call, limit=_MOST_BYTES)
    except CodecError:
        return None
