"""Judging from where the reader is: a notebook or a session gives its namespace, or a path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from gradcheck.submissions import Options, Report
from gradcheck.submissions import validate as validate_path
from gradcheck.submissions.live import validate_namespace
from reports.notebook import as_html
from reports.validation import as_text


class ShownReport(Report):
    """A report that a notebook shows as rich HTML, and a terminal as text."""

    def __repr__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        return as_html(self)


def validate(
    submission: str | Path | Mapping[str, Any], *, model: str = "auto", **options: Any
) -> ShownReport:
    """Judge a submission, all of a folder, or what a notebook has defined so far.

    Parameters
    ----------
    submission : str, Path or mapping
        A ``.py`` or ``.ipynb`` file, a folder or a ``.zip`` archive of them; or a namespace, which
        in a notebook is ``globals()``. Its functions are read and judged in a process of their
        own, as a file's are.
    model : str
        A model's name; ``auto`` takes the one that fits best.
    **options
        ``seed``, ``hints``, ``limits``, ``allow_weak``; see `gradcheck.submissions.Options`.

    Returns
    -------
    Report
        Its ``submissions`` hold verdicts, faults and notes; a notebook shows it as a page, and
        ``str()`` of it is what the command prints.

    Raises
    ------
    TypeError
        If it is neither a path nor a namespace, or an option is unknown.
    FileNotFoundError
        If there is no such path, or no submission in the folder.
    ValueError
        If the namespace defines no function, or none that has a source; if there is no such
        model, or no such level of hints.
    """
    known = [field.name for field in fields(Options) if field.name != "model"]
    if unknown := [name for name in options if name not in known]:
        raise TypeError(f"options: got {unknown[0]!r}, expected one of {', '.join(known)}")
    if isinstance(submission, Mapping):
        report = validate_namespace(submission, model=model, **options)
    elif isinstance(submission, (str, Path)):
        report = validate_path(submission, model=model, **options)
    else:
        raise TypeError(
            f"submission: got {type(submission).__name__}, expected a path or a namespace; "
            "in a notebook give it globals()"
        )
    return ShownReport(**{field.name: getattr(report, field.name) for field in fields(report)})
