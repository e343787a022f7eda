"""Values to bytes; see `wire` for the format."""

from __future__ import annotations

from collections.abc import Callable
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
_PLAIN = (int, float, str, bytes)


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

    def put(self, *parts: bytes) -> None:
        """Append parts."""
        self.room(sum(map(len, parts)))
        self.parts.extend(parts)

    def room(self, count: int) -> None:
        """Ask for room before bytes are made."""
        self.left -= count
        if self.left < 0:
            raise CodecError(f"value: takes more than the {self.limit} bytes allowed")

    def write(self, value: Any, depth: int) -> None:
        """Write one value of any kind."""
        if depth > MAX_DEPTH:
            raise CodecError(f"value: nests deeper than the {MAX_DEPTH} levels allowed")
        if isinstance(value, _PYTHON_SCALARS):
            value = value.item()
        if value is None or value is True or value is False:
            self.put({None: b"N", True: b"T", False: b"F"}[value])
        elif isinstance(value, (np.ndarray, np.generic)):
            self.array(np.asarray(value))
        elif type(value) in _PLAIN:
            self.plain(value)
        elif isinstance(value, (list, tuple, dict)):
            self.container(value, depth)
        else:
            self.other(value)

    def plain(self, value: float | str | bytes) -> None:
        """Write a number or a text."""
        if isinstance(value, int):
            digits = value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True)
            if len(digits) > MAX_INTEGER_BYTES:
                raise CodecError(f"value: an integer of more than {MAX_INTEGER_BYTES} bytes")
            self.put(b"I", bytes([len(digits)]), digits)
        elif isinstance(value, float):
            self.put(b"D", REAL.pack(value))
        else:
            content = value.encode(errors="replace") if isinstance(value, str) else value
            self.put(b"S" if isinstance(value, str) else b"B", COUNT.pack(len(content)), content)

    def array(self, value: Any) -> None:
        """Write an array; its bytes are counted before they are made."""
        kind = value.dtype.newbyteorder("<")
        if kind not in _CODES:
            raise CodecError(f"value: an array of dtype {value.dtype}, expected numbers")
        self.room(value.nbytes)
        self.left += value.nbytes
        dims = [COUNT.pack(size) for size in value.shape]
        head = b"A" + bytes([_CODES[kind], value.ndim])
        self.put(head, *dims, value.astype(kind, copy=False).tobytes())

    def container(self, value: Any, depth: int) -> None:
        """Write a list, a tuple or a dict with text keys."""
        tag = b"L" if isinstance(value, list) else b"U" if isinstance(value, tuple) else b"M"
        self.items += len(value)
        if self.items > MAX_ITEMS:
            raise CodecError(f"value: has more than the {MAX_ITEMS} items allowed")
        self.put(tag, COUNT.pack(len(value)))
        for item in value:
            if tag == b"M":
                self.key(item)
                item = value[item]
            self.write(item, depth + 1)

    def key(self, key: Any) -> None:
        """Write a dict's key."""
        if type(key) is not str:
            raise CodecError(f"value: a dict with a key of type {type(key).__name__}, expected str")
        self.plain(key)

    def other(self, value: Any) -> None:
        """Write anything else as a handle."""
        found = self.keep(value) if self.keep else None
        if not isinstance(found, Handle):
            raise CodecError(f"value: got {type(value).__name__}, expected numbers or arrays")
        self.put(b"H")
        self.plain(found.number)
        self.plain(found.kind)
