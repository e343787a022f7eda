"""Shapes first, then values, with the bar as the only tolerance."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from impl import Array

Match = Literal[
    "same", "different", "rank-1-array", "transposed", "wrong-shape", "nonfinite", "wrong-type"
]
EPS = float(np.finfo(np.float64).eps)


def compare(observed: Any, expected: Array, bar: float) -> Match:
    """Say how a value relates to the one that belongs there.

    Parameters
    ----------
    observed : object
        A number or a numeric array; anything else is ``wrong-type``.
    expected : array
        Size 1 is taken in any shape of size 1; elsewhere the shapes must be equal. Where they
        are not but the values agree, the answer is ``rank-1-array`` or ``transposed``.
    bar : float
        How far an entry may lie away by rounding. It is widened for a result in a shorter
        floating type, by the ratio of the types' epsilons.
    """
    array = as_numbers(observed)
    if array is None:
        return "wrong-type"
    if not np.isfinite(array).all() or not np.isfinite(expected).all():
        alike = array.size == expected.size and np.array_equal(
            np.isfinite(array.ravel()), np.isfinite(expected.ravel())
        )
        return "same" if alike and not np.isfinite(expected).any() else "nonfinite"
    bar *= precision(observed) / EPS
    if array.size == expected.size == 1:
        return "same" if abs(array.item() - expected.item()) <= bar else "different"
    if array.shape != expected.shape:
        return _other_shape(array, expected, bar)
    return "same" if (np.abs(array - expected) <= bar).all() else "different"


def _other_shape(array: Array, expected: Array, bar: float) -> Match:
    if array.size != expected.size:
        return "wrong-shape"
    if array.ndim == 1 and (np.abs(array - expected.ravel()) <= bar).all():
        return "rank-1-array"
    if array.shape == expected.T.shape and (np.abs(array - expected.T) <= bar).all():
        return "transposed"
    return "wrong-shape"


def as_numbers(value: Any) -> Array | None:
    """Give a number, an array or a nested list of numbers as float64; None for anything else."""
    try:
        array = np.asarray(value)
    except ValueError:  # ragged
        return None
    if array.dtype.kind not in "fiub":
        return None
    return array.astype(np.float64, copy=False)


def precision(value: Any) -> float:
    """Give the epsilon of the floating type of a result, that of float64 for whole numbers."""
    dtype = getattr(value, "dtype", np.dtype(np.float64))
    short = dtype.kind == "f" and dtype.itemsize < np.dtype(np.float64).itemsize
    return float(np.finfo(dtype).eps) if short else EPS


def relative_distance(observed: Any, expected: Array) -> float:
    """Give the largest deviation over the largest right entry, inf if there is none."""
    array = as_numbers(observed)
    if array is None or array.shape != expected.shape:
        return float("inf")
    scale = float(np.abs(expected).max(initial=0.0)) or 1.0
    distance = float(np.abs(array - expected).max(initial=0.0)) / scale
    return distance if np.isfinite(distance) else float("inf")
