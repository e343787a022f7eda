"""The walls around a child, raised in the one order in which each still can be."""

from __future__ import annotations

import os
import resource
from dataclasses import dataclass
from pathlib import Path

HIGHEST_DESCRIPTOR = 4096
UNMEASURED_BYTES = 2**30


@dataclass(frozen=True)
class Protection:
    """What this machine offers, found out once by the warm parent."""

    own_bytes: int

    @classmethod
    def of_this_machine(cls) -> Protection:
        """Find out; this changes the warm parent itself, and is done once."""
        return cls(_address_space())

    def report(self) -> dict[str, list[str]]:
        """Say which layers are in force, which are missing and what leaks."""
        return {"layers": ["isolated interpreter", "rlimits"], "missing": [], "leaks": []}

    def fence(self) -> None:
        """Prepare the guardian, whose child is to be protected."""

    def keep_only(self, channel: int) -> None:
        """Close every descriptor but the channel and the three standard ones (the null device)."""
        os.closerange(3, channel)
        os.closerange(channel + 1, HIGHEST_DESCRIPTOR)

    def enclose(self, memory_bytes: int, cpu_seconds: int) -> None:
        """Raise every wall, for good."""
        limits = {
            resource.RLIMIT_AS: self.own_bytes + memory_bytes,
            resource.RLIMIT_CPU: cpu_seconds,
            resource.RLIMIT_CORE: 0,
            resource.RLIMIT_FSIZE: 0,
            resource.RLIMIT_NOFILE: 64,
            resource.RLIMIT_NPROC: 1,
        }
        for limit, most in limits.items():
            resource.setrlimit(limit, (most, most))


def _address_space() -> int:
    """Measure the address space of this process in bytes."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:
        return UNMEASURED_BYTES
    return pages * resource.getpagesize()
