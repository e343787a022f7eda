"""What runs in a worker process: tasks come in, results go out, until the other side hangs up."""

from __future__ import annotations

import os
import time
from multiprocessing.connection import Connection
from queue import SimpleQueue
from threading import Thread

from gradcheck.submissions.batches.work import Judged, Task, judge

GRACE_SECONDS = 2.0


def main(descriptor: int) -> None:
    """Judge what comes over a socket.

    Parameters
    ----------
    descriptor : int
        The socket's.
    """
    connection = Connection(descriptor)
    tasks: SimpleQueue[Task | None] = SimpleQueue()
    Thread(target=_receive, args=(connection, tasks), daemon=True).start()
    while (task := tasks.get()) is not None:
        connection.send(_answer(task))


def _answer(task: Task) -> Judged | Exception:
    try:
        return judge(task)
    except Exception as error:  # for the one that asked
        return error


def _receive(connection: Connection, tasks: SimpleQueue[Task | None]) -> None:
    """Listen also while a submission is judged: nobody waits for its result after a hang-up."""
    try:
        while True:
            tasks.put(connection.recv())
    except (EOFError, OSError):
        tasks.put(None)
    time.sleep(GRACE_SECONDS)  # the process ends meanwhile, unless it is busy
    os._exit(1)
