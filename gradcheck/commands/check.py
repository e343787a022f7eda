"""``gradcheck check``."""

from __future__ import annotations

import json
from pathlib import Path

import click

from gradcheck.commands.codes import CORRECT, WRONG
from gradcheck.commands.output import emit


@click.command(short_help="Check a gradient against its cost.")
@click.argument("cost", metavar="FILE.py:COST")
@click.argument("gradient", metavar="FILE.py:GRADIENT")
@click.option(
    "--at",
    type=click.Path(path_type=Path),
    help="The point: an .npy of one array, or an .npz of arrays by name.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write to this file.")
def check(cost: str, gradient: str, at: Path | None, form: str, output: Path | None) -> None:
    """Check the gradient in a file of yours against the slope of your cost.

    Both functions take the array of an .npy; of an .npz they take the arrays as arguments of their
    names, cost(w, b), or all of them as one dict, cost(p). The gradient gives the same: an array,
    a dict, or a tuple in the order of its arguments. Without --at the cost's file sets `at`.

    The files are run as they are, without isolation: check only code that you trust.
    """
    from gradcheck.files import check_files
    from gradcheck.progress import counted

    try:
        with counted() as tell:
            result = check_files(cost, gradient, at, progress=tell)
    except (TypeError, ValueError) as error:  # those of the user's code too, in a line
        raise click.UsageError(str(error)) from None
    text = json.dumps(result.to_json(), indent=2) if form == "json" else str(result)
    emit(f"{text}\n", output)
    raise SystemExit(CORRECT if result else WRONG)
