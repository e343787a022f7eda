"""Calling a function with the arrays of a point by their names, where it takes them so."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
NAMED = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


def taking(
    function: Callable[..., Any], point: Any, called: str, *, gives: str = "number"
) -> Callable[[Any], Any]:
    """Give a function of one argument, the point, from one that may take its arrays by name.

    Parameters
    ----------
    function : callable
        Takes the point as it is; or, where that is a dict, its arrays as arguments of their names.
    point : array or dict of arrays
    called : str
        What messages call the function.
    gives : str
        "number", or "arrays": then, called by name, it may give a dict like the point, or a tuple
        of arrays in the order of its arguments, or an array if it has but one.

    Raises
    ------
    ValueError
        If it takes neither.
    """
    arguments = _arguments(function)
    if arguments is None:
        return function
    required = [a.name for a in arguments if a.default is a.empty]
    by_name = [a.name for a in arguments if a.kind in NAMED]
    names = list(point) if isinstance(point, Mapping) else []
    if names and set(required) <= set(names) <= set(by_name):
        order = [name for name in by_name if name in names]
        if gives == "number":
            return lambda given: function(**given)
        return lambda given: _in_order(function(**given), order)
    if len(required) > 1 or not any(a.kind in POSITIONAL for a in arguments):
        takes = ", ".join(a.name for a in arguments) or "nothing"
        has = ", ".join(map(str, names)) if names else "one array"
        raise ValueError(
            f"{called} takes {takes}, but the point has {has}; "
            "name the arrays of the point as the arguments, or take one dict of them"
        )
    return function


def _arguments(function: Callable[..., Any]) -> list[inspect.Parameter] | None:
    """Give the arguments of a function; None if they cannot be told, or it takes any number."""
    try:
        found = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):  # some functions written in C do not tell
        return None
    return found if all(a.kind in (*POSITIONAL, *NAMED) for a in found) else None


def _in_order(given: Any, names: list[str]) -> Any:
    """Put what a function gives for some names into a dict, unless it is one or another thing."""
    if isinstance(given, Mapping):
        return given
    if isinstance(given, tuple) and len(given) == len(names):
        return dict(zip(names, given, strict=True))
    return {names[0]: given} if len(names) == 1 else given
