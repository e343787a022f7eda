"""Where results go: a place is refused before the work, and never with a traceback."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import Literal

import click


def made_folder(ctx: click.Context, option: click.Parameter, given: str | None) -> Path | None:
    """Take a path as it is, but make the folder that a slash at its end asks for."""
    if given is None:
        return None
    if given.endswith(("/", os.sep)):
        make_folder(Path(given))
    return Path(given)


def make_folder(folder: Path) -> None:
    """Make a folder for what is to be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise click.UsageError(f"{folder}: cannot be written: it is a file, no folder") from None
    except OSError as error:
        raise click.UsageError(f"{folder}: cannot be written: {error.strerror}") from None


def writable(output: Path | None, *, makes_folder: bool = False) -> None:
    """Refuse at once where the result could not be written after all the work."""
    if output is not None and makes_folder:
        with contextlib.suppress(OSError):  # said below
            output.parent.mkdir(parents=True, exist_ok=True)
    if output is not None and not output.parent.is_dir():
        raise click.UsageError(f"{output}: cannot be written: no folder {output.parent}")
    if output is not None and not _may_write(output):
        raise click.UsageError(f"{output}: cannot be written: no permission")
    if output is None and sys.stdout is None:  # as Python has it where it is closed
        raise click.UsageError("stdout is closed; give it a place, or a file with -o")


def _may_write(output: Path) -> bool:
    if found_at(output):
        return os.access(output, os.W_OK)
    return os.access(output.parent, os.W_OK | os.X_OK)


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
