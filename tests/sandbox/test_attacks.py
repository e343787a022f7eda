"""Hostile submissions: bounded attacks on our own sandbox, none of which has an effect outside.

The signals sent are signal 0, which asks for permission and does nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import indent

import numpy as np
import pytest

from gradcheck.sandbox import (
    Handle,
    Limits,
    Outcome,
    Sandbox,
)

Attacked = Callable[..., Outcome]

Open = Callable[..., Sandbox]

STOPPED = {
    "forks": ("os.fork()", "PermissionError"),
    "forks without end": ("while True: os.fork()", "PermissionError"),
    "leaves a daemon": ("os.fork() or os.setsid() or os.fork()", "PermissionError"),
    "leaves a daemon by the C library": ("assert libc.daemon(0, 0) == 0", "AssertionError"),
    "starts a program": ("subprocess.run(['true'])", "PermissionError"),
    "becomes a program": ("os.execv(sys.executable, ['python'])", "PermissionError|FileNotFound"),
    "starts a shell": ("assert os.system('true') == 0", "AssertionError"),
    "starts a process by number": ("assert libc.syscall(57) >= 0", "AssertionError"),
    "starts one by the other numbering": ("assert libc.syscall(0x40000039) >= 0", "Assertion"),
    "starts a thread": ("threading.Thread(target=print).start()", "RuntimeError: can't start"),
    "opens a socket": ("socket.socket()", "PermissionError"),
    "opens a socket pair": ("socket.socketpair()", "PermissionError"),
    "asks to kill its parent": ("os.kill(os.getppid(), 0)", "PermissionError"),
    "asks to kill everybody": ("os.kill(-1, 0)", "PermissionError"),
    "asks to stop its parent": ("signal.pidfd_send_signal(os.pidfd_open(os.getppid()), 0)", "Perm"),
    "asks to kill its group": ("os.killpg(0, 0)", "PermissionError"),
    "leaves its session": ("os.setsid()", "PermissionError"),
    "becomes root": ("os.setuid(0)", "PermissionError"),
    "raises its limits": ("resource.setrlimit(resource.RLIMIT_CPU, (-1, -1))", "ValueError|Perm"),
    "debugs its parent": ("assert libc.ptrace(16, os.getppid(), 0, 0) == 0", "AssertionError"),
    "reads its parent's memory": ("open('/proc/%d/mem' % os.getppid())", "FileNotFoundError|Perm"),
    "reads all environments": ("open('/proc/self/environ')", "FileNotFoundError|PermissionError"),
    "writes its parent's memory": ("open('/proc/%d/mem' % os.getppid(), 'r+b')", "FileNotF|Perm"),
    "reads another's memory": (
        "assert libc.process_vm_readv(os.getppid(), 0, 0, 0, 0, 0) == 0",
        "AssertionError",
    ),
    "takes another's descriptor": ("assert libc.syscall(438, 3, 0, 0) >= 0", "AssertionError"),
    "links to a file": ("os.symlink('/etc/passwd', 'results.json')", "OSError|Permission"),
    "walks out of its folder": ("open('../' * 20 + 'etc/passwd')", "FileNotFound|PermissionError"),
    "changes its root": ("os.chroot('/')", "PermissionError"),
    "reads the users": ("open('/etc/passwd')", "FileNotFoundError|PermissionError"),
    "lists the root": ("assert len(os.listdir('/home')) >= 0", "FileNotFoundError|PermissionError"),
    "reads its environment": ("os.environ['PATH']", "KeyError"),
    "writes a result": ("open('results.json', 'w')", "OSError|PermissionError"),
    "writes to the disk": ("open('/tmp/hog', 'w')", "OSError|PermissionError|FileNotFoundError"),
    "writes to shared memory": ("open('/dev/shm/hog', 'w')", "OSError|Permission|FileNotFound"),
    "makes a folder": ("os.mkdir('/tmp/hog')", "OSError|PermissionError|FileNotFoundError"),
    "makes a file in memory": ("os.memfd_create('hog')", "PermissionError"),
    "takes all memory": ("np.ones(10**10)", "numpy._core._exceptions._ArrayMemoryError|_Array|Mem"),
    "hides memory in lists": ("[bytearray(10**7) for _ in range(1000)]", "MemoryError"),
    "recurses for ever": ("sys.setrecursionlimit(10**5); attack()", "RecursionError|MemoryError"),
    "imports ours": ("importlib.import_module('impl')", "ModuleNotFoundError"),
    "imports ours by its path": ("sys.path.insert(0, FOLDER); import gradcheck", "ModuleNotFound"),
    "removes the blocker": ("del sys.meta_path[0]; import gradcheck.values", "ModuleNotFound|Attr"),
    "reads ours": ("open(FOLDER + '/gradcheck/__init__.py')", "FileNotFoundError|PermissionError"),
    "mounts": ("assert libc.mount(b'x', b'/', b'tmpfs', 0, None) == 0", "AssertionError"),
    "makes a namespace": ("assert libc.unshare(0x10000000) == 0", "AssertionError"),
    "loosens the filter": ("assert libc.prctl(38, 0, 0, 0, 0) == 0", "AssertionError"),
    "survives its warm parent": ("assert libc.prctl(1, 0, 0, 0, 0) == 0", "AssertionError"),
}


@pytest.mark.usefixtures("linux")
@pytest.mark.parametrize("name", STOPPED)
def test_an_attack_is_stopped(attacked: Attacked, name: str, tmp_path: Path) -> None:
    """What a submission may not do raises an error in it, and nothing happens outside."""
    body, error = STOPPED[name]
    failure = attacked(body).failure
    assert failure is not None
    assert failure.kind == "crashed"
    assert failure.message.startswith(tuple(error.split("|")))
    assert not any(Path(place).exists() for place in ("results.json", "/tmp/hog", "/dev/shm/hog"))


@pytest.mark.parametrize(
    "body",
    [
        "while True: pass",
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
        "import signal\nfor n in range(1, 32):\n    try: signal.signal(n, signal.SIG_IGN)\n"
        "    except OSError: pass\nwhile True: pass",
        "class Slow:\n    def __array__(self, *a):\n        while True: pass\nnp.add(Slow(), 1)",
        "class Slow:\n    def __repr__(self):\n        while True: pass\nraise ValueError(Slow())",
        "class Slow(float):\n    def __float__(self):\n        while True: pass\nfloat(Slow())",
        "class Slow(Exception):\n    def __str__(self):\n        while True: pass\nraise Slow",
        "while True: os.write(1, b'x' * 10000)",
        "class Slow:\n    def __del__(self):\n        while True: pass\nSlow()",
        "for fd in range(64):\n    try: os.read(fd, 100)\n    except OSError: pass",
    ],
)
def test_a_loop_ends_at_its_time(attacked: Attacked, body: str) -> None:
    """No handler and no place to hide a loop outlives the limit."""
    failure = attacked(body, call_seconds=0.3).failure
    assert failure is not None
    assert failure.kind == "timed-out"


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ("class Evil:\n    def __reduce__(self): return os.abort, ()\nreturn Evil()", "Evil"),
        ("class Evil(float):\n    def __eq__(self, x): return True\nreturn Evil(1)", "Evil"),
        ("class Evil:\n    def __repr__(self): os.abort()\nreturn Evil()", "Evil"),
        ("class Evil:\n    def __array__(self, *a): os.abort()\nreturn Evil()", "Evil"),
        ("import builtins\nreturn builtins.open", "builtin_function_or_method"),
    ],
)
def test_an_object_is_named_and_never_opened(attacked: Attacked, body: str, value: str) -> None:
    """Nothing that a submission wrote is unpickled, shown or compared outside."""
    found = attacked(body).value
    assert isinstance(found, Handle)
    assert found.kind == value


def test_an_array_that_equals_everything_comes_as_its_numbers(attacked: Attacked) -> None:
    """A subclass of ndarray loses its class at the wall."""
    body = """
    class Evil(np.ndarray):
        def __eq__(self, other): return True
        def tobytes(self, *a): return b''
    return np.ones(2).view(Evil)
    """
    found = attacked(body).value
    assert type(found) is np.ndarray
    assert found.tolist() == [1, 1]


@pytest.mark.parametrize(
    "written",
    [
        "b'garbage' * 10",
        "b'GCF1' + b'\\xff' * 8",
        "b'GCF1' + (1).to_bytes(8, 'little') + b'T'",
        "b'GCF1' + (9).to_bytes(8, 'little') + b'L' + b'\\xff' * 8",
        "b'GCF1' + (9).to_bytes(8, 'little') + b'M' + bytes(8)",
    ],
)
def test_a_forged_answer_answers_nothing(attacked: Attacked, written: str) -> None:
    """Bytes written to every descriptor before the answer are no answer."""
    body = f"""
    for fd in range(64):
        try: os.write(fd, {written})
        except OSError: pass
    return 7
    """
    failure = attacked(body).failure
    assert failure is not None
    assert failure.kind == "bad-value"


def test_an_answer_forged_with_the_right_token_is_only_numbers(opened: Open, honest: str) -> None:
    """Who finds the token may say its numbers itself; its second answer answers nothing."""
    source = """
    import sys
    def attack():
        frame = sys._getframe()
        while "writer" not in frame.f_locals:
            frame = frame.f_back
        token, encode = frame.f_locals["request"]["token"], frame.f_globals["encode"]
        answer = {"token": token, "value": encode(7.0, limit=99), "failure": None,
                  "arguments": [], "locals": {}, "verdict": "correct", "score": 1.0}
        frame.f_locals["writer"].write(frame.f_globals["frame"](encode(answer, limit=999)))
        frame.f_locals["writer"].flush()
    """
    sandbox = opened(honest, source)
    assert sandbox.call("attack", []).value == 7.0
    failure = sandbox.call("sigmoid", [0.0]).failure
    assert failure is not None
    assert failure.message == "answered something else than it was asked"
    assert sandbox.call("sigmoid", [0.0]).value == 0.5


def test_a_list_that_lies_about_its_length_is_no_value(attacked: Attacked) -> None:
    """The frame is checked against itself, not against what the child says."""
    body = "class Liar(list):\n    def __len__(self): return 3\nreturn Liar()"
    failure = attacked(body).failure
    assert failure is not None
    assert failure.kind == "bad-value"


def test_a_closed_channel_is_a_death(attacked: Attacked) -> None:
    """A child that closes everything is ended, and the next one answers."""
    failure = attacked("os.closerange(0, 64)\nwhile True: pass").failure
    assert failure is not None
    assert failure.kind == "killed"


def test_a_flood_of_small_values_is_refused(opened: Open) -> None:
    """Locals may hold many items only together as one value may alone."""
    body = "\n".join(f"v{n} = [None] * 100_000" for n in range(5))
    header = f"def attack():\n{indent(body, '    ')}"
    outcome = opened(header, limits=Limits()).call("attack", [], capture=True)
    assert outcome.failure is not None
    assert outcome.failure.message.startswith("frame: has more than the 200000 items")
