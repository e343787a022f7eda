"""``gradcheck report``."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import click

from gradcheck.commands.codes import WRONG
from gradcheck.commands.declared import declared
from gradcheck.commands.output import writable_folder

FORMATS = ("html", "markdown", "latex", "pdf")


@click.command(short_help="Write derivations as pages.")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--format", "form", type=click.Choice(FORMATS), default="html", show_default=True)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("derivation-reports"),
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
    try:
        pages.check_format(form)
    except ImportError as error:
        raise click.UsageError(str(error)) from None
    results = [derivations.prove(declaration) for declaration in found]
    shown = [illustrate(declaration) for declaration in found]
    try:
        written = pages.files(pages.report(list(zip(found, results, shown, strict=True))), form)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    _write(output, written)
    click.echo(f"{len(written)} files written to {output}", err=True)
    if not all(result.holds for result in results):
        raise SystemExit(WRONG)


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files, each whole or not at all: half a page would look like a page."""
    part = folder / "page.part"
    for name, data in files.items():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            part.write_bytes(data)
            part.replace(folder / name)
        except OSError as error:
            with suppress(OSError):
                part.unlink()
            told = f"{folder / name}: cannot be written: {error.strerror}"
            raise click.UsageError(told) from None
