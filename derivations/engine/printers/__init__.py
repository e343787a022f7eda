"""Printers: results as text, Markdown, LaTeX, NumPy code and JSON."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from derivations.engine.printers.as_json import as_json
from derivations.engine.printers.latex import as_latex
from derivations.engine.printers.markdown import as_markdown
from derivations.engine.printers.numpy_code import as_numpy
from derivations.engine.printers.text import as_text
from derivations.engine.results import Result

PRINTERS: dict[str, Callable[[Sequence[Result]], str]] = {
    "text": as_text,
    "markdown": as_markdown,
    "latex": as_latex,
    "numpy": as_numpy,
    "json": as_json,
}
