"""Classroom 50's ``result.json``.

Source: Classroom 50's "Advanced Autograding", "The result.json contract". The runner gives the
identity of a submission in the environment, and stamps the owner and the times that count.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from reports.words import RIGHT, headline, outcome, printable

if TYPE_CHECKING:
    from gradcheck.submissions.results import Check, Submission

SCHEMA = "classroom50/result/v1"
NEEDED = {
    "classroom": "CLASSROOM",
    "assignment": "ASSIGNMENT",
    "submission": "SUBMISSION_TAG",
    "commit": "COMMIT_URL",
    "release": "RELEASE_URL",
}
FURTHER = {"assignment_type": "ASSIGNMENT_TYPE", "owner": "OWNER"}


def absent(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Name the variables that the runner should have set."""
    return tuple(name for name in NEEDED.values() if not environment.get(name))


def classroom50(submission: Submission, environment: Mapping[str, str], now: str) -> str:
    """Give the result of one submission.

    Parameters
    ----------
    submission : Submission
    environment : mapping of str to str
        The runner's.
    now : str
        The time in UTC, ``2026-06-01T14:33:11Z``.
    """
    scale = _scale(submission)
    tests = [_test(submission, check, scale) for check in submission.checks]
    tests = tests or [{"test-name": "gradable", "passed": False, "score": 0, "max-score": 1}]
    given = {**NEEDED, **FURTHER}
    document = {
        "schema": SCHEMA,
        **{field: environment[name] for field, name in given.items() if environment.get(name)},
        "review": environment.get("REVIEW_URL") or environment[NEEDED["commit"]],
        "datetime": now,
        "graded_at": now,
        "score": sum(test["score"] for test in tests),
        "max-score": sum(test["max-score"] for test in tests),
        "tests": tests,
        "output": headline(submission),
    }
    return json.dumps(document, indent=2, allow_nan=False) + "\n"


def _scale(submission: Submission) -> int:
    """Give the power of ten that makes whole numbers of the points: scores are int there."""
    points = [check.max_points for check in submission.checks]
    for scale in (1, 10, 100):
        if all((value * scale) % 1 == 0 for value in points):
            return scale
    return 1000


def _test(submission: Submission, check: Check, scale: int) -> dict[str, Any]:
    return {
        "test-name": printable(check.name),
        "passed": check.verdict in RIGHT,
        "score": round(check.points * scale),
        "max-score": round(check.max_points * scale),
        "output": "\n".join(outcome(submission, check)),
    }
