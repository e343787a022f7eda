"""The walls together: their order, and what a refusal of one does to the others."""

from __future__ import annotations

import errno
import os
import platform
import resource
from pathlib import Path
from typing import Any

import pytest

from gradcheck.sandbox.child import (
    kernel,
    landlock,
    namespaces,
    protect,
    seccomp,
)
from gradcheck.sandbox.child.protect import Protection


def refused(*arguments: Any) -> int:
    """Refuse, as a kernel does."""
    raise OSError(errno.EPERM, "Operation not permitted")


def test_a_wall_that_stands_is_required_and_one_that_falls_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Trying collects layers and reasons; enclosing raises only what stood, in order."""
    raised: list[str] = []
    names = [protect.LIMITS, protect.USER, protect.PRIVILEGES, protect.LANDLOCK, protect.SECCOMP]
    walls = {name: (lambda name=name: raised.append(name)) for name in names}
    walls[protect.USER] = refused  # type: ignore[assignment]
    monkeypatch.setattr(Protection, "walls", lambda self, *given: walls)
    start = Protection(0).without(protect.LANDLOCK, OSError("too old"))
    found = start.try_walls(1, 1)
    assert found.layers == (protect.ALWAYS, protect.LIMITS, protect.PRIVILEGES, protect.SECCOMP)
    assert found.missing == {
        protect.LANDLOCK: "too old",
        protect.USER: "Operation not permitted",
    }
    raised.clear()
    found.enclose(1, 1)
    assert raised == [protect.LIMITS, protect.PRIVILEGES, protect.SECCOMP]
    walls[protect.SECCOMP] = refused  # type: ignore[assignment]
    with pytest.raises(OSError, match="not permitted"):
        found.enclose(1, 1)


def test_the_walls_ask_for_what_they_say(
    asked: list[tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Limits are hard, root becomes a user that nobody is, and privileges cannot come back."""
    limits: dict[int, tuple[int, int]] = {}
    users: list[Any] = []
    monkeypatch.setattr(resource, "setrlimit", lambda what, pair: limits.update({what: pair}))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(protect, "may_signal_any", lambda: True)
    monkeypatch.setattr(os, "close", lambda number: users.append(("close", number)))
    for name in ("setgroups", "setgid", "setuid"):
        monkeypatch.setattr(os, name, lambda value, name=name: users.append((name, value)))
    protection = Protection(1000, 5, seccomp.packed("x86_64"))
    assert not protection.try_walls(24, 9).missing
    assert limits[resource.RLIMIT_AS] == (1024, 1024)
    assert limits[resource.RLIMIT_CPU] == (9, 9)
    assert limits[resource.RLIMIT_FSIZE] == limits[resource.RLIMIT_CORE] == (0, 0)
    assert limits[resource.RLIMIT_NPROC] == (1, 1)
    (groups, none), (group, number), (user, same), closed = users
    assert (groups, none, group, user, closed) == (
        "setgroups",
        [],
        "setgid",
        "setuid",
        ("close", 5),
    )
    assert number == same >= protect.FREE_USERS
    options = [call[1] for call in asked if call[0] == "prctl"]
    assert options == [38, 4, 1, 22]  # no new privileges, no dump, die with the parent, the filter


def test_an_ordinary_user_stays_itself(
    asked: list[tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who is not root has nothing to leave."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(os, "setuid", refused)
    Protection(0).walls(1, 1)[protect.USER]()
    assert asked == []


@pytest.mark.parametrize(("system", "dropped"), [("Linux", [126]), ("Darwin", [])])
def test_no_user_keeps_a_capability(
    asked: list[tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch, system: str, dropped: list[int]
) -> None:
    """Also root that cannot leave; only Linux has any."""
    monkeypatch.setattr(platform, "system", lambda: system)
    Protection(0).walls(1, 1)[protect.PRIVILEGES]()
    assert [call[1] for call in asked if call[0] == "syscall"] == dropped


def test_root_stays_where_its_child_could_not_be_ended(
    asked: list[tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is done by halves: the user is still the same."""
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    for name in ("setgroups", "setgid", "setuid"):
        monkeypatch.setattr(os, name, refused)
    with pytest.raises(OSError, match="needs CAP_KILL, for the warm parent could not end"):
        Protection(0).walls(1, 1)[protect.USER]()
    assert [call[:2] for call in asked] == [("syscall", 125)]


@pytest.mark.usefixtures("linux")
def test_the_right_to_signal_is_read_as_the_kernel_tells_it() -> None:
    """The sixth bit of the effective capabilities."""
    status = Path("/proc/self/status").read_text()
    effective = next(line for line in status.splitlines() if line.startswith("CapEff:"))
    assert kernel.may_signal_any() == bool(int(effective.split()[1], 16) & 0x20)


def test_without_rules_landlock_is_missing() -> None:
    """A wall whose preparation failed is not thought to stand."""
    with pytest.raises(OSError, match="needs Linux on x86-64 or arm64"):
        Protection(0).walls(1, 1)[protect.LANDLOCK]()


def test_a_foreign_system_has_fewer_walls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no Linux, nothing of Linux is tried, and that is said."""
    monkeypatch.setattr(protect, "machine", lambda: "")
    assert protect.of_this_machine("/nowhere").missing == {
        protect.NAMESPACES: "needs Linux on x86-64 or arm64"
    }


def test_each_refusal_on_the_way_out_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without namespaces there is no private file system; without Landlock the rest goes on."""
    monkeypatch.setattr(protect, "machine", lambda: "x86_64")
    monkeypatch.setattr(protect, "prctl", lambda *given: None)
    monkeypatch.setattr(namespaces, "leave_host", refused)
    monkeypatch.setattr(namespaces, "own_processes", refused)
    monkeypatch.setattr(landlock, "abi", refused)
    found = protect.of_this_machine("/nowhere")
    assert (found.ruleset, found.home, found.layers) == (-1, -1, (protect.ALWAYS,))
    assert found.missing == {
        protect.NAMESPACES: "Operation not permitted",
        protect.PROCESSES: "Operation not permitted",
        protect.FILES: "needs namespaces",
        protect.LANDLOCK: "Operation not permitted",
    }


def test_the_warm_parent_leaves_the_host_before_the_rules_are_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The rules name the paths of the small file system; what it tells, its own child tells."""
    steps: list[str] = []

    def number() -> int:
        steps.append("number")
        return 8

    monkeypatch.setattr(protect, "machine", lambda: "x86_64")
    monkeypatch.setattr(protect, "prctl", lambda *given: steps.append("tell"))
    monkeypatch.setattr(namespaces, "leave_host", lambda: steps.append("leave"))
    monkeypatch.setattr(namespaces, "own_processes", number)
    monkeypatch.setattr(namespaces, "shrink_files", lambda *given: steps.append("shrink"))
    monkeypatch.setattr(landlock, "abi", lambda: 1)
    monkeypatch.setattr(landlock, "ruleset", lambda *given: len(steps) * 3)
    found = protect.of_this_machine("/nowhere")
    assert steps == ["leave", "number", "shrink", "tell", "tell"]
    assert (found.ruleset, found.home) == (15, 8)
    assert found.layers[1:] == (protect.NAMESPACES, protect.PROCESSES, protect.FILES)


def test_inside_bubblewrap_nothing_is_left_to_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    """The box stands for the namespaces, and no second time is tried."""
    monkeypatch.setattr(protect, "machine", lambda: "x86_64")
    monkeypatch.setattr(protect, "prctl", lambda *given: None)
    monkeypatch.setattr(namespaces, "leave_host", lambda: pytest.fail("it is gone already"))
    monkeypatch.setattr(namespaces, "own_processes", refused)
    monkeypatch.setattr(landlock, "abi", refused)
    found = protect.of_this_machine("")
    assert found.layers == (protect.ALWAYS, protect.BUBBLEWRAP)
    assert list(found.missing) == [protect.PROCESSES, protect.LANDLOCK]


@pytest.mark.parametrize(
    ("layers", "born", "steps"),
    [
        ((), 0, ["fork", "session"]),
        ((), 5, ["fork"]),
        ((protect.PROCESSES,), 0, ["unshare", "fork", "session"]),
        ((protect.PROCESSES,), 5, ["unshare", "fork", "setns 8"]),
    ],
)
def test_a_child_leads_a_session_and_is_alone_where_it_can_be(
    monkeypatch: pytest.MonkeyPatch, layers: tuple[str, ...], born: int, steps: list[str]
) -> None:
    """The parent comes back from the child's namespace, so that the next child has its own."""
    done: list[str] = []

    def fork() -> int:
        done.append("fork")
        return born

    def call(name: str, *given: int) -> None:
        done.append(" ".join([name, *map(str, given[:-1])]))

    monkeypatch.setattr(os, "fork", fork)
    monkeypatch.setattr(os, "setsid", lambda: done.append("session"))
    monkeypatch.setattr(namespaces, "call", call)
    assert Protection(0, home=8, layers=layers).fork() == born
    assert done == steps


def test_a_fork_that_fails_leaves_the_warm_parent_at_home(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A namespace without a first process would let no later child be born."""
    done: list[str] = []
    monkeypatch.setattr(os, "fork", refused)
    monkeypatch.setattr(namespaces, "call", lambda name, *given: done.append(name))
    with pytest.raises(OSError, match="not permitted"):
        Protection(0, layers=(protect.PROCESSES,)).fork()
    assert done == ["unshare", "setns"]


def test_whoever_makes_the_process_namespace_waits_outside(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its child goes on, and dies with it; it ends when the child has ended."""
    done: list[Any] = []

    def leave(code: int) -> None:
        raise SystemExit(code)

    monkeypatch.setattr(namespaces, "call", lambda name, *given: done.append(name))
    monkeypatch.setattr(namespaces, "prctl", lambda option, value: done.append((option, value)))
    monkeypatch.setattr(os, "waitpid", lambda pid, options: done.append(pid))
    monkeypatch.setattr(os, "open", lambda path, flags: 8)
    monkeypatch.setattr(os, "_exit", leave)
    monkeypatch.setattr(os, "fork", lambda: 0)
    assert namespaces.own_processes() == 8
    assert done == ["unshare", (kernel.PR_SET_PDEATHSIG, kernel.KILL), "setns"]
    done.clear()
    monkeypatch.setattr(os, "fork", lambda: 5)
    with pytest.raises(SystemExit, match="0"):
        namespaces.own_processes()
    assert done == ["unshare", (kernel.PR_SET_DUMPABLE, 0), 5]


def test_only_named_descriptors_stay_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything between and above them is closed."""
    closed: list[int] = []
    monkeypatch.setattr(os, "closerange", lambda low, high: closed.extend(range(low, high)))
    Protection(0, ruleset=5).close_all_but(9)
    assert set(range(3, 4096)) - set(closed) == {5, 9}
    assert not set(closed) & {0, 1, 2}


def test_an_address_space_that_cannot_be_measured_is_guessed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where there is no /proc a child gets a generous start."""
    monkeypatch.setattr(Path, "read_text", refused)
    monkeypatch.setattr(protect, "machine", lambda: "")
    assert protect.of_this_machine("/nowhere").own_bytes == protect.UNMEASURED_BYTES
