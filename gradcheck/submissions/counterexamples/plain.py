"""Arrays as JSON has them: numbers and nested lists, with nan and the infinities as strings."""

from __future__ import annotations

from typing import Any

import numpy as np


def plain(value: Any) -> Any:
    """Give a number or an array as a JSON number or nested lists of them.

    >>> plain(np.array([[1.0, np.nan]]))
    [[1.0, 'nan']]
    """
    return _spelt(np.asarray(value).tolist())


def _spelt(value: Any) -> Any:
    if isinstance(value, list):
        return [_spelt(entry) for entry in value]
    if isinstance(value, float):
        return value + 0.0 if np.isfinite(value) else repr(value)  # -0.0 reads as a slip
    return value
