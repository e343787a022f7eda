"""How a submission lays its arrays out: examples in columns or rows, vectors flat or not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from impl import Array, Model

_DATA = ("X", "Y")


@dataclass(frozen=True)
class Layout:
    """Which arrays are transposed or flat with respect to the course.

    Parameters
    ----------
    name : str
        In the reader's words.
    transposed, flat : frozenset of str
        The arrays that are; flat wins.
    ones : {"first", "last"} or None
        Where the submission puts a column of ones into X by itself: its θ begins or ends with b.
    bare : bool
        Whether it is given X without the ones that X begins with, since it adds them itself.
    single : bool
        Whether it takes one example, whose label is a number and no array of one.
    """

    name: str
    transposed: frozenset[str] = frozenset()
    flat: frozenset[str] = frozenset()
    ones: str | None = None
    bare: bool = False
    single: bool = False

    def theirs(self, name: str, value: Array) -> Array:
        """Give an array of the course as the submission has it."""
        if self.bare and name == "X":
            value = value[1:]
        if name in self.flat:
            number = value.size == 1 and (self.single or name not in _DATA)
            return np.reshape(value, ()) if number else np.ravel(value)
        return value.T if name in self.transposed else value

    def ours(self, name: str, value: Array, shape: tuple[int, ...]) -> Array:
        """Give an array of the submission as the course has it, in that shape."""
        turned = name in self.transposed and name not in self.flat
        return (value.T if turned else value).reshape(shape)

    @property
    def examples_in_rows(self) -> bool:
        """Whether X is (m, n_x)."""
        return "X" in self.transposed


COURSE = Layout("examples in columns, as in the course")


def layouts(model: Model) -> Iterator[Layout]:
    """Give the layouts seen in public code, the course's own first."""
    shapes = {**model.parameters, **model.data, **model.quantities}
    matrices = {name for name, shape in shapes.items() if len(shape) == 2}
    by_example = {name for name in matrices if "m" in shapes[name]}
    vectors = {name for name in matrices if 1 in shapes[name]}
    weights = {name for name in matrices if name not in by_example}
    rows = frozenset(by_example)
    if model.data["X"][0] == 1:
        yield Layout("one feature, every vector flat", frozenset(), frozenset(vectors))
    yield COURSE
    yield Layout("weights as rows", frozenset(weights))
    yield Layout("examples in rows", rows)
    yield Layout("examples in rows, everything transposed", frozenset(matrices))
    yield Layout("examples in rows, vectors flat", frozenset(matrices), frozenset(vectors))
    flat_weights = frozenset(vectors & weights)
    yield Layout("examples in rows, weights flat", frozenset(matrices), flat_weights)
    yield Layout("examples in columns, vectors flat", frozenset(), frozenset(vectors))
    yield Layout("examples in columns, weights flat", frozenset(), flat_weights)
    yield Layout("examples in rows, labels flat", rows, frozenset({"Y"}))


def single_layouts(model: Model) -> Iterator[Layout]:
    """Give the layouts of code for one example: x flat and its label a number, or columns."""
    shapes = {**model.parameters, **model.data, **model.quantities}
    matrices = {name for name, shape in shapes.items() if len(shape) == 2}
    by_example = {name for name in matrices if "m" in shapes[name]}
    vectors = {name for name in matrices if 1 in shapes[name]}
    yield Layout("one example, vectors flat", flat=frozenset(by_example | vectors), single=True)
    yield Layout("one example, x flat", flat=frozenset(by_example), single=True)
    yield Layout("one example, as a column", single=True)


def bare_layouts(model: Model) -> Iterator[Layout]:
    """Give the layouts of code that puts the column of ones into X by itself."""
    for layout in layouts(model):
        name = f"{layout.name}, ones added"
        yield replace(layout, name=name, bare=True)
        if model.data["X"][0] == 2:  # a lone feature beside the ones
            yield replace(layout, name=f"{name}, x flat", bare=True, flat=layout.flat | {"X"})


def _of_one_output(model: Model) -> Iterator[Layout]:
    """Give the layout of a hidden layer with one output that is a number for each example."""
    shapes = {**model.parameters, **model.data, **model.quantities}
    flat = frozenset(name for name, shape in shapes.items() if {"n_y", 1} & {*shape})
    if any("n_y" in shape for shape in shapes.values()):
        yield Layout("examples in rows, a number for each as output", frozenset(shapes), flat)


def training_layouts(model: Model) -> Iterator[Layout]:
    """Give the layouts in the order in which training is tried; most classes have rows."""
    known = sorted(layouts(model), key=lambda layout: not layout.examples_in_rows)
    yield from known
    yield from _of_one_output(model)
    for ones in ("first", "last"):
        text = f"examples in rows, a column of ones {ones}"
        yield from (replace(at, name=text, ones=ones) for at in known if at.examples_in_rows)
