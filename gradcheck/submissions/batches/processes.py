"""Worker processes on this machine: each judges one submission at a time.

`concurrent.futures.ProcessPoolExecutor` is the ready-made part, but it does not fit strangers'
files: its processes start with the working folder on the module path, where a student's
``random.py`` may lie; they stay when the parent is killed; and when one dies, all work is lost.
"""

from __future__ import annotations

import socket
import subprocess
import sys
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import suppress
from multiprocessing.connection import Connection
from queue import Empty, SimpleQueue
from threading import Lock

from gradcheck.submissions.batches.edition import HOME
from gradcheck.submissions.batches.work import Judged, Task, lost

TRIES = 2
HOST_SECONDS = 60.0  # what reading and judging may take on top of the submission's own time
GRACE_SECONDS = 5.0
BOOT = """
import sys
sys.path[:] = sys.argv[2:]
from gradcheck.submissions.batches.worker import main
main(int(sys.argv[1]))
"""


class Processes:
    """So many workers, each started when there is work for it. It is a context manager.

    A worker that dies over a submission is replaced and asked once more; if that one dies too,
    the submission has no result, and the others go on.
    """

    def __init__(self, count: int) -> None:
        self._pool = ThreadPoolExecutor(count)  # a thread waits for each worker
        self._lock = Lock()
        self._idle: SimpleQueue[Worker] = SimpleQueue()
        self._workers: list[Worker] = []
        self._open = True

    def __enter__(self) -> Processes:
        return self

    def __exit__(self, error: type[BaseException] | None, *rest: object) -> None:
        with self._lock:
            self._open = False
        for worker in self._workers if error else ():
            worker.kill()
        self._pool.shutdown(cancel_futures=True)
        for worker in self._workers:
            worker.end()

    def submit(self, task: Task) -> Future[Judged]:
        """Have a submission judged when a worker is free."""
        return self._pool.submit(self._judged, task)

    def _judged(self, task: Task) -> Judged:
        for _ in range(TRIES):
            worker = self._free()
            with suppress(EOFError):
                judged = worker.judge(task)
                self._idle.put(worker)
                return judged
        return lost(task.name, f"the process that judged it died, or hung, {TRIES} times")

    def _free(self) -> Worker:
        with suppress(Empty):
            return self._idle.get_nowait()
        with self._lock:
            if not self._open:
                raise CancelledError
            self._workers.append(Worker())
            return self._workers[-1]


class Worker:
    """A process that judges; it ends with this one, however this one ends."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        modules = [*filter(None, sys.path), str(HOME)]  # "" is the working folder: see above
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - this interpreter, our own arguments
                [sys.executable, "-P", "-c", BOOT, str(theirs.fileno()), *modules],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,  # a Ctrl-C at the terminal is for the first process alone
            )
        self._connection = Connection(ours.detach())

    def judge(self, task: Task) -> Judged:
        """Ask for a result.

        Raises
        ------
        EOFError
            If the process died over it, or hung; then it is gone.
        """
        try:
            self._connection.send(task)
            if not self._connection.poll(task.options.limits.total_seconds + HOST_SECONDS):
                raise EOFError
            answer = self._connection.recv()
        except (EOFError, OSError):
            self.kill()
            raise EOFError("the worker process died") from None
        if isinstance(answer, Exception):
            raise answer
        judged: Judged = answer
        return judged

    def kill(self) -> None:
        """End it at once; its warm parent, and what that runs, end with it."""
        self._process.kill()

    def end(self) -> None:
        """Let it end by itself, within some seconds."""
        self._connection.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(GRACE_SECONDS)
        self._process.kill()
        self._process.wait()
