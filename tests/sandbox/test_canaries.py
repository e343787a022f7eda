"""The canaries sing without walls and are silent behind them; the trial reports both."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gradcheck.sandbox.child import (
    canaries,
    library,
    probe,
    protect,
)
from gradcheck.sandbox.child.canaries import ATTEMPTS, Host, leaks
from gradcheck.sandbox.child.protect import Protection

NOBODY = Host(pid=2**30, port=1, file="/nowhere", forbidden_bytes=2**62)


def refused(*arguments: Any) -> int:
    """Refuse, as a kernel does."""
    raise OSError(errno.EPERM, "Operation not permitted")


def test_a_canary_that_meets_a_wall_is_silent() -> None:
    """An error of any kind is a wall; only success is a leak."""
    attempts: dict[str, Callable[[Host], object]] = {"a": refused, "b": lambda host: None}
    assert leaks(NOBODY, attempts) == ["b"]


@pytest.mark.skipif(sys.platform != "linux", reason="the canaries' targets are Linux's")
def test_every_canary_sings_where_there_are_no_walls(tmp_path: Path) -> None:
    """In an ordinary process all attempts succeed: the silence behind walls means something."""
    with socket.create_server(("127.0.0.1", 0)) as target:
        port = target.getsockname()[1]
        host = f"Host({os.getpid()}, {port}, {__file__!r}, 2**20)"
        code = f"from gradcheck.sandbox.child.canaries import *\nprint('; '.join(leaks({host})))"
        ran = subprocess.run(
            [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True
        )
    expected = [name for name in ATTEMPTS if name != "be root" or os.getuid() == 0]
    assert ran.stdout.strip().split("; ") == expected
    assert list(tmp_path.iterdir()) == []


def test_each_canary_tries_its_own_thing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The attempts, with their targets replaced."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "fork", lambda: 5)
    monkeypatch.setattr(os, "waitpid", lambda *given: given)
    monkeypatch.setattr(os, "getuid", lambda: 1000)
    monkeypatch.setattr(os, "setuid", refused)
    monkeypatch.setattr(canaries, "find_spec", lambda name: None)
    with socket.create_server(("127.0.0.1", 0)) as target:
        host = Host(os.getpid(), target.getsockname()[1], __file__, 2**20)
        found = leaks(host)
    shut = {"be root", "import the project", "read the host's environment"}
    assert set(found) | shut == set(ATTEMPTS)
    monkeypatch.setattr(canaries, "Path", lambda *parts: tmp_path / "none" / "x")
    monkeypatch.setattr(os, "_exit", refused)
    monkeypatch.setattr(os, "fork", lambda: 0)
    assert not {"write files", "start processes"} & set(leaks(NOBODY))


def test_the_trial_tells_what_stands_and_what_leaks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A child tries, and its report becomes the protection."""
    start = Protection(5, 6)
    reader, writer = os.pipe()
    monkeypatch.setattr(probe, "of_this_machine", lambda folder: start)
    monkeypatch.setattr(Protection, "close_all_but", lambda *given: None)
    monkeypatch.setattr(Protection, "try_walls", lambda self, *given: self)
    monkeypatch.setattr(probe, "leaks", lambda host: ["sing"])
    monkeypatch.setattr(library, "standard", lambda: "/nowhere")
    monkeypatch.setattr(os, "setsid", lambda: None)
    monkeypatch.setattr(os, "waitpid", lambda *given: given)
    monkeypatch.setattr(os, "pipe", lambda: (reader, writer))
    monkeypatch.setattr(os, "_exit", lambda code: None)
    monkeypatch.setattr(os, "fork", lambda: 0)
    found, leaking = probe.probe("/nowhere", NOBODY)
    assert leaking == ["sing"]
    assert (found.own_bytes, found.ruleset, found.layers) == (5, 6, (protect.ALWAYS,))
    assert found.missing == {
        "all of the standard library": "No such file or directory",
    }
