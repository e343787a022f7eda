"""Reading formulas back: what a page shows, evaluated by the rules that a human reader uses.

Each format has its own reader, in ``readers/``, which knows the format's grammar and nothing of
ours. It makes atoms, which ``readers/atoms.py`` evaluates.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from runpy import run_path
from typing import Any

import pytest

from derivations.engine.printers.latex import latex_of
from reports.html.mathml import mathml
from reports.pdf.mathematics import typst_math

READERS = Path(__file__).parent / "readers"
ATOMS = run_path(str(READERS / "atoms.py"))
Reading = Callable[[str], list[Any]]
PRINTERS: dict[str, Callable[[Any], str]] = {
    "mathml": lambda mark: str(mathml(mark)),
    "latex": latex_of,
    "typst": typst_math,
}


def reading(form: str) -> Reading:
    """Load the reader of a format: a program by itself."""
    read = run_path(str(READERS / f"{form}.py"))["read"]
    return lambda printed: read(printed, ATOMS["Atom"])


@pytest.fixture(scope="session")
def readers() -> dict[str, Reading]:
    """Give the reader of each format: from what is printed to atoms."""
    return {form: reading(form) for form in PRINTERS}


@pytest.fixture(scope="session")
def read_back(readers: dict[str, Reading]) -> dict[str, Callable[[Any], Any]]:
    """Print marks in each format and read what is printed."""

    def read(form: str, mark: Any) -> list[Any]:
        return readers[form](PRINTERS[form](mark))

    return {form: partial(read, form) for form in PRINTERS}


@pytest.fixture(scope="session")
def evaluated() -> Callable[..., Any]:
    """Evaluate a row of atoms by the rules of the page, as a whole or at an entry."""

    def evaluate(atoms: Any, values: Any, indices: Any = None) -> Any:
        return ATOMS["Reader"](values, indices).sum(atoms)

    return evaluate
