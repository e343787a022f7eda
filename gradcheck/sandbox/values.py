"""What goes into the sandbox and what comes out: plain, frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, TypeAlias

Value: TypeAlias = Any
"""None, bool, int, float, str, numeric ndarray, a handle of an object that stays in the child, or
list, tuple, dict[str] of these."""

Kind: TypeAlias = Literal["crashed", "timed-out", "killed", "bad-value", "load-error"]
LONGEST_MESSAGE = 300


@dataclass(frozen=True)
class Piece:
    """One statement or block of a submission that only defines, imports or sets constants.

    Parameters
    ----------
    source
        Its text.
    name
        The file, as the user gave it.
    cell
        The notebook cell it stands in, if any.
    first_line
        The line of the file, or of the cell, at which the text starts (from 1).
    """

    source: str
    name: str
    cell: int | None = None
    first_line: int = 1

    def __post_init__(self) -> None:
        if self.first_line < 1:
            raise ValueError(
                f"first_line of {self.name}: got {self.first_line}, expected 1 or more"
            )


@dataclass(frozen=True)
class Program:
    """A submission: its pieces in order, and sources that stand in for absent modules."""

    pieces: tuple[Piece, ...]
    stubs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Limits:
    """What a submission may use.

    Parameters
    ----------
    call_seconds, total_seconds
        Wall-clock seconds for one call (or one piece while loading), and for all together.
    memory_bytes
        Address space on top of what the interpreter and NumPy take.
    output_bytes
        Characters it may print, all of which are thrown away.
    value_bytes
        The largest answer to one call, arguments and locals included.
    """

    call_seconds: float = 5.0
    total_seconds: float = 60.0
    memory_bytes: int = 2**30
    output_bytes: int = 2**24
    value_bytes: int = 2**27

    def __post_init__(self) -> None:
        for limit in fields(self):
            got = getattr(self, limit.name)
            if not got > 0:
                raise ValueError(f"{limit.name}: got {got}, expected more than 0")


@dataclass(frozen=True)
class Failure:
    """Why there is no value.

    Parameters
    ----------
    kind
        ``crashed`` (raised), ``timed-out``, ``killed`` (the process ended), ``bad-value`` (no
        number, array or container of these came back) or ``load-error``.
    message
        One printable line of at most 300 characters.
    name, line, cell, function
        Where in the submission, as far as it is known.
    """

    kind: Kind
    message: str
    name: str | None = None
    line: int | None = None
    cell: int | None = None
    function: str | None = None

    def __post_init__(self) -> None:
        if not self.message.isprintable() or len(self.message) > LONGEST_MESSAGE:
            raise ValueError("message: got raw text, expected one printable line (see `clean`)")


@dataclass(frozen=True)
class Call:
    """A call that is ready to be made.

    Parameters
    ----------
    function
        Its name in the submission.
    arguments
        The positional arguments.
    sent
        The bytes of each of them.
    named
        The bytes of the keywords and of the globals.
    seed, capture
        See `Sandbox.prepared`.
    plain
        Whether no object that stays in the child is in it.
    """

    function: str
    arguments: tuple[Value, ...]
    sent: tuple[bytes, ...]
    named: bytes
    seed: int | None
    capture: bool
    plain: bool

    @property
    def key(self) -> tuple[object, ...]:
        """What decides the outcome: two plain calls of one key are equal."""
        return self.function, self.sent, self.named, self.seed, self.capture

    @property
    def size(self) -> int:
        """How many bytes it sends."""
        return len(self.named) + sum(map(len, self.sent))


@dataclass(frozen=True)
class Outcome:
    """What one call gave: a value or a failure, and what it did to its arguments.

    ``arguments`` are the positional arguments after the call, those that it left alone the very
    ones that were given; ``locals`` map names to their last value and the line that set it. Locals
    of functions called on the way are ``function.name``. ``size`` counts the bytes of all that is
    new among these; it is None where some are objects in the child.
    """

    value: Value
    failure: Failure | None
    arguments: tuple[Value, ...]
    locals: Mapping[str, tuple[Value, int]]
    seconds: float
    size: int | None = None


@dataclass(frozen=True)
class Loaded:
    """What loading found: pieces that raised, and modules that are not there."""

    failures: tuple[Failure, ...]
    missing_modules: tuple[str, ...]


@dataclass(frozen=True)
class Isolation:
    """Which walls stand around a child on this machine, and which attempts still got through.

    Parameters
    ----------
    layers
        The layers that are in force.
    missing
        Those that this machine does not offer, each with the reason.
    leaks
        What a canary in the child could do although it must not. Empty means that each promise
        is kept by at least one layer.
    """

    layers: tuple[str, ...]
    missing: tuple[str, ...] = ()
    leaks: tuple[str, ...] = ()


def clean(text: str) -> str:
    r"""Make one printable line of a text that a submission may have written.

    >>> clean("a\x1b[31mb\nc")
    'a [31mb c'
    """
    start = text[: 4 * LONGEST_MESSAGE]
    printable = "".join(sign if sign.isprintable() else " " for sign in start)
    line = " ".join(printable.split())
    return line if len(line) <= LONGEST_MESSAGE else line[: LONGEST_MESSAGE - 1] + "…"
