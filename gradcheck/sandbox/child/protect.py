"""The walls around a child, raised in the one order in which each still can be.

What a machine offers is found out once, by trying: a child raises every wall it can, then
canaries try to get through. From then on the walls that stood are required of every child; one
that cannot raise them again ends before it has run anything.
"""

from __future__ import annotations

import os
import resource
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

from . import landlock, library, namespaces, seccomp
from .kernel import (
    KILL,
    PR_SET_CHILD_SUBREAPER,
    PR_SET_DUMPABLE,
    PR_SET_NO_NEW_PRIVS,
    PR_SET_PDEATHSIG,
    drop_capabilities,
    machine,
    may_signal_any,
    prctl,
)

HIGHEST_DESCRIPTOR = 4096
UNMEASURED_BYTES = 2**30
FREE_USERS = 0x70000000  # above what systems and containers hand out
NUMBER_OF_FREE_USERS = 0x0F000000

ALWAYS = "isolated interpreter"
LIMITS, USER, PRIVILEGES = "resource limits", "unprivileged user", "no new privileges"
LANDLOCK, SECCOMP = "Landlock", "seccomp filter"
NAMESPACES, FILES, PROCESSES = "namespaces", "private file system", "process namespace"
BUBBLEWRAP = "bubblewrap"


@dataclass(frozen=True)
class Protection:
    """The walls of this machine.

    Parameters
    ----------
    own_bytes
        The address space that a child starts with.
    ruleset
        The descriptor of Landlock's rules, -1 where there are none.
    code
        The filter of system calls.
    home
        The descriptor of the warm parent's process namespace, -1 where it has none of its own.
    layers
        The names of the walls that stand.
    missing
        The others, each with the reason.
    """

    own_bytes: int
    ruleset: int = -1
    code: bytes = b""
    home: int = -1
    layers: tuple[str, ...] = (ALWAYS,)
    missing: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def tried(self, name: str, act: Callable[[], object]) -> Protection:
        """Give the same with one more wall, or with the reason why it is missing."""
        try:
            act()
        except OSError as error:
            return self.without(name, error)
        return replace(self, layers=(*self.layers, name))

    def without(self, name: str, error: OSError) -> Protection:
        """Give the same with the reason why a wall is missing."""
        return replace(self, missing={**self.missing, name: error.strerror or str(error)})

    def walls(self, memory_bytes: int, cpu_seconds: int) -> dict[str, Callable[[], object]]:
        """Give what a child does to raise each wall, in order."""
        return {
            LIMITS: lambda: _limit(self.own_bytes + memory_bytes, cpu_seconds),
            USER: _leave_root,
            PRIVILEGES: _renounce,
            LANDLOCK: lambda: _restrict(self.ruleset),
            SECCOMP: lambda: seccomp.install(self.code),
        }

    def try_walls(self, memory_bytes: int, cpu_seconds: int) -> Protection:
        """Raise every wall that can be raised."""
        found = self
        for name, wall in self.walls(memory_bytes, cpu_seconds).items():
            found = found if name in found.missing else found.tried(name, wall)
        return found

    def enclose(self, memory_bytes: int, cpu_seconds: int) -> None:
        """Raise every wall that stood when it was tried.

        Raises
        ------
        OSError
            If one cannot be raised now; nothing of a submission may run then.
        """
        for name, wall in self.walls(memory_bytes, cpu_seconds).items():
            if name in self.layers:
                wall()

    def fork(self) -> int:
        """Fork a child that leads a session, alone in a process namespace if there are such."""
        child = namespaces.fork_alone(self.home) if PROCESSES in self.layers else os.fork()
        if child == 0:
            os.setsid()
        return child

    def close_all_but(self, channel: int) -> None:
        """Close every descriptor but the channel, the rules and the three of the null device."""
        kept = sorted({2, channel, max(self.ruleset, 2), HIGHEST_DESCRIPTOR})
        for below, above in pairwise(kept):
            os.closerange(below + 1, above)


def of_this_machine(folder: str) -> Protection:
    """Move the warm parent away from the host, as far as this machine lets it.

    ``folder`` is an empty one, to build the small file system in; "" says that bubblewrap has
    done all that.
    """
    found = Protection(_address_space())
    if not machine():
        return found.tried(NAMESPACES, lambda: _refuse("needs Linux on x86-64 or arm64"))
    around, leave = (NAMESPACES, namespaces.leave_host) if folder else (BUBBLEWRAP, lambda: None)
    found = _numbered(found.tried(around, leave))
    found = _shrunk(found, folder) if folder else found
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    prctl(PR_SET_DUMPABLE, 0)  # children of the same user could else write into its memory
    try:
        rules = landlock.ruleset(landlock.abi(), library.readable(), library.standard())
    except OSError as error:
        found, rules = found.without(LANDLOCK, error), -1
    return replace(found, ruleset=rules, code=seccomp.packed(machine()))


def _numbered(found: Protection) -> Protection:
    """Go on as the first process of a process namespace."""
    try:
        home = namespaces.own_processes()
    except OSError as error:
        return found.without(PROCESSES, error)
    return replace(found, home=home, layers=(*found.layers, PROCESSES))


def _shrunk(found: Protection, folder: str) -> Protection:
    """Move into a file system in miniature."""
    if NAMESPACES not in found.layers:
        return found.tried(FILES, lambda: _refuse("needs namespaces"))
    view = (folder, library.mountable(), library.site_folders())
    return found.tried(FILES, lambda: namespaces.shrink_files(*view))


def _refuse(reason: str) -> None:
    raise OSError(reason)


def _restrict(ruleset: int) -> None:
    if ruleset < 0:
        raise OSError("needs Linux on x86-64 or arm64")
    landlock.restrict(ruleset)
    os.close(ruleset)


def _limit(memory_bytes: int, cpu_seconds: int) -> None:
    """Set what the kernel itself enforces; a hard limit cannot be raised again."""
    limits = {
        resource.RLIMIT_AS: memory_bytes,
        resource.RLIMIT_CPU: cpu_seconds,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NOFILE: 64,
        resource.RLIMIT_NPROC: 1,
    }
    for limit, most in limits.items():
        resource.setrlimit(limit, (most, most))


def _leave_root() -> None:
    """Become a user that owns nothing and that nobody else is; an ordinary user stays itself."""
    if os.geteuid() == 0:
        if machine() and not may_signal_any():
            raise OSError("needs CAP_KILL, for the warm parent could not end another user's child")
        user = FREE_USERS + int.from_bytes(os.urandom(4)) % NUMBER_OF_FREE_USERS
        os.setgroups([])
        os.setgid(user)
        os.setuid(user)


def _renounce() -> None:
    """Drop all privileges for good, show nothing to debuggers, and die with the warm parent."""
    if machine():
        drop_capabilities()
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    prctl(PR_SET_DUMPABLE, 0)
    prctl(PR_SET_PDEATHSIG, KILL)


def _address_space() -> int:
    """Measure the address space of this process in bytes."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:
        return UNMEASURED_BYTES
    return pages * resource.getpagesize()
