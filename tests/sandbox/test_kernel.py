"""What is asked of the kernel: calls, Landlock's rules, the library, the small file system."""

from __future__ import annotations

import os
import platform
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradcheck.sandbox.child import (
    kernel,
    landlock,
    library,
    namespaces,
)


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
    ((_, flags),) = asked
    assert bool(flags & kernel.CLONE_NEWUSER) == (user != 0)
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
