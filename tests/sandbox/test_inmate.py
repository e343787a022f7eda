"""The host's side: a child that lies, dies or does not start, and a parent that is weak or gone."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from typing import Any

import pytest

from gradcheck.sandbox import (
    Isolation,
    Limits,
    Piece,
    Program,
    Sandbox,
    SandboxError,
    WarmParent,
    WeakIsolationError,
)
from gradcheck.sandbox import warm as warm_module
from gradcheck.sandbox.channel import Channel
from gradcheck.sandbox.child.encode import encode
from gradcheck.sandbox.child.wire import frame
from gradcheck.sandbox.inmate import Inmate


class ScriptedParent:
    """A warm parent whose only child says what it was told to say."""

    def __init__(self, *words: bytes) -> None:
        self.words = words
        self.status: int | None = None
        self.ended = 0

    def fork(self, options: Mapping[str, Any], value_bytes: int) -> tuple[Channel, int]:
        """Give the channel to the child."""
        ours, self.theirs = socket.socketpair()
        self.theirs.sendall(b"".join(self.words))
        self.theirs.shutdown(socket.SHUT_WR)
        return Channel(ours, value_bytes), 1

    def end(self, pid: int, *, grace: bool) -> int | None:
        """End the child."""
        self.theirs.close()
        self.ended += 1
        return self.status


def inmate_of(parent: ScriptedParent) -> Inmate:
    """Make an inmate of a scripted parent."""
    return Inmate(parent, {}, Limits())  # type: ignore[arg-type]


READY = frame(encode({"trouble": ""}, limit=99))

WALLS = frame(encode({"trouble": "OSError: no"}, limit=99))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "a child did not start: the other side closed the channel"),
        ((b"garbage that is no frame",), "a child did not start: frame: got other bytes"),
        ((WALLS,), "a child could not be protected: OSError: no"),
    ],
)
def test_a_child_that_does_not_start_is_our_own_trouble(
    words: tuple[bytes, ...], message: str
) -> None:
    """No submission is to blame for walls that cannot be raised."""
    parent = ScriptedParent(*words)
    with pytest.raises(SandboxError, match=message):
        inmate_of(parent).start()
    assert parent.ended == 1


@pytest.mark.parametrize(
    ("status", "kind", "message"),
    [
        (None, "killed", "the process was killed"),
        (-9, "killed", "the process was killed"),
        (-24, "timed-out", "used all of its processor time"),
        (-11, "killed", "the process died of SIGSEGV"),
        (-45, "killed", "the process died of signal 45"),
        (0, "killed", "the process ended itself with exit code 0"),
    ],
)
def test_a_death_has_its_reason(status: int | None, kind: str, message: str) -> None:
    """How a process ended is told in words."""
    parent = ScriptedParent(READY)
    parent.status = status
    inmate = inmate_of(parent)
    inmate.start()
    failure = inmate.ask("vars", {}, 5)
    assert (failure.kind, failure.message) == (kind, message)
    assert not inmate.alive
    assert inmate.ask("vars", {}, 5).message == "the process had ended"


@pytest.mark.parametrize("answer", [{"token": b"guess"}, {}, [], None])
def test_an_answer_without_the_token_is_none(answer: Any) -> None:
    """An answer written before the question is refused, and its child ended."""
    early = frame(encode(answer, limit=99))
    inmate = inmate_of(ScriptedParent(READY, early))
    inmate.start()
    failure = inmate.ask("vars", {}, 5)
    assert (failure.kind, failure.message) == (
        "bad-value",
        "answered something else than it was asked",
    )
    assert not inmate.alive


@pytest.mark.parametrize(
    "answer",
    [
        *({"failures": [], "missing": []}, {"failures": 3, "missing": []}, {"missing": []}),
        *({"failures": [None, None], "missing": 3}, {"failures": [None, None]}, {}),
    ],
)
def test_a_loading_that_is_answered_with_nonsense_fails(
    warm: WarmParent, monkeypatch: pytest.MonkeyPatch, answer: Any
) -> None:
    """Every piece of it has the failure, at its own place."""
    pieces = (Piece("a = 1", "a.py", first_line=4), Piece("b = 1", "b.py"))
    with Sandbox(Program(pieces), allow_weak=True, warm=warm) as sandbox:
        monkeypatch.setattr(Inmate, "ask", lambda *given: answer)
        found = [(failure.kind, failure.name, failure.line) for failure in sandbox.load().failures]
    assert found == [("bad-value", "a.py", 4), ("bad-value", "b.py", 1)]


def test_weak_isolation_is_refused_unless_it_is_allowed(warm: WarmParent) -> None:
    """What could be done and which layers lack is said; with leave it runs."""
    strong = warm.isolation
    warm.isolation = Isolation(("limits",), ("Landlock: too old",), ("write files",))
    try:
        with (
            pytest.raises(
                WeakIsolationError,
                match=r"a submission could write files here \(missing: Landlock: too old\)",
            ),
            Sandbox(Program(()), warm=warm),
        ):
            pass
        warm.require(allow_weak=True)
    finally:
        warm.isolation = strong
    warm.require(allow_weak=bool(strong.leaks))


def test_a_system_without_fork_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no fork there is no sandbox."""
    monkeypatch.delattr(os, "fork")
    with pytest.raises(SandboxError, match="the sandbox needs a system that can fork"):
        WarmParent().__enter__()


def test_a_parent_that_does_not_start_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """An interpreter that cannot import what it needs is an error, not a hang."""
    monkeypatch.setattr(warm_module, "BOOT", "raise SystemExit")
    monkeypatch.setenv("LD_LIBRARY_PATH", "/nowhere")
    parent = WarmParent()
    with pytest.raises(SandboxError, match="the warm parent does not answer: the other side"):
        parent.__enter__()
    with pytest.raises(SandboxError, match="the warm parent is not running"):
        parent.fork({}, 1)
    with pytest.raises(SandboxError, match="the warm parent is not running"):
        _ = parent.pid
