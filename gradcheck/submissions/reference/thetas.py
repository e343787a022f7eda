"""A model without a bias of its own: θ, whose first entry belongs to a column of ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from gradcheck.submissions.reading.definitions import Definition
from gradcheck.submissions.reading.names import meaning
from impl import Arrays, Model

_BIAS = "b"


def names_a_bias(functions: Iterable[Definition]) -> bool:
    """Say whether any function has a name for the bias or its gradient."""
    words = {word for f in functions for word in (*f.words, *f.parameters)}
    return any(meaning(word, (_BIAS, f"d{_BIAS}"), "") for word in words)


def without_bias(model: Model) -> Model:
    """Give the model with its bias at zero and out of sight; one without ``b`` as it is.

    With x₀ = 1 among the features it is the same model, and it needs no ones to be judged.
    """
    if _BIAS not in model.parameters:
        return model

    def still(run: Callable[..., Arrays]) -> Callable[..., Arrays]:
        def on(parameters: Arrays, data: Arrays, **choice: Any) -> Arrays:
            whole = {**parameters, _BIAS: np.asarray(0.0)}
            return {_BIAS: whole[_BIAS], **run(whole, data, **choice)}

        return on

    parameters = {name: shape for name, shape in model.parameters.items() if name != _BIAS}
    return replace(model, parameters=parameters, run=still(model.run), looped=still(model.looped))
