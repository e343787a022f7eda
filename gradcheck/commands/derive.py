"""``gradcheck derive``."""

from __future__ import annotations

from pathlib import Path

import click

from gradcheck.commands.codes import WRONG
from gradcheck.commands.declared import declared
from gradcheck.commands.output import emit

FORMATS = ("text", "markdown", "latex", "numpy", "json")


@click.command(short_help="Derive gradients and prove each step.")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--list", "listed", is_flag=True, help="List the names and stop.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text")
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
