"""The font that a page brings for its formulas, so that they look alike on every machine."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from pathlib import Path

from reports.html.elements import Element

FILE = Path(__file__).parent / "fonts" / "mathematics.woff2"
FAMILY = "Page Mathematics"  # its own name: a font of the machine may lack what this one has


@cache
def font_face() -> str:
    """Return the rule that holds the font itself; ``fonts/README.md`` says where it is from."""
    data = b64encode(FILE.read_bytes()).decode("ascii")
    return f'@font-face{{font-family:"{FAMILY}";src:url(data:font/woff2;base64,{data})}}\n'


def has_formula(content: Element) -> bool:
    """Whether there is a formula within an element: a page without one brings no font."""
    parts = (child for child in content.children if isinstance(child, Element))
    return content.tag == "math" or any(map(has_formula, parts))
