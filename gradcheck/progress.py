"""How far a batch or a long check is, on a terminal."""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import PurePath
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from gradcheck.submissions import Submission

BAR = 10
RIGHT, EVERY = 59, 10
BESIDE = 28  # beside the bar: its brackets, the numbers, the time that is left


@contextmanager
def shown(total: int) -> Iterator[Callable[[Submission], None]]:
    """Make what tells of each result: a bar on stderr, and nothing where that is no terminal.

    It shows how many are judged, how long the others will take, the last name, and the count of
    each verdict. It has no colours.
    """
    if total < 2 or not sys.stderr.isatty():
        yield lambda submission: None
        return
    verdicts: Counter[str] = Counter()

    def text(last: Submission | None) -> str | None:
        counts = ", ".join(f"{count} {verdict}" for verdict, count in verdicts.items())
        return None if last is None else fitted(f"{counts}; {PurePath(last.path).name}")

    empty: Iterable[Submission] = ()
    with click.progressbar(
        empty, total, item_show_func=text, width=BAR, show_pos=True, file=sys.stderr
    ) as bar:

        def tell(submission: Submission) -> None:
            verdicts[submission.verdict] += 1
            bar.update(1, submission)

        yield tell


def fitted(text: str) -> str:
    """Cut a text, which students had a part in, to what is left of the line."""
    printable = "".join(sign if sign.isprintable() else "?" for sign in text)
    columns = shutil.get_terminal_size().columns - BAR - BESIDE
    return printable if len(printable) <= columns else printable[: max(columns - 1, 0)] + "…"


@contextmanager
def counted() -> Iterator[Callable[[int], None] | None]:
    """Make what tells how often a cost was called: a line on stderr, nothing if no terminal.

    How many calls there will be is not known before the verdict is, so the line only counts. It
    begins after the calls that a right gradient takes, and is wiped at the end.
    """
    if not sys.stderr.isatty():
        yield None
        return

    def tell(calls: int) -> None:
        if calls > RIGHT and calls % EVERY == 0:
            click.echo(f"\r{calls} evaluations", nl=False, err=True)

    try:
        yield tell
    finally:
        click.echo("\r" + " " * len(f"{10**6} evaluations") + "\r", nl=False, err=True)
