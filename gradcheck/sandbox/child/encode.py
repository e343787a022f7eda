"""Values to bytes; see `wire` for the format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np

from .wire import (
    COUNT,
    DTYPES,
    MAX_DEPTH,
    MAX_INTEGER_BYTES,
    MAX_ITEMS,
    REAL,
    CodecError,
    Handle,
    Readable,
)

Keeper: TypeAlias = Callable[[Any], Handle]

_CODES = {dtype: code for code, dtype in enumerate(DTYPES)}
_PYTHON_SCALARS = (np.bool_, np.integer, np.float64)


def encode(value: Readable, *, limit: int, keep: Keeper | None = None) -> bytes:
    """Give the bytes of one value.

    Parameters
    ----------
    value
        None, bool, int, float, str, bytes, a numeric array, or lists, tuples and dicts of these.
    limit
        The most bytes the value may take; arrays are measured before they are copied.
    keep
        Makes a `Handle` of any other object. Without it such an object is an error.

    Raises
    ------
    CodecError
        If the value holds something else, is too large or nests too deeply.
    """
    encoder = _Encoder(limit, keep)
    encoder.write(value, 0)
    return b"".join(encoder.parts)


class _Encoder:
    """Writes one value, counting its bytes and its items."""

    def __init__(self, limit: int, keep: Keeper | None) -> None:
        self.parts: list[bytes] = []
        self.left = limit
        self.limit = limit
        self.items = 0
        self.keep = keep

    def put(self, part: bytes) -> None:
        """Append some bytes."""
        self.room(len(part))
        self.parts.append(part)

    def room(self, count: int) -> None:
        """Take room, where there is time before bytes are made."""
        self.left -= count
        if self.left < 0:
            raise CodecError(f"value: takes more than the {self.limit} bytes allowed")

    def write(self, value: Any, depth: int) -> None:
        """Write one value of any kind."""
        if depth > MAX_DEPTH:
            raise CodecError(f"value: nests deeper than the {MAX_DEPTH} levels allowed")
        writer = _WRITERS.get(type(value))  # most values are of just these types
        if writer is not None:
            writer(self, value)
        elif isinstance(value, _PYTHON_SCALARS):
            self.write(value.item(), depth)
        elif isinstance(value, (np.ndarray, np.generic)):
            self.array(np.asarray(value))
        elif isinstance(value, dict):
            self.mapping(value, depth)
        elif isinstance(value, (list, tuple)):
            self.sequence(value, depth)
        else:
            self.other(value)

    def constant(self, value: bool | None) -> None:
        """Write None, True or False."""
        self.put(b"N" if value is None else b"T" if value else b"F")

    def integer(self, value: int) -> None:
        """Write a whole number."""
        digits = value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True)
        if len(digits) > MAX_INTEGER_BYTES:
            raise CodecError(f"value: an integer of more than {MAX_INTEGER_BYTES} bytes")
        self.put(b"I%c%b" % (len(digits), digits))

    def real(self, value: float) -> None:
        """Write a float."""
        self.put(b"D" + REAL.pack(value))

    def text(self, value: str) -> None:
        """Write a text."""
        content = value.encode(errors="replace")
        self.put(b"S" + COUNT.pack(len(content)) + content)

    def content(self, value: bytes) -> None:
        """Write bytes."""
        self.put(b"B" + COUNT.pack(len(value)))
        self.put(value)

    def array(self, value: np.ndarray[Any, Any]) -> None:
        """Write an array; its bytes are counted before they are made."""
        kind = value.dtype if value.dtype in _CODES else value.dtype.newbyteorder("<")
        if kind not in _CODES:
            raise CodecError(f"value: an array of dtype {value.dtype}, expected numbers")
        self.put(b"A%c%c" % (_CODES[kind], value.ndim) + b"".join(map(COUNT.pack, value.shape)))
        self.room(value.nbytes)
        self.parts.append(value.astype(kind, copy=False).tobytes())

    def sequence(self, value: Any, depth: int) -> None:
        """Write a list or a tuple."""
        self.opened(b"L" if isinstance(value, list) else b"U", len(value))
        for item in value:
            self.write(item, depth + 1)

    def mapping(self, value: Any, depth: int) -> None:
        """Write a dict with text keys."""
        self.opened(b"M", len(value))
        for key in value:
            if type(key) is not str:
                name = type(key).__name__
                raise CodecError(f"value: a dict with a key of type {name}, expected str")
            self.text(key)
            self.write(value[key], depth + 1)

    def opened(self, tag: bytes, count: int) -> None:
        """Begin a container."""
        self.items += count
        if self.items > MAX_ITEMS:
            raise CodecError(f"value: has more than the {MAX_ITEMS} items allowed")
        self.put(tag + COUNT.pack(count))

    def other(self, value: Any) -> None:
        """Write anything else as a handle."""
        found = self.keep(value) if self.keep else None
        if not isinstance(found, Handle):
            raise CodecError(f"value: got {type(value).__name__}, expected numbers or arrays")
        self.put(b"H")
        self.integer(found.number)
        self.text(found.kind)


_WRITERS: Mapping[type, Callable[[_Encoder, Any], None]] = {
    type(None): _Encoder.constant,
    bool: _Encoder.constant,
    int: _Encoder.integer,
    float: _Encoder.real,
    str: _Encoder.text,
    bytes: _Encoder.content,
    np.ndarray: _Encoder.array,
}
