"""The derivations that names and files on the command line mean."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gradcheck.commands.misspelt import nearest

if TYPE_CHECKING:
    from derivations import Derivation, Topic


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
