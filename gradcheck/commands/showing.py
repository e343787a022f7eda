"""The result of ``gradcheck validate`` in its format, and where it goes."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gradcheck.commands.output import emit, make_folder, writable

if TYPE_CHECKING:
    from gradcheck.submissions import Report

GRADERS = ("junit", "gradescope", "prairielearn", "classroom50", "github")
FORMATS = ("text", "json", "html", *GRADERS)
DOCUMENTS = {"text": "report.txt", "github": "report.txt", "junit": "report.xml"}


def prepare(form: str, output: Path | None) -> None:
    """Make the folder where a format has one, and refuse at once what cannot be written."""
    if form == "html" and output is not None and not is_page(output):
        make_folder(output)
    else:
        writable(output, makes_folder=form == "prairielearn")


def placed(output: Path | None, form: str) -> tuple[Path | None, Path | None]:
    """Give the folder that keeps the results, if there is one, and the place of the report."""
    if output is None or not output.is_dir():
        return None, output
    return output, output if form == "html" else output / DOCUMENTS.get(form, "report.json")


def usable(form: str, count: int, output: Path | None) -> None:
    """Refuse a format that cannot hold what was asked for, before the work."""
    from reports.formats import problem

    line = problem(form, max(count, 1), os.environ)
    if form == "html" and count > 1 and (output is None or is_page(output)):
        line = f"html is a page each for {count} submissions; give a folder with -o DIR"
    if line:
        raise click.UsageError(line)


def show(report: Report, form: str, output: Path | None) -> None:
    """Write a report in its format, and GitHub's summary of the step where there is one."""
    from gradcheck.submissions import summarise
    from reports.formats import written
    from reports.graders.github import step_summary
    from reports.summary import in_common
    from reports.validation import as_text

    if form == "html":
        write_pages(report, output)
        return
    if form == "text":
        colour = output is None and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        emit(as_text(report, colour=colour) + in_common(summarise(report)), output)
        return
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    emit(written(report, form, os.environ, now), output)
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if form == "github" and summary:
        emit(step_summary(report), Path(summary), mode="a")


def write_pages(report: Report, output: Path | None) -> None:
    """Write the page of one submission, or into a folder those of all and one that leads there."""
    from reports.pages.group import pages
    from reports.pages.student import student_page

    if output is None or is_page(output):
        emit(student_page(report.submissions[0], seed=report.seed), output)
        return
    for name, text in pages(report).items():
        emit(text, output / name)
    click.echo(f"{len(report.submissions) + 1} pages written to {output}", err=True)


def is_page(output: Path) -> bool:
    """Tell the file of a page from a folder of pages."""
    return output.suffix in (".html", ".htm") and not output.is_dir()


def unjudged(form: str, path: Path, output: Path | None) -> None:
    """Write a grader's file where there is no result: one that waits for it must not wait on."""
    from gradcheck.submissions import Report, Submission

    if form in GRADERS:
        reason = "nothing was judged; see what gradcheck says in the grader's log"
        nothing = Submission(str(path), None, "not-gradable", reason=reason)
        show(Report(0, {}, (nothing,)), form, output)


def write_counterexamples(report: Report, folder: Path) -> None:
    """Write a test for each wrong submission, and say on stderr what was written."""
    from gradcheck.submissions.counterexamples.written import write_tests

    try:
        for line in write_tests(report.submissions, folder):
            click.echo(f"gradcheck: {line}", err=True)
    except OSError as error:
        raise click.UsageError(f"{folder}: cannot be written: {error.strerror}") from None
