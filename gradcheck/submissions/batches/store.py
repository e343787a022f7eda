"""Results on disk, one file a submission, named by what decides the result.

A file is there whole or not at all, and one that was damaged counts as not there: so a batch
that was interrupted, by whatever, goes on from what is kept.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from gradcheck.submissions.batches.revive import revive
from gradcheck.submissions.batches.work import BatchError, Judged

SCHEMA = "gradcheck/result/v1"


class Store:
    """A folder of results.

    Parameters
    ----------
    folder : Path
        Is made if it is not there. Several batches may share it, also at the same time.

    Raises
    ------
    BatchError
        If it cannot be made.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BatchError(f"{folder}: cannot be written: {error.strerror}") from None

    def file_of(self, key: str) -> Path:
        """Say where a result is kept."""
        return self.folder / f"{key}.json"

    def get(self, key: str) -> Judged | None:
        """Give a result that is kept and sound."""
        try:
            document = json.loads(self.file_of(key).read_bytes())
            if document["schema"] != SCHEMA or document["sum"] != _sum(document):
                return None
            judged: Judged = revive(Judged, document)
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None
        return judged

    def put(self, key: str, judged: Judged) -> None:
        """Keep a result, unless another run might find another one.

        Raises
        ------
        BatchError
            If there is no room for it, say; the results before it stay.
        """
        if not judged.final:
            return
        document = {"schema": SCHEMA, "key": key, **asdict(judged)}
        document["sum"] = _sum(document)
        write_whole(self.file_of(key), json.dumps(document, indent=1) + "\n")


def write_whole(file: Path, text: str) -> None:
    """Write a file that is never seen half.

    Raises
    ------
    BatchError
        If it cannot be written; what was there before stays.
    """
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        draft.write_text(text, encoding="utf-8", errors="backslashreplace")
        draft.replace(file)
    except OSError as error:
        with suppress(OSError):
            draft.unlink()
        raise BatchError(f"{file}: cannot be written: {error.strerror}") from None


def _sum(document: dict[str, Any]) -> str:
    rest = {name: value for name, value in document.items() if name != "sum"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()
