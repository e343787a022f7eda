"""Who judges: this process, processes of this machine, or any executor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass

from gradcheck.submissions.batches.processes import Processes
from gradcheck.submissions.batches.work import (
    Judged,
    Task,
    end_warm_parent,
    judge,
    judge_anywhere,
)

AHEAD = 256  # tasks that an executor of unknown size gets before the first is done


@dataclass(frozen=True)
class Crew:
    """What takes a task, and how many it should have at a time so that nobody is idle."""

    submit: Callable[[Task], Future[Judged]]
    ahead: int


@contextmanager
def crew(workers: int | Executor) -> Iterator[Crew]:
    """Bring those who judge.

    Parameters
    ----------
    workers : int or Executor
        So many processes, where 1 is this process itself; or an executor, which stays open.

    Raises
    ------
    ValueError
        If it is a number that is not positive.
    """
    if isinstance(workers, Executor):
        yield Crew(lambda task: workers.submit(judge_anywhere, task), AHEAD)
    elif workers < 1:
        raise ValueError(f"workers: got {workers}, expected 1 or more")
    elif workers == 1:
        try:
            yield Crew(_at_once, 1)
        finally:
            end_warm_parent()
    else:
        with Processes(workers) as processes:
            yield Crew(processes.submit, 2 * workers)


def _at_once(task: Task) -> Future[Judged]:
    future: Future[Judged] = Future()
    future.set_result(judge(task))
    return future
