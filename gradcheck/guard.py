"""Whether the other rooms are ours, or somebody's file of the same name stands before them."""

from __future__ import annotations

from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path

ROOMS = ("impl", "derivations", "reports")


def shadowed(home: Path | None = None) -> str | None:
    """Say in one line which file stands before a room of ours, or None if none does.

    Parameters
    ----------
    home : Path, optional
        The folder that holds the four packages; by default the one that holds this one.
    """
    home = home or Path(__file__).resolve().parents[1]
    for room in ROOMS:
        file = _file(find_spec(room))
        expected = home / room / "__init__.py"
        if file is None:
            return f"{room}: not found, expected {expected}; install gradcheck again"
        if file.resolve() != expected:
            return (
                f"{room}: got {file}, expected {expected}; "
                "rename that file, or run the command `gradcheck` from another folder"
            )
    return None


def _file(spec: ModuleSpec | None) -> Path | None:
    return Path(spec.origin) if spec is not None and spec.origin else None
