"""Attempts on the walls, made by ourselves from inside: what gets through is a leak.

Each canary tries one thing that no submission may do, and succeeds only if the walls fail.
"""

from __future__ import annotations

import mmap
import os
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from .imports import OURS


@dataclass(frozen=True)
class Host:
    """What the canaries aim at: the host's process, a port it listens on, a file of ours."""

    pid: int
    port: int
    file: str
    forbidden_bytes: int


def leaks(host: Host, attempts: Mapping[str, Callable[[Host], object]] | None = None) -> list[str]:
    """Name what could be done although it must not."""
    tried = ATTEMPTS if attempts is None else attempts
    return [name for name, attempt in tried.items() if _succeeds(attempt, host)]


def _succeeds(attempt: Callable[[Host], object], host: Host) -> bool:
    """Say whether an attempt gets through; any error is a wall."""
    try:
        attempt(host)
    except Exception:  # whatever stopped it
        return False
    return True


def be_root(host: Host) -> None:
    """Be root, or become it."""
    if os.getuid() != 0:
        os.setuid(0)


def connect(host: Host) -> None:
    """Reach the host over the network."""
    with socket.socket() as end:  # by number: a name would need codecs that a wall may hide
        end.settimeout(1)
        end.connect(("127.0.0.1", host.port))


def start_process(host: Host) -> None:
    """Start another process."""
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)


def create_file(host: Host) -> None:
    """Make a file, here or in the usual places."""
    for folder in (".", "/tmp", "/var/tmp", "/dev/shm"):  # noqa: S108 - where anyone may write
        path = Path(folder, f"canary-{os.getpid()}")
        with suppress(OSError):
            path.touch()
            path.unlink()
            return
    raise PermissionError


def read_project(host: Host) -> None:
    """Read a file of this project."""
    Path(host.file).read_bytes()


def read_host(host: Host) -> None:
    """Read the memory or the environment of the host."""
    os.close(os.open(f"/proc/{host.pid}/environ", os.O_RDONLY))


def signal_host(host: Host) -> None:
    """Be allowed to send the host a signal."""
    os.kill(host.pid, 0)


def import_project(host: Host) -> None:
    """Find one of this project's packages."""
    if not any(find_spec(name) for name in OURS):
        raise ModuleNotFoundError


def take_memory(host: Host) -> None:
    """Take more memory than is allowed."""
    mmap.mmap(-1, host.forbidden_bytes).close()


ATTEMPTS: Mapping[str, Callable[[Host], object]] = {
    "be root": be_root,
    "use the network": connect,
    "start processes": start_process,
    "write files": create_file,
    "read the project's files": read_project,
    "read the host's environment": read_host,
    "signal other processes": signal_host,
    "import the project": import_project,
    "take memory without limit": take_memory,
}
