"""Parameters as one flat vector, and back: numbers, arrays, dicts of arrays, dicts of dicts."""

import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Extended = NDArray[np.longdouble]
FOREIGN = {"torch": "Tensor", "jax": "Array"}
ALONE = "x"


@dataclass(frozen=True)
class Leaf:
    """One array among the parameters.

    Parameters
    ----------
    path : tuple of str
        The keys that lead to it; empty when the parameters are a single array.
    shape : tuple of int
    kind : str
        "number", "array", "torch" or "jax": what the caller's functions are given.
    dtype : str
        The caller's own dtype, which arrays of other libraries are given back in.
    start : int
        Where its entries begin in the flat vector.
    """

    path: tuple[str, ...]
    shape: tuple[int, ...]
    kind: str
    dtype: str
    start: int

    @property
    def name(self) -> str:
        """The keys joined by dots; `x` for a single array."""
        return ".".join(self.path) or ALONE

    @property
    def size(self) -> int:
        """How many entries it has."""
        return math.prod(self.shape)

    @property
    def where(self) -> slice:
        """Its place in the flat vector."""
        return slice(self.start, self.start + self.size)

    def restore(self, vector: Vector | Extended) -> Any:
        """Give a fresh value of the caller's own kind from the flat vector."""
        values = vector[self.where].reshape(self.shape).copy()
        if self.kind == "number":
            return float(values) if values.dtype == np.float64 else values[()]
        if self.kind == "array":
            return values
        module = sys.modules["jax.numpy" if self.kind == "jax" else self.kind]
        dtype = getattr(module, self.dtype)
        return module.asarray(values, dtype=dtype)


@dataclass(frozen=True)
class Layout:
    """How parameters lie in one flat vector of float64.

    Parameters
    ----------
    leaves : tuple of Leaf
        In the caller's order.
    integers : bool
        Whether the caller's values were whole numbers by dtype, and have been cast.
    """

    leaves: tuple[Leaf, ...]
    integers: bool = False

    @property
    def size(self) -> int:
        """How many entries there are in all."""
        return sum(leaf.size for leaf in self.leaves)

    @property
    def extends(self) -> bool:
        """Whether all of it can be given in extended precision: it is made of NumPy's arrays."""
        return all(leaf.kind not in FOREIGN for leaf in self.leaves)

    def restore(self, vector: Vector | Extended) -> Any:
        """Give fresh parameters of the caller's own structure from the flat vector."""
        if not self.leaves or self.leaves[0].path:
            tree: dict[str, Any] = {}
            for leaf in self.leaves:
                branch = tree
                for key in leaf.path[:-1]:
                    branch = branch.setdefault(key, {})
                branch[leaf.path[-1]] = leaf.restore(vector)
            return tree
        return self.leaves[0].restore(vector)

    def leaf(self, name: str) -> Leaf | None:
        """Give the leaf of a name, if there is one."""
        return next((leaf for leaf in self.leaves if leaf.name == name), None)

    def locate(self, entry: int) -> tuple[str, tuple[int, ...]]:
        """Give the parameter's name and the index of an entry of the flat vector."""
        leaf = next(x for x in self.leaves if x.start <= entry < x.start + x.size)
        index = np.unravel_index(entry - leaf.start, leaf.shape)
        return leaf.name, tuple(int(i) for i in index)

    def entry(self, name: str, index: tuple[int, ...]) -> int:
        """Give the place in the flat vector of an entry named by `locate`."""
        leaf = next(leaf for leaf in self.leaves if leaf.name == name)
        offset = np.ravel_multi_index(index, leaf.shape) if leaf.shape else 0
        return leaf.start + int(offset)


def flatten(at: Any, called: str = "at") -> tuple[Layout, Vector]:
    """Lay out parameters as one vector.

    Parameters
    ----------
    at : number, array, or dict of these (dicts may nest)
        Tensors of torch and arrays of jax are taken as they are.
    called : str
        What messages call it.

    Returns
    -------
    Layout, array of shape (entries,)

    Raises
    ------
    TypeError
        If a value is not made of real numbers.
    ValueError
        If there is no parameter at all, or one is not finite.
    """
    found = list(_walk(at, ()))
    if not found:
        raise ValueError(
            f"{called} is an empty dict, expected at least one array; name the parameters"
        )
    leaves: list[Leaf] = []
    parts: list[Vector] = []
    start = 0
    for path, value in found:
        label = f"{called}[{'.'.join(path)!r}]" if path else called
        array = _real_array(value, label)
        leaves.append(Leaf(path, array.shape, kind_of(value), _dtype_name(value), start))
        parts.append(array.astype(np.float64).ravel())
        start += array.size
    whole = any(_real_array(value, "at").dtype.kind in "iub" for _, value in found)
    return Layout(tuple(leaves), whole), np.concatenate(parts)


def _walk(value: Any, path: tuple[str, ...]) -> "list[tuple[tuple[str, ...], Any]]":
    if not isinstance(value, Mapping):
        return [(path, value)]
    return [pair for key, inner in value.items() for pair in _walk(inner, (*path, str(key)))]


def kind_of(value: Any) -> str:
    """Tell what a value is, without importing any library for it.

    Returns
    -------
    str
        "torch", "jax", "number" for a Python number, else "array".
    """
    for library, name in FOREIGN.items():
        module = sys.modules.get(library)
        if module is not None and isinstance(value, getattr(module, name, ())):
            return library
    return "number" if type(value) in (int, float, bool) else "array"


def to_numpy(value: Any) -> Any:
    """Give a tensor of torch or an array of jax as a NumPy array; anything else as it is."""
    kind = kind_of(value)
    if kind == "torch":
        return value.detach().cpu().numpy()
    return np.asarray(value) if kind == "jax" else value


def _dtype_name(value: Any) -> str:
    return str(getattr(value, "dtype", "float64")).removeprefix("torch.")


def _real_array(value: Any, label: str) -> NDArray[Any]:
    array = np.asarray(to_numpy(value))
    if array.dtype.kind not in "fiub":
        raise TypeError(f"{label} holds {array.dtype} values, expected real numbers")
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        first = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise ValueError(f"{label} is {array[first]} at {first}, expected finite numbers")
    return array
