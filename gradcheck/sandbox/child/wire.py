"""The frames between the host and a child: tagged values as bytes, parsed strictly, never pickled.

A frame is ``magic, length`` and then one value. A value is one tag byte and its content; arrays
are their dtype code, their shape and exactly the bytes that the shape asks for.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

Readable: TypeAlias = Any  # None, bool, int, float, str, bytes, ndarray, Handle, list, tuple, dict

MAGIC = b"GCF1"
HEADER = struct.Struct("<4sQ")
COUNT = struct.Struct("<Q")
REAL = struct.Struct("<d")
MAX_DEPTH = 12
MAX_ITEMS = 200_000
MAX_DIMENSIONS = 32
MAX_AXIS = 2**31
MAX_INTEGER_BYTES = 64
DTYPES = tuple(
    np.dtype(name).newbyteorder("<")
    for name in (
        *("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
        *("float16", "float32", "float64", "complex64", "complex128"),
    )
)


class CodecError(ValueError):
    """A value that cannot cross, or bytes that are no value."""


@dataclass(frozen=True)
class Handle:
    """An object that stays in the child, known outside by its number and its type's name.

    ``generation`` counts the children of one sandbox: a handle dies with its child.
    """

    number: int
    kind: str
    generation: int = 0


def frame(body: bytes) -> bytes:
    """Put the header before a body."""
    return HEADER.pack(MAGIC, len(body)) + body


def body_length(header: bytes, limit: int) -> int:
    """Read a header.

    Raises
    ------
    CodecError
        If it is no header, or announces more than ``limit`` bytes.
    """
    magic, length = HEADER.unpack(header)
    if magic != MAGIC:
        raise CodecError("frame: got other bytes, expected a frame's header")
    if length > limit:
        raise CodecError(f"frame: got {length} bytes, expected at most {limit}")
    return int(length)
