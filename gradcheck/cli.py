"""The front door: the commands, and every way out of them.

Only what a command needs is loaded, and only when it runs: ``gradcheck --help`` stays quick.
"""

from __future__ import annotations

from typing import NoReturn

import click

from gradcheck.commands.check import check
from gradcheck.commands.codes import INTERNAL, INTERRUPTED, ISOLATION, USAGE
from gradcheck.commands.derive import derive
from gradcheck.commands.misspelt import Misspelt
from gradcheck.commands.new import new
from gradcheck.commands.report import report
from gradcheck.commands.validate import validate
from gradcheck.guard import shadowed

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


for command in (derive, report, validate, check, new):
    cli.add_command(command)


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


def fail(message: str, code: int) -> NoReturn:
    """End with one line on stderr."""
    click.echo(f"gradcheck: {message}", err=True)
    raise SystemExit(code)


def _last_words(error: Exception) -> tuple[str, int]:
    """Put an exception into a line, with its exit code."""
    name = type(error).__name__  # the modules of these are loaded only by those who raise them
    if name == "WeakIsolationError":
        return f"{error} (--allow-weak-isolation)", ISOLATION
    if name == "NoSandboxError":
        return f"isolation: {error}", ISOLATION
    return f"internal error: {name}: {error}; please report it", INTERNAL
