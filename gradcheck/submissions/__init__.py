"""Student work: read, run behind walls, judged function by function.

Examples
--------
>>> from pathlib import Path
>>> from gradcheck.submissions import Options, validate_all
>>> report = validate_all([Path("no-such-file.py")], Options(allow_weak=True))
>>> report.submissions[0].verdict
'not-gradable'
"""

from pathlib import Path
from typing import Any

from gradcheck.sandbox import Limits
from gradcheck.submissions.batches.batch import validate_all
from gradcheck.submissions.batches.cluster import cluster
from gradcheck.submissions.batches.summary import Summary, summarise
from gradcheck.submissions.batches.work import BatchError
from gradcheck.submissions.pipeline import (
    Options,
    validate_bytes,
    validate_entry,
    validate_file,
)
from gradcheck.submissions.reading.entries import Entry, entries
from gradcheck.submissions.results import Check, Fault, Quantity, Remark, Report, Submission, Where

__all__ = [
    "BatchError",
    "Check",
    "Entry",
    "Fault",
    "Limits",
    "Options",
    "Quantity",
    "Remark",
    "Report",
    "Submission",
    "Summary",
    "Where",
    "cluster",
    "entries",
    "summarise",
    "validate",
    "validate_all",
    "validate_bytes",
    "validate_entry",
    "validate_file",
]


def validate(path: str | Path, *, model: str = "auto", **options: Any) -> Report:
    """Judge a submission, or all of a folder.

    Parameters
    ----------
    path : str or Path
        A ``.py`` or ``.ipynb`` file, a folder or a ``.zip`` archive of them.
    model : str
        A model's name; ``auto`` takes the one that fits best.
    **options
        The other fields of `Options`: ``seed``, ``hints``, ``limits``, ``allow_weak``.

    Returns
    -------
    Report
        A result for each file, in alphabetical order.

    Raises
    ------
    FileNotFoundError
        If there is no such path, or no submission in the folder.
    """
    found = entries(Path(path)) if Path(path).exists() else ()
    if not found:
        raise FileNotFoundError(f"{path}: no .py or .ipynb file there; name one, or its folder")
    return validate_all(found, Options(model, **options))
