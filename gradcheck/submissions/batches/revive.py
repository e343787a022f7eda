"""Values of the contract from their JSON, each field held against its declared type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints


def revive(kind: Any, data: Any) -> Any:
    """Read a value of a type from what ``json.loads`` gave.

    Parameters
    ----------
    kind : type
        A dataclass, or what its fields are made of: text, numbers, None, unions, tuples, mappings.
    data : JSON value

    Raises
    ------
    ValueError
        If the data are not of that type.
    """
    if kind is Any:
        return data
    if is_dataclass(kind):
        return _record(kind, data)
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return _either(inner, data)
    if origin is tuple and isinstance(data, list) and inner[1:] == (...,):
        return tuple(revive(inner[0], item) for item in data)
    if origin is tuple and isinstance(data, list) and len(data) == len(inner):
        return tuple(revive(each, item) for each, item in zip(inner, data, strict=True))
    if isinstance(origin, type) and issubclass(origin, Mapping) and isinstance(data, dict):
        return {key: revive(inner[1], item) for key, item in data.items()}
    if origin is None and _is_plain(kind, data):
        return data
    raise ValueError(f"got {data!r:.80}, expected {getattr(kind, '__name__', kind)}")


def _record(kind: Any, data: Any) -> Any:
    if not isinstance(data, dict):
        raise ValueError(f"got {data!r:.80}, expected the fields of {kind.__name__}")
    kinds = _kinds(kind)
    needed = [f for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING]
    for field in needed:
        if field.name not in data:
            raise ValueError(f"{kind.__name__}: {field.name} is missing")
    known = [field.name for field in fields(kind) if field.name in data]
    return kind(**{name: revive(kinds[name], data[name]) for name in known})


@cache  # a kept result has many records, and reading their hints anew would take most of its time
def _kinds(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _either(kinds: tuple[Any, ...], data: Any) -> Any:
    for kind in kinds:
        try:
            return revive(kind, data)
        except ValueError:
            continue
    raise ValueError(f"got {data!r:.80}, expected one of {', '.join(map(str, kinds))}")


def _is_plain(kind: Any, data: Any) -> bool:
    if kind is float:
        return isinstance(data, int | float) and not isinstance(data, bool)
    if kind is int:
        return isinstance(data, int) and not isinstance(data, bool)
    return kind in (str, bool, NoneType) and isinstance(data, kind)
