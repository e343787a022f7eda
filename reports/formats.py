"""A report in the format that was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from reports.graders.classroom50 import absent, classroom50
from reports.graders.github import github
from reports.graders.gradescope import gradescope
from reports.graders.junit import junit
from reports.graders.prairielearn import prairielearn
from reports.validation import as_json, as_text

if TYPE_CHECKING:
    from gradcheck.submissions.results import Report

TEXT = {"text": as_text, "json": as_json, "junit": junit, "github": github}
ONE = {"gradescope": gradescope, "prairielearn": prairielearn}


def problem(form: str, count: int, environment: Mapping[str, str]) -> str | None:
    """Say in a line why a format cannot be written for that many submissions here, if it cannot.

    >>> problem("gradescope", 2, {})
    'gradescope holds one submission, got 2; name one of them, or use --format json'
    """
    if form in (*ONE, "classroom50") and count != 1:
        return f"{form} holds one submission, got {count}; name one of them, or use --format json"
    missing = absent(environment) if form == "classroom50" else ()
    if missing:
        names = ", ".join(missing)
        return f"classroom50 is written by its runner, which sets {names}; not set here"
    return None


def written(report: Report, form: str, environment: Mapping[str, str], now: str) -> str:
    """Give the report as text.

    Parameters
    ----------
    report : Report
        Of one submission where the format holds one; see ``problem``.
    form : str
        As the command line has it.
    environment : mapping of str to str
        Tells Classroom 50 whose submission it is.
    now : str
        The time in UTC, ``2026-06-01T14:33:11Z``.
    """
    if form in ONE:
        return ONE[form](report.submissions[0])
    if form == "classroom50":
        return classroom50(report.submissions[0], environment, now)
    return TEXT[form](report)
