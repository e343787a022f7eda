"""Many submissions, several at a time, each on its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    wait,
)
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from gradcheck.sandbox import Isolation
from gradcheck.submissions.batches.crews import Crew, crew
from gradcheck.submissions.batches.edition import edition
from gradcheck.submissions.batches.packed import Packed, pack, unpack
from gradcheck.submissions.batches.store import Store, write_whole
from gradcheck.submissions.batches.summary import summarise
from gradcheck.submissions.batches.work import BatchError, Judged, Task, lost
from gradcheck.submissions.pipeline import Options, as_helper
from gradcheck.submissions.reading.entries import Entry, file_entry
from gradcheck.submissions.reading.helpers import helpers_of
from gradcheck.submissions.reading.notebooks import UnreadableError
from gradcheck.submissions.results import Report, Submission

Progress = Callable[[Submission], None]
Asked = TypeVar("Asked")
MOST_BYTES_AHEAD = 2**28


def validate_all(
    files: Sequence[Path | Entry],
    options: Options,
    *,
    workers: int | Executor = 1,
    keep: Path | None = None,
    progress: Progress = lambda submission: None,
) -> Report:
    """Judge the files; the results come in the order of the files.

    Files of the same content are judged once. What goes wrong with one of them, even the death
    of the process that judges it, is its result and leaves the others alone.

    Parameters
    ----------
    files : sequence of Path or Entry
    options : Options
    workers : int or Executor
        So many processes, where 1 is this process itself; or any executor, such as Dask's
        ``client.get_executor()``. Its workers need gradcheck, but no sight of the files.
    keep : Path, optional
        A folder that keeps each result as soon as it is there, in ``submissions/``, so that the
        same batch, after whatever interrupted it, judges only what is left; and at the end a
        ``summary.json``.
    progress : callable
        Is given each result when it is there, in this thread.

    Raises
    ------
    ValueError
        If there are no workers.
    BatchError
        If the folder cannot be written, or the executor is lost.
    WeakIsolationError
        If the walls have a hole where the work is done, and ``options`` does not allow that.
    """
    found: dict[int, bytes] = {}  # packed
    walls: dict[Isolation, None] = {}
    with crew(workers) as hands:
        run = _Run(options, hands, Store(keep / "submissions") if keep else None)
        for place, judged in run.results(files):
            found[place] = pack(judged.submission)
            if judged.isolation:
                walls[judged.isolation] = None
            progress(judged.submission)
    results = Packed([found[place] for place in range(len(files))])
    report = Report(options.seed, _common(walls), results)
    if keep:
        summary = json.dumps(summarise(report).to_json(), indent=2)
        write_whole(keep / "summary.json", f"{summary}\n")
    return report


def _common(walls: Collection[Isolation]) -> dict[str, tuple[str, ...]]:
    """Say which walls stood around every submission, and which were missing around any."""
    layers = dict.fromkeys(layer for each in walls for layer in each.layers)
    missing = dict.fromkeys(reason for each in walls for reason in each.missing)
    return {
        "layers": tuple(layer for layer in layers if all(layer in each.layers for each in walls)),
        "missing": tuple(missing),
    }


class _Run:
    """One batch on its way."""

    def __init__(self, options: Options, hands: Crew, store: Store | None) -> None:
        self._options = options
        self._hands = hands
        self._store = store
        self._under_way: dict[Future[Judged], Task] = {}
        self._known: dict[str, bytes] = {}  # packed, by key
        self._waiting: dict[str, list[tuple[int, Entry]]] = {}  # with their places, by key

    def results(self, files: Iterable[Path | Entry]) -> Iterator[tuple[int, Judged]]:
        """Give each result with its place in the batch, as soon as it is there."""
        try:
            for place, file in enumerate(files):
                entry = file if isinstance(file, Entry) else file_entry(file)
                yield from self._begun(place, entry)
                while self._is_full():
                    yield from self._ended()
            while self._under_way:
                yield from self._ended()
        finally:
            for future in self._under_way:
                future.cancel()

    def _begun(self, place: int, entry: Entry) -> Iterator[tuple[int, Judged]]:
        """Give the result if it is known, else see to it that it will be."""
        try:
            data = entry.load()
            helpers = tuple(helpers_of(data, entry.beside).items())
            task = Task(entry.name, data, self._options, edition(), helpers)
        except UnreadableError as error:
            refused = Submission(entry.name, None, "not-gradable", reason=str(error))
            yield place, Judged(refused)
            return
        if task.key in self._waiting:
            self._waiting[task.key].append((place, entry))
            return
        if task.key in self._known:
            yield place, Judged(_placed(unpack(self._known[task.key]), entry))
            return
        stored = self._store.get(task.key) if self._store else None
        if stored:
            self._known[task.key] = pack(stored.submission)
            yield place, replace(stored, submission=_placed(stored.submission, entry))
            return
        self._waiting[task.key] = [(place, entry)]
        self._under_way[_asked(lambda: self._hands.submit(task))] = task

    def _is_full(self) -> bool:
        size = sum(len(task.data) for task in self._under_way.values())
        return len(self._under_way) >= self._hands.ahead or size > MOST_BYTES_AHEAD

    def _ended(self) -> Iterator[tuple[int, Judged]]:
        """Wait for at least one result, and keep it before it is given."""
        for future in wait(self._under_way, return_when=FIRST_COMPLETED).done:
            task = self._under_way.pop(future)
            judged = _result(future, task)
            if self._store is not None:
                self._store.put(task.key, judged)
            self._known[task.key] = pack(judged.submission)
            for place, entry in self._waiting.pop(task.key):
                yield place, replace(judged, submission=_placed(judged.submission, entry))


def _placed(submission: Submission, entry: Entry) -> Submission:
    return as_helper(replace(submission, path=entry.name), entry.user)


def _result(future: Future[Judged], task: Task) -> Judged:
    try:
        return _asked(future.result)
    except Exception as error:
        if type(error).__name__ == "KilledWorker":  # Dask's, which is loaded only by its users
            return lost(task.name, "the worker that judged it died, several times")
        raise


def _asked(act: Callable[[], Asked]) -> Asked:
    """Do something with an executor; put its own end into a line."""
    try:
        return act()
    except (BrokenExecutor, CancelledError) as error:
        reason = f"{type(error).__name__}: {error}".removesuffix(": ")
        raise BatchError(f"the executor gave up ({reason}); what was judged is kept") from None
