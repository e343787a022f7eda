"""PrairieLearn's ``results/results.json``.

Source: PrairieLearn's documentation of external grading, "Grading results". The file may hold 1 MB;
a submission that is not gradable costs the student no attempt.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from reports.words import asides, headline, outcome, printable

if TYPE_CHECKING:
    from gradcheck.submissions.results import Check, Submission

MOST_BYTES = 1_000_000
LENGTHS = (100_000, 10_000, 1_000, 100)  # of one text, tried until the file is small enough
CUT = " … (cut, because the file may hold 1 MB)"


def prairielearn(submission: Submission) -> str:
    """Give the results of one submission in ASCII, so that its signs are its bytes."""
    texts = (_written(submission, length) for length in LENGTHS)
    return next((text for text in texts if len(text) <= MOST_BYTES), _written(submission, 0))


def _written(submission: Submission, length: int) -> str:
    document: dict[str, Any] = {
        "gradable": submission.verdict != "not-gradable",
        "score": submission.score,
        "message": _cut(headline(submission), length),
        "output": _cut("\n".join(asides(submission)), length),
        "tests": [_test(submission, check, length) for check in submission.checks],
    }
    if not document["gradable"]:
        document["format_errors"] = [_cut(headline(submission), length)]
    return json.dumps(document, indent=2, allow_nan=False) + "\n"


def _test(submission: Submission, check: Check, length: int) -> dict[str, Any]:
    lines = outcome(submission, check)
    return {
        "name": printable(check.name),
        "description": f"{printable(check.name)} of {submission.model}",
        "points": check.points,
        "max_points": check.max_points,
        "message": _cut(lines[0], length),
        "output": _cut("\n".join(lines[1:]), length),
    }


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[:length] + CUT
