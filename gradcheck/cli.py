"""The front door: the commands, their options and exit codes.

Only what a command needs is loaded, and only when it runs: ``gradcheck --help`` stays quick.
"""

from __future__ import annotations

import contextlib
import difflib
import json
import os
import runpy
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NoReturn

import click

from gradcheck.guard import shadowed

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from derivations import Derivation, Topic
    from gradcheck.submissions import Entry, Options, Report
    from gradcheck.submissions.assignments import Assignment

CORRECT, WRONG, USAGE, NOT_GRADABLE, INTERNAL, ISOLATION = range(6)
FORMATS_DERIVE = ("text", "markdown", "latex", "numpy", "json")
FORMATS_REPORT = ("html", "markdown", "latex", "pdf")
FORMATS_CHECK = ("text", "json")
GRADERS = ("junit", "gradescope", "prairielearn", "classroom50", "github")
FORMATS_VALIDATE = ("text", "json", "html", *GRADERS)
OUTPUT_BYTES = 2**28  # it is thrown away, so it may be a lot
DOCUMENTS = {"text": "report.txt", "github": "report.txt", "junit": "report.xml"}
CALL_SECONDS = 5.0
INTERRUPTED = 130  # as a shell has it


class Misspelt(click.Group):
    """A group that offers the nearest command for one it does not have."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command of the first argument."""
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            known = self.list_commands(ctx)
            raise click.UsageError(f"no command {args[0]!r}{nearest(args[0], known)}")
        return super().resolve_command(ctx, args)


def nearest(name: str, known: Sequence[str]) -> str:
    """Offer the known name that is most like a misspelt one, else all of them."""
    close = difflib.get_close_matches(name, known, 1, 0.5)
    return f"; did you mean {close[0]}?" if close else f"; there are {', '.join(known)}"


def made_folder(ctx: click.Context, option: click.Parameter, given: str | None) -> Path | None:
    """Take a path as it is, but make the folder that a slash at its end asks for."""
    if given is None:
        return None
    if given.endswith(("/", os.sep)):
        make_folder(Path(given))
    return Path(given)


HELP = """Derive backpropagation, prove it, and check code against it.

\b
gradcheck validate examples/submissions     judge submissions
gradcheck derive shallow-network            show a derivation and its proofs
gradcheck check my.py:cost my.py:gradient --at point.npz

\b
Exit codes: 0 all correct; 1 something is wrong or undecided; 2 usage;
3 not gradable; 4 internal error; 5 isolation refused.
"""


@click.group(cls=Misspelt, help=HELP, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="gradcheck", message="gradcheck %(version)s")
def cli() -> None:
    """Hold the commands; the help is above."""


@cli.command(short_help="Derive gradients and prove each step.")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--list", "listed", is_flag=True, help="List the names and stop.")
@click.option("--format", "form", type=click.Choice(FORMATS_DERIVE), default="text")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write to this file.")
def derive(names: tuple[str, ...], listed: bool, form: str, output: Path | None) -> None:
    """Derive the gradients of NAMEs, or of everything, and prove each step.

    A NAME may be a file of your own that ends with DERIVATION = ...; it is run as it is.
    """
    import derivations

    known = derivations.names()
    if listed:
        emit("".join(f"{name}\n" for name in known), output)
        return
    results = [derivations.prove(declared(name)) for name in names or known]
    text = derivations.render(results, form)
    emit(text if text.endswith("\n") else f"{text}\n", output)
    if not all(result.holds for result in results):
        raise SystemExit(WRONG)


@cli.command(short_help="Write derivations as pages.")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--format", "form", type=click.Choice(FORMATS_REPORT), default="html", show_default=True
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("reports"),
    show_default=True,
    help="The folder to write to.",
)
def report(names: tuple[str, ...], form: str, output: Path) -> None:
    """Write the derivations of NAMEs, or of everything, as a page each."""
    import derivations
    from gradcheck.illustrations import illustrate
    from reports import derivations as pages

    writable_folder(output)
    found = [declared(name) for name in names or derivations.names()]
    results = [derivations.prove(declaration) for declaration in found]
    shown = [illustrate(declaration) for declaration in found]
    try:
        written = pages.files(pages.report(list(zip(found, results, shown, strict=True))), form)
    except (ValueError, ImportError) as error:
        raise click.UsageError(str(error)) from None
    try:
        output.mkdir(parents=True, exist_ok=True)
        for file, data in written.items():
            (output / file).write_bytes(data)
    except OSError as error:
        raise click.UsageError(f"{output}: cannot be written: {error.strerror}") from None
    click.echo(f"{len(written)} files written to {output}", err=True)
    if not all(result.holds for result in results):
        raise SystemExit(WRONG)


def declared(name: str) -> Derivation | Topic:
    """Bring the derivation of a name, or the one that a file of the user's own declares."""
    import derivations

    if name.endswith(".py"):
        return declared_in(Path(name))
    known = derivations.names()
    if name not in known:
        raise click.UsageError(f"no derivation {name!r}{nearest(name, known)}")
    return derivations.load(name)


def declared_in(file: Path) -> Derivation | Topic:
    """Run a file of the user's own, as it is, and take its DERIVATION."""
    from derivations import Derivation, Topic

    if not file.is_file():
        raise click.UsageError(f"{file}: no such file")
    try:
        found = runpy.run_path(str(file)).get("DERIVATION")
    except Exception as error:
        raise click.UsageError(f"{file}: {type(error).__name__}: {error}") from None
    if not isinstance(found, Derivation | Topic):
        raise click.UsageError(f"{file}: no DERIVATION in it; end it with DERIVATION = ...")
    return found


@cli.command(short_help="Judge submissions.")
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
@click.option("--format", "form", type=click.Choice(FORMATS_VALIDATE), default="text")
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


def write_counterexamples(report: Report, folder: Path) -> None:
    """Write a test for each wrong submission, and say on stderr what was written."""
    from gradcheck.submissions.counterexamples.written import write_tests

    try:
        for line in write_tests(report.submissions, folder):
            click.echo(f"gradcheck: {line}", err=True)
    except OSError as error:
        raise click.UsageError(f"{folder}: cannot be written: {error.strerror}") from None


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
    from gradcheck.progress import shown
    from gradcheck.submissions import Report, validate_all

    if not files:
        return Report(options.seed, {}, ())
    kept = f"what was judged is kept in {keep}: the same command goes on from there"
    lost = "nothing is kept: -o FOLDER/ keeps each result at once"
    try:
        with shown(len(files)) as progress:
            return validate_all(files, options, workers=workers, keep=keep, progress=progress)
    except KeyboardInterrupt:
        click.echo(f"gradcheck: interrupted; {kept if keep else lost}", err=True)
        raise


def unjudged(form: str, path: Path, output: Path | None) -> None:
    """Write a grader's file where there is no result: one that waits for it must not wait on."""
    from gradcheck.submissions import Report, Submission

    if form in GRADERS:
        reason = "nothing was judged; see what gradcheck says in the grader's log"
        nothing = Submission(str(path), None, "not-gradable", reason=reason)
        show(Report(0, {}, (nothing,)), form, output)


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


def is_page(output: Path) -> bool:
    """Tell the file of a page from a folder of pages."""
    return output.suffix in (".html", ".htm") and not output.is_dir()


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


def make_folder(folder: Path) -> None:
    """Make a folder for what is to be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.UsageError(f"{folder}: cannot be written: {error.strerror}") from None


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


def asked_for(file: Path | None) -> Assignment:
    """Read what the assignment asks for, where there is one."""
    from gradcheck.submissions.assignments import Assignment, AssignmentError, read_assignment

    try:
        return read_assignment(file) if file else Assignment()
    except AssignmentError as error:
        raise click.UsageError(str(error)) from None


def exit_code(report: Report) -> int:
    """Give the exit code of a validation: 0 only if every submission is correct."""
    everyone = report.submissions
    verdicts = {submission.verdict for submission in everyone}
    if any((submission.reason or "").startswith("internal error:") for submission in everyone):
        return INTERNAL
    if verdicts == {"correct"}:
        return CORRECT
    return NOT_GRADABLE if verdicts == {"not-gradable"} else WRONG


@cli.group(cls=Misspelt, short_help="Write files to start from.")
def new() -> None:
    """Write files to start from."""


@new.command(short_help="Write an assignment and a file with blanks.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="The folder to write to; here, unless it is given.",
)
@click.option("--model", default="shallow-network", show_default=True, help="A model.")
def assignment(output: Path, model: str) -> None:
    """Write assignment.toml, with a comment on every line, and a file for students to fill in."""
    from gradcheck.submissions.assignments.starter import files_for
    from impl import models

    if model not in models():
        raise click.UsageError(f"no model {model!r}{nearest(model, [*models()])}")
    texts = {output / name: text for name, text in files_for(model).items()}
    for file in texts:
        if file.exists() or file.is_symlink():
            raise click.UsageError(f"{file} is there already; name another folder with -o")
    try:
        output.mkdir(parents=True, exist_ok=True)
        for file, text in texts.items():
            with file.open("x", encoding="utf-8") as stream:
                stream.write(text)
            click.echo(f"gradcheck: {file} written", err=True)
    except OSError as error:
        raise click.UsageError(f"{output}: cannot be written: {error.strerror}") from None


@cli.command(short_help="Check a gradient against its cost.")
@click.argument("cost", metavar="FILE.py:COST")
@click.argument("gradient", metavar="FILE.py:GRADIENT")
@click.option("--at", type=click.Path(path_type=Path), help="The point: an .npz of the parameters.")
@click.option("--format", "form", type=click.Choice(FORMATS_CHECK), default="text")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write to this file.")
def check(cost: str, gradient: str, at: Path | None, form: str, output: Path | None) -> None:
    """Check the gradient in a file of yours against the slope of your cost.

    The files are run as they are, without isolation: check only code that you trust.
    """
    from gradcheck.files import check_files

    try:
        result = check_files(cost, gradient, at)
    except (TypeError, ValueError) as error:  # the file's own errors come as these too, in a line
        raise click.UsageError(str(error)) from None
    text = json.dumps(result.to_json(), indent=2) if form == "json" else str(result)
    emit(f"{text}\n", output)
    raise SystemExit(CORRECT if result else WRONG)


def writable(output: Path | None, *, makes_folder: bool = False) -> None:
    """Refuse at once where the result could not be written after all the work."""
    if output is not None and makes_folder:
        with contextlib.suppress(OSError):  # said below
            output.parent.mkdir(parents=True, exist_ok=True)
    if output is not None and not output.parent.is_dir():
        raise click.UsageError(f"{output}: cannot be written: no folder {output.parent}")
    if output is None and sys.stdout is None:  # as Python has it where it is closed
        raise click.UsageError("stdout is closed; give it a place, or a file with -o")


def writable_folder(output: Path) -> None:
    """Refuse at once where a folder's files could not be written after all the work."""
    there = next(path for path in (output, *output.absolute().parents) if found_at(path))
    if not there.is_dir():
        raise click.UsageError(f"{output}: cannot be written: {there} is a file")
    if not os.access(there, os.W_OK | os.X_OK):
        raise click.UsageError(f"{output}: cannot be written: no permission in {there}")


def found_at(path: Path) -> bool:
    """Whether there is something that can be seen; a folder may be closed, or a name too long."""
    try:
        return path.exists()
    except OSError:
        return False


def emit(text: str, output: Path | None, *, mode: Literal["w", "a"] = "w") -> None:
    """Write data to a file, or to stdout in UTF-8."""
    if output is None:
        try:
            sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
            sys.stdout.flush()
        except OSError as error:
            # Python would flush once more at its end
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            if not isinstance(error, BrokenPipeError):  # then the reader has seen enough
                raise click.UsageError(f"stdout: cannot be written: {error.strerror}") from None
        return
    try:
        with output.open(mode, encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
    except OSError as error:
        raise click.UsageError(f"{output}: cannot be written: {error.strerror}") from None


def fail(message: str, code: int) -> NoReturn:
    """End with one line on stderr."""
    click.echo(f"gradcheck: {message}", err=True)
    raise SystemExit(code)


def main() -> None:
    """Run the command; every way out is an exit code and at most a line, never a traceback."""
    problem = shadowed()
    if problem:
        fail(problem, USAGE)
    try:
        cli.main(prog_name="gradcheck", standalone_mode=False)
    except click.ClickException as error:
        fail(f"{error.format_message()} (see gradcheck --help)", USAGE)
    except (click.Abort, KeyboardInterrupt):
        raise SystemExit(INTERRUPTED) from None
    except Exception as error:
        fail(*_last_words(error))


def _last_words(error: Exception) -> tuple[str, int]:
    """Put an exception into a line, with its exit code."""
    name = type(error).__name__  # the modules of these are loaded only by those who raise them
    if name == "WeakIsolationError":
        return f"{error} (--allow-weak-isolation)", ISOLATION
    if name == "NoSandboxError":
        return f"isolation: {error}", ISOLATION
    return f"internal error: {name}: {error}; please report it", INTERNAL
