"""The few calls to the Linux kernel that Python does not wrap."""

from __future__ import annotations

import ctypes
import os
import platform
from typing import Any

X86_64 = "x86_64"
AARCH64 = "aarch64"

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_SECCOMP = 22
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38

KILL = 9

CLONE_NEWNS = 0x00020000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

_PIVOT_ROOT = {X86_64: 155, AARCH64: 41}
_CAPGET, _CAPSET = {X86_64: 125, AARCH64: 90}, {X86_64: 126, AARCH64: 91}
_CAPABILITIES_V3 = 0x20080522
_CAP_KILL = 5
_LIBRARY = ctypes.CDLL(None, use_errno=True)


def machine() -> str:
    """Name the processor as the tables here name it; "" where there is no Linux of these."""
    known = {"x86_64": X86_64, "amd64": X86_64, "aarch64": AARCH64, "arm64": AARCH64}
    is_linux = platform.system() == "Linux"
    return known.get(platform.machine().lower(), "") if is_linux else ""


def call(function: str, *arguments: Any) -> int:
    """Call a function of the C library that gives -1 for an error.

    Raises
    ------
    OSError
        With the error's number, if there is one or the library lacks the function.
    """
    try:
        found = getattr(_LIBRARY, function)
    except AttributeError:
        raise OSError(f"{function}: the C library has none") from None
    result = int(found(*map(_wide, arguments)))
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{function}: {os.strerror(number)}")
    return result


def prctl(option: int, value: int | Any = 0) -> None:
    """Set something of this process."""
    call("prctl", option, value, 0, 0, 0)


def pivot_root(new: str, old: str) -> None:
    """Make ``new`` the root of this mount namespace."""
    call("syscall", _PIVOT_ROOT[machine()], new.encode(), old.encode())


def may_signal_any() -> bool:
    """Whether this process may signal, and so end, those of other users."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITIES_V3, 0)
    held = (ctypes.c_uint32 * 6)()  # the effective ones come first
    call("syscall", _CAPGET[machine()], ctypes.byref(header), ctypes.byref(held))
    return bool(held[0] >> _CAP_KILL & 1)


def drop_capabilities() -> None:
    """Give up every capability, for good."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITIES_V3, 0)
    nothing = (ctypes.c_uint32 * 6)()
    call("syscall", _CAPSET[machine()], ctypes.byref(header), ctypes.byref(nothing))


def _wide(argument: Any) -> Any:
    """Pass whole numbers as 64 bits: the C library's own prototypes are not known here."""
    return ctypes.c_long(argument) if isinstance(argument, int) else argument
