"""Reading what a gradient function returned, before any of its values is believed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.parameters import Layout, Leaf, Vector, kind_of, to_numpy

EPS = float(np.finfo(np.float64).eps)
SINGLE_EPS = float(np.finfo(np.float32).eps)
LEFT_OVER = 2.0**-20
FEW_DIGITS, CHANCE, ALL_FIT = 11, 2, 2.0**24


@dataclass(frozen=True)
class Finding:
    """Something the caller should know besides the values.

    Parameters
    ----------
    code : str
        One of the public codes, such as ``rank-1-array``.
    message : str
        One line: where, got, expected.
    parameter : str
        The parameter it is about; empty when it is about all of them.
    fault : bool
        Whether it forbids a pass.
    """

    code: str
    message: str
    parameter: str = ""
    fault: bool = True


@dataclass(frozen=True)
class Claim:
    """A claimed gradient as a flat vector.

    Parameters
    ----------
    values : array of shape (entries,)
        nan where nothing usable was claimed.
    readable : tuple of str
        The parameters whose claimed values could be laid beside the parameter.
    findings : tuple of Finding
        What is wrong with its form.
    eps : float
        The rounding unit of the arithmetic that it was computed in.
    """

    values: Vector
    readable: tuple[str, ...]
    findings: tuple[Finding, ...]
    eps: float


def read_claim(claimed: Any, layout: Layout) -> Claim:
    """Lay a claimed gradient beside the parameters.

    Parameters
    ----------
    claimed : as the parameters
        The same structure; keys may carry the course's prefix (``dw`` for ``w``).
    layout : Layout
        Of the parameters.

    Raises
    ------
    TypeError
        If the structure is another one: a dict where an array belongs, or other keys.
    """
    values = np.full(layout.size, np.nan)
    findings: list[Finding] = []
    readable: list[str] = []
    arrays: dict[Leaf, NDArray[Any]] = {}
    for leaf in layout.leaves:
        raw = _pick(claimed, leaf)
        problem = _type_fault(raw, leaf) or _size_fault(raw, leaf)
        if problem is not None:
            findings.append(problem)
            continue
        array = np.asarray(to_numpy(raw))
        findings.extend(_shape_fault(array.shape, leaf))
        findings.extend(_value_faults(array, leaf))
        values[leaf.where] = array.T.ravel() if _is_transposed(array.shape, leaf) else array.ravel()
        readable.append(leaf.name)
        arrays[leaf] = array
    units = {leaf: _rounding_unit(array) for leaf, array in arrays.items()}
    rough = [
        leaf
        for leaf, array in arrays.items()
        if units[leaf] > EPS and not (array.dtype.itemsize == 8 and _is_left_over(values, leaf))
    ]
    findings += map(_single, rough)
    eps = max([EPS, *(units[leaf] for leaf in rough)])
    return Claim(values, tuple(readable), tuple(findings), eps)


def _pick(claimed: Any, leaf: Leaf) -> Any:
    """Follow the path of a leaf through the claim, with or without the prefix d."""
    for depth, key in enumerate(leaf.path):
        if not isinstance(claimed, Mapping):
            place = ".".join(leaf.path[:depth]) or "at"
            raise TypeError(
                f"the gradient gives {type(claimed).__name__} for {place}"
                f", expected a dict with the key {key!r}, as the parameters have"
            )
        named = next((k for k in claimed if str(k) in (key, f"d{key}")), None)
        if named is None:
            raise TypeError(
                f"the gradient has the keys {', '.join(map(str, claimed)) or 'none'}, "
                f"expected {key} or d{key}, as the parameters have"
            )
        claimed = claimed[named]
    if isinstance(claimed, Mapping):
        raise TypeError(
            f"the gradient gives a dict for {leaf.name}, expected an array of shape {leaf.shape}"
        )
    return claimed


def _type_fault(raw: Any, leaf: Leaf) -> Finding | None:
    """Refuse whatever could lie about itself: only plain arrays of real numbers are read."""
    honest = (
        type(raw) in (np.ndarray, int, float, bool)
        or kind_of(raw) in ("torch", "jax")
        or (isinstance(raw, np.generic) and type(raw).__module__ == "numpy")
    )
    if type(raw) in (list, tuple):
        return _type_fault_of_list(raw, leaf)
    if not honest:
        return _wrong_type(leaf, f"is of type {type(raw).__name__}")
    dtype = np.asarray(to_numpy(raw)).dtype if kind_of(raw) != "array" else raw.dtype
    return None if dtype.kind in "fiub" else _wrong_type(leaf, f"holds {dtype} values")


def _type_fault_of_list(raw: Any, leaf: Leaf) -> Finding | None:
    pending = list(raw)
    while pending:
        value = pending.pop()
        if type(value) in (list, tuple):
            pending.extend(value)
        elif type(value) not in (int, float, bool, np.float64):
            return _wrong_type(leaf, f"is a list that holds {type(value).__name__}")
    try:
        np.asarray(raw, dtype=np.float64)
    except ValueError:
        return _wrong_type(leaf, "is a list of lists of unequal lengths")
    return None


def _wrong_type(leaf: Leaf, got: str) -> Finding:
    message = f"d{leaf.name} {got}, expected a plain array of real numbers"
    return Finding("wrong-type", message, leaf.name)


def _size_fault(raw: Any, leaf: Leaf) -> Finding | None:
    shape = tuple(raw.shape) if hasattr(raw, "shape") else np.shape(raw)
    if np.prod(shape, dtype=object) == leaf.size:
        return None
    message = f"d{leaf.name} has shape {shape}, but {leaf.name} has {leaf.shape}"
    return Finding("wrong-shape", message, leaf.name)


def _is_transposed(shape: tuple[int, ...], leaf: Leaf) -> bool:
    return shape != leaf.shape and len(shape) > 1 and shape == leaf.shape[::-1]


def _shape_fault(shape: tuple[int, ...], leaf: Leaf) -> list[Finding]:
    if shape == leaf.shape:
        return []
    flat = len(shape) == 1 and len(leaf.shape) == 2 and 1 in leaf.shape
    code = (
        "transposed" if _is_transposed(shape, leaf) else "rank-1-array" if flat else "wrong-shape"
    )
    message = f"d{leaf.name} has shape {shape}, but {leaf.name} has {leaf.shape}"
    return [Finding(code, message, leaf.name)]


def _rounding_unit(array: NDArray[Any]) -> float:
    """Give the rounding unit of the arithmetic that an array was computed in.

    Numbers of float64 that all fit single precision were computed in that and cast, if they have
    more digits than a remainder of a few roundings has. Whole ones say nothing up to 2²⁴, where
    all of them fit, and beyond, such as 10¹⁰, a few may fit by chance.
    """
    if array.dtype.kind != "f" or array.dtype.itemsize < 8:
        return float(np.finfo(array.dtype).eps) if array.dtype.kind == "f" else 0.0
    with np.errstate(over="ignore", invalid="ignore"):
        if not np.array_equal(array, array.astype(np.float32)):
            return 0.0
    rich = _digits(array) > FEW_DIGITS
    whole = array == np.rint(array)
    large = rich & whole & (np.abs(array) > ALL_FIT)
    return SINGLE_EPS if np.any(rich & ~whole) or np.sum(large) > CHANCE else 0.0


def _digits(array: NDArray[Any]) -> NDArray[np.int64]:
    """Give how many binary digits each number takes, from its first 1 to its last."""
    fractions = np.frexp(np.where(np.isfinite(array), array, 0.0))[0]
    whole = np.asarray(np.ldexp(fractions, 53), dtype=np.int64)
    digits: NDArray[np.int64] = (53 - np.log2(np.maximum(whole & -whole, 1))).astype(np.int64)
    return np.where(whole == 0, 0, digits)


def _is_left_over(values: Vector, leaf: Leaf) -> bool:
    """Whether a parameter's claim is so small beside the others that it may be a mere remainder.

    Where terms cancel, few digits are left, which look like those of single precision.
    """
    sizes = np.abs(np.where(np.isfinite(values), values, 0.0))
    return bool(sizes[leaf.where].max(initial=0.0) < LEFT_OVER * sizes.max(initial=0.0))


def _single(leaf: Leaf) -> Finding:
    message = f"d{leaf.name} was computed in single precision, which limits what can be seen"
    return Finding("single-precision", message, leaf.name, fault=False)


def _value_faults(array: Any, leaf: Leaf) -> list[Finding]:
    if array.dtype.kind != "f" or np.isfinite(array).all():
        return []
    count = int(np.sum(~np.isfinite(array)))
    first = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
    message = (
        f"d{leaf.name} is {array[first]} at {first}"
        f" ({count} of {array.size} entries are not finite), expected finite numbers"
    )
    return [Finding("nonfinite", message, leaf.name)]
