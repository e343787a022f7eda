"""A submission behind walls: load it, call its functions, get numbers or a reason."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from gradcheck.sandbox import answers
from gradcheck.sandbox.channel import CodecError
from gradcheck.sandbox.child.decode import Decoder
from gradcheck.sandbox.child.encode import encode
from gradcheck.sandbox.child.wire import Handle
from gradcheck.sandbox.inmate import Inmate
from gradcheck.sandbox.values import (
    Call,
    Failure,
    Isolation,
    Limits,
    Loaded,
    Outcome,
    Piece,
    Program,
    Value,
    clean,
)
from gradcheck.sandbox.warm import WarmParent

LONGEST_TEXT = 200
TOGETHER_SECONDS = 1.0
SECONDS_A_CHARACTER = 1e-5  # more than a slow machine needs to compile and run definitions
NOTHING: Mapping[str, Value] = MappingProxyType({})


class Sandbox:
    """Runs one submission in a protected child process.

    The child holds no reference, no tests and no expected values; what it sends back are
    numbers, parsed strictly. After a time-out or the child's death the next call starts a new
    child and loads the submission again, without the pieces that hung. It is a context manager.

    Parameters
    ----------
    program
        The submission.
    limits
        What it may use.
    allow_weak
        Run even where a promise of isolation cannot be kept (see `Isolation.leaks`).
    warm
        A `WarmParent` to share between sandboxes; without one the sandbox starts its own.

    Raises
    ------
    WeakIsolationError
        On entering, if a promise cannot be kept here and ``allow_weak`` is false.
    SandboxError
        On entering, if no child can be started at all.
    """

    def __init__(
        self,
        program: Program,
        limits: Limits | None = None,
        *,
        allow_weak: bool = False,
        warm: WarmParent | None = None,
    ) -> None:
        self.program = program
        self.limits = limits or Limits()
        self._allow_weak = allow_weak
        self._warm = warm
        self._stack = ExitStack()
        self._broken: dict[int, Failure] = {}
        self._loaded: Loaded | None = None
        self._missing: tuple[str, ...] = ()
        self._generation = 0
        self._careful = False
        self._used = 0.0

    def __enter__(self) -> Sandbox:
        with ExitStack() as stack:
            warm = self._warm or stack.enter_context(WarmParent())
            warm.require(allow_weak=self._allow_weak)
            self._inmate = Inmate(warm, self.program.stubs, self.limits)
            stack.callback(self._inmate.end)
            self._stack = stack.pop_all()
        self.isolation: Isolation = warm.isolation
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def load(self) -> Loaded:
        """Run the pieces in order and say what is not there.

        A piece that raises, hangs or ends the process becomes a failure; the others stay.
        """
        if self._loaded is not None and (self._inmate.alive or self._left <= 0):
            return self._loaded
        while (failures := self._attempt()) is None:
            pass
        self._loaded = Loaded(failures, self._missing)
        return self._loaded

    @property
    def spent(self) -> bool:
        """Whether all of its seconds are used: nothing of it will run any more."""
        return self._left <= 0

    @property
    def _left(self) -> float:
        """The seconds that are left to the submission."""
        return self.limits.total_seconds - self._used

    def call(
        self,
        function: str,
        arguments: Sequence[Value],
        keywords: Mapping[str, Value] = NOTHING,
        **options: Any,
    ) -> Outcome:
        """Call one function, or ``Class.method`` with a handle first; see `prepared`."""
        return self.make(self.prepared(function, arguments, keywords, **options))

    def prepared(
        self,
        function: str,
        arguments: Sequence[Value],
        keywords: Mapping[str, Value] = NOTHING,
        *,
        seed: int | None = 0,
        capture: bool = False,
        globals: Mapping[str, Value] = NOTHING,  # noqa: A002 - the field's own word
    ) -> Call:
        """Make a call ready, for the child that lives now.

        Parameters
        ----------
        function
            Its name in the submission.
        arguments, keywords
            Values, copied into the child.
        seed
            Seeds ``numpy.random`` and ``random`` before the call; None leaves them.
        capture
            Also give the local variables of the submission's functions.
        globals
            Names of the submission's module to set during the call.

        Raises
        ------
        ValueError
            If an argument is no value that can be sent.
        """
        self.load()
        held: list[Handle] = []

        def packed(value: Value) -> bytes:
            return encode(value, limit=self.limits.value_bytes, keep=keep)

        def keep(value: Any) -> Handle:
            held.append(self._current(value))
            return held[-1]

        sent = tuple(map(packed, arguments))
        named = packed((dict(keywords), dict(globals)))
        return Call(function, tuple(arguments), sent, named, seed, capture, not held)

    def make(self, call: Call) -> Outcome:
        """Make a call."""
        options = {"seed": call.seed, "capture": call.capture}
        given = {"function": call.function, "arguments": call.sent, "named": call.named}
        return self._outcome("call", {**given, "options": options}, call)

    def attributes(self, handle: Handle) -> Outcome:
        """Give the attributes of an object that stayed in the child, as ``locals``."""
        self.load()
        data = encode(handle, limit=self.limits.value_bytes, keep=self._current)
        return self._outcome("vars", {"handle": data})

    def restart(self) -> None:
        """End the child; the next call starts a fresh one, which has forgotten everything."""
        self._inmate.end()

    def _outcome(self, what: str, request: dict[str, Any], call: Call | None = None) -> Outcome:
        """Ask, and read the answer."""
        begun = time.perf_counter()
        answer = self._ask(what, request)
        seconds = time.perf_counter() - begun
        if isinstance(answer, Failure):
            return Outcome(None, answer, (), NOTHING, seconds)
        try:
            failure = answers.failure_of(answer, self.program.pieces)
            data = answers.field(answer, "value", (bytes, type(None)))
            decoder = Decoder(self._held, LONGEST_TEXT)  # one, so that it counts all items
            value = None if data is None or failure else decoder.decode(data)
            after = answers.arguments_of(answer, decoder.decode, call)
            found = answers.locals_of(answer, decoder.decode)
            size = None if decoder.handles else decoder.bytes
            return Outcome(value, failure, after, found, seconds, size)
        except CodecError as error:
            return Outcome(None, Failure("bad-value", clean(str(error))), (), NOTHING, seconds)

    def _ask(self, what: str, request: dict[str, Any], most: float | None = None) -> Any:
        """Ask within the time that is left, and within ``most`` seconds."""
        left = self._left
        if left <= 0:
            total = self.limits.total_seconds
            return Failure("timed-out", f"the submission has used its {total:g} seconds")
        begun = time.monotonic()
        seconds = min(left, self.limits.call_seconds, most or left)
        answer = self._inmate.ask(what, request, seconds)
        self._used += time.monotonic() - begun
        return answer

    def _attempt(self) -> tuple[Failure, ...] | None:
        """Load in a new child, without what broke an earlier one; None if this one breaks too.

        All pieces go at once; only if that ends the child they go one by one, to find which did.
        """
        self._inmate.start()
        self._generation += 1
        sound = [index for index in range(len(self.program.pieces)) if index not in self._broken]
        failures = dict(self._broken)
        for group in [[index] for index in sound] if self._careful else [sound]:
            if self.spent:
                break  # the rest would fail one by one, for no reason of its own
            found = self._load_pieces(group)
            if not self._inmate.alive:
                self._broken |= found if self._careful else {}
                self._careful = True
                return None
            failures |= found
        return tuple(failures[index] for index in sorted(failures))

    def _load_pieces(self, indices: Sequence[int]) -> dict[int, Failure]:
        """Run some pieces; each failure says at least where its piece begins."""
        pieces = self.program.pieces
        wanted = [(index, pieces[index].source, pieces[index].first_line) for index in indices]
        length = sum(len(source) for _, source, _ in wanted)
        together = TOGETHER_SECONDS + SECONDS_A_CHARACTER * length
        most = self.limits.call_seconds if self._careful else together
        answer = self._ask("load", {"pieces": wanted}, most)
        found = self._read(answer, len(indices))
        each = [found] * len(indices) if isinstance(found, Failure) else found
        return {
            index: _placed(failure, pieces[index])
            for index, failure in zip(indices, each, strict=True)
            if failure is not None
        }

    def _read(self, answer: Any, count: int) -> Failure | list[Failure | None]:
        """Read what loading some pieces gave, and note the modules that are not there."""
        if isinstance(answer, Failure):
            return answer
        try:
            self._missing = answers.missing_of(answer)
            return answers.failures_of(answer, self.program.pieces, count)
        except CodecError as error:
            return Failure("bad-value", clean(str(error)))

    def _current(self, handle: Any) -> Handle:
        """Let only handles of the living child pass."""
        if not isinstance(handle, Handle):
            raise ValueError(f"argument: got {type(handle).__name__}, expected numbers or arrays")
        if handle.generation != self._generation:
            raise ValueError(f"argument: the {handle.kind} belongs to a child that has ended")
        return handle

    def _held(self, handle: Handle) -> Handle:
        """Give a handle of the living child."""
        return Handle(handle.number, clean(handle.kind), self._generation)


def _placed(failure: Failure, piece: Piece) -> Failure:
    """Say where the piece is that failed, at least where it begins."""
    line = failure.line or piece.first_line
    return replace(failure, name=piece.name, cell=piece.cell, line=line)
