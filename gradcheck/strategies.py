"""Hypothesis strategies for problems, parameters and data; all shrink to small whole numbers."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

Array = NDArray[np.float64]
Shape = tuple[str | int, ...]
Arrays = dict[str, Array]

LARGEST = 3
LARGEST_SIZE = 5
REGIMES: dict[str, tuple[float, float]] = {
    "normal": (1.0, 1.0),
    "small data": (1.0, 1e-3),
    "large data": (1.0, 1e2),
    "large weights": (10.0, 1.0),
    "small weights": (1e-3, 1.0),
}


class ModelLike(Protocol):
    """What `problems` asks of a model: names, shapes with named sizes, and the kind of labels."""

    @property
    def name(self) -> str:
        """The model's name."""

    @property
    def sizes(self) -> tuple[str, ...]:
        """The names of its free sizes."""

    @property
    def parameters(self) -> Mapping[str, Shape]:
        """The shapes of its parameters."""

    @property
    def data(self) -> Mapping[str, Shape]:
        """The shapes of its data."""

    @property
    def labels(self) -> Any:
        """Whether they are "binary" or "real"."""


@dataclass(frozen=True)
class Problem:
    """A point at which a model can be run.

    Parameters
    ----------
    sizes : dict of str to int
        What the named sizes are.
    parameters, data : dict of str to array
        float64 arrays of the model's shapes.

    Raises
    ------
    ValueError
        If a size is not positive.
    """

    sizes: dict[str, int]
    parameters: Arrays
    data: Arrays

    def __post_init__(self) -> None:
        for name, size in self.sizes.items():
            if size < 1:
                raise ValueError(f"Problem: {name} is {size}, expected a positive whole number")


def numbers(largest: int = LARGEST) -> st.SearchStrategy[float]:
    """Numbers of at most `largest` in size: whole ones first, then ones with all their digits.

    Raises
    ------
    ValueError
        If `largest` is not positive.
    """
    if largest < 1:
        raise ValueError(f"numbers: largest is {largest}, expected a positive whole number")
    whole = st.integers(-largest, largest).map(float)
    fine = st.floats(-largest, largest, allow_subnormal=False).filter(lambda v: abs(v) > 1e-6)
    return whole | fine


@st.composite
def arrays_of(
    draw: st.DrawFn, shape: tuple[int, ...], elements: st.SearchStrategy[float] | None = None
) -> Array:
    """Draw a float64 array of a shape, its entries as `numbers` gives them.

    One byte stands for an entry, for drawing entry by entry takes most of the time of a test: the
    lower half of the bytes are whole numbers, the upper half is filled from a drawn seed.
    """
    size = math.prod(shape)
    if elements is not None:
        values = draw(st.lists(elements, min_size=size, max_size=size))
        return np.array(values, dtype=np.float64).reshape(shape)
    choices = np.frombuffer(draw(st.binary(min_size=size, max_size=size)), dtype=np.uint8)
    entries = _whole(choices % 128)
    fine = choices >= 128
    if fine.any():
        rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
        entries[fine] = rng.uniform(-LARGEST, LARGEST, size=size)[fine]
    return entries.reshape(shape)


def _whole(choices: NDArray[np.uint8]) -> Array:
    """Give 0, 1, −1, 2, −2, … for 0, 1, 2, 3, 4, …, and begin anew after −LARGEST."""
    steps = choices.astype(np.float64) % (2 * LARGEST + 1)
    return np.where(steps % 2, 1.0, -1.0) * np.ceil(steps / 2) + 0.0


@st.composite
def _labels(draw: st.DrawFn, shape: tuple[int, ...]) -> Array:
    """Draw an array of 0 and 1, one byte an entry."""
    size = math.prod(shape)
    choices = np.frombuffer(draw(st.binary(min_size=size, max_size=size)), dtype=np.uint8)
    return (choices % 2).astype(np.float64).reshape(shape)


def arrays_like(template: Any, elements: st.SearchStrategy[float] | None = None) -> Any:
    """Draw arrays of the shapes of a template: an array, or a dict of arrays (dicts may nest).

    Returns
    -------
    strategy
        Of values with the template's structure; whole numbers shrink towards 0.
    """
    if isinstance(template, Mapping):
        return st.fixed_dictionaries(
            {key: arrays_like(value, elements) for key, value in template.items()}
        )
    return arrays_of(np.shape(template), elements)


def sizes(model: ModelLike, largest: int = LARGEST_SIZE) -> st.SearchStrategy[dict[str, int]]:
    """Draw a whole number from 1 to `largest` for each of the model's sizes.

    Parameters
    ----------
    model : Model
        Any value with `name`, `sizes`, `parameters`, `data` and `labels`.
    largest : int
        The largest value of a size.

    Returns
    -------
    SearchStrategy of dict of str to int
        Under the names of the sizes, such as ``n_x`` and ``m``.
    """
    return st.fixed_dictionaries({name: st.integers(1, largest) for name in model.sizes})


def _filled(shapes: Mapping[str, Shape], drawn: Mapping[str, int]) -> dict[str, tuple[int, ...]]:
    return {
        name: tuple(drawn[n] if isinstance(n, str) else n for n in shape)
        for name, shape in shapes.items()
    }


@st.composite
def parameters(
    draw: st.DrawFn,
    model: ModelLike,
    drawn_sizes: Mapping[str, int],
    elements: st.SearchStrategy[float] | None = None,
) -> Arrays:
    """Draw the parameters of a model for given sizes.

    Parameters
    ----------
    model : Model
        Any value with `name`, `sizes`, `parameters`, `data` and `labels`.
    drawn_sizes : mapping of str to int
        As `sizes` gives them.
    elements : SearchStrategy of float, optional
        For the entries; `numbers` unless given.

    Returns
    -------
    SearchStrategy of dict of str to array
        Under the names of the parameters, in the model's shapes, float64.
    """
    shapes = _filled(model.parameters, drawn_sizes)
    return {name: draw(arrays_of(shape, elements)) for name, shape in shapes.items()}


@st.composite
def data(
    draw: st.DrawFn,
    model: ModelLike,
    drawn_sizes: Mapping[str, int],
    elements: st.SearchStrategy[float] | None = None,
) -> Arrays:
    """Draw the data of a model for given sizes; binary labels are 0 or 1.

    Parameters
    ----------
    model : Model
        Any value with `name`, `sizes`, `parameters`, `data` and `labels`.
    drawn_sizes : mapping of str to int
        As `sizes` gives them.
    elements : SearchStrategy of float, optional
        For the entries that are no binary labels; `numbers` unless given.

    Returns
    -------
    SearchStrategy of dict of str to array
        ``X`` and ``Y``, in the model's shapes, float64.
    """
    shapes = _filled(model.data, drawn_sizes)
    binary = {"Y"} if model.labels == "binary" else set()
    return {
        name: draw(_labels(shape) if name in binary else arrays_of(shape, elements))
        for name, shape in shapes.items()
    }


@st.composite
def problems(
    draw: st.DrawFn,
    model: ModelLike,
    *,
    largest_size: int = LARGEST_SIZE,
    regime: str | None = "normal",
) -> Problem:
    """Draw a problem of a model: sizes, parameters and data.

    Parameters
    ----------
    model : Model
        Any value with `name`, `sizes`, `parameters`, `data` and `labels`.
    largest_size : int
        The largest value of a size.
    regime : str or None
        How large parameters and data are, one of `REGIMES`; drawn too if None.

    Raises
    ------
    ValueError
        If there is no such regime.
    """
    name = draw(st.sampled_from(sorted(REGIMES))) if regime is None else regime
    if name not in REGIMES:
        raise ValueError(f"problems: regime is {name!r}, expected one of {', '.join(REGIMES)}")
    weight, scale = REGIMES[name]
    drawn = draw(sizes(model, largest_size))
    theta = draw(parameters(model, drawn))
    values = draw(data(model, drawn))
    return Problem(
        drawn,
        {key: weight * value for key, value in theta.items()},
        {key: value if key == "Y" else scale * value for key, value in values.items()},
    )
