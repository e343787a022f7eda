"""What every model states about itself, so that nothing else needs to know a model by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Arrays = dict[str, Array]
Shape = tuple[str | int, ...]


def real(value: ArrayLike) -> Array:
    """Give a float64 array; of long double, where that was given."""
    array = np.asarray(value)
    return array if array.dtype == np.longdouble else array.astype(np.float64, copy=False)


def arrays(**values: ArrayLike) -> Arrays:
    """Give the values as real arrays under their names; a number has shape ()."""
    return {name: real(value) for name, value in values.items()}


@dataclass(frozen=True)
class Model:
    """A reference model: its arrays with named sizes, and the functions that run it.

    Parameters
    ----------
    name : str
        As the command line has it: ``shallow-network`` for ``shallow_network.py``.
    sizes : tuple of str
        The free sizes, ``("n_x", "m")``. A shape below may use these names and whole numbers.
    parameters, data : mapping of str to Shape
        What the cost is differentiated by, and what it is given.
    quantities : mapping of str to Shape
        Everything that ``run`` returns, in the order of the data flow. ``dP`` is the gradient of
        the parameter ``P`` and has its shape.
    labels : {"binary", "real"}
        Which values the labels ``Y`` may take.
    run, looped : callable
        ``run(parameters, data)`` gives every quantity; ``looped`` gives the same numbers with
        explicit loops over the examples, as the course's section 2.10 does it. A model with a
        choice of hidden activation takes ``activation=`` as well.
    predict : callable
        ``predict(parameters, X)`` gives labels, or values where the labels are real.
    initialise : callable
        ``initialise(sizes, rng)`` gives the parameters that training starts from.
    activations : tuple of str
        The hidden activations to choose from, the usual one first; empty where there is none.

    Raises
    ------
    ValueError
        If a shape uses an undeclared size, or a parameter ``P`` has no ``dP`` of its shape.
    """

    name: str
    sizes: tuple[str, ...]
    parameters: Mapping[str, Shape]
    data: Mapping[str, Shape]
    quantities: Mapping[str, Shape]
    labels: Literal["binary", "real"]
    run: Callable[..., Arrays] = field(repr=False)
    looped: Callable[..., Arrays] = field(repr=False)
    predict: Callable[..., Array] = field(repr=False)
    initialise: Callable[..., Arrays] = field(repr=False)
    activations: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, shape in {**self.parameters, **self.data, **self.quantities}.items():
            for size in shape:
                if isinstance(size, str) and size not in self.sizes:
                    raise ValueError(
                        f"{self.name}: {name} has the size {size!r}, "
                        f"which is not among the declared sizes {', '.join(self.sizes)}"
                    )
        for name, shape in self.parameters.items():
            if self.quantities.get("d" + name) != shape:
                raise ValueError(
                    f"{self.name}: the parameter {name} has shape {shape}, but d{name} has "
                    f"{self.quantities.get('d' + name)}; a gradient has its parameter's shape"
                )

    def shapes(self, sizes: Mapping[str, int]) -> dict[str, tuple[int, ...]]:
        """Give the shape in numbers of every parameter, data array and quantity."""
        declared = {**self.parameters, **self.data, **self.quantities}
        return {
            name: tuple(sizes[size] if isinstance(size, str) else size for size in shape)
            for name, shape in declared.items()
        }

    def sizes_of(self, parameters: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, int]:
        """Read the sizes off the arrays of a problem, and check that they fit together.

        Raises
        ------
        ValueError
            If an array is missing, has the wrong number of axes, or disagrees with another one
            about a size; the message names both.
        """
        sizes: dict[str, int] = {}
        source: dict[str, str] = {}
        given = {**parameters, **data}
        for name, shape in {**self.parameters, **self.data}.items():
            if name not in given:
                raise ValueError(f"{self.name}: {name} is missing; expected shape {shape}")
            got = np.shape(given[name])
            if len(got) != len(shape):
                raise ValueError(f"{self.name}: {name} has shape {got}, expected {shape}")
            for expected, found in zip(shape, got, strict=True):
                known = sizes.get(expected, found) if isinstance(expected, str) else expected
                if known != found:
                    because = f" from {source[expected]}" if expected in source else ""
                    raise ValueError(
                        f"{self.name}: {name} has shape {got}, expected {shape} "
                        f"with {expected} = {known}{because}"
                    )
                if isinstance(expected, str):
                    sizes[expected] = found
                    source.setdefault(expected, name)
        return sizes

    def variants(self) -> tuple[dict[str, str], ...]:
        """Give every choice that ``run`` accepts as keyword arguments; one empty if there is none.

        >>> from impl.shallow_network import MODEL
        >>> MODEL.variants()[0]
        {'activation': 'tanh'}
        """
        return tuple({"activation": name} for name in self.activations) or ({},)

    def cost(self, parameters: Arrays, data: Arrays, **choice: str) -> np.floating[Any]:
        """Give the cost J alone, in the precision of the parameters."""
        return self.run(parameters, data, **choice)["J"].flat[0]

    def gradient(self, parameters: Arrays, data: Arrays, **choice: str) -> Arrays:
        """Give dJ/dP for every parameter P, under the parameter's own name."""
        quantities = self.run(parameters, data, **choice)
        return {name: quantities["d" + name] for name in self.parameters}

    @property
    def module(self) -> str:
        """The name of the file that holds the model, the same in impl/ and derivations/."""
        return re.sub(r"\W", "_", self.name)
