"""The walls one by one: what is asked of the kernel, in which order, and what a refusal does."""

from __future__ import annotations

import errno
import os
import platform
import resource
import socket
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradcheck.sandbox.child import (
    canaries,
    kernel,
    landlock,
    library,
    namespaces,
    probe,
    protect,
    seccomp,
)
from gradcheck.sandbox.child.canaries import ATTEMPTS, Host, leaks
from gradcheck.sandbox.child.protect import Protection

Recorder = Callable[..., int]
NOBODY = Host(pid=2**30, port=1, file="/nowhere", forbidden_bytes=2**62)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """Record what is asked of the kernel instead of asking it."""
    found: list[tuple[Any, ...]] = []

    def record(*arguments: Any) -> int:
        found.append(arguments)
        return 7

    for module in (kernel, landlock, namespaces, seccomp):
        monkeypatch.setattr(module, "call", record)
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    return found


def refused(*arguments: Any) -> int:
    """Refuse, as a kernel does."""
    raise OSError(errno.EPERM, "Operation not permitted")


def test_a_refusal_of_the_kernel_is_an_error_with_its_name() -> None:
    """A call that fails says which and why; one that is not there too."""
    with pytest.raises(OSError, match="close: Bad file descriptor"):
        kernel.call("close", -1)
    with pytest.raises(OSError, match="no_such_call: the C library has none"):
        kernel.call("no_such_call")


@pytest.mark.parametrize(
    ("system", "processor", "known"),
    [
        ("Linux", "x86_64", "x86_64"),
        ("Linux", "AMD64", "x86_64"),
        ("Linux", "aarch64", "aarch64"),
        ("Linux", "riscv64", ""),
        ("Darwin", "arm64", ""),
    ],
)
def test_only_known_machines_have_a_name(
    monkeypatch: pytest.MonkeyPatch, system: str, processor: str, known: str
) -> None:
    """Linux on two processors is known; numbers of system calls are guessed for no other."""
    monkeypatch.setattr(platform, "system", lambda: system)
    monkeypatch.setattr(platform, "machine", lambda: processor)
    assert kernel.machine() == known


def test_the_new_root_is_asked_for_by_its_number(asked: list[tuple[Any, ...]]) -> None:
    """A call that the C library does not wrap goes by the machine's number."""
    kernel.pivot_root("new", "old")
    assert asked == [("syscall", 155, b"new", b"old")]


@pytest.mark.parametrize(
    ("version", "rights", "rest"),
    [(1, 13, ()), (2, 14, ()), (3, 15, ()), (4, 15, (3,)), (5, 16, (3,)), (6, 16, (3, 3))],
)
def test_landlock_takes_away_all_that_its_version_can(
    version: int, rights: int, rest: tuple[int, ...]
) -> None:
    """Later versions take more away, and each is asked only for what it knows."""
    expected = struct.pack(f"<{1 + len(rest)}Q", 2**rights - 1, *rest)
    assert landlock.attributes(version) == expected


def test_landlock_allows_reading_only(asked: list[tuple[Any, ...]], tmp_path: Path) -> None:
    """Files may be read, folders listed too; the listed folder no more than listed."""
    (tmp_path / "file").touch()
    made = landlock.ruleset(1, [str(tmp_path), str(tmp_path / "file")], str(tmp_path))
    landlock.restrict(made)
    rights = [struct.unpack_from("<Q", call[4])[0] for call in asked if call[1] == 445]
    assert (made, rights) == (7, [0b1000, 0b1100, 0b0100])
    assert asked[-1] == ("syscall", 446, 7, 0)
    assert landlock.abi() == 7


def test_the_library_is_what_python_and_numpy_need() -> None:
    """NumPy can be read and other packages cannot; no path lies inside another."""
    paths = library.readable()
    assert str(Path(np.__file__).parent.resolve()) in paths
    assert library.standard() not in paths
    assert not any(Path(path).name in library.SITE_FOLDERS for path in paths)
    assert not any(one != two and Path(one) in Path(two).parents for one in paths for two in paths)
    assert not any(Path(__file__).is_relative_to(path) for path in paths)
    assert library.mountable()[0] == library.standard()
    assert len(library.mountable()) < len(paths)


def test_a_system_without_maps_has_a_library_too(tmp_path: Path) -> None:
    """Where loaded objects cannot be listed, the folders remain."""
    maps = tmp_path / "maps"
    assert set(library.readable(str(maps))) <= set(library.readable())
    (tmp_path / "x.so").touch()
    maps.write_text(
        f"0-1 r-xp 0 0:0 1   {tmp_path}/x.so\n2-3 rw-p 0 0:0 0\n4-5 r 0 0:0 0  [heap]\n"
    )
    assert str(tmp_path.resolve() / "x.so") in library.readable(str(maps))


@pytest.mark.parametrize(("user", "mapped"), [(0, {}), (1000, {"uid_map": "1000 1000 1"})])
def test_an_ordinary_user_leaves_through_a_user_namespace(
    asked: list[tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch, user: int, mapped: dict[str, str]
) -> None:
    """Root needs none; others keep their own number in it and have no other."""
    written: dict[str, str] = {}
    monkeypatch.setattr(os, "getuid", lambda: user)
    monkeypatch.setattr(os, "getgid", lambda: user)
    monkeypatch.setattr(Path, "write_text", lambda path, text: written.update({path.name: text}))
    namespaces.leave_host()
    namespaces.next_child_alone()
    flags = [call[1] for call in asked]
    assert bool(flags[0] & kernel.CLONE_NEWUSER) == (user != 0)
    assert flags[1] == kernel.CLONE_NEWPID
    assert written == ({**mapped, "setgroups": "deny", "gid_map": "1000 1000 1"} if mapped else {})


def test_the_small_file_system_is_read_only(
    asked: list[tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Every path is bound and then made read-only, before the old root goes away."""
    root, given = tmp_path / "root", tmp_path / "given"
    (given / "site").mkdir(parents=True)
    (given / "file").touch()
    root.mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(namespaces, "pivot_root", lambda *paths: asked.append(("pivot", *paths)))
    paths = [str(given), str(given / "file")]
    namespaces.shrink_files(str(root), paths, [str(given / "site"), str(given / "none")])
    binds = [call for call in asked if call[0] == "mount" and call[4] == 4096]
    remounts = [call for call in asked if call[0] == "mount" and call[4] & 32]
    assert [call[1].decode() for call in binds] == paths
    assert [bool(call[4] & 1) for call in remounts] == [True] * (len(paths) + 2)
    assert [call[0] for call in asked[-2:]] == ["pivot", "umount2"]
    assert remounts[-1][2] == str(root).encode()


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
    """Who is not root has nothing to leave but its capabilities; without Linux not even these."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(os, "setuid", refused)
    walls = Protection(0).walls(1, 1)
    walls[protect.USER]()
    assert asked[-1][:2] == ("syscall", 126)
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    asked.clear()
    walls[protect.USER]()
    assert asked == []


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
    monkeypatch.setattr(landlock, "abi", refused)
    found = protect.of_this_machine("/nowhere")
    assert (found.ruleset, found.layers) == (-1, (protect.ALWAYS,))
    assert found.missing == {
        protect.NAMESPACES: "Operation not permitted",
        protect.FILES: "needs namespaces",
        protect.LANDLOCK: "Operation not permitted",
    }


def test_the_warm_parent_leaves_the_host_before_the_rules_are_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The rules name the paths of the small file system."""
    steps: list[str] = []
    monkeypatch.setattr(protect, "machine", lambda: "x86_64")
    monkeypatch.setattr(protect, "prctl", lambda *given: steps.append("adopt"))
    monkeypatch.setattr(namespaces, "leave_host", lambda: steps.append("leave"))
    monkeypatch.setattr(namespaces, "shrink_files", lambda *given: steps.append("shrink"))
    monkeypatch.setattr(landlock, "abi", lambda: 1)
    monkeypatch.setattr(landlock, "ruleset", lambda *given: len(steps) * 3)
    found = protect.of_this_machine("/nowhere")
    assert steps == ["adopt", "leave", "shrink"]
    assert (found.ruleset, found.layers[1:]) == (9, (protect.NAMESPACES, protect.FILES))


def test_a_guardian_fences_what_the_machine_offers(monkeypatch: pytest.MonkeyPatch) -> None:
    """It leads a session; where it can it dies with its parent and its child is alone."""
    steps: list[str] = []
    monkeypatch.setattr(os, "setsid", lambda: steps.append("session"))
    monkeypatch.setattr(protect, "prctl", lambda *given: steps.append("die"))
    monkeypatch.setattr(namespaces, "next_child_alone", lambda: steps.append("alone"))
    Protection(0).fence()
    Protection(0, layers=(protect.PRIVILEGES, protect.PROCESSES)).fence()
    assert steps == ["session", "session", "die", "alone"]


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
    """A child of a child tries, and its report becomes the protection."""
    start = Protection(5, 6)
    reader, writer = os.pipe()
    monkeypatch.setattr(probe, "of_this_machine", lambda folder: start)
    monkeypatch.setattr(namespaces, "next_child_alone", refused)
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
        protect.PROCESSES: "Operation not permitted",
        "all of the standard library": "No such file or directory",
    }


def test_the_guardian_of_the_trial_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """It only waits for the child that tries."""
    waited: list[int] = []
    monkeypatch.setattr(os, "setsid", lambda: None)
    monkeypatch.setattr(os, "fork", lambda: 8)
    monkeypatch.setattr(os, "waitpid", lambda pid, options: waited.append(pid))
    monkeypatch.setattr(namespaces, "next_child_alone", lambda: None)
    probe._try(Protection(0), NOBODY, -1)
    assert waited == [8]
