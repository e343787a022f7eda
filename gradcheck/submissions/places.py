"""The line of a submission that computes a quantity."""

from __future__ import annotations

from gradcheck.submissions.definitions import Definition
from gradcheck.submissions.names import ARRAYS, OUTPUT, plain


def line_of(function: Definition, quantity: str) -> int | None:
    """Give the line that last sets a quantity by its name, or None.

    >>> line_of(Definition("f", (), 0, (), frozenset(), frozenset(), 1, None, {"dw1": 7}), "dW1")
    7
    """
    word = plain(quantity)
    same = [line for name, line in function.set_at.items() if plain(name) == word]
    if same:
        return max(same)
    other = [
        line
        for name, line in function.set_at.items()
        if ARRAYS.get(plain(name)) in (quantity, OUTPUT if _is_output(quantity) else quantity)
    ]
    return max(other, default=None)


def _is_output(quantity: str) -> bool:
    return ARRAYS.get(plain(quantity)) == OUTPUT or plain(quantity) in ("a2", "yhat")
