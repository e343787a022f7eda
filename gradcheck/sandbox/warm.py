"""The host's side of the warm parent: start it once, then ask it for children."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from gradcheck.sandbox import bubblewrap
from gradcheck.sandbox.channel import Channel, Hangup, Late
from gradcheck.sandbox.values import Isolation

START_SECONDS = 60.0
ANSWER_SECONDS = 30.0
CONTROL_BYTES = 2**24
FORBIDDEN_BYTES = 2**36
PRIVATE_FILES, NAMESPACES, BUBBLEWRAP = "private file system", "namespaces", "bubblewrap"
CHILD = Path(__file__).with_name("child")
THREADS = ("OMP", "OPENBLAS", "MKL", "BLIS", "NUMEXPR")
BOOT = """
import importlib.util as loaders, sys
folder, file, site, control, pid, port, memory, boxed = sys.argv[1:]
here = loaders.spec_from_file_location(
    "_sandbox", folder + "/__init__.py", submodule_search_locations=[folder])
package = sys.modules["_sandbox"] = loaders.module_from_spec(here)
here.loader.exec_module(package)
sys.path.append(site)
from _sandbox.zygote import Host, main
main(int(control), site, Host(int(pid), int(port), file, int(memory)), boxed=boxed == "boxed")
"""


class SandboxError(RuntimeError):
    """The sandbox itself does not work; no submission is to blame."""


class WeakIsolationError(SandboxError):
    """A promise of isolation cannot be kept on this machine, and nobody allowed that."""


class NoSandboxError(WeakIsolationError):
    """What any sandbox needs is not there, whatever is allowed."""


class WarmParent:
    """An isolated interpreter that forks a protected child for each submission.

    Starting it takes as long as importing NumPy; a child then takes a few milliseconds. Many
    sandboxes, also in several threads, may share one. It is a context manager.

    Examples
    --------
    >>> from gradcheck.sandbox import Piece, Program, Sandbox, WarmParent
    >>> program = Program((Piece("def f(x): return x + 1", "a.py"),))
    >>> with WarmParent() as warm, Sandbox(program, allow_weak=True, warm=warm) as sandbox:
    ...     sandbox.call("f", [1.0]).value
    2.0
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> WarmParent:
        if not hasattr(os, "fork"):
            raise NoSandboxError("the sandbox needs a system that can fork, such as Linux or macOS")
        libraries = self._start()
        if NAMESPACES not in self.isolation.layers:
            self._start_boxed(libraries)
        return self

    def _start(self, box: Sequence[str] = ()) -> Sequence[str]:
        """Start the interpreter, in a box if there is one; give the folders of its libraries."""
        self._folder = _empty_folder()
        ours, theirs = socket.socketpair()
        self._channel = Channel(ours, CONTROL_BYTES)
        try:
            with socket.create_server(("127.0.0.1", 0)) as target:
                with theirs:
                    port = target.getsockname()[1]
                    self._process = _started(theirs, self._folder.name, port, box)
                found = self._receive(START_SECONDS)
            self.isolation = _isolation(found)
            if PRIVATE_FILES in self.isolation.layers:
                self._folder.cleanup()  # the children's folders are no longer on the host
        except BaseException:
            self.close()
            raise
        return tuple(found["libraries"])

    def _start_boxed(self, libraries: Sequence[str]) -> None:
        """Start again inside bubblewrap, which may be permitted what we are not."""
        try:
            box = bubblewrap.box(str(CHILD), libraries)
        except OSError as error:
            missing = (*self.isolation.missing, f"{BUBBLEWRAP}: {error}")
            self.isolation = replace(self.isolation, missing=missing)
        else:
            self.close()
            self._start(box)

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """End it, and with it every child that is left."""
        self._channel.close()
        if self._process is not None:
            self._process.wait()
            self._process = None
        self._folder.cleanup()

    @property
    def pid(self) -> int:
        """The number of its process.

        Raises
        ------
        SandboxError
            If it is not running.
        """
        if self._process is None:
            raise SandboxError("the warm parent is not running: use it in a with statement")
        return self._process.pid

    def require(self, *, allow_weak: bool) -> None:
        """Refuse to go on where a promise of isolation cannot be kept.

        Raises
        ------
        WeakIsolationError
            If a canary got through and weakness is not allowed.
        """
        if self.pid and self.isolation.leaks and not allow_weak:
            leaks, missing = ", ".join(self.isolation.leaks), "; ".join(self.isolation.missing)
            raise WeakIsolationError(
                f"isolation: a submission could {leaks} here (missing: {missing}); "
                "allow weak isolation, or use a machine that offers these layers"
            )

    def fork(self, options: Mapping[str, Any], value_bytes: int) -> tuple[Channel, int]:
        """Give the channel to a new child and its number."""
        ours, theirs = socket.socketpair()
        try:
            answer = self._ask("fork", dict(options), (theirs.fileno(),))
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        return Channel(ours, value_bytes), answer["pid"]

    def end(self, pid: int, *, grace: bool) -> int | None:
        """End a child and all that belongs to it; give its exit status, negative for a signal."""
        status: int | None = self._ask("end", {"pid": pid, "grace": grace})["status"]
        return status

    def _ask(self, what: str, options: dict[str, Any], files: tuple[int, ...] = ()) -> Any:
        """Put one request and wait for the answer."""
        if self._process is None:
            raise SandboxError("the warm parent is not running: use it in a with statement")
        with self._lock:
            try:
                deadline = time.monotonic() + ANSWER_SECONDS
                self._channel.send({"do": what, "with": options}, deadline, files)
            except (Hangup, Late) as error:
                raise SandboxError(f"the warm parent does not listen: {error}") from None
            return self._receive(ANSWER_SECONDS)

    def _receive(self, seconds: float) -> Any:
        """Receive one answer."""
        try:
            return self._channel.receive(time.monotonic() + seconds)
        except (Hangup, Late) as error:
            raise SandboxError(f"the warm parent does not answer: {error}") from None


def _isolation(found: Any) -> Isolation:
    """Read what the canaries found."""
    return Isolation(*(tuple(found[name]) for name in ("layers", "missing", "leaks")))


def _empty_folder() -> tempfile.TemporaryDirectory[str]:
    try:
        return tempfile.TemporaryDirectory(prefix="sandbox-")
    except OSError as error:
        raise NoSandboxError(
            f"the sandbox needs a folder for temporary files: {error}; set TMPDIR to one"
        ) from None


def _started(
    control: socket.socket, folder: str, port: int, box: Sequence[str]
) -> subprocess.Popen[bytes]:
    """Start the interpreter: isolated, without site-packages, in an empty folder."""
    code = bubblewrap.INSIDE if box else str(CHILD)
    site = str(Path(np.__file__).parents[1])
    numbers = (control.fileno(), os.getpid(), port, FORBIDDEN_BYTES)
    given = [code, __file__, site, *map(str, numbers), "boxed" if box else "alone"]
    environment = {f"{library}_NUM_THREADS": "1" for library in THREADS}
    if "LD_LIBRARY_PATH" in os.environ:  # where some interpreters find their own library
        environment["LD_LIBRARY_PATH"] = os.environ["LD_LIBRARY_PATH"]
    return subprocess.Popen(  # noqa: S603 - this interpreter, with our own arguments
        [*(box or [sys.executable]), "-ISB", "-X", "utf8", "-c", BOOT, *given],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env=environment,
        pass_fds=(control.fileno(),),
        start_new_session=True,  # a Ctrl-C at the terminal is for the host alone
    )
