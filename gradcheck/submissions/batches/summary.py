"""What a class did, in a few numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from gradcheck.submissions.results import SUBMISSION_VERDICTS, Report

SCHEMA = "gradcheck/summary/v1"
SLOWEST = 10


@dataclass(frozen=True)
class CommonFault:
    """A fault and how many submissions have it."""

    code: str
    quantity: str
    count: int


@dataclass(frozen=True)
class Slow:
    """A submission and how long it took."""

    path: str
    seconds: float


@dataclass(frozen=True)
class Summary:
    """The verdicts of a class, its commonest faults, its slowest submissions.

    Parameters
    ----------
    submissions : int
    verdicts : mapping of str to int
        Every verdict of the contract, also those that nobody got.
    faults : tuple of CommonFault
        All that were found, the commonest first; each counts once a submission.
    slowest : tuple of Slow
        At most ten, the slowest first.
    """

    submissions: int
    verdicts: Mapping[str, int]
    faults: tuple[CommonFault, ...]
    slowest: tuple[Slow, ...]

    def to_json(self) -> dict[str, Any]:
        """Give the whole of ``summary/v1``."""
        return {"schema": SCHEMA, **asdict(self)}


def summarise(report: Report) -> Summary:
    """Count what the submissions of a report have in common.

    Parameters
    ----------
    report : Report

    Returns
    -------
    Summary
        Verdicts, the commonest faults, and the slowest submissions with their seconds.
    """
    everyone = report.submissions
    verdicts = Counter(submission.verdict for submission in everyone)
    faults = Counter(
        fault
        for submission in everyone
        for fault in dict.fromkeys((f.code, f.quantity) for f in submission.faults)
    )
    slowest = sorted(everyone, key=lambda submission: -submission.seconds)[:SLOWEST]
    return Summary(
        len(everyone),
        {verdict: verdicts[verdict] for verdict in SUBMISSION_VERDICTS},
        tuple(CommonFault(*fault, count) for fault, count in faults.most_common()),
        tuple(Slow(submission.path, submission.seconds) for submission in slowest),
    )
