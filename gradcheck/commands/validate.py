"""``gradcheck validate``."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gradcheck.commands.codes import CORRECT, INTERNAL, NOT_GRADABLE, WRONG
from gradcheck.commands.misspelt import nearest
from gradcheck.commands.output import made_folder
from gradcheck.commands.showing import (
    FORMATS,
    GRADERS,
    placed,
    prepare,
    show,
    unjudged,
    usable,
    write_counterexamples,
)

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from gradcheck.submissions import Entry, Options, Report
    from gradcheck.submissions.assignments import Assignment

OUTPUT_BYTES = 2**28  # it is thrown away, so it may be a lot
CALL_SECONDS = 5.0


@click.command(short_help="Judge submissions.")
@click.argument(
    "paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH..."
)
@click.option("--model", help="A model, or auto, which finds it out and is usual.")
@click.option(
    "--assignment",
    type=click.Path(path_type=Path),
    metavar="FILE.toml",
    help="What is asked for and what it is worth; see gradcheck new assignment.",
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="text")
@click.option(
    "-o",
    "--output",
    callback=made_folder,
    help="Write to this file, or to this folder: end a new one with /. A folder keeps each result "
    "too, so that the same command goes on after an interruption.",
)
@click.option("-j", "--jobs", type=click.IntRange(1), help="Judge N at a time, in N processes.")
@click.option("--scheduler", metavar="ADDRESS", help="Judge on a Dask cluster that runs.")
@click.option("--seed", type=click.IntRange(0), default=0, help="Draws the problems.")
@click.option(
    "--timeout",
    type=click.FloatRange(0, min_open=True),
    help="Seconds that one call may take; 5 unless the assignment says otherwise.",
)
@click.option(
    "--hints",
    type=click.Choice(["none", "brief", "full"]),
    help="How much messages give away; full unless a grader reads them, then brief.",
)
@click.option(
    "--counterexamples",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write a pytest file to this folder for each wrong submission.",
)
@click.option(
    "--allow-weak-isolation",
    "allow_weak",
    is_flag=True,
    help="Go on where a layer of isolation is missing.",
)
def validate(paths: tuple[Path, ...], form: str, output: Path | None, **options: Any) -> None:
    """Judge the submissions in PATHs: .py and .ipynb files, folders and .zip archives of them.

    Each file is one submission. A PATH of - reads one from standard input.
    """
    from gradcheck.submissions import entries

    for path in paths:
        if str(path) != "-" and not path.exists():
            raise click.UsageError(f"{path}: no such file or folder")
    asked = asked_for(options.pop("assignment"))
    prepare(form, output)
    keep, output = placed(output, form)
    found = {path: entries(path) for path in paths}
    for path in (path for path, inside in found.items() if not inside):
        click.echo(f"gradcheck: {path}: no .py, .ipynb or .zip file in it", err=True)
    files = [file for inside in found.values() for file in inside]
    usable(form, len(files), output)
    usual = "brief" if form in GRADERS else "full"
    options["hints"] = options["hints"] or asked.hints or usual
    tests: Path | None = options.pop("counterexamples")
    if tests is not None and options["hints"] != "full":
        raise click.UsageError("--counterexamples writes what belongs there; add --hints full")
    try:
        with hired(options.pop("jobs"), options.pop("scheduler")) as workers:
            report = judged(files, judging(asked, **options), workers, keep)
    except Exception:
        unjudged(form, paths[0], output)
        raise
    if not report.submissions:
        unjudged(form, paths[0], output)
        raise SystemExit(NOT_GRADABLE)
    show(report, form, output)
    if tests is not None:
        write_counterexamples(report, tests)
    raise SystemExit(CORRECT if form == "classroom50" else exit_code(report))


def asked_for(file: Path | None) -> Assignment:
    """Read what the assignment asks for, where there is one."""
    from gradcheck.submissions.assignments import Assignment, AssignmentError, read_assignment

    try:
        return read_assignment(file) if file else Assignment()
    except AssignmentError as error:
        raise click.UsageError(str(error)) from None


def judging(
    asked: Assignment, *, model: str | None, timeout: float | None, **options: Any
) -> Options:
    """Make the options of a validation; the command line overrides the assignment."""
    from gradcheck.submissions import Limits, Options
    from impl import models

    model = model or asked.model
    if model not in ("auto", *models()):
        raise click.UsageError(f"no model {model!r}{nearest(model, ['auto', *models()])}")
    limits = Limits(
        call_seconds=timeout or asked.call_seconds or CALL_SECONDS,
        total_seconds=asked.total_seconds or Limits.total_seconds,
        output_bytes=OUTPUT_BYTES,
    )
    return Options(model, limits=limits, assignment=asked, **options)


@contextlib.contextmanager
def hired(jobs: int | None, scheduler: str | None) -> Iterator[int | Executor]:
    """Bring those who judge."""
    from gradcheck.submissions import BatchError, cluster

    if jobs and scheduler:
        raise click.UsageError("-j: the workers of --scheduler are set where these are started")
    try:
        with cluster(scheduler) if scheduler else contextlib.nullcontext(jobs or 1) as workers:
            yield workers
    except BatchError as error:
        raise click.UsageError(str(error)) from None


def judged(
    files: Sequence[Entry], options: Options, workers: int | Executor, keep: Path | None
) -> Report:
    """Judge the files; where there are none, nothing is started."""
    from gradcheck.interrupts import load_unheard
    from gradcheck.progress import shown
    from gradcheck.submissions import Report, validate_all

    if not files:
        return Report(options.seed, {}, ())
    kept = f"what was judged is kept in {keep}: the same command goes on from there"
    lost = "nothing is kept: -o FOLDER/ keeps each result at once"
    try:
        load_unheard("numpy.random")
        with shown(len(files)) as progress:
            return validate_all(files, options, workers=workers, keep=keep, progress=progress)
    except KeyboardInterrupt:
        click.echo(f"gradcheck: interrupted; {kept if keep else lost}", err=True)
        raise


def exit_code(report: Report) -> int:
    """Give the exit code of a validation: 0 only if every submission is correct."""
    everyone = report.submissions
    verdicts = {submission.verdict for submission in everyone}
    if any((submission.reason or "").startswith("internal error:") for submission in everyone):
        return INTERNAL
    if verdicts == {"correct"}:
        return CORRECT
    return NOT_GRADABLE if verdicts == {"not-gradable"} else WRONG
