"""Numbers within sentences: what was printed for a terminal, set as a page has it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from derivations.engine.printers.marks import Number, Row, Sign
from derivations.engine.printers.scalar_notation import symbol
from reports.content import blocks as bl
from reports.content.plots import shown

POWER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?e[+-]?\d+(?!\w)")
MINUS = re.compile(r"(?<![\w)\]}'\"-])-(?=\d)")


def typeset(sentence: str) -> str:
    """Set the numbers of a sentence with true minus signs and powers of ten.

    >>> typeset("off by 1e-16 of -0.25")
    'off by 10⁻¹⁶ of −0.25'
    """
    return MINUS.sub("−", POWER.sub(lambda found: shown(float(found[0])), sentence))


def listed(sizes: Mapping[str, int]) -> bl.Text:
    """List sizes with their numbers, as mathematics: n_x = 3, m = 2."""
    equations = (Row((symbol(name), Sign("="), Number(str(n)))) for name, n in sizes.items())
    return bl.joined(tuple((bl.Formula(equation),) for equation in equations), ", ")
