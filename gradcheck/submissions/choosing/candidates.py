"""Which models a submission may be, and the problems that each of them is tried on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from gradcheck.submissions.calling.roles import likeliest_models
from gradcheck.submissions.reading.files import Source
from gradcheck.submissions.reading.split_weights import splits_off_bias
from gradcheck.submissions.reference.flow import LABELS
from gradcheck.submissions.reference.problems import Problem, draw, has_bias
from gradcheck.submissions.reference.thetas import (
    FORMS,
    form_of,
    lone_slope,
    names_a_bias,
    one_feature,
    slope_and_bias,
    takes_a_bias,
    without_bias,
)
from impl import Model, load, models

PROBLEMS = 3


@dataclass(frozen=True)
class Candidates:
    """The models that a submission may be.

    Parameters
    ----------
    likely : tuple of Model
        As the names that it uses have them, the likeliest first.
    others : tuple of Model
        Where none of these fits: with the bias in θ, with one feature, or what no name tells.
    seed : int
        Draws the problems: the same ones for the same seed.
    examples : int, optional
        How many examples each problem has, where that is not left open.
    features : int, optional
        How many features each example has, where that is not left open.
    asked : bool
        Whether it is said which model it has to be.
    """

    likely: tuple[Model, ...]
    others: tuple[Model, ...]
    seed: int
    examples: int | None = None
    features: int | None = None
    asked: bool = False

    def problems(
        self, model: Model, choice: Mapping[str, str], outputs: int
    ) -> tuple[Problem, ...]:
        """Draw the problems of one of the models."""
        form = form_of(model, load(model.name))
        numbers = (outputs, self.examples, self.features)
        return _drawn(self.seed, (model.name, form), tuple(choice.items()), numbers)


@lru_cache(maxsize=64)  # a whole class is judged on the same problems
def _drawn(
    seed: int,
    form: tuple[str, str],
    choice: tuple[tuple[str, str], ...],
    numbers: tuple[int, int | None, int | None],
) -> tuple[Problem, ...]:
    outputs, examples, features = numbers
    rng = np.random.default_rng([seed, outputs])
    model, chosen = FORMS[form[1]](load(form[0])), dict(choice)
    while True:
        drawn = tuple(
            draw(model, rng, outputs=outputs, choice=chosen, examples=examples, features=features)
            for _ in range(PROBLEMS)
        )
        if len({float(label) for p in drawn for label in p.values[LABELS].flat}) > 1:
            return drawn  # also of single examples, both labels are seen


def candidates_for(
    source: Source, model: str, seed: int, activation: str | None = None
) -> Candidates:
    """Give the models that a submission may be, where it is not said by name.

    Parameters
    ----------
    source : Source
    model : str
        The name of the only model to try, or ``auto``.
    seed : int
    activation : str, optional
        The only hidden activation to try.
    """
    methods = (method for made in source.classes for method in made.methods.values())
    functions = (*source.functions, *methods)
    known = models() if model == "auto" else {model: load(model)}
    whole = {name: _with_activation(m, activation) for name, m in known.items()}
    biased = names_a_bias(functions) or splits_off_bias(source)
    usual = {n: m if biased else without_bias(m) for n, m in whole.items()}
    names = likeliest_models(functions, usual) if model == "auto" else [model]
    likely = tuple(usual[name] for name in names)
    if source.written:  # it is a line: its slope is a number
        likely = tuple(map(one_feature, likely))
    order = [*names, *(name for name in whole if name not in names)]
    others = _others([whole[n] for n in order], likely)
    apart = takes_a_bias(functions)
    fitting = tuple(m for m in others if has_bias(m) or not apart)
    return Candidates(likely, fitting, seed, asked=model != "auto")


def _with_activation(model: Model, activation: str | None) -> Model:
    if activation is None or activation not in model.activations:
        return model
    return replace(model, activations=(activation,))


def _others(whole: Iterable[Model], likely: tuple[Model, ...]) -> Iterator[Model]:
    whole = tuple(whole)
    seen = [(m.name, m.parameters) for m in likely]
    plain = map(without_bias, whole)
    forms = (*map(slope_and_bias, whole), *map(lone_slope, whole))
    for model in (*whole, *map(one_feature, whole), *plain, *forms):
        if (model.name, model.parameters) not in seen:
            seen.append((model.name, model.parameters))
            yield model
