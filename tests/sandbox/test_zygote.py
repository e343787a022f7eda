"""The warm parent and the child's first steps, each run here without forking."""

from __future__ import annotations

import gc
import os
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gradcheck.sandbox.channel import Channel
from gradcheck.sandbox.child import library, zygote
from gradcheck.sandbox.child.canaries import Host
from gradcheck.sandbox.child.protect import Protection
from gradcheck.sandbox.child.worker import Worker

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
    monkeypatch.setattr(zygote, "rehearse", lambda: None)
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
    zygote.main(theirs.detach(), "/nowhere", NOBODY, boxed=False)
    told = [channel.receive(soon()) for _ in range(4)]
    assert told[0].pop("libraries") == library.system_folders()
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


def test_a_fork_gives_the_child_or_becomes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """On the one side the channel is closed; on the other, whatever is raised, the child ends."""
    reader, writer = os.pipe()
    assert zygote.start(OPTIONS, reader, Protection(0)) == {"pid": 5}
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(reader)
    monkeypatch.setattr(os, "fork", lambda: 0)
    monkeypatch.setattr(zygote, "inhabit", lambda *given: 1 / 0)
    with pytest.raises(Left):
        zygote.start(OPTIONS, writer, Protection(0))
    os.close(writer)


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
    monkeypatch.setattr(Worker, "install", lambda self: None)
    monkeypatch.setattr(zygote, "serve", lambda *given: served.append(True))
    zygote.inhabit(OPTIONS, theirs.detach(), Protection(0))
    assert channel.receive(soon()) == {"trouble": trouble}
    assert served == ([] if trouble else [True])


@pytest.mark.parametrize(
    ("grace", "waited", "statuses", "status"),
    [
        (False, None, [9], -9),
        (False, None, [9, 3 << 8], 3),
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
    monkeypatch.setattr(os, "kill", kill)
    monkeypatch.setattr(os, "killpg", kill)
    assert zygote.end(5, grace) == {"status": status}
    assert left == []


@pytest.mark.parametrize("ended", [False, True])
def test_a_child_that_may_not_be_killed_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, ended: bool
) -> None:
    """The warm parent goes on; the child's own status counts if it ends by itself."""

    class Found:
        si_code, si_status = os.CLD_EXITED, 3

    def kill(pid: int, number: int) -> None:
        raise PermissionError

    def bury(pid: int, options: int) -> tuple[int, int]:
        if pid < 0:
            raise ChildProcessError
        assert ended, "it would wait for ever"
        return pid, 3 << 8

    monkeypatch.setattr(zygote, "GRACE_SECONDS", 0.01)
    monkeypatch.setattr(os, "waitid", lambda *given: Found if ended else None)
    monkeypatch.setattr(os, "waitpid", bury)
    monkeypatch.setattr(os, "kill", kill)
    monkeypatch.setattr(os, "killpg", kill)
    assert zygote.end(5, grace=False) == {"status": 3 if ended else -9}
