"""A line of a cell is found in the notebook's file, and where it is not found it is absent."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.submissions import Options, validate_all
from gradcheck.submissions.positions import file_lines

EXAMPLES = Path(__file__).parent.parent.parent / "examples" / "submissions" / "wrong"
LINES = st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=9)
CELLS = st.lists(
    st.tuples(st.sampled_from(["code", "markdown"]), st.lists(LINES, min_size=1, max_size=4)),
    max_size=4,
)


def kept(lines: list[str]) -> list[str]:
    """Give the lines as a notebook keeps them: each but the last with its end."""
    return re.findall(r"[^\n]*\n|[^\n]+", "\n".join(lines))


def notebook(cells: list[tuple[str, list[str]]], **layout: Any) -> str:
    """Write a notebook, with an output that repeats the lines of its cell."""
    return json.dumps(
        {
            "cells": [
                {
                    "cell_type": kind,
                    "outputs": [{"text": lines}],
                    "source": kept(lines),
                }
                for kind, lines in cells
            ]
        },
        **layout,
    )


@pytest.mark.parametrize("ascii_only", [True, False])
@given(cells=CELLS)
def test_the_line_that_is_found_holds_the_line_of_code(
    ascii_only: bool, cells: list[tuple[str, list[str]]]
) -> None:
    """In Jupyter's layout every line of every code cell is found, and no line twice."""
    document = notebook(cells, indent=1, ensure_ascii=ascii_only)
    code = [lines for kind, lines in cells if kind == "code"]
    found = file_lines(document)
    assert len(set(found.values())) == len(found)
    written = document.split("\n")
    for (cell, line), at in found.items():
        source = kept(code[int(cell or 0) - 1])
        assert json.dumps(source[int(line or 0) - 1], ensure_ascii=ascii_only) in written[at - 1]


def test_every_line_of_an_ordinary_notebook_is_found() -> None:
    """Those of text cells are counted past, and outputs that repeat a line are not taken for it."""
    cells = [("markdown", ["# a"]), ("code", ["a = 1", "", "b = 2"]), ("code", ["a = 1"])]
    found = file_lines(notebook(cells, indent=1))
    assert set(found) == {(1, 1), (1, 2), (1, 3), (2, 1)}
    assert found[1, 1] < found[1, 2] < found[1, 3] < found[2, 1]


@pytest.mark.parametrize(
    "document",
    [
        "",
        "{",
        "[]",
        '{"cells": [3, {"source": 4}]}',
        '{"cells": [{"cell_type": "code",\n"source": [5]}]}',
        '{"cells": [{"cell_type": "code",\n"source": ["x"],\n"outputs": {"source": 1}}]}',
        "[" * 9_000,
    ],
    ids=lambda text: text[:20],
)
def test_what_is_laid_out_otherwise_has_no_lines(document: str) -> None:
    """Rather than wrong ones."""
    assert file_lines(document) == {}


def test_a_fault_in_a_notebook_has_the_line_of_its_file() -> None:
    """The example's own line stands there."""
    file = EXAMPLES / "logistic_notebook.ipynb"
    (submission,) = validate_all([file], Options(allow_weak=True)).submissions
    (fault,) = submission.faults
    written = file.read_text(encoding="utf-8").splitlines()
    assert fault.excerpt is not None
    assert fault.excerpt.text in written[(fault.where.file_line or 0) - 1]
