"""Numbers in sentences are set as mathematics is: the signs of a terminal stay off the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

import derivations
from gradcheck.illustrations import illustrate
from reports.content.blocks import Code, Formula
from reports.content.drawing import Drawing
from reports.content.numerals import listed, typeset
from reports.derivations import report
from reports.html.mathml import mathml

TERMINAL = re.compile(r"\^|\*\*|\de[+-]?\d|(?<![\w)\]])-\d|[{}]")


def sentences(part: Any) -> Iterator[str]:
    """Yield the words of a page: no code, no formula, no picture."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, tuple):
        for inner in part:
            yield from sentences(inner)
    elif is_dataclass(part) and not isinstance(part, Code | Formula | Drawing):
        for field in fields(part):
            yield from sentences(getattr(part, field.name))


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("off by 1e-16 of -0.25", "off by 10⁻¹⁶ of −0.25"),
        ("off by 3e-17 of 0.5", "off by 3·10⁻¹⁷ of 0.5"),
        ("1, -2, 4", "1, −2, 4"),
        ("-3.97e-03, 4.61e-03", "−0.00397, 0.00461"),
        ("(-1, -2)", "(−1, −2)"),
        ("0e+00", "0"),
        ("rank-1 arrays", "rank-1 arrays"),
        ("d2-3 and m-1", "d2-3 and m-1"),
        ("L2e-3x", "L2e-3x"),
        ("f(a)-1", "f(a)-1"),
        ("", ""),
    ],
)
def test_numbers_in_a_sentence_are_set(printed: str, shown: str) -> None:
    """Powers of ten are raised and minus signs are true; names and differences stay."""
    assert typeset(printed) == shown


def test_sizes_are_listed_as_equations() -> None:
    """A size has its index below it, as in every formula."""
    formulas = [part for part in listed({"n_x": 3, "m": 2}) if isinstance(part, Formula)]
    assert [str(mathml(formula.mark)).count("<msub>") for formula in formulas] == [1, 0]


def test_no_sentence_of_a_report_speaks_like_a_terminal() -> None:
    """No 2^61, a**2, 1e-16, -3 or dict stands in the words of a page."""
    declared = [derivations.load(name) for name in derivations.names()]
    pages = report([(d, derivations.prove(d), illustrate(d)) for d in declared])
    spoken = {word for page in pages for word in sentences(page.blocks)}
    assert [word for word in sorted(spoken) if TERMINAL.search(word)] == []
