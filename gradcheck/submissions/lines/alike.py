"""Whether what a variable holds is what is looked for, whatever its shape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from gradcheck.submissions.calling.compare import as_numbers
from impl import Array

_NEAR = 1e-9  # of a value with itself, computed in another order


def equal(values: Sequence[Any], wanted: Sequence[float]) -> bool:
    """Say whether values are numbers, each the one that is wanted."""
    return all(np.ndim(v) == 0 and v == w for v, w in zip(values, wanted, strict=True))


def alike(value: Any, wanted: Array) -> bool:
    """Say whether a value has an array's numbers, in its shape, flat or transposed."""
    array = as_numbers(value)
    if array is None or array.size != wanted.size or wanted.size == 0:
        return False
    size = _NEAR * float(np.abs(wanted).max())
    candidates = [wanted.ravel(), wanted.T.ravel()]
    return any(bool((np.abs(array.ravel() - flat) <= size).all()) for flat in candidates)


def of_last(value: Any, wanted: Array) -> bool:
    """Say whether a value is that of the last example, as a loop over them leaves it.

    A zero says nothing: much is zero before the first step.
    """
    if wanted.ndim != 2 or wanted.shape[1] < 2 or not wanted[:, -1:].any():
        return False
    return alike(value, wanted[:, -1:])
