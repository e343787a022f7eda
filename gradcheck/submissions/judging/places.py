"""The line of a submission that computes a quantity."""

from __future__ import annotations

from collections.abc import Iterable

from gradcheck.submissions.reading.definitions import Definition
from gradcheck.submissions.reading.names import ARRAYS, OUTPUT, plain

_RESIDUALS = frozenset({"dz", "err", "error", "errors", "diff", "residual", "residuals"})
_RESIDUAL_OF = ("dz", "dyhat")
_LAYERS = ("dz1", "dz2")  # a loop over the layers has dZ for both


def line_of(function: Definition, quantities: Iterable[str]) -> int | None:
    """Give the line that last sets the first of some quantities that the function names.

    Where it names none of them, the line that computes what it returns; None if there is none.

    >>> line_of(Definition("f", (), 0, (), frozenset(), frozenset(), 1, None, {"dw1": 7}), ["dW1"])
    7
    """
    for quantity in quantities:
        same = [line for name, line in function.set_at.items() if _means(name, quantity)]
        if same:
            return max(same)
    returned = [function.set_at.get(name or "") for name in function.returned]
    known = [line for line in returned if line is not None]
    return known[0] if len(function.returned) == 1 and known else function.return_line


def _means(name: str, quantity: str) -> bool:
    word, wanted = plain(name), plain(quantity)
    if word == wanted or (word in _RESIDUALS and wanted in _RESIDUAL_OF):
        return True
    if word == "dz" and wanted in _LAYERS:
        return True
    spelt = ARRAYS.get(word)
    output = ARRAYS.get(wanted) == OUTPUT or wanted == "a2"
    return spelt is not None and (spelt == quantity or (spelt == OUTPUT and output))
