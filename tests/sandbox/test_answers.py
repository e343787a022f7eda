"""Reading a child's answer: every field that is not what it must be is refused."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest

from gradcheck.sandbox import Call, Failure, Piece, Value, answers
from gradcheck.sandbox.channel import Channel, CodecError, Hangup, Late
from gradcheck.sandbox.child.decode import decode
from gradcheck.sandbox.child.encode import encode
from gradcheck.sandbox.child.wire import frame

PIECES = (Piece("a = 1\nb = 2\n", "s.py"), Piece("c = 3", "n.ipynb", cell=2, first_line=5))
GOOD: dict[str, Any] = {
    "failure": None,
    "missing": [],
    "arguments": [],
    "locals": {},
}


def read_all(answer: Any) -> tuple[Value, ...]:
    """Read every part of an answer."""
    return (
        answers.failure_of(answer, PIECES),
        answers.missing_of(answer),
        answers.arguments_of(answer, decode),
        answers.locals_of(answer, decode),
    )


def test_a_good_answer_is_read() -> None:
    """An honest answer has all its parts."""
    good = {**GOOD, "arguments": [b"T", None], "locals": {"x": (b"T", 3)}, "missing": ["h5py"]}
    _, missing, arguments, found = read_all(good)
    assert missing == ("h5py",)
    assert (arguments, found) == ((True, None), {"x": (True, 3)})


def test_an_argument_that_came_back_as_it_went_is_the_one_that_was_given() -> None:
    """Its bytes decide; another one is read."""
    given = ([1.0], [2.0])
    sent = tuple(encode(value, limit=99) for value in given)
    call = Call("f", given, sent, b"", seed=0, capture=False, plain=True)
    after = answers.arguments_of({"arguments": [sent[0], encode([3.0], limit=99)]}, decode, call)
    assert after == ([1.0], [3.0])
    assert after[0] is given[0]


@pytest.mark.parametrize(
    "bad",
    [
        *(None, [], 3, {}, {**GOOD, "failure": 1}, {**GOOD, "failure": {}}),
        *({**GOOD, "failure": {"kind": "crashed"}}, {**GOOD, "failure": {"message": "m"}}),
        *({**GOOD, "missing": "numpy"}, {**GOOD, "arguments": {}}, {**GOOD, "arguments": [b"?"]}),
        *({**GOOD, "locals": []}, {**GOOD, "locals": {"x": b"T"}}),
        *({**GOOD, "locals": {"x": (b"T",)}}, {**GOOD, "locals": {"x": (b"T", "1")}}),
        *({**GOOD, "locals": {"x": (None, 1)}}, {**GOOD, "locals": {"x": (b"?", 1)}}),
    ],
)
def test_a_malformed_answer_is_refused(bad: Any) -> None:
    """A field that is absent or of another type makes the whole answer worthless."""
    with pytest.raises(CodecError, match=r"^(answer|frame): "):
        read_all(bad)


@pytest.mark.parametrize("bad", [None, {}, [None], {"failures": 3}, {"failures": [None]}])
def test_each_piece_has_its_own_answer(bad: Any) -> None:
    """As many failures come back as pieces were sent."""
    assert answers.failures_of({"failures": [None, None]}, PIECES, 2) == [None, None]
    with pytest.raises(CodecError, match=r"answer: (failures is|got 1 failures, expected 2)"):
        answers.failures_of(bad, PIECES, 2)


@pytest.mark.parametrize(
    ("place", "found"),
    [
        ({"piece": 0, "line": 2}, ("s.py", 2, None)),
        ({"piece": 0, "line": 99}, ("s.py", None, None)),
        ({"piece": 1, "line": 5}, ("n.ipynb", 5, 2)),
        ({"piece": 1, "line": 4}, ("n.ipynb", None, 2)),
        ({"piece": 1, "line": True}, ("n.ipynb", None, 2)),
        ({"piece": 9, "line": 1}, (None, None, None)),
        ({"piece": "0", "line": 1}, (None, None, None)),
        ({}, (None, None, None)),
    ],
)
def test_a_place_outside_the_submission_is_no_place(place: Any, found: Any) -> None:
    """A child cannot name a file or a line that it was not given."""
    raw = {"failure": {"kind": "other", "message": "\x1b", "function": "a\nb", **place}}
    failure = answers.failure_of(raw, PIECES)
    assert isinstance(failure, Failure)
    assert (failure.name, failure.line, failure.cell) == found
    assert (failure.kind, failure.message, failure.function) == ("crashed", "no message", "a b")


@pytest.fixture
def pair() -> Iterator[tuple[Channel, socket.socket]]:
    """Give a channel and the raw end on its other side."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield Channel(ours, 1000), theirs


def test_nothing_in_time_is_late(pair: tuple[Channel, socket.socket]) -> None:
    """A deadline ends the waiting, also in the middle of a frame."""
    channel, other = pair
    other.sendall(b"GCF1")
    with pytest.raises(Late, match="the deadline passed"):
        channel.receive(time.monotonic() + 0.01)


def test_frames_that_come_together_are_read_one_by_one(
    pair: tuple[Channel, socket.socket],
) -> None:
    """What has come of the next one is kept for it."""
    channel, other = pair
    other.sendall(frame(b"T") + frame(b"F")[:5])
    assert channel.receive(time.monotonic() + 5) is True
    other.sendall(frame(b"F")[5:])
    assert channel.receive(time.monotonic() + 5) is False


def test_a_closed_end_is_a_hangup(pair: tuple[Channel, socket.socket]) -> None:
    """An end that is closed is told apart from one that is slow."""
    channel, other = pair
    other.close()
    with pytest.raises(Hangup, match="the other side closed the channel"):
        channel.receive(time.monotonic() + 1)
    with pytest.raises(Hangup, match="the other side closed the channel"):
        channel.send(b"x" * 900, time.monotonic() + 1)


def test_what_is_too_long_is_neither_sent_nor_received(
    pair: tuple[Channel, socket.socket],
) -> None:
    """The limit holds in both directions."""
    channel, other = pair
    with pytest.raises(CodecError, match="value: takes more than the 1000 bytes"):
        channel.send("x" * 2000, time.monotonic() + 1)
    other.sendall(b"GCF1" + (2000).to_bytes(8, "little"))
    with pytest.raises(CodecError, match="frame: got 2000 bytes, expected at most 1000"):
        channel.receive(time.monotonic() + 1)
