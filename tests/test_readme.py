"""The quick start is what a newcomer types, and `test_docs.py` runs the examples."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gradcheck.submissions import Options, validate_all
from reports.validation import as_text

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
QUICK_START = README.split("## Quick start")[1].split("\n## ")[0]


def blocks(text: str, language: str) -> list[str]:
    """Give the fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)


def test_the_quick_start_is_two_lines() -> None:
    """One command line does the main job, and one runs all tests."""
    main_job, tests = blocks(QUICK_START, "sh")
    assert main_job.count("\n") == tests.count("\n") == 1
    assert "gradcheck validate" in main_job
    assert "gradcheck derive" in main_job
    assert tests.rstrip().endswith("tox")


def test_the_first_example_is_what_the_command_prints(monkeypatch: pytest.MonkeyPatch) -> None:
    """As far as it goes: the smallest example that follows is left out."""
    monkeypatch.chdir(ROOT / "examples" / "submissions" / "wrong")
    shown = blocks(README, "text")[0]
    file = Path(shown.partition(":")[0])
    assert as_text(validate_all([file], Options(allow_weak=True))).startswith(shown)
