"""A filter of system calls, as a program of the kernel's classic packet-filter machine.

Whatever is not on the list of `syscalls` gives "operation not permitted": no processes, threads,
sockets, signals, programs, mounts, debugging, and nothing that a later kernel invents.
Source: the kernel's documentation, "Seccomp BPF".
"""

from __future__ import annotations

import ctypes
import struct
from errno import EPERM

from .kernel import AARCH64, PR_SET_SECCOMP, X86_64, call
from .syscalls import allowed, allowed_for

_LOAD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _DENY, _KILL = 0x7FFF0000, 0x00050000 | EPERM, 0x80000000
_NUMBER_AT, _MACHINE_AT, _ARGUMENTS_AT = 0, 4, 16
_MACHINES = {X86_64: 0xC000003E, AARCH64: 0xC00000B7}
_MODE_FILTER = 2

Instruction = tuple[int, int, int, int]


def program(kind: str) -> list[Instruction]:
    """Write the filter for one kind of processor: (code, jump if true, jump if false, operand)."""
    code: list[Instruction] = [
        (_LOAD, 0, 0, _MACHINE_AT),
        (_JUMP_IF_EQUAL, 1, 0, _MACHINES[kind]),
        (_RETURN, 0, 0, _KILL),  # calls of another machine's numbering
        (_LOAD, 0, 0, _NUMBER_AT),
    ]
    for number in allowed(kind).values():
        code += [(_JUMP_IF_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ALLOW)]
    for number, (place, values) in allowed_for(kind).items():
        body = _one_of(place, values)
        code += [(_JUMP_IF_EQUAL, 0, len(body), number), *body]
    return [*code, (_RETURN, 0, 0, _DENY)]


def _one_of(place: int, values: tuple[int, ...]) -> list[Instruction]:
    """Allow the call if the argument at that place is one of the values; both halves count."""
    low = _ARGUMENTS_AT + 8 * place
    code = [
        (_LOAD, 0, 0, low + 4),
        (_JUMP_IF_EQUAL, 1, 0, 0),
        (_RETURN, 0, 0, _DENY),
        (_LOAD, 0, 0, low),
    ]
    for value in values:
        code += [(_JUMP_IF_EQUAL, 0, 1, value), (_RETURN, 0, 0, _ALLOW)]
    return [*code, (_RETURN, 0, 0, _DENY)]


class _Program(ctypes.Structure):
    """The kernel's ``struct sock_fprog``."""

    _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_char_p))


def packed(kind: str) -> bytes:
    """Give the filter as the kernel reads it; "" names no processor and gives none."""
    code = program(kind) if kind else []
    return b"".join(struct.pack("<HBBI", *instruction) for instruction in code)


def install(code: bytes) -> None:
    """Put a packed filter on this process, for good.

    Raises
    ------
    OSError
        If the kernel does not take it.
    """
    filled = _Program(len(code) // 8, code)
    call("prctl", PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(filled), 0, 0)
