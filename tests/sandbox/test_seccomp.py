"""The filter of system calls, run on a machine of our own."""

from __future__ import annotations

import errno
import struct

import pytest

from gradcheck.sandbox.child.kernel import AARCH64, X86_64
from gradcheck.sandbox.child.seccomp import packed, program
from gradcheck.sandbox.child.syscalls import allowed

ALLOWED = 0x7FFF0000
DENIED = 0x00050000 | errno.EPERM
KILLED = 0x80000000
MACHINES = {X86_64: 0xC000003E, AARCH64: 0xC00000B7}
# From the kernel's tables: what would start, reach or change something outside.
WORDS = {
    X86_64: """
        clone 56 fork 57 vfork 58 execve 59 clone3 435 execveat 322 kill 62 tkill 200 tgkill 234
        rt_sigqueueinfo 129 pidfd_send 424 socket 41 connect 42 sendto 44 sendmsg 46 socketpair 53
        bind 49 ptrace 101 process_vm_readv 310 kcmp 312 perf_event_open 298 mount 165 umount2 166
        pivot_root 155 chroot 161 unshare 272 setns 308 setuid 105 setresuid 117 setgid 106 capset
        126 prctl 157 seccomp 317 setrlimit 160 bpf 321 io_uring_setup 425 mkdir 83 unlink 87
        rename 82 chmod 90 creat 85 truncate 76 memfd_create 319 userfaultfd 323 keyctl 250 shmget
        29 semget 64 setsid 112 setpgid 109 personality 135 open_by_handle_at 304
    """,
    AARCH64: """
        clone 220 execve 221 clone3 435 execveat 281 kill 129 tkill 130 tgkill 131 rt_sigqueueinfo
        138 socket 198 connect 203 sendto 206 sendmsg 211 socketpair 199 bind 200 ptrace 117 mount
        40 umount2 39 pivot_root 41 chroot 51 unshare 97 setns 268 setuid 146 setresuid 147 setgid
        144 capset 91 prctl 167 seccomp 277 setrlimit 164 bpf 280 io_uring_setup 425 mkdirat 34
        unlinkat 35 renameat 38 fchmodat 53 truncate 45 memfd_create 279 userfaultfd 282 keyctl
        219 shmget 194 setsid 157 setpgid 154
    """,
}
FORBIDDEN = [
    (kind, name, int(number))
    for kind, words in WORDS.items()
    for name, number in zip(words.split()[::2], words.split()[1::2], strict=True)
]


def run(kind: str, number: int, *arguments: int, machine: int | None = None) -> int:
    """Run the filter on one call, as the kernel's own machine would."""
    code = program(kind)
    given = (*arguments, *[0] * (6 - len(arguments)))
    data = struct.pack("<IIQ6Q", number, machine or MACHINES[kind], 0, *given)
    at, held = 0, 0
    while True:
        what, true, false, operand = code[at]
        at += 1
        if what == 0x06:
            return operand
        if what == 0x20:
            held = struct.unpack_from("<I", data, operand)[0]
        else:
            assert what == 0x15
            at += true if held == operand else false


@pytest.mark.parametrize("kind", MACHINES)
def test_daily_calls_pass(kind: str) -> None:
    """Whatever is on the list is allowed, with any arguments."""
    assert {run(kind, number, 2**63, 7) for number in allowed(kind).values()} == {ALLOWED}


@pytest.mark.parametrize(("kind", "name", "number"), FORBIDDEN)
def test_a_call_with_an_effect_outside_is_denied(kind: str, name: str, number: int) -> None:
    """Processes, programs, signals, sockets, debugging, mounts, users, files: not permitted."""
    assert name not in allowed(kind)
    assert run(kind, number) == DENIED


@pytest.mark.parametrize("kind", MACHINES)
def test_an_unknown_call_is_denied(kind: str) -> None:
    """What later kernels invent is not permitted either."""
    assert {run(kind, number) for number in range(450, 1200)} == {DENIED}


def test_the_other_numbering_of_the_same_machine_is_denied() -> None:
    """The short-pointer numbers of x86-64 are on no list."""
    assert {run(X86_64, 0x40000000 | number) for number in range(600)} == {DENIED}


@pytest.mark.parametrize("kind", MACHINES)
def test_the_numbering_of_another_machine_kills(kind: str) -> None:
    """A call by 32-bit numbers, whose numbers mean something else, ends the process."""
    assert run(kind, 1, machine=0x40000003) == KILLED


@pytest.mark.parametrize(
    ("kind", "number", "arguments", "verdict"),
    [
        (X86_64, 72, (3, 3), ALLOWED),  # fcntl, F_GETFL
        (X86_64, 72, (3, 8), DENIED),  # fcntl, F_SETOWN: signals to others
        (X86_64, 72, (3, 10), DENIED),  # fcntl, F_SETSIG
        (X86_64, 72, (3, 2**32 + 3), DENIED),  # both halves of an argument count
        (X86_64, 16, (0, 0x5401), ALLOWED),  # ioctl, TCGETS
        (X86_64, 16, (0, 0x5412), DENIED),  # ioctl, TIOCSTI: keys into the terminal
        (X86_64, 302, (0, 3, 0, 1), ALLOWED),  # prlimit64, reading
        (X86_64, 302, (0, 3, 1, 0), DENIED),  # prlimit64, setting
        (X86_64, 302, (0, 3, 2**32, 0), DENIED),
        (AARCH64, 25, (3, 1030), ALLOWED),
        (AARCH64, 25, (3, 8), DENIED),
        (AARCH64, 29, (0, 0x5412), DENIED),
        (AARCH64, 261, (0, 3, 1, 0), DENIED),
    ],
)
def test_some_calls_pass_for_some_arguments(
    kind: str, number: int, arguments: tuple[int, ...], verdict: int
) -> None:
    """Questions are allowed where the same call could also change something."""
    assert run(kind, number, *arguments) == verdict


@pytest.mark.parametrize("kind", MACHINES)
def test_the_kernel_s_form_is_eight_bytes_an_instruction(kind: str) -> None:
    """The packed filter fits the kernel's limit; an unknown machine has none."""
    assert len(packed(kind)) == 8 * len(program(kind)) <= 8 * 4096
    assert packed("") == b""
