"""Checking a gradient that lives in a file, for the command line."""

import runpy
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from gradcheck.by_name import taking
from gradcheck.check import check_gradient
from gradcheck.results import GradientCheck


def check_files(
    cost: str,
    gradient: str,
    at: Path | None = None,
    *,
    progress: Callable[[int], None] | None = None,
) -> GradientCheck:
    """Check a gradient function of a file against a cost function of a file.

    Parameters
    ----------
    cost, gradient : str
        ``FILE.py:NAME``. The files are run, without any isolation.
    at : Path, optional
        An .npy file with one array, or an .npz file with named arrays, which the functions take
        as arguments of these names, or all in one dict. Without it the file of the cost must set
        ``at``.
    progress : callable, optional
        Told the number of evaluations after each of them.

    Raises
    ------
    ValueError
        If a file or a name is not there, or is not what it should be, or a function raises what
        tells no edge of its domain; one line, fit to be shown.
    """
    names = _contents(cost)
    point = _load(at) if at is not None else names.get("at")
    if point is None:
        file = cost.rpartition(":")[0]
        raise ValueError(f"{file} sets no at; give the point with --at FILE.npz, or set at there")
    functions = (
        taking(_function(cost, names), point, cost),
        taking(_function(gradient, _contents(gradient)), point, gradient, gives="arrays"),
    )
    try:
        return check_gradient(*functions, point, progress=progress)
    except (Exception, SystemExit) as error:
        place = _place(error, [source.rpartition(":")[0] for source in (cost, gradient)])
        if place is None:
            raise
        raise ValueError(f"{place} raised {_said(error)}; it was given {_shape(point)}") from error


def _place(error: BaseException, files: list[str]) -> str | None:
    """Give the innermost line of these files that an exception came through, if it did."""
    through = [f for f in traceback.extract_tb(error.__traceback__) if f.filename in files]
    return f"{through[-1].filename}:{through[-1].lineno}: {through[-1].name}" if through else None


def _said(error: BaseException) -> str:
    """Put an exception into a line of printable text."""
    try:
        words = " ".join(str(error).split())
    except Exception:  # the text is the user's own code, and may fail in its turn
        words = ""
    shown = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in words)
    return f"{type(error).__name__}: {shown}" if shown else type(error).__name__


def _shape(point: Any) -> str:
    if isinstance(point, Mapping):
        arrays = (f"{name} of shape {np.shape(value)}" for name, value in point.items())
        return f"the arrays {', '.join(arrays)}, by name or as one dict"
    return f"an array of shape {np.shape(point)}"


def _contents(source: str) -> dict[str, Any]:
    file, colon, name = source.rpartition(":")
    if not (colon and file and name):
        raise ValueError(f"{source}: expected FILE.py:NAME, such as model.py:cost")
    if not Path(file).is_file():
        raise ValueError(f"{file}: no such file")
    try:
        return runpy.run_path(file)
    except (Exception, SystemExit) as error:  # whatever it does, the user is told where
        raise ValueError(f"{file}: running it raised {_said(error)}") from error


def _function(source: str, names: dict[str, Any]) -> Callable[[Any], Any]:
    file, _, name = source.rpartition(":")
    if not callable(names.get(name)):
        known = ", ".join(k for k, v in names.items() if callable(v) and k[:1] != "_") or "none"
        raise ValueError(f"{file}: there is no function {name}; it has {known}")
    function: Callable[[Any], Any] = names[name]
    return function


def _load(file: Path) -> Any:
    try:
        loaded = np.load(file, allow_pickle=False)
        if isinstance(loaded, np.lib.npyio.NpzFile):
            return {key: loaded[key] for key in loaded}
        return loaded
    except OSError as error:
        raise ValueError(f"{file}: cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise ValueError(f"{file}: not an .npz or .npy file of numbers: {error}") from error
