"""Gradescope's ``results.json``.

Source: Gradescope's autograder specifications, "Output format".
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from reports.words import RIGHT, asides, headline, outcome, printable

if TYPE_CHECKING:
    from gradcheck.submissions.results import Check, Submission


def gradescope(submission: Submission) -> str:
    """Give the results of one submission; students see them, but not what is printed on stdout."""
    document = {
        "score": sum(check.points for check in submission.checks),
        "execution_time": submission.seconds,
        "output": "\n".join((headline(submission), *asides(submission))),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [_test(submission, check) for check in submission.checks]
        or [_refused(submission)],
        "extra_data": {"verdict": submission.verdict, "model": submission.model},
    }
    return json.dumps(document, indent=2, allow_nan=False) + "\n"


def _refused(submission: Submission) -> dict[str, Any]:
    return {
        "name": "gradable",
        "score": 0.0,
        "max_score": 0.0,
        "status": "failed",
        "output": headline(submission),
    }


def _test(submission: Submission, check: Check) -> dict[str, Any]:
    return {
        "name": printable(check.name),
        "score": check.points,
        "max_score": check.max_points,
        "status": "passed" if check.verdict in RIGHT else "failed",
        "output": "\n".join(outcome(submission, check)),
        "visibility": "visible",
        "tags": [check.code] if check.code else [],
    }
