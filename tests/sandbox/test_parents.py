"""The processes between host and child: what each does, and what it does when another is gone."""

from __future__ import annotations

import gc
import os
import resource
import signal
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from gradcheck.sandbox import (
    Isolation,
    Limits,
    Program,
    Sandbox,
    SandboxError,
    WarmParent,
    WeakIsolationError,
)
from gradcheck.sandbox import warm as warm_module
from gradcheck.sandbox.channel import Channel
from gradcheck.sandbox.child import zygote
from gradcheck.sandbox.child.canaries import Host
from gradcheck.sandbox.child.encode import encode
from gradcheck.sandbox.child.protect import Protection
from gradcheck.sandbox.child.wire import frame
from gradcheck.sandbox.inmate import Inmate

NOBODY = Host(pid=2**30, port=1, file="/nowhere", forbidden_bytes=2**62)
OPTIONS = {"stubs": {}, "output_bytes": 9, "value_bytes": 99, "memory_bytes": 5, "cpu_seconds": 1}


class Left(BaseException):
    """Stands in for the end of a process."""


@pytest.fixture(autouse=True)
def harmless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test here fork, end or close anything."""

    def leave(code: int) -> None:
        raise Left(code)

    monkeypatch.setattr(os, "_exit", leave)
    monkeypatch.setattr(os, "fork", lambda: 5)
    monkeypatch.setattr(os, "setsid", lambda: None)
    monkeypatch.setattr(os, "closerange", lambda *given: None)


@pytest.fixture
def ends() -> Iterator[tuple[Channel, socket.socket]]:
    """Give a host's channel and the raw end on its other side."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield Channel(ours, 10**6), theirs


def soon() -> float:
    """Give a near deadline."""
    return time.monotonic() + 5


def test_the_warm_parent_does_as_it_is_asked_and_cleans_up(
    ends: tuple[Channel, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It reports, forks, ends, and at the host's hang-up ends whoever is left."""
    channel, theirs = ends
    ended: list[int] = []
    monkeypatch.setattr(zygote, "warm_up", lambda site: None)
    monkeypatch.setattr(zygote, "probe", lambda folder, host: (Protection(0), ["sing"]))
    monkeypatch.setattr(gc, "freeze", lambda: None)

    def end(pid: int, grace: bool) -> dict[str, int]:
        ended.append(pid)
        return {"status": 3}

    monkeypatch.setattr(zygote, "end", end)
    pids = iter([5, 6])
    monkeypatch.setattr(os, "fork", lambda: next(pids))
    with Path(os.devnull).open("rb") as one, Path(os.devnull).open("rb") as two:
        channel.send({"do": "fork", "with": OPTIONS}, soon(), (one.fileno(),))
        channel.send({"do": "fork", "with": OPTIONS}, soon(), (two.fileno(),))
    channel.send({"do": "end", "with": {"pid": 5, "grace": True}}, soon())
    channel.end.shutdown(socket.SHUT_WR)
    zygote.main(theirs.detach(), "/nowhere", NOBODY)
    told = [channel.receive(soon()) for _ in range(4)]
    assert told[0] == {"layers": ("isolated interpreter",), "missing": [], "leaks": ["sing"]}
    assert told[1:] == [{"pid": 5}, {"pid": 6}, {"status": 3}]
    assert ended == [5, 6]


def test_warming_up_forgets_where_it_came_from(monkeypatch: pytest.MonkeyPatch) -> None:
    """Environment, arguments and site folder are gone; what cannot be imported is left out."""
    modules = {name: sys.modules[name] for name in ("json", "sys", "importlib")}
    environment, arguments, path = {"SECRET": "1"}, ["python", "/secret"], ["/usr/../usr", "/site"]
    with monkeypatch.context() as patch:
        patch.setattr(os, "environ", environment)
        patch.setattr(sys, "orig_argv", arguments)
        patch.setattr(sys, "path", path)
        patch.setattr(sys, "modules", modules)
        patch.setattr(sys, "path_importer_cache", {})
        patch.setattr(zygote, "WARM", "json not_there")
        zygote.warm_up("/site")
    assert (environment, arguments, path) == ({}, [], ["/usr"])


def test_a_fork_gives_the_guardian_or_becomes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """On the one side the channel is closed, on the other the guardian never returns."""
    reader, writer = os.pipe()
    assert zygote.start(OPTIONS, reader, Protection(0)) == {"pid": 5}
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(reader)
    monkeypatch.setattr(os, "fork", lambda: 0)
    monkeypatch.setattr(zygote, "guard", lambda *given: 1 / 0)
    with pytest.raises(Left):
        zygote.start(OPTIONS, writer, Protection(0))
    os.close(writer)


@pytest.mark.parametrize(("status", "code"), [(0, 0), (3 << 8, 3), (11, "signal 11")])
def test_a_guardian_ends_as_its_child_ended(
    monkeypatch: pytest.MonkeyPatch, status: int, code: int | str
) -> None:
    """The exit code or the signal is handed on."""

    def by(number: int) -> None:
        raise Left(f"signal {number}")

    monkeypatch.setattr(os, "waitpid", lambda *given: (5, status))
    monkeypatch.setattr(zygote, "end_by", by)
    with pytest.raises(Left) as left:
        zygote.guard(OPTIONS, 3, Protection(0))
    assert left.value.args == (code,)


def test_a_child_never_leaves_its_own_branch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is raised in the child, it ends there."""
    monkeypatch.setattr(os, "fork", lambda: 0)
    monkeypatch.setattr(zygote, "inhabit", lambda *given: 1 / 0)
    with pytest.raises(Left):
        zygote.guard(OPTIONS, 3, Protection(0))


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
def test_ending_by_a_signal_leaves_no_core(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """The signal is sent to oneself, after core files are switched off."""
    done: list[Any] = []
    monkeypatch.setattr(resource, "setrlimit", lambda what, pair: done.append((what, pair)))
    monkeypatch.setattr(signal, "signal", lambda number, action: done.append(number))
    monkeypatch.setattr(os, "kill", lambda pid, number: done.append((pid, number)))
    zygote.end_by(number)
    defaulted = [] if number == signal.SIGKILL else [number]
    assert done == [(resource.RLIMIT_CORE, (0, 0)), *defaulted, (os.getpid(), number)]


@pytest.mark.parametrize("trouble", ["", "OSError: no walls"])
def test_a_child_without_walls_serves_nobody(
    ends: tuple[Channel, socket.socket], monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    """It says why and ends; only behind its walls it reads requests."""
    channel, theirs = ends
    served: list[bool] = []

    def enclose(self: Protection, memory_bytes: int, cpu_seconds: int) -> None:
        if trouble:
            raise OSError("no walls")

    monkeypatch.setattr(Protection, "enclose", enclose)
    monkeypatch.setattr(zygote, "serve", lambda *given: served.append(True))
    zygote.inhabit(OPTIONS, theirs.detach(), Protection(0))
    assert channel.receive(soon()) == {"trouble": trouble}
    assert served == ([] if trouble else [True])


@pytest.mark.parametrize(
    ("grace", "waited", "statuses", "status"),
    [
        (False, None, [9], -9),
        (True, None, [9], -9),
        (True, (os.CLD_EXITED, 3), [9], 3),
        (True, (os.CLD_KILLED, 11), [9, 9], -11),
    ],
)
def test_an_end_tells_the_child_s_own_status(
    monkeypatch: pytest.MonkeyPatch,
    grace: bool,
    waited: tuple[int, int] | None,
    statuses: list[int],
    status: int,
) -> None:
    """A status it had before it was killed counts; all that belongs to it is buried."""

    class Found:
        si_code, si_status = waited or (0, 0)

    left = list(statuses)

    def bury(pid: int, options: int) -> tuple[int, int]:
        if not left:
            raise ChildProcessError
        return pid, left.pop()

    def kill(pid: int, number: int) -> None:
        raise ProcessLookupError

    monkeypatch.setattr(zygote, "GRACE_SECONDS", 0.01)
    monkeypatch.setattr(os, "waitid", lambda *given: Found if waited else None)
    monkeypatch.setattr(os, "waitpid", bury)
    monkeypatch.setattr(os, "killpg", kill)
    assert zygote.end(5, grace) == {"status": status}
    assert left == []


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
    failure = inmate.ask("list", {}, 5)
    assert (failure.kind, failure.message) == (kind, message)
    assert not inmate.alive
    assert inmate.ask("list", {}, 5).message == "the process had ended"


@pytest.mark.parametrize("answer", [{"token": b"guess"}, {}, [], None])
def test_an_answer_without_the_token_is_none(answer: Any) -> None:
    """An answer written before the question is refused, and its child ended."""
    early = frame(encode(answer, limit=99))
    inmate = inmate_of(ScriptedParent(READY, early))
    inmate.start()
    failure = inmate.ask("list", {}, 5)
    assert (failure.kind, failure.message) == (
        "bad-value",
        "answered something else than it was asked",
    )
    assert not inmate.alive


@pytest.mark.parametrize("answer", [{"functions": 3}, {"functions": [], "missing": 3}, {}])
def test_a_listing_that_is_none_is_a_failure(
    warm: WarmParent, monkeypatch: pytest.MonkeyPatch, answer: Any
) -> None:
    """A child that answers nonsense when asked what there is has nothing."""
    monkeypatch.undo()  # this one forks
    with Sandbox(Program(()), allow_weak=True, warm=warm) as sandbox:
        monkeypatch.setattr(Inmate, "ask", lambda *given: answer)
        loaded = sandbox.load()
    assert [failure.kind for failure in loaded.failures] == ["bad-value"]


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
