"""The quick start is what a newcomer types, and `test_docs.py` runs the examples."""

from __future__ import annotations

import re
from pathlib import Path

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
