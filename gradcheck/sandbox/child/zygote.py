"""The warm parent: an isolated interpreter with NumPy imported that forks one child a submission.

It speaks with the host over one socket, runs nothing that a submission wrote, and ends when the
host hangs up. Between the host and each child there is a socket of their own. A child leads the
process group that is killed at the end, and stays a zombie until the host asks how it ended.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from . import library
from .canaries import Host
from .decode import decode
from .encode import encode
from .probe import probe
from .protect import Protection
from .rehearsal import rehearse
from .wire import HEADER, body_length, frame
from .worker import Worker, serve

MAX_REQUEST = 2**24
GRACE_SECONDS = 0.5
WARM = """
    _strptime abc argparse array ast base64 bisect bz2 calendar cmath codecs collections.abc
    colorsys contextlib copy copyreg csv ctypes dataclasses datetime decimal difflib dis
    encodings.idna enum errno fractions functools gc getopt glob gzip hashlib heapq html
    importlib.util inspect io itertools json keyword linecache locale logging lzma math numbers
    numpy.fft numpy.linalg numpy.ma numpy.polynomial numpy.random numpy.testing operator os.path
    pathlib pickle pkgutil platform pprint queue random re reprlib secrets shlex shutil signal
    stat statistics string struct subprocess tempfile textwrap threading time timeit token
    tokenize traceback types typing unicodedata unittest urllib.request uuid warnings weakref
    zipfile zlib
"""


def main(control_fd: int, site: str, host: Host, *, boxed: bool) -> None:
    """Fork and bury children until the host hangs up; ``boxed`` if bubblewrap stands around."""
    warm_up(site)
    libraries = library.system_folders()
    protection, leaks = probe("" if boxed else str(Path.cwd()), host)
    rehearse()
    gc.collect()
    gc.freeze()  # keeps the memory that all children share from being copied
    missing = [f"{name}: {reason}" for name, reason in protection.missing.items()]
    living: set[int] = set()
    with socket.socket(fileno=control_fd) as control:
        try:
            found = {"layers": protection.layers, "missing": missing, "leaks": leaks}
            tell(control, {**found, "libraries": libraries})
            while attend(control, protection, living):
                pass
        finally:
            for pid in living:
                end(pid, grace=False)


def attend(control: socket.socket, protection: Protection, living: set[int]) -> bool:
    """Do what the host asks once; False when it has hung up."""
    header, descriptors, _, _ = socket.recv_fds(control, HEADER.size, 1, socket.MSG_WAITALL)
    if not header:
        return False
    request = decode(control.recv(body_length(header, MAX_REQUEST), socket.MSG_WAITALL))
    if request["do"] == "fork":
        answer = start(request["with"], descriptors[0], protection)
        living.add(answer["pid"])
    else:
        answer = end(**request["with"])
        living.discard(request["with"]["pid"])
    tell(control, answer)
    return True


def tell(host: socket.socket, answer: dict[str, Any]) -> None:
    """Send the host one value."""
    host.sendall(frame(encode(answer, limit=MAX_REQUEST)))


def start(options: Mapping[str, Any], channel: int, protection: Protection) -> dict[str, Any]:
    """Fork the protected child on that channel."""
    child = protection.fork()
    if child == 0:
        try:
            inhabit(options, channel, protection)
        finally:
            os._exit(0)
    os.close(channel)
    return {"pid": child}


def inhabit(options: Mapping[str, Any], channel: int, protection: Protection) -> None:
    """Be the child: go behind the walls, say so, and serve."""
    worker = Worker(options["stubs"], options["output_bytes"], options["value_bytes"])
    protection.close_all_but(channel)
    try:
        protection.enclose(options["memory_bytes"], options["cpu_seconds"])
        trouble = ""
    except Exception as error:  # whatever it is, nothing of the submission may run now
        trouble = f"{type(error).__name__}: {error}"
    hello = frame(encode({"trouble": trouble}, limit=MAX_REQUEST))
    with os.fdopen(channel, "rb") as reader, os.fdopen(os.dup(channel), "wb") as writer:
        writer.write(hello)
        writer.flush()
        if not trouble:
            worker.install()
            serve(worker, reader, writer)


def end(pid: int, grace: bool) -> dict[str, Any]:
    """End a child with all that belongs to it, and say how it ended.

    With ``grace`` it gets a moment to end by itself, so that its own status is not lost.
    """
    status = _waited(pid) if grace else None
    if not _killed(pid) and _waited(pid) is None:
        return {"status": -signal.SIGKILL if status is None else status}
    found = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    with suppress(ChildProcessError):
        while True:  # what it left to this process
            os.waitpid(-pid, 0)
    return {"status": found if status is None else status}


def _killed(pid: int) -> bool:
    """Kill a child with its group, which it may not lead yet; False if that is not permitted."""
    try:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        permitted = True
    except PermissionError:
        permitted = False
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    return permitted


def _waited(pid: int) -> int | None:
    """Wait a moment for the child's end; it stays a zombie so that its number stays taken."""
    until = time.monotonic() + GRACE_SECONDS
    while time.monotonic() < until:
        found = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if found is not None:
            return -found.si_status if found.si_code != os.CLD_EXITED else found.si_status
        time.sleep(0.002)
    return None


def warm_up(site: str) -> None:
    """Import what submissions import, so that it is there behind every wall."""
    for name in WARM.split():
        with suppress(ImportError):
            import_module(name)
    os.environ.clear()
    sys.orig_argv.clear()
    sys.path.remove(site)
    sys.path[:] = map(os.path.realpath, sys.path)  # behind the walls there are no links to them
    for module in list(sys.modules.values()):
        if isinstance(getattr(module, "__path__", None), list):
            module.__path__[:] = map(os.path.realpath, module.__path__)
    sys.path_importer_cache.clear()
