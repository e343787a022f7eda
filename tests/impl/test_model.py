"""A model's statement about itself is checked, and so are the problems it is given."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import impl
from impl.logistic import MODEL as LOGISTIC

X, Y = np.ones((3, 5)), np.ones((1, 5))
W, B = np.ones((3, 1)), np.asarray(0.0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"parameters": {"w": ("n", 1), "b": ()}},
            r"logistic: w has the size 'n', which is not among the declared sizes n_x, m",
        ),
        (
            {"parameters": {"w": (1, "n_x"), "b": ()}},
            r"the parameter w has shape \(1, 'n_x'\), but dw has \('n_x', 1\)",
        ),
        (
            {"parameters": {"w": ("n_x", 1), "b": (), "c": ()}},
            r"the parameter c has shape \(\), but dc has None",
        ),
    ],
)
def test_a_model_that_contradicts_itself_is_refused(
    change: dict[str, object], message: str
) -> None:
    """Sizes are declared, and gradients have their parameters' shapes."""
    with pytest.raises(ValueError, match=message):
        replace(LOGISTIC, **change)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("parameters", "data", "message"),
    [
        ({"w": W}, {"X": X, "Y": Y}, r"logistic: b is missing; expected shape \(\)"),
        ({"w": W[:, 0], "b": B}, {"X": X, "Y": Y}, r"w has shape \(3,\), expected \('n_x', 1\)"),
        ({"w": W.T, "b": B}, {"X": X, "Y": Y}, r"w has shape \(1, 3\), expected .* with 1 = 1"),
        ({"w": W[:2], "b": B}, {"X": X, "Y": Y}, r"X has shape \(3, 5\).* n_x = 2 from w"),
        ({"w": W, "b": B}, {"X": X, "Y": Y[:, :4]}, r"Y has shape \(1, 4\).* m = 5 from X"),
    ],
)
def test_arrays_that_do_not_fit_together_are_named(
    parameters: dict[str, object], data: dict[str, object], message: str
) -> None:
    """One line says which array has which shape, and which other one it contradicts."""
    with pytest.raises(ValueError, match=message):
        LOGISTIC.sizes_of(parameters, data)


def test_an_unknown_model_is_named_with_those_there_are() -> None:
    """A misspelt model gets one clear line."""
    with pytest.raises(ValueError, match=r"model: got 'cubic', expected one of linear, logistic"):
        impl.load("cubic")


@pytest.mark.parametrize("name", impl.models())
def test_a_model_is_found_under_its_name_in_the_file_of_its_name(name: str) -> None:
    """Nothing lists the models but the folder."""
    model = impl.load(name)
    assert model.name == name
    assert model.run.__module__ == f"impl.{model.module}"
