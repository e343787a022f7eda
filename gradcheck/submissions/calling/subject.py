"""A submission that is loaded and can be called, with what is known of how it is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from gradcheck.sandbox import Outcome
from gradcheck.submissions.calling.binding import (
    LEARNING_RATE,
    Feed,
    UnboundError,
    bind,
    course_globals,
    own_count_values,
    spelling,
)
from gradcheck.submissions.calling.compare import as_numbers
from gradcheck.submissions.calling.patience import Patient
from gradcheck.submissions.calling.roles import Role
from gradcheck.submissions.reading.definitions import Definition
from gradcheck.submissions.reading.files import Source
from gradcheck.submissions.reading.names import BUNDLES, SETTINGS, meaning, plain
from gradcheck.submissions.reading.stubs import PREFIX
from gradcheck.submissions.reference.flow import forward_of, output_of
from gradcheck.submissions.reference.layouts import COURSE, Layout
from gradcheck.submissions.reference.problems import Problem
from impl import Array, Model


@dataclass(frozen=True)
class Subject:
    """A submission under judgement.

    Parameters
    ----------
    box : Patient
        Where it is loaded.
    source : Source
    model : Model
        What it is taken for.
    roles : mapping of str to Role
    layout : Layout
    problems, wide : tuple of Problem
        With one output, and with two where the model allows it.
    own : mapping of str to callable
        The submission's own functions that stand in for the right ones, because they were
        judged wrong already and must not be blamed twice.
    diagnosed : bool
        Whether mistakes are searched for what is wrong; not while a layout is only tried.
    """

    box: Patient
    source: Source
    model: Model
    roles: Mapping[str, Role]
    problems: tuple[Problem, ...]
    wide: tuple[Problem, ...] = ()
    layout: Layout = COURSE
    own: Mapping[str, Callable[[Array], Array]] = field(default_factory=dict)
    diagnosed: bool = True

    @property
    def output(self) -> str:
        """What the model calls its last activation."""
        return output_of(self.model)

    @property
    def activation(self) -> str | None:
        """The hidden activation, where there is one."""
        return self.problems[0].choice.get("activation")

    def names(self, problem: Problem) -> dict[str, Any]:
        """Give what a formula can name, with the submission's own functions where they stand in."""
        return problem.names() | {"learning_rate": LEARNING_RATE} | dict(self.own)

    def feed(self, problem: Problem, function: Definition, **settings: Any) -> Feed:
        """Give what its functions are fed on a problem: the reference's values, in its layout."""
        given = {"learning_rate": LEARNING_RATE, "iterations": 1, "quiet": False, "seed": 0}
        given |= {"regularisation": 0.0, "keep": 1.0, "dropout": 0.0, "batch": problem.sizes["m"]}
        feed = Feed(
            problem,
            self.layout,
            self.output,
            tuple(self.model.parameters),
            settings=given | settings,
            called=self._called(function),
            functions=lambda use, by_name: passed(self, function, use, by_name=by_name),
        )
        caches = any(BUNDLES.get(plain(name)) == "cache" for name in function.parameters)
        return replace(feed, cache=_cache(self, feed, function)) if caches else feed

    def _called(self, function: Definition) -> frozenset[str]:
        """Give the words of the functions that a function calls."""
        own = (f for f in self.source.functions if f.name in function.words and f != function)
        return frozenset[str]().union(*(f.words for f in own))

    def globals(self, function: Definition, problem: Problem) -> dict[str, Any]:
        """Give the globals that a function reads: what the submission lacks, and its counts."""
        counted = self.source.counts
        if not counted and function.free <= self.source.defined:
            return {}
        feed = self.feed(problem, function)
        counts = own_count_values(counted, function, feed)
        return course_globals(function, feed, self.source.defined | counted.keys()) | counts

    def cut_short(self, steps: int) -> dict[str, Any]:
        """Give the globals under which a long loop, ``range(1000)``, takes only so many steps."""
        handle = self.box.call(f"{PREFIX}function", [f"{PREFIX}range"]).value
        return {"range": handle, f"{PREFIX}steps": steps}

    def call(
        self,
        function: Definition,
        problem: Problem,
        *,
        seed: int = 0,
        capture: bool = False,
        **settings: Any,
    ) -> tuple[Outcome, list[Any]]:
        """Call a function on a problem; give the outcome and the arguments it was given.

        With ``capture`` the outcome holds the function's local variables, too.

        Raises
        ------
        UnboundError
            If a parameter without a default has a name that means nothing here.
        """
        feed = self.feed(problem, function, **settings)
        positional, keywords = bind(function, feed)
        names = self.globals(function, problem)
        if "iterations" in settings and not takes("iterations", function):
            names |= self.cut_short(settings["iterations"])
        outcome = self.box.call(
            function.name, positional, keywords, seed=seed, capture=capture, globals=names
        )
        return outcome, positional


def takes(name: str, *functions: Definition) -> bool:
    """Say whether one of the functions has a parameter for a setting."""
    return any(SETTINGS.get(plain(p)) == name for f in functions for p in f.takes)


def _cache(subject: Subject, feed: Feed, function: Definition) -> Any:
    """Give the forward pass's cache, as its own forward makes it but with the right values."""
    model, forward = subject.model, subject.roles.get("forward")
    if forward is not None and forward.function.returned:
        with suppress(UnboundError):
            outcome, _ = subject.call(forward.function, feed.problem)
            if isinstance(outcome.value, (tuple, list)) and len(forward.function.returned) > 1:
                packed = forward.function.tuples.get(forward.function.returned[-1] or "", ())
                return _corrected(outcome.value[-1], packed, feed)
            if isinstance(outcome.value, dict):
                return _corrected(outcome.value, (), feed, forward_of(model))
    return {spelling(name, function): feed.array(name) for name in forward_of(model)}


def _corrected(
    cache: Any, packed: tuple[str, ...], feed: Feed, computed: tuple[str, ...] = ()
) -> Any:
    values = feed.problem.values
    if isinstance(cache, (tuple, list)) and len(cache) == len(packed):
        names = [meaning(word, values, feed.output) for word in packed]
        pairs = zip(names, cache, strict=True)
        return type(cache)(feed.array(name) if name else own for name, own in pairs)
    if not isinstance(cache, dict):
        return cache
    found = {key: meaning(str(key), values, feed.output) for key in cache}
    unknown = [key for key, name in found.items() if name is None]
    rest = [name for name in computed if name not in found.values()]
    if len(unknown) == len(rest):  # they were set in the order of the data flow
        found |= dict(zip(unknown, rest, strict=True))
    return {key: feed.array(name) if name else cache[key] for key, name in found.items()}


def passed(subject: Subject, function: Definition, use: str, *, by_name: bool) -> Any:
    """Give what stands for a function that is an argument: itself in the child, or its name.

    The submission's own is taken where it has one; an activation is supplied otherwise.
    """
    activation = subject.activation or "sigmoid"
    if by_name:
        said = sorted(word for word in function.words if plain(word) == plain(activation))
        return said[0] if said else activation
    if use in ("g", "g_prime"):
        name = _own_activation(subject.source.functions, activation, use == "g_prime")
        name = name or f"{PREFIX}{activation}{'_prime' * (use == 'g_prime')}"
    else:
        wanted = {"cost": ("cost", "propagate"), "gradient": ("backward", "propagate")}[use]
        roles = [subject.roles[role] for role in wanted if role in subject.roles]
        name = roles[0].function.name if roles else ""
    return subject.box.call(f"{PREFIX}function", [name]).value if name else None


def _own_activation(
    functions: Sequence[Definition], activation: str, derivative: bool
) -> str | None:
    """Find the submission's own activation, or its derivative, by its name."""
    for function in functions:
        word = plain(function.name)
        derived = word != word.removeprefix("d") or bool(re.search(r"deriv|prime|grad|back", word))
        if plain(activation) in word and derived == derivative and function.required == 1:
            return function.name
    return None


def own_function(subject: Subject, function: Definition) -> Callable[[Array], Array]:
    """Make a callable of a submission's elementwise function, evaluated in its child."""

    def call(z: Array) -> Array:
        outcome = subject.box.call(function.name, [np.array(z, dtype=np.float64)])
        value = as_numbers(outcome.value)
        if outcome.failure is not None or value is None:
            return np.full(np.shape(z), np.nan)
        return value

    return call
