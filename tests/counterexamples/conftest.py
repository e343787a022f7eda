"""A warm parent for the whole session, a way to judge a text, and the wrong examples."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gradcheck.sandbox import WarmParent
from gradcheck.submissions import Options, Submission
from gradcheck.submissions.pipeline import validate_source
from gradcheck.submissions.reading.files import read_texts
from gradcheck.submissions.reading.notebooks import Text

EXAMPLES = Path(__file__).parent.parent.parent / "examples" / "submissions"
WRONG = sorted(path for path in (EXAMPLES / "wrong").iterdir() if path.is_file())


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


@pytest.fixture(params=WRONG, ids=lambda path: path.name)
def wrong(request: pytest.FixtureRequest) -> Path:
    """Give each wrong submission among the examples."""
    path: Path = request.param
    return path


@pytest.fixture(scope="session")
def outcomes() -> Callable[[Path], dict[str, str]]:
    """Run the tests of a folder, with NumPy and pytest alone, and say how each file's ended."""

    def run(folder: Path) -> dict[str, str]:
        command = [sys.executable, "-m", "pytest", "-q", "-rA", "-p", "no:cacheprovider"]
        ended = subprocess.run(
            [*command, "-c", os.devnull, "."],
            cwd=folder,
            env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
            capture_output=True,
            timeout=120,
            text=True,
        )
        found = re.findall(r"(?m)^(PASSED|FAILED|ERROR) (?:\S*/)?(\w+)\.py::", ended.stdout)
        return {name.removeprefix("test_"): outcome for outcome, name in found}

    return run
