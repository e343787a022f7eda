"""Models as people write them: with the bias in θ, with one feature whose weight is a number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np

from gradcheck.submissions.reading.definitions import Definition
from gradcheck.submissions.reading.names import meaning
from gradcheck.submissions.reference.flow import ends_of, hidden_sizes
from impl import Arrays, Model
from impl.model import Shape

_BIAS = "b"


def names_a_bias(functions: Iterable[Definition]) -> bool:
    """Say whether any function has a name for the bias or its gradient."""
    words = {word for f in functions for word in (*f.words, *f.parameters)}
    return any(meaning(word, (_BIAS, f"d{_BIAS}"), "") for word in words)


def takes_a_bias(functions: Iterable[Definition]) -> bool:
    """Say whether any function is given a bias or names its gradient: then it may not do without.

    To forget it is a mistake there, and not another form of the model.
    """
    known = tuple(functions)
    given = any(meaning(name, (_BIAS,), "") for f in known for name in f.parameters)
    return given or any(meaning(word, (f"d{_BIAS}",), "") for f in known for word in f.words)


def without_bias(model: Model) -> Model:
    """Give the model with its bias at zero and out of sight; one without ``b`` as it is.

    With x₀ = 1 among the features it is the same model.
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


def one_feature(model: Model) -> Model:
    """Give the model for examples of one number each; one with a hidden layer as it is."""
    if hidden_sizes(model):
        return model
    return _with_features(model, ends_of(model)[0], 1)


def _with_features(model: Model, features: int | str, number: int) -> Model:
    def fixed(shapes: Mapping[str, Shape]) -> dict[str, Shape]:
        return {
            name: tuple(number if s == features else s for s in shapes[name]) for name in shapes
        }

    return replace(
        model,
        sizes=tuple(size for size in model.sizes if size != features),
        parameters=fixed(model.parameters),
        data=fixed(model.data),
        quantities=fixed(model.quantities),
    )


def lone_slope(model: Model) -> Model:
    """Give the model for examples of one number each, without a bias."""
    return one_feature(without_bias(model))


def slope_and_bias(model: Model) -> Model:
    """Give the model without bias for two features, of which the first is always 1."""
    features = ends_of(model)[0]
    return model if hidden_sizes(model) else _with_features(without_bias(model), features, 2)


FORMS: Mapping[str, Callable[[Model], Model]] = MappingProxyType(
    {
        "as it is": lambda model: model,
        "without bias": without_bias,
        "one feature": one_feature,
        "slope and bias": slope_and_bias,
        "lone slope": lone_slope,
    }
)


def form_of(model: Model, whole: Model) -> str:
    """Name the form that a model is of its whole self."""
    shapes = (model.parameters, model.data)
    made = {name: form(whole) for name, form in FORMS.items()}
    return next(name for name, m in made.items() if (m.parameters, m.data) == shapes)
