"""``gradcheck new``."""

from __future__ import annotations

from pathlib import Path

import click

from gradcheck.commands.misspelt import Misspelt, nearest


@click.group(cls=Misspelt, short_help="Write files to start from.")
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
