"""Landlock: a process gives up the file system, except for reading what it must read.

It also gives up TCP, other processes' signals and abstract sockets where the kernel can do that.
Source: the kernel's documentation, "Landlock: unprivileged access control".
"""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Iterable

from .kernel import call

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION_QUESTION = 1
_RULE_PATH_BENEATH = 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_RIGHTS_OF_ABI = ((1, 13), (2, 14), (3, 15), (5, 16))  # from this ABI on: so many file rights
_NETWORK_ABI, _BIND_AND_CONNECT = 4, 0b11
_SCOPES_ABI, _SIGNALS_AND_SOCKETS = 6, 0b11


def abi() -> int:
    """Ask the kernel which version of Landlock it has.

    Raises
    ------
    OSError
        If it has none, or it is switched off.
    """
    return call("syscall", _CREATE_RULESET, None, 0, _VERSION_QUESTION)


def attributes(version: int) -> bytes:
    """Give the kernel's ``struct landlock_ruleset_attr``: everything that version can take away."""
    rights = max(count for since, count in _RIGHTS_OF_ABI if since <= version)
    network = _BIND_AND_CONNECT if version >= _NETWORK_ABI else 0
    scopes = _SIGNALS_AND_SOCKETS if version >= _SCOPES_ABI else 0
    known = 1 + (version >= _NETWORK_ABI) + (version >= _SCOPES_ABI)
    return struct.pack("<3Q", (1 << rights) - 1, network, scopes)[: 8 * known]


def ruleset(version: int, readable: Iterable[str], listable: str) -> int:
    """Make a rule set under which only these files and folders can be read; give its descriptor.

    Of ``listable``, and of what is below it, the names are not hidden, but no more than these.
    """
    given = attributes(version)
    made = call("syscall", _CREATE_RULESET, given, len(given), 0)
    _allow(made, listable, _READ_DIR)
    for path in readable:
        _allow(made, path, _READ_FILE | _READ_DIR)
    return made


def restrict(made: int) -> None:
    """Put this process under a rule set, for good."""
    call("syscall", _RESTRICT_SELF, made, 0)


def _allow(made: int, path: str, rights: int) -> None:
    """Allow some of the rights below a path; a file has no entries to read."""
    beneath = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        folder = stat.S_ISDIR(os.fstat(beneath).st_mode)
        rule = struct.pack("<Qi", rights if folder else rights & ~_READ_DIR, beneath)
        call("syscall", _ADD_RULE, made, _RULE_PATH_BENEATH, rule, 0)
    finally:
        os.close(beneath)
