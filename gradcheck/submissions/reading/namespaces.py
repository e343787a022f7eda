"""What a notebook or a session has defined, read from its namespace such as ``globals()``."""

from __future__ import annotations

import linecache
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import FunctionType
from typing import Any

from gradcheck.submissions.reading.files import Source, read_texts
from gradcheck.submissions.reading.notebooks import Text

NAME = "this notebook"
_OURS = re.compile(r"(import|from)\s+gradcheck\b")  # the call itself needs it, and no function does


def read_namespace(namespace: Mapping[str, Any]) -> Source:
    """Read the functions and classes that a namespace has, and what they need.

    In IPython the cells that were run are read, in their order and under their numbers; elsewhere
    the files that the functions come from.

    Raises
    ------
    ValueError
        If the namespace defines nothing, or what it defines has no source.
    """
    defined = {name: value for name, value in namespace.items() if _is_own(value, namespace)}
    if not defined:
        raise ValueError(
            "the namespace: defines no function or class; run the cells that define them, "
            "then give it globals()"
        )
    source = read_texts(NAME, tuple(_cells(namespace)) or tuple(_files(defined)))
    found = {function.name for function in source.functions}
    found |= {made.name for made in source.classes}
    if not found & defined.keys():
        raise ValueError(
            f"the namespace: {min(defined)} has no source here; define it in a cell or in a file"
        )
    pieces = tuple(piece for piece in source.pieces if not _OURS.match(piece.source))
    return replace(source, pieces=pieces)


def _is_own(value: Any, namespace: Mapping[str, Any]) -> bool:
    """Say whether a function or class was defined there, and not imported."""
    if not isinstance(value, (FunctionType, type)):
        return False
    return value.__module__ in (None, namespace.get("__name__"))


def _cells(namespace: Mapping[str, Any]) -> Iterator[Text]:
    """Yield the cells that were run, from IPython's own list of them."""
    history = namespace.get("In")
    for number, text in enumerate(history if isinstance(history, list) else ()):
        if isinstance(text, str) and text.strip():
            yield Text(text, number)


def _files(defined: Mapping[str, Any]) -> Iterator[Text]:
    functions = [value for value in defined.values() if isinstance(value, FunctionType)]
    methods = (vars(value).values() for value in defined.values() if isinstance(value, type))
    functions += [m for found in methods for m in found if isinstance(m, FunctionType)]
    for name in dict.fromkeys(function.__code__.co_filename for function in functions):
        text = "".join(linecache.getlines(name))
        if text:
            yield Text(text)
