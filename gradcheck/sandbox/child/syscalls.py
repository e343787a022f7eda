"""What a child may ask of the kernel: NumPy's and the interpreter's daily needs, nothing else.

The numbers are those of the kernel's headers: ``asm/unistd_64.h`` for x86-64 and
``asm-generic/unistd.h`` for arm64.
"""

from __future__ import annotations

from .kernel import AARCH64, X86_64

_FILES = {
    X86_64: """read 0 write 1 open 2 close 3 stat 4 fstat 5 lstat 6 lseek 8 pread64 17
        pwrite64 18 readv 19 writev 20 access 21 pipe 22 dup 32 dup2 33 getdents 78 getcwd 79
        chdir 80 fchdir 81 readlink 89 umask 95 statfs 137 fstatfs 138 getdents64 217
        fadvise64 221 openat 257 newfstatat 262 readlinkat 267 faccessat 269 dup3 292
        pipe2 293 statx 332 close_range 436 faccessat2 439""",
    AARCH64: """read 63 write 64 openat 56 close 57 fstat 80 lseek 62 pread64 67 pwrite64 68
        readv 65 writev 66 dup 23 dup3 24 getcwd 17 chdir 49 fchdir 50 umask 166 statfs 43
        fstatfs 44 getdents64 61 fadvise64 223 newfstatat 79 readlinkat 78 faccessat 48
        pipe2 59 statx 291 close_range 436 faccessat2 439""",
}
_WAITING = {
    X86_64: """poll 7 select 23 pause 34 nanosleep 35 wait4 61 restart_syscall 219
        clock_nanosleep 230 pselect6 270 ppoll 271""",
    AARCH64: """nanosleep 101 wait4 260 restart_syscall 128 clock_nanosleep 115 pselect6 72
        ppoll 73""",
}
_MEMORY = {
    X86_64: "mmap 9 mprotect 10 munmap 11 brk 12 mremap 25 msync 26 mincore 27 madvise 28",
    AARCH64: """mmap 222 mprotect 226 munmap 215 brk 214 mremap 216 msync 227 mincore 232
        madvise 233""",
}
_SIGNALS = {
    X86_64: """rt_sigaction 13 rt_sigprocmask 14 rt_sigreturn 15 rt_sigpending 127
        sigaltstack 131 getitimer 36 alarm 37 setitimer 38""",
    AARCH64: """rt_sigaction 134 rt_sigprocmask 135 rt_sigreturn 139 rt_sigpending 136
        sigaltstack 132 getitimer 102 setitimer 103""",
}
_ITSELF = {
    X86_64: """getpid 39 uname 63 getrlimit 97 getrusage 98 sysinfo 99 times 100 getuid 102
        getgid 104 geteuid 107 getegid 108 getppid 110 getpgrp 111 getgroups 115
        getresuid 118 getresgid 120 getpgid 121 getsid 124 capget 125 getpriority 140
        gettid 186 getcpu 309""",
    AARCH64: """getpid 172 uname 160 getrlimit 163 getrusage 165 sysinfo 179 times 153
        getuid 174 getgid 176 geteuid 175 getegid 177 getppid 173 getgroups 158
        getresuid 148 getresgid 150 getpgid 155 getsid 156 capget 90 getpriority 141
        gettid 178 getcpu 168""",
}
_TIME = {
    X86_64: "gettimeofday 96 time 201 clock_gettime 228 clock_getres 229",
    AARCH64: "gettimeofday 169 clock_gettime 113 clock_getres 114",
}
_RUNNING = {
    X86_64: """sched_yield 24 exit 60 sched_get_priority_max 146 sched_get_priority_min 147
        futex 202 sched_getaffinity 204 set_tid_address 218 exit_group 231
        set_robust_list 273 get_robust_list 274 getrandom 318 membarrier 324 rseq 334""",
    AARCH64: """sched_yield 124 exit 93 sched_get_priority_max 125 sched_get_priority_min 126
        futex 98 sched_getaffinity 123 set_tid_address 96 exit_group 94 set_robust_list 99
        get_robust_list 100 getrandom 278 membarrier 283 rseq 293""",
}
_GROUPS = (_FILES, _WAITING, _MEMORY, _SIGNALS, _ITSELF, _TIME, _RUNNING)

# Calls that are allowed for certain values of one argument: its place and the values.
_DUPLICATE_AND_FLAGS = (0, 1, 2, 3, 4, 5, 6, 7, 1030)  # F_DUPFD … F_SETLKW, F_DUPFD_CLOEXEC
_TERMINAL_QUESTIONS = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)  # TCGETS … FIOCLEX
_NO_NEW_LIMIT = (0,)  # a null pointer: limits may be read only
_ARGUMENTS = {
    X86_64: {72: (1, _DUPLICATE_AND_FLAGS), 16: (1, _TERMINAL_QUESTIONS), 302: (2, _NO_NEW_LIMIT)},
    AARCH64: {25: (1, _DUPLICATE_AND_FLAGS), 29: (1, _TERMINAL_QUESTIONS), 261: (2, _NO_NEW_LIMIT)},
}


def allowed(machine: str) -> dict[str, int]:
    """Give the calls that are always allowed, by name."""
    found: dict[str, int] = {}
    for group in _GROUPS:
        words = group[machine].split()
        found.update(zip(words[::2], map(int, words[1::2]), strict=True))
    return found


def allowed_for(machine: str) -> dict[int, tuple[int, tuple[int, ...]]]:
    """Give the calls that are allowed for some values of one argument, by number."""
    return _ARGUMENTS[machine]
