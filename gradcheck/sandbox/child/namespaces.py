"""A world of one's own: no network, no shared memory, no processes, and a file system in miniature.

The warm parent goes there once, as the first process of a process namespace, with which all below
it die; every child gets one of its own besides, in which all of its processes die with it.
Source: the manual pages namespaces(7), pid_namespaces(7), user_namespaces(7), pivot_root(2) and
mount(2).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from .kernel import (
    CLONE_NEWIPC,
    CLONE_NEWNET,
    CLONE_NEWNS,
    CLONE_NEWPID,
    CLONE_NEWUSER,
    CLONE_NEWUTS,
    KILL,
    PR_SET_DUMPABLE,
    PR_SET_PDEATHSIG,
    call,
    pivot_root,
    prctl,
)

_READ_ONLY, _NO_SUID, _NO_DEVICES, _NO_PROGRAMS = 1, 2, 4, 8
_REMOUNT, _BIND, _RECURSIVE, _PRIVATE = 32, 4096, 16384, 1 << 18
_NO_TIMES, _NO_FOLDER_TIMES, _RELATIVE_TIMES = 1024, 2048, 1 << 21
_STATVFS_RELATIVE_TIMES = 4096
_DETACH = 2
_SMALL = b"mode=755,size=1m"


def leave_host() -> None:
    """Move this process away from the host's network, mounts and shared memory.

    An ordinary user gets there through a user namespace, in which it keeps its own number.
    """
    here = CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS
    user, group = os.getuid(), os.getgid()
    call("unshare", here if user == 0 else here | CLONE_NEWUSER)
    if user != 0:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


def own_processes() -> int:
    """Go on in a child, the first of a process namespace; give that namespace's descriptor.

    The process that was here only waits for the child from now on, and each dies with the other.
    """
    call("unshare", CLONE_NEWPID)
    child = os.fork()
    if child:
        prctl(PR_SET_DUMPABLE, 0)
        os.waitpid(child, 0)
        os._exit(0)
    prctl(PR_SET_PDEATHSIG, KILL)
    home = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
    call("setns", home, CLONE_NEWPID)  # where that is refused, it is so before it is needed
    return home


def fork_alone(home: int) -> int:
    """Fork a child that is the first of a process namespace; later ones are born at ``home``."""
    call("unshare", CLONE_NEWPID)
    child = -1
    try:
        child = os.fork()
    finally:
        if child:
            call("setns", home, CLONE_NEWPID)
    return child


def shrink_files(root: str, paths: Sequence[str], hidden: Sequence[str]) -> None:
    """Make a file system in which only some paths exist, read-only, and move into it.

    Parameters
    ----------
    root
        An empty folder to build it in.
    paths
        What is to exist there, under the same names, the folders of ``hidden`` first.
    hidden
        Folders below the first path that are to be empty but for later paths.

    Raises
    ------
    OSError
        If a step is not permitted; the process is then still where it was.
    """
    _mount(None, "/", None, _RECURSIVE | _PRIVATE)
    _mount("tmpfs", root, "tmpfs", _NO_SUID | _NO_DEVICES, _SMALL)
    _bind(root, paths[0])
    masks = [root + folder for folder in hidden if Path(folder).is_dir()]
    for mask in masks:
        _mount("tmpfs", mask, "tmpfs", _NO_SUID | _NO_DEVICES, _SMALL)
    for path in paths[1:]:
        _bind(root, path)
    _link_libraries(root)
    for place in [*masks, root]:
        _mount(None, place, None, _REMOUNT | _BIND | _READ_ONLY | _NO_SUID | _NO_DEVICES)
    os.chdir(root)
    pivot_root(".", ".")
    call("umount2", b".", _DETACH)
    os.chdir("/")


def _bind(root: str, path: str) -> None:
    """Let a path of the host exist below the new root, read-only."""
    place = Path(root + path)
    place.parent.mkdir(parents=True, exist_ok=True)
    if Path(path).is_dir():
        place.mkdir(exist_ok=True)
    else:
        place.touch()
    _mount(path, str(place), None, _BIND)
    _mount(None, str(place), None, _REMOUNT | _BIND | _READ_ONLY | _kept_flags(str(place)))


def _kept_flags(place: str) -> int:
    """Give the flags that a remount must repeat, or a user namespace refuses it."""
    flags = os.statvfs(place).f_flag
    kept = _NO_SUID | _NO_DEVICES | _NO_PROGRAMS | _NO_TIMES | _NO_FOLDER_TIMES
    relative = _RELATIVE_TIMES if flags & _STATVFS_RELATIVE_TIMES else 0
    return (flags & kept) | relative


def _link_libraries(root: str) -> None:
    """Repeat the host's links such as /lib, by which the loader finds its libraries."""
    for name in ("lib", "lib64"):
        if (link := Path("/", name)).is_symlink():
            Path(root, name).symlink_to(link.readlink())


def _mount(
    source: str | None, target: str, kind: str | None, flags: int, data: bytes | None = None
) -> None:
    """Call mount(2)."""
    texts = [None if text is None else text.encode() for text in (source, target, kind)]
    call("mount", *texts, flags, data)
