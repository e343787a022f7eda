"""Many submissions, several at a time, each on its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from gradcheck.sandbox import WarmParent
from gradcheck.submissions.pipeline import Options, validate_entry
from gradcheck.submissions.reading.entries import Entry, file_entry
from gradcheck.submissions.results import Report, Submission

Progress = Callable[[Submission], None]


def validate_all(
    files: Sequence[Path | Entry],
    options: Options,
    *,
    jobs: int = 1,
    progress: Progress = lambda submission: None,
) -> Report:
    """Judge the files; the results come in the order of the files.

    Parameters
    ----------
    files : sequence of Path or Entry
    options : Options
    jobs : int
        How many submissions are judged at a time; the work is done in their child processes.
    progress : callable
        Is given each result when it is there.

    Raises
    ------
    ValueError
        If jobs is not positive.
    """
    if jobs < 1:
        raise ValueError(f"jobs: got {jobs}, expected 1 or more")
    with WarmParent() as warm:
        warm.require(allow_weak=options.allow_weak)

        def judge(file: Path | Entry) -> Submission:
            entry = file if isinstance(file, Entry) else file_entry(file)
            result = validate_entry(entry, options, warm)
            progress(result)
            return result

        with ThreadPoolExecutor(jobs) as pool:
            results = tuple(pool.map(judge, files))
        layers = {"layers": warm.isolation.layers, "missing": warm.isolation.missing}
    return Report(options.seed, layers, results)
