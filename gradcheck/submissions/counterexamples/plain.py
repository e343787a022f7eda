"""Arrays as JSON has them: numbers and nested lists, with nan and the infinities as strings."""

from __future__ import annotations

from typing import Any

import numpy as np

MOST_NUMBERS = 1000  # a reader reads fewer, and a submission may return millions


class UnwritableError(ValueError):
    """What cannot be written down for a reader: too much of it, or an object of the child's."""


def plain(value: Any) -> Any:
    """Give a number or an array as a JSON number or nested lists of them.

    >>> plain(np.array([[1.0, np.nan]]))
    [[1.0, 'nan']]

    Raises
    ------
    UnwritableError
        If it has more than `MOST_NUMBERS` entries.
    """
    array = np.asarray(value)
    if array.size > MOST_NUMBERS:
        raise UnwritableError(f"got {array.size} numbers, expected at most {MOST_NUMBERS}")
    return _spelt(array.tolist())


def _spelt(value: Any) -> Any:
    if isinstance(value, list):
        return [_spelt(entry) for entry in value]
    if isinstance(value, float):
        return value + 0.0 if np.isfinite(value) else repr(value)  # -0.0 reads as a slip
    return value
