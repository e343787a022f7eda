"""Run a command as on a machine whose kernel refuses namespaces, Landlock or seccomp filters.

Usage: python poor_machine.py REFUSED,REFUSED COMMAND...  (namespaces, landlock, seccomp)
"""

from __future__ import annotations

import os
import struct
import sys

from gradcheck.sandbox.child import kernel, seccomp

LOAD, EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050001
FIRST_ARGUMENT = 16
UNSHARE = {kernel.X86_64: 272, kernel.AARCH64: 97}
PRCTL = {kernel.X86_64: 157, kernel.AARCH64: 167}
LANDLOCK_CREATE_RULESET = 444


def refusing(names: set[str]) -> bytes:
    """Write the filter that refuses these, and nothing else."""
    code = [(LOAD, 0, 0, 0)]
    numbers = {"namespaces": UNSHARE[kernel.machine()], "landlock": LANDLOCK_CREATE_RULESET}
    for name in names & numbers.keys():
        code += [(EQUAL, 0, 1, numbers[name]), (RETURN, 0, 0, REFUSE)]
    if "seccomp" in names:
        code += [
            (EQUAL, 0, 3, PRCTL[kernel.machine()]),
            (LOAD, 0, 0, FIRST_ARGUMENT),
            (EQUAL, 0, 1, kernel.PR_SET_SECCOMP),
            (RETURN, 0, 0, REFUSE),
        ]
    return b"".join(struct.pack("<HBBI", *line) for line in [*code, (RETURN, 0, 0, ALLOW)])


if __name__ == "__main__":
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    seccomp.install(refusing(set(sys.argv[1].split(","))))
    os.execvp(sys.argv[2], sys.argv[2:])
