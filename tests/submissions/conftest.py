"""A warm parent for the whole session, and a way to judge a text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gradcheck.sandbox import WarmParent
from gradcheck.submissions import Options, Submission
from gradcheck.submissions.pipeline import validate_source
from gradcheck.submissions.reading.files import read_texts
from gradcheck.submissions.reading.notebooks import Text


@pytest.fixture(scope="session")
def warm() -> Iterator[WarmParent]:
    """One interpreter that all children are forked from."""
    with WarmParent() as parent:
        yield parent


@pytest.fixture(scope="session")
def judge(warm: WarmParent) -> Callable[..., Submission]:
    """Judge a text as if it were a file."""

    def judged(text: str, **options: Any) -> Submission:
        source = read_texts("student.py", (Text(text),))
        return validate_source(source, Options(allow_weak=True, **options), warm)

    return judged
