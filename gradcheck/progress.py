"""How far a batch is, on a terminal."""

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
