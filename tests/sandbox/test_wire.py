"""The format between host and child: exact for honest values, strict for all other bytes."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from gradcheck.sandbox.child.decode import decode
from gradcheck.sandbox.child.encode import encode
from gradcheck.sandbox.child.wire import (
    DTYPES,
    HEADER,
    MAX_ITEMS,
    CodecError,
    Handle,
    body_length,
    frame,
)

ROOM = 2**20


def u64(count: int) -> bytes:
    """Write a count."""
    return count.to_bytes(8, "little")


def array(code: int, *shape: int, content: bytes = b"") -> bytes:
    """Write an array's bytes by hand."""
    return b"A" + bytes([code, len(shape)]) + b"".join(map(u64, shape)) + content


plain = (
    st.none()
    | st.booleans()
    | st.integers(-(2**500), 2**500)
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary()
)
values = st.recursive(
    plain,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(values)
def test_a_value_comes_back_as_it_went(value: Any) -> None:
    """Encoding and decoding change neither content nor type."""
    found = decode(encode(value, limit=ROOM))
    assert (type(found), found) == (type(value), value)


@given(hnp.arrays(st.sampled_from(DTYPES), hnp.array_shapes(min_dims=0, min_side=0)))
def test_an_array_comes_back_bit_for_bit(value: np.ndarray[Any, Any]) -> None:
    """Dtype, shape and every bit are kept, nans too; the copy is writable."""
    found = decode(encode(value, limit=ROOM))
    assert (found.dtype, found.shape) == (value.dtype, value.shape)
    assert (found.tobytes(), found.flags.writeable) == (value.tobytes(), True)


@pytest.mark.parametrize("view", [np.eye(3).T, np.arange(9.0)[::-2], np.ones((2, 3), order="F")])
def test_an_array_may_lie_in_memory_as_it_likes(view: np.ndarray[Any, Any]) -> None:
    """Strided, reversed and column-wise arrays, also of foreign byte order, keep their numbers."""
    for value in (view, view.astype(">f8")):
        assert np.array_equal(decode(encode(value, limit=ROOM)), view)


@given(st.binary(max_size=60))
def test_any_bytes_are_a_value_or_an_error(data: bytes) -> None:
    """No bytes whatever make the parser do anything else."""
    with suppress(CodecError):
        found = decode(data)
        assert type(found) in (
            *map(type, (None, True, 0, 0.0, "", b"", [], (), {})),
            np.ndarray,
            Handle,
        )


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "frame: announces 1 more bytes than it has"),
        (b"NN", "frame: got 1 bytes after the value, expected 0"),
        (b"x", "frame: got the tag b'x', expected one of"),
        (b"I\x05\x01", "frame: announces 5 more bytes"),
        (b"I\xff" + bytes(255), "frame: an integer of 255 bytes, expected 64"),
        (b"D\x00", "frame: announces 8 more bytes"),
        (b"S" + u64(2**63), f"frame: announces {2**63} more bytes"),
        (b"L" + u64(2**63) + b"N", "frame: announces 1 more bytes"),
        (b"M" + u64(1) + b"NN", "frame: a key of type NoneType, expected str"),
        (b"L" + u64(1), "frame: announces 1 more bytes"),
        ((b"L" + u64(1)) * 40 + b"N", "frame: nests deeper than the 12 levels allowed"),
        (b"L" + u64(MAX_ITEMS + 5) + b"N" * (MAX_ITEMS + 5), "frame: has more than the 200000"),
        (array(99), "frame: got the dtype code 99, expected less than 14"),
        (b"A\x0b\xff" + bytes(8 * 255), "frame: 255 dimensions, expected at most 32"),
        (array(11, 2**62), f"frame: an axis of {2**62}, expected at most"),
        (array(11, 0, 2**62), f"frame: an axis of {2**62}, expected at most"),
        (array(11, 2**31, 2**31), "frame: announces 3689348814741910"),
        (array(11, 2, content=bytes(8)), "frame: announces 16 more bytes"),
        (array(11, 1, content=bytes(9)), "frame: got 1 bytes after the value"),
        (array(0, 2, content=b"\x01\x02"), "frame: a bool array with other bytes than 0 and 1"),
        (b"HNN", "frame: a handle without a number and a name"),
        (b"HI\x01\x01I\x01\x01", "frame: a handle without a number and a name"),
    ],
)
def test_bytes_out_of_place_are_refused(data: bytes, message: str) -> None:
    """Each way to break the format has its error."""
    with pytest.raises(CodecError, match=r"^frame: ") as caught:
        decode(data)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (object(), "value: got object, expected numbers or arrays"),
        ({1, 2}, "value: got set, expected numbers or arrays"),
        (print, "value: got builtin_function_or_method, expected"),
        (Handle(1, "N"), "value: got Handle, expected numbers or arrays"),
        ({1: 2}, "value: a dict with a key of type int, expected str"),
        (np.array([None]), "value: an array of dtype object, expected numbers"),
        (np.array(["a"]), "value: an array of dtype <U1, expected numbers"),
        (np.zeros(1, "datetime64[s]"), "value: an array of dtype datetime64"),
        (np.zeros(1, [("a", int)]), "value: an array of dtype"),
        (np.zeros(ROOM), "value: takes more than the 1048576 bytes allowed"),
        (np.broadcast_to(0.0, (10**6, 10**6)), "value: takes more than the 1048576 bytes"),
        ("x" * ROOM, "value: takes more than the 1048576 bytes allowed"),
        ([None] * (MAX_ITEMS + 1), "value: has more than the 200000 items allowed"),
        (10**1000, "value: an integer of more than 64 bytes"),
        ([[[[[[[[[[[[[[]]]]]]]]]]]]]], "value: nests deeper than the 12 levels allowed"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_value_is_refused(value: Any, message: str) -> None:
    """Each kind of thing that cannot cross has its error."""
    with pytest.raises(CodecError, match=r"^value: ") as caught:
        encode(value, limit=ROOM)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("scalar", "plain"),
    [(np.float64(1.5), 1.5), (np.int8(-3), -3), (np.bool_(True), True), (np.uint64(2**63), 2**63)],
)
def test_scalars_with_a_plain_twin_become_it(scalar: Any, plain: Any) -> None:
    """A NumPy scalar that Python has too crosses as Python's; others keep their dtype."""
    found = decode(encode(scalar, limit=ROOM))
    assert (type(found), found) == (type(plain), plain)
    assert decode(encode(np.float32(1), limit=ROOM)).dtype == np.float32


def test_a_text_can_be_cut_and_a_handle_restored() -> None:
    """The reader says how long a text may be, and what a handle stands for."""
    data = encode(["long text", object()], limit=ROOM, keep=lambda value: Handle(3, "object"))
    found = decode(data, restore=lambda handle: handle.number * 2, longest_text=4)
    assert found == ["long", 6]


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (HEADER.pack(b"GET ", 4), "frame: got other bytes, expected a frame's header"),
        (HEADER.pack(b"GCF1", 101), "frame: got 101 bytes, expected at most 100"),
    ],
)
def test_a_header_is_checked_before_anything_is_read(header: bytes, message: str) -> None:
    """A wrong beginning or a huge length is refused at once."""
    with pytest.raises(CodecError, match=message):
        body_length(header, 100)


def test_a_frame_s_header_says_its_length() -> None:
    """A frame is its header and its body."""
    whole = frame(b"abc")
    assert body_length(whole[: HEADER.size], 3) == 3
    assert whole[HEADER.size :] == b"abc"
