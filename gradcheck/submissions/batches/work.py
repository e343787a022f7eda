"""The unit of work: a submission's bytes in, its result out, on any machine that has gradcheck.

A task and its result are plain values, so they travel by pickle; the bytes travel with them, so
that a worker elsewhere needs no shared disk. Each process that does work keeps one warm parent.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import socket
import threading
import traceback
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePath

from gradcheck.sandbox import Isolation, SandboxError, WarmParent, WeakIsolationError, clean
from gradcheck.submissions.batches.edition import edition
from gradcheck.submissions.pipeline import Options, validate_bytes
from gradcheck.submissions.results import Submission

OURS = "internal error"


class BatchError(RuntimeError):
    """The batch cannot go on; what was judged before stays kept. One line, fit to be shown."""


@dataclass(frozen=True)
class Task:
    """A submission to judge.

    Parameters
    ----------
    name : str
        As the user knows it.
    data : bytes
        The whole file.
    options : Options
    edition : str
        The code that the result shall come from; see `edition`.
    helpers : tuple of (str, bytes)
        The modules that lie beside it and that it imports.
    """

    name: str
    data: bytes = field(repr=False)
    options: Options
    edition: str
    helpers: tuple[tuple[str, bytes], ...] = field(default=(), repr=False)

    @cached_property
    def key(self) -> str:
        """The SHA-256 of what decides the result: two tasks of one key have the same.

        That is the bytes, the suffix (which tells a notebook from a program), the options and
        the edition; not the name, since two students may hand in the same file.
        """
        digest = hashlib.sha256()
        for part in (self.edition, repr(self.options), PurePath(self.name).suffix.lower()):
            digest.update(f"{part}\0".encode("utf-8", "surrogateescape"))
        for name, data in self.helpers:
            digest.update(f"{name}\0{len(data)}\0".encode() + data)
        digest.update(self.data)
        return digest.hexdigest()


@dataclass(frozen=True)
class Judged:
    """A result and the walls that it was got behind.

    Parameters
    ----------
    submission : Submission
    isolation : Isolation or None
        None where nothing of the submission ran.
    final : bool
        Whether another run would find the same; False where the fault is ours or the machine's.
    """

    submission: Submission
    isolation: Isolation | None = None
    final: bool = True


def judge_anywhere(task: Task) -> Judged:
    """Judge one submission, on a machine that may not be the one that asks.

    Raises
    ------
    BatchError
        If this machine has other code than the one that asks.
    """
    if task.edition != edition():
        raise BatchError(
            f"{socket.gethostname()}: got {edition()} there, expected {task.edition} as here; "
            "install the same on every worker"
        )
    return judge(task)


def judge(task: Task) -> Judged:
    """Judge one submission; whatever goes wrong with it becomes part of the result.

    Raises
    ------
    WeakIsolationError, SandboxError
        If submissions cannot be walled in here at all.
    """
    try:
        return _judged(task)
    except WeakIsolationError:
        raise
    except SandboxError:  # the warm parent was killed, say: that is no fault of the submission
        end_warm_parent()
    except Exception as error:
        return lost(task.name, _described(error))
    try:
        return _judged(task)
    except SandboxError as error:
        return lost(task.name, f"the sandbox failed twice: {error}")


def lost(name: str, reason: str) -> Judged:
    """Say that there is no result through no fault of the submission; another run tries again."""
    reason = f"{OURS}: {clean(reason)}; please report it"
    return Judged(Submission(name, None, "not-gradable", reason=reason), final=False)


def _judged(task: Task) -> Judged:
    warm = _HELD.warm()
    warm.require(allow_weak=task.options.allow_weak)
    result = validate_bytes(task.name, task.data, task.options, warm, dict(task.helpers).get)
    return Judged(result, warm.isolation)


def _described(error: Exception) -> str:
    """Say what happened and where; the error's own words may hold what students must not see."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {Path(place.filename).name}, line {place.lineno}"


class _Held:
    """The warm parent of this process, started when first needed and ended with the process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._warm: WarmParent | None = None
        self._owner = 0

    def warm(self) -> WarmParent:
        with self._lock:
            if self._warm is None or self._owner != os.getpid():  # never share one across a fork
                self._warm, self._owner = WarmParent().__enter__(), os.getpid()
            return self._warm

    def renew(self) -> None:
        with self._lock:
            if self._warm is not None and self._owner == os.getpid():
                self._warm.close()
            self._warm = None


_HELD = _Held()
end_warm_parent = _HELD.renew
atexit.register(end_warm_parent)
