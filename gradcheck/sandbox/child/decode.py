"""Bytes to values, strictly: the bytes may come from an enemy. See `wire` for the format."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from .wire import (
    COUNT,
    DTYPES,
    MAX_AXIS,
    MAX_DEPTH,
    MAX_DIMENSIONS,
    MAX_INTEGER_BYTES,
    MAX_ITEMS,
    REAL,
    CodecError,
    Handle,
    Readable,
)


def decode(
    data: bytes,
    *,
    restore: Callable[[Handle], Any] | None = None,
    longest_text: int | None = None,
) -> Readable:
    """Read one value back; arrays are fresh, writable and own their memory.

    Parameters
    ----------
    data
        One whole value.
    restore
        What to make of a handle; by default it stays one.
    longest_text
        Cut texts to that many characters.

    Raises
    ------
    CodecError
        If a byte is missing, left over or out of place.
    """
    return Decoder(restore, longest_text).decode(data)


class Decoder:
    """Reads values, counting over all of them their bytes, their items and their handles."""

    def __init__(
        self, restore: Callable[[Handle], Any] | None = None, longest_text: int | None = None
    ) -> None:
        self.data = b""
        self.at = 0
        self.items = 0
        self.bytes = 0
        self.handles = 0
        self.restore = restore or (lambda handle: handle)
        self.longest_text = longest_text

    def decode(self, data: bytes) -> Readable:
        """Read one value; see the function `decode`."""
        self.data, self.at = data, 0
        self.bytes += len(data)
        value = self.read(0)
        if self.at != len(data):
            raise CodecError(f"frame: got {len(data) - self.at} bytes after the value, expected 0")
        return value

    def take(self, count: int) -> bytes:
        """Take the next bytes."""
        start = self.skip(count)
        return self.data[start : self.at]

    def skip(self, count: int) -> int:
        """Pass over the next bytes; give where they start."""
        start = self.at
        self.at += count
        if self.at > len(self.data):
            raise CodecError(f"frame: announces {count} more bytes than it has")
        return start

    def count(self) -> int:
        """Take a length."""
        return int(COUNT.unpack_from(self.data, self.skip(COUNT.size))[0])

    def read(self, depth: int) -> Any:
        """Take one value of any kind."""
        self.items += 1
        if depth > MAX_DEPTH:
            raise CodecError(f"frame: nests deeper than the {MAX_DEPTH} levels allowed")
        if self.items > MAX_ITEMS:
            raise CodecError(f"frame: has more than the {MAX_ITEMS} items allowed")
        tag = self.take(1)
        if tag in _SCALARS:
            return _SCALARS[tag](self)
        if tag in _CONTAINERS:
            return self.container(tag, depth)
        if tag not in _CONSTANTS:
            raise CodecError(f"frame: got the tag {tag!r}, expected one of {_TAGS!r}")
        return _CONSTANTS[tag]

    def integer(self) -> int:
        """Take a whole number."""
        size = self.take(1)[0]
        if size > MAX_INTEGER_BYTES:
            raise CodecError(f"frame: an integer of {size} bytes, expected {MAX_INTEGER_BYTES}")
        return int.from_bytes(self.take(size), "little", signed=True)

    def real(self) -> float:
        """Take a float."""
        return float(REAL.unpack_from(self.data, self.skip(REAL.size))[0])

    def content(self) -> bytes:
        """Take bytes."""
        return self.take(self.count())

    def text(self) -> str:
        """Take a text; what is no UTF-8 becomes a replacement sign."""
        return self.content().decode(errors="replace")[: self.longest_text]

    def array(self) -> np.ndarray[Any, Any]:
        """Take an array: its shape must ask for bytes that are there."""
        code, dimensions = self.take(2)
        if code >= len(DTYPES):
            raise CodecError(f"frame: got the dtype code {code}, expected less than {len(DTYPES)}")
        if dimensions > MAX_DIMENSIONS:
            raise CodecError(f"frame: {dimensions} dimensions, expected at most {MAX_DIMENSIONS}")
        shape = tuple(self.count() for _ in range(dimensions))
        if max(shape, default=0) > MAX_AXIS:  # an empty array may still claim a huge axis
            raise CodecError(f"frame: an axis of {max(shape)}, expected at most {MAX_AXIS}")
        content = self.take(prod(shape) * DTYPES[code].itemsize)
        if code == 0 and content.strip(b"\0\1"):
            raise CodecError("frame: a bool array with other bytes than 0 and 1")
        return np.frombuffer(content, DTYPES[code]).reshape(shape).copy()

    def handle(self) -> Any:
        """Take a handle."""
        self.handles += 1
        number, kind = self.read(0), self.read(0)
        if type(number) is not int or type(kind) is not str:
            raise CodecError("frame: a handle without a number and a name")
        return self.restore(Handle(number, kind))

    def container(self, tag: bytes, depth: int) -> Any:
        """Take a list, a tuple or a dict."""
        count = self.count()
        if tag == b"M":
            return dict(self.entry(depth) for _ in range(count))
        return _CONTAINERS[tag](self.read(depth + 1) for _ in range(count))

    def entry(self, depth: int) -> tuple[str, Any]:
        """Take a dict's key and value."""
        key = self.read(0)
        if type(key) is not str:
            raise CodecError(f"frame: a key of type {type(key).__name__}, expected str")
        return key, self.read(depth + 1)


_CONSTANTS = {b"N": None, b"T": True, b"F": False}
_CONTAINERS: dict[bytes, Callable[[Any], Any]] = {b"L": list, b"U": tuple, b"M": dict}
_SCALARS: dict[bytes, Callable[[Decoder], Any]] = {
    b"I": Decoder.integer,
    b"D": Decoder.real,
    b"S": Decoder.text,
    b"B": Decoder.content,
    b"A": Decoder.array,
    b"H": Decoder.handle,
}
_TAGS = b"".join((*_CONSTANTS, *_CONTAINERS, *_SCALARS))
