"""A class of generated submissions: throughput, processor time, memory, leftovers.

    python benchmarks/batch.py                   # 1 000 submissions, 2 processes
    python benchmarks/batch.py --notebooks 200   # right course notebooks alone: the cost of one
    python benchmarks/batch.py --peer out/otter  # and such a notebook through otter-grader

The class is made of the examples and of mistakes planted in them, each with a comment and names of
its own, so that no two have the same content: right ones, wrong ones, and a few that never end.
Processor time is this process's and all its descendants', from getrusage.
"""

from __future__ import annotations

import argparse
import re
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from otter import processor_ms

from gradcheck.submissions import Limits, Options, Submission, entries, validate_all

EXAMPLES = Path(__file__).parent.parent / "examples" / "submissions"
COURSE = EXAMPLES / "right" / "network_notebook.ipynb"
ENDLESS = "\ndef backward_propagation(parameters, cache, X, Y):\n    while True:\n        pass\n"
ENDLESS_EVERY = 100


def main() -> None:
    """Run what the command line asks for."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("count", type=int, nargs="?", default=1000)
    options.add_argument("-j", "--jobs", type=int, default=2)
    options.add_argument("--notebooks", type=int, metavar="N", help="N course notebooks instead")
    options.add_argument("--peer", type=Path, metavar="DIR", help="an environment; made if absent")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if asked.notebooks:
            write(Path(folder), notebooks(asked.notebooks))
        else:
            write(Path(folder), group(asked.count))
        run(Path(folder), asked.jobs)
    if asked.peer:
        with tempfile.TemporaryDirectory() as folder:
            spent = processor_ms(COURSE.read_text(), asked.peer, Path(folder))
            print(f"otter-grader: {spent:.0f} ms of processor time for one of these notebooks")


def notebooks(count: int) -> Iterator[tuple[str, str]]:
    """Give the course's notebook, right, under so many names and with as many first comments."""
    text = COURSE.read_text()
    for number in range(count):
        yield f"student{number:05}.ipynb", marked(text, number)


def group(count: int) -> Iterator[tuple[str, str]]:
    """Give a class: the examples in turn, and one in a hundred that never ends."""
    texts = [(file, file.read_text()) for file in sorted(EXAMPLES.glob("*/*")) if file.is_file()]
    endless = (EXAMPLES / "right" / "network_course.py").read_text() + ENDLESS
    for number in range(count):
        file, text = texts[number % len(texts)]
        if number % ENDLESS_EVERY == ENDLESS_EVERY - 1:
            file, text = Path("endless.py"), endless
        yield f"student{number:05}-{file.stem}{file.suffix}", marked(text, number)


def marked(text: str, number: int) -> str:
    """Make a submission one of its kind, by a comment and by names of its own."""
    line = "import numpy as np"
    renamed = re.sub(r"\bd(Z2|Z|z)\b(?!\W*:)", rf"grad\1_{number}", text)
    return renamed.replace(line, f"{line}  # student {number}", 1)


def write(folder: Path, submissions: Iterator[tuple[str, str]]) -> None:
    """Write the class."""
    for name, text in submissions:
        (folder / name).write_text(text)


def run(folder: Path, jobs: int) -> None:
    """Judge the class and print what it took."""
    files = entries(folder)
    before, begun = processor_seconds(), time.perf_counter()
    verdicts: Counter[str] = Counter()
    every = max(len(files) // 10, 1)
    print(f"{'judged':>8} {'resident memory of this process':>34}")

    def tell(submission: Submission) -> None:
        verdicts[submission.verdict] += 1
        if verdicts.total() % every == 0:
            print(f"{verdicts.total():8} {resident_megabytes():31.1f} MB")

    options = Options(limits=Limits(call_seconds=1.0), allow_weak=True)
    report = validate_all(files, options, workers=jobs, progress=tell)
    seconds = time.perf_counter() - begun
    spent = 1000 * (processor_seconds() - before) / len(files)
    layers = report.isolation["layers"]
    print(f"{len(files)} submissions, {jobs} at a time: {dict(verdicts)}")
    print(f"{len(files) / seconds:.1f} a second; {spent:.1f} ms of processor time each")
    print(f"{len(layers)} layers of isolation, {len(report.isolation['missing'])} missing")
    print(f"processes left: {children()}")


def processor_seconds() -> float:
    """Give the processor time of this process and of all its descendants that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def resident_megabytes() -> float:
    """Give the memory of this process now, where the system tells."""
    status = Path("/proc/self/statm")
    pages = int(status.read_text().split()[1]) if status.exists() else 0
    return pages * resource.getpagesize() / 1e6


def children() -> int:
    """Count the processes that this one has left, where the system tells."""
    tasks = Path("/proc/self/task").glob("*/children")
    return sum(len(task.read_text().split()) for task in tasks)


if __name__ == "__main__":
    main()
