"""What a child answered, read with suspicion: every field has its type, or there is no answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gradcheck.sandbox.channel import CodecError
from gradcheck.sandbox.values import Call, Failure, Kind, Piece, Value, clean

KINDS: Mapping[str, Kind] = {"crashed": "crashed", "bad-value": "bad-value"}
Reader = Callable[[bytes], Value]


def field(answer: Any, name: str, kind: type | tuple[type, ...]) -> Any:
    """Take one field of an answer.

    Raises
    ------
    CodecError
        If it is absent or of another type.
    """
    found = answer.get(name) if isinstance(answer, dict) else None
    if not isinstance(found, kind):
        raise CodecError(f"answer: {name} is {type(found).__name__}, expected something else")
    return found


def failure_of(answer: Any, pieces: Sequence[Piece], read: Kind | None = None) -> Failure | None:
    """Read the failure in an answer; ``read`` overrides its kind."""
    raw = field(answer, "failure", (dict, type(None)))
    if raw is None:
        return None
    kind = KINDS.get(field(raw, "kind", str), "crashed")
    message = clean(field(raw, "message", str)) or "no message"
    function = raw.get("function")
    return Failure(
        read or kind,
        message,
        function=clean(function) if isinstance(function, str) else None,
        **_place(raw, pieces),
    )


def failures_of(answer: Any, pieces: Sequence[Piece], count: int) -> list[Failure | None]:
    """Read the failures of that many pieces; None for each that was loaded."""
    found = field(answer, "failures", list)
    if len(found) != count:
        raise CodecError(f"answer: got {len(found)} failures, expected {count}")
    return [failure_of({"failure": raw}, pieces, "load-error") for raw in found]


def missing_of(answer: Any) -> tuple[str, ...]:
    """Read the names of the modules that are not there."""
    return tuple(clean(str(name)) for name in field(answer, "missing", list))


def arguments_of(answer: Any, read: Reader, call: Call | None = None) -> tuple[Value, ...]:
    """Read the arguments as they are after the call; what is no value any more is None.

    One whose bytes are those that were sent is the one that was given.
    """
    found = field(answer, "arguments", list)
    given = dict(zip(call.sent, call.arguments, strict=True)) if call else {}
    return tuple(
        (given[item] if item in given else read(item)) if isinstance(item, bytes) else None
        for item in found
    )


def locals_of(answer: Any, read: Reader) -> dict[str, tuple[Value, int]]:
    """Read the local variables and their lines."""
    found = {}
    for name, pair in field(answer, "locals", dict).items():
        data, line = pair if isinstance(pair, tuple) and len(pair) == 2 else (None, None)
        if type(data) is not bytes or type(line) is not int:
            raise CodecError("answer: a local variable without a value and a line")
        found[clean(name)] = (read(data), line)
    return found


def _place(raw: Mapping[str, Any], pieces: Sequence[Piece]) -> dict[str, Any]:
    """Turn the number of a piece into its name and cell; the line must stand in the piece."""
    number, line = raw.get("piece"), raw.get("line")
    if type(number) is not int or not 0 <= number < len(pieces):
        return {"name": None, "line": None, "cell": None}
    piece = pieces[number]
    last = piece.first_line + piece.source.count("\n") + 1
    known = type(line) is int and piece.first_line <= line <= last
    return {"name": piece.name, "line": line if known else None, "cell": piece.cell}
