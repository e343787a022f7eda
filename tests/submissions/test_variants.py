"""The variants in which people write the models: each is read, its roles found, and judged right.

A file says what it covers, and which function was found to be what, by its name, its signature or
its values; those in which mistakes are planted say it at their end. The
files are ours, in the styles of public code.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from gradcheck.submissions import Submission

HERE = Path(__file__).parent
VARIANTS = sorted((HERE / "variants").glob("*.txt"))
ALL = [*VARIANTS, *sorted((HERE / "right").glob("*.txt"))]
Judge = Callable[..., Submission]


def header(file: Path, name: str) -> str:
    """Give a line of the head of a file."""
    found = re.search(rf"(?m)^# {name}: (.*)$", file.read_text())
    return found[1] if found else ""


def roles(result: Submission) -> str:
    """Write roles as the head of a file has them."""
    return " ".join(f"{role.role}={role.function}({role.found_by})" for role in result.roles)


@pytest.mark.parametrize("file", ALL, ids=lambda file: file.stem)
def test_a_variant_is_read_and_judged_right(file: Path, judge: Judge) -> None:
    """Nobody's style is a mistake, and nothing is passed without having been judged."""
    result = judge(file.read_text())
    assert (result.verdict, result.faults) == ("correct", ()), result.notes
    assert roles(result) == header(file, "finds")


def test_the_table_covers_what_public_code_does() -> None:
    """At least sixty styles, and each of these says what it is there for."""
    assert len(ALL) >= 60
    assert all(header(file, "covers") for file in VARIANTS)
