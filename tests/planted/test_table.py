"""A part of the table of planted mistakes; ``tox -e planted`` runs the whole."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

from gradcheck.sandbox import WarmParent

EVERY = 16  # one fault in so many


@pytest.fixture(scope="module")
def rows(table: ModuleType, warm: WarmParent) -> list[Any]:
    """Judge one fault in so many, another one in every style."""
    return [
        table.planted(style, change, warm)
        for start, style in enumerate(table.styles())
        for change in style.faults[start % EVERY :: EVERY]
    ]


def test_the_table_is_as_large_as_it_says(table: ModuleType) -> None:
    """At least 400 single faults in 8 styles, and 100 right and benign variants."""
    every = table.styles()
    assert len(every) >= 8
    assert sum(len(style.faults) for style in every) >= 400
    assert sum(1 + len(style.benign) for style in every) >= 100


def test_planted_faults_are_found_and_named_at_their_lines(rows: list[Any]) -> None:
    """No mistake of the table passes for right; code and line are right in 97 of 100.

    One test, so that no second process judges the same rows.
    """
    assert [row.change for row in rows if not row.found] == []
    assert sum(row.code_right for row in rows) >= 0.97 * len(rows)
    assert sum(row.line_right for row in rows) >= 0.97 * len(rows)


def test_right_variants_are_not_blamed(table: ModuleType, warm: WarmParent) -> None:
    """Another way to write the same is no mistake, and a remark is made where one is due."""
    for style in table.styles():
        for change in (None, *style.benign[:: EVERY // 2]):
            assert table.false_alarm(style, change, warm) == "", (style.name, change)


def test_two_faults_are_both_named_or_in_turn(table: ModuleType, warm: WarmParent) -> None:
    """Both codes, or the first and, once that is mended, the second, in 4 of 5."""
    pairs = table.pairs(table.styles(), 5)
    said = [table.both_named(style, (one, other), warm) for style, one, other in pairs]
    assert sum(word in ("both", "in turn") for word in said) >= 4


def test_a_change_must_fit_its_line(table: ModuleType) -> None:
    """A fault that changes nothing would never be found, for the wrong reason."""
    change = table.Change("style", "tag", ("sign",), "nowhere", "")
    with pytest.raises(ValueError, match="style, tag: 'nowhere' is not in 'x = 1'"):
        change.applied("x = 1")
