"""What a student's function is given: a value for each of its parameters, by the name."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from gradcheck.submissions.reading.definitions import Definition, use_of
from gradcheck.submissions.reading.names import BUNDLES, FUNCTIONS, SETTINGS, SIZES, meaning, plain
from gradcheck.submissions.reading.own_counts import OwnCount
from gradcheck.submissions.reference.layouts import Layout
from gradcheck.submissions.reference.problems import Problem

LEARNING_RATE = 0.37
_DATA = ("X", "Y")
_COMPUTED = ("J", "L")  # nobody is given these: a function of that name is missing


class UnboundError(LookupError):
    """A required parameter whose meaning is unknown; the argument is its name."""


@dataclass(frozen=True)
class Feed:
    """Everything that can be given to a function on one problem.

    Parameters
    ----------
    problem : Problem
    layout : Layout
    output : str
        What the model calls its last activation.
    parameters, gradients : tuple of str
        What the bundles of these names hold.
    cache : object
        What stands for the forward pass's cache.
    settings : mapping of str to number
        ``learning_rate``, ``iterations``, ``quiet``, and what switches off what no model has.
    called : frozenset of str
        The words of the functions that are called on the way: they read the bundles, too.
    functions : callable
        Gives what stands for a function that is passed as an argument: of a use (``g``,
        ``g_prime``, ``cost``, ``gradient``), as a callable or by its name.
    """

    problem: Problem
    layout: Layout
    output: str
    parameters: tuple[str, ...]
    cache: Any = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    called: frozenset[str] = frozenset()
    functions: Callable[[str, bool], Any] = lambda use, by_name: None

    @property
    def gradients(self) -> tuple[str, ...]:
        """The names of the gradients of the parameters."""
        return tuple(f"d{name}" for name in self.parameters)

    @property
    def sizes(self) -> Mapping[str, int]:
        """The sizes of the problem; a single output has no size of its own."""
        return {"n_x": 1, "n_y": 1, **self.problem.sizes}

    def array(self, name: str) -> Any:
        """Give an array as the submission lays it out; a number comes as a float."""
        value = self.layout.theirs(name, self.problem.values[name])
        return value.copy() if value.ndim else float(value)

    def others(self, name: str) -> Any:
        """Give data that are kept apart: one example more, so that the counts differ."""
        value = self.problem.values[name]
        return self.layout.theirs(name, np.concatenate([value, value[..., :1]], axis=-1)).copy()


def bind(function: Definition, feed: Feed) -> tuple[list[Any], dict[str, Any]]:
    """Give the positional and keyword arguments of a call.

    Raises
    ------
    UnboundError
        If a parameter without a default has a name that means nothing here.
    """
    positional, keywords = [], {}
    for index, name in enumerate(function.parameters):
        found, value = look_up(name, function, feed)
        if index < function.required:
            if not found:
                raise UnboundError(name)
            positional.append(value)
        elif found and plain(name) in SETTINGS:
            keywords[name] = value
    for name, needed in function.keyword_only.items():
        found, value = look_up(name, function, feed)
        if needed and not found:
            raise UnboundError(name)
        if found and (needed or plain(name) in SETTINGS):
            keywords[name] = value
    return positional, keywords


def look_up(name: str, function: Definition, feed: Feed) -> tuple[bool, Any]:
    """Find the value for a name: a function, a bundle, an array, a setting or a size."""
    use = use_of(name, function)
    if use:
        value = feed.functions(use, name not in function.calls)
        return value is not None, value
    size = _size_of(name, function)
    if name in function.lengths and size in feed.sizes and plain(name) not in BUNDLES:
        return True, feed.sizes[size or ""]
    held = _held(name, function, feed)
    if held is not None:
        return True, held
    setting = setting_of(name, function)
    if setting:
        return setting in feed.settings, feed.settings.get(setting)
    size = size or _hidden_size(name, function)
    return size in feed.sizes, feed.sizes.get(size or "")


def _held(name: str, function: Definition, feed: Feed) -> Any:
    """Find the array or the bundle for a name; None where it means neither."""
    word = plain(name)
    array = meaning(name, feed.problem.values, feed.output)
    apart = None if array else _held_out(name, function)
    bundle = BUNDLES.get(word) or ("parameters" if word == "weights" and not array else None)
    bundle = bundle or _bundle_of(function.keys.get(name, frozenset()), feed)
    if bundle == "cache" and feed.cache is not None:
        return feed.cache
    if bundle in ("parameters", "gradients"):
        names = feed.parameters if bundle == "parameters" else feed.gradients
        if len(names) == 1:
            return feed.array(names[0])  # θ itself
        return {spelling(name, function, feed.called): feed.array(name) for name in names}
    if array or apart:
        return feed.array(array) if array else feed.others(apart or "")
    if bundle == "table" and len(feed.problem.values["X"]) == 1:
        columns = (feed.problem.values[name].ravel() for name in ("X", "Y"))
        return np.column_stack([*columns])
    return None


def _held_out(name: str, function: Definition) -> str | None:
    """Say which data a name means of examples that are kept apart: ``X_test`` beside X_train."""
    apart = re.fullmatch(r"(\w*?)(?:test|val|valid|dev)(?:set)?|(?:test|val)(\w+)", plain(name))
    array = meaning((apart[1] or apart[2] or "") if apart else "", _DATA, "")
    others = {meaning(other, _DATA, "") for other in function.takes if other != name}
    return array if array in others else None


def _size_of(name: str, function: Definition) -> str | None:
    """Say which size a name means; only initial weights are divided by the number of features."""
    size = SIZES.get(plain(name))
    initial = all(plain(other) in {**SIZES, **SETTINGS} for other in function.parameters)
    return "m" if plain(name) == "n" and name in function.divisors and not initial else size


def _hidden_size(name: str, function: Definition) -> str | None:
    """Take an unknown length of arrays for that of the hidden layer, where no other one is."""
    others = {SIZES.get(plain(other)) for other in function.takes}
    return "n_h" if name in function.lengths and "n_h" not in others else None


def _bundle_of(keys: frozenset[str], feed: Feed) -> str | None:
    """Say what holds elements of such names; a cache may hold anything."""
    known = {meaning(key, feed.problem.values, feed.output) for key in keys}
    if keys and known <= set(feed.parameters):
        return "parameters"
    return "gradients" if keys and known <= set(feed.gradients) else None


def setting_of(name: str, function: Definition) -> str | None:
    """Say which setting a name means; alpha beside a learning rate is a regularisation."""
    setting = SETTINGS.get(plain(name))
    others = {SETTINGS.get(plain(other)) for other in function.takes if other != name}
    if plain(name) == "alpha" and "learning_rate" in others:
        return "regularisation"
    return setting


def spelling(name: str, function: Definition, called: frozenset[str] = frozenset()) -> str:
    """Give the key that a function, or what it calls, uses for a quantity, else the course's.

    >>> from gradcheck.submissions.reading.definitions import Definition, use_of
    >>> spelling("W1", Definition("f", (), 0, (), frozenset({"w1"}), frozenset(), 1, None, {}))
    'w1'
    """
    return _spelt(name, function.words, called)


@lru_cache(maxsize=256)  # a function is fed many times
def _spelt(name: str, own: frozenset[str], called: frozenset[str]) -> str:
    for words in (own, called):
        same = sorted(word for word in words if plain(word) == plain(name))
        if same:
            return name if name in same else same[0]
    if name.startswith("d") and "d" in own:  # made from the parameter's: "d" + key
        key = _spelt(name[1:], own, called)
        return f"d{key}" if key in own else name
    alike = sorted(w for w in own | called if meaning(w, (name,), "") == name)
    return alike[0] if alike else name


def course_globals(function: Definition, feed: Feed, defined: frozenset[str]) -> dict[str, Any]:
    """Give values for the names that the course sets in other cells and the function reads."""
    found = {name: look_up(name, function, feed) for name in sorted(function.free - defined)}
    return {
        name: value
        for name, (known, value) in found.items()
        if known and value is not None and not _is_computed(name)
    }


def own_count_values(
    counts: Mapping[str, OwnCount], function: Definition, feed: Feed
) -> dict[str, Any]:
    """Give the counts that the submission takes of its own data, as they are of the problem's.

    Those that the function, or what it calls, reads. Where the array is turned on the way to the
    function, the name alone says what is counted.
    """
    read = counts.keys() & (function.free | feed.called)
    found = {name: _counted(name, counts[name], function, feed) for name in sorted(read)}
    return {name: value for name, value in found.items() if value is not None}


def _counted(name: str, count: OwnCount, function: Definition, feed: Feed) -> Any:
    data = meaning(count.array, ("X", "Y"), "")
    shape = np.shape(feed.array(data)) if data else ()
    alike = {meaning(taken, ("X", "Y"), "") for taken in function.takes}
    if not count.turned and (count.array in function.takes or (data and data in alike)):
        if count.axis is None and shape:
            return math.prod(shape)
        if count.axis is not None and -len(shape) <= count.axis < len(shape):
            return shape[count.axis]
    return look_up(name, function, feed)[1]


def _is_computed(name: str) -> bool:
    return meaning(name, _COMPUTED, "") is not None or plain(name) in FUNCTIONS


def is_setting(name: str) -> bool:
    """Say whether a global is a size of the network or a setting, which the course has as one."""
    return plain(name) in SETTINGS or SIZES.get(plain(name), "m") != "m"
