"""JSON to values: every field has its declared type, or the document is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from gradcheck.submissions.batches.revive import revive


@dataclass(frozen=True)
class Leaf:
    """A record."""

    number: int
    text: str = "default"


@dataclass(frozen=True)
class Tree:
    """A record of records."""

    leaves: tuple[Leaf, ...] = ()
    best: Leaf | None = None
    sizes: Mapping[str, float] | None = None
    anything: Any = None


RIGHT: tuple[tuple[Any, Any, object], ...] = (
    (Leaf, {"number": 1, "unknown": 2}, Leaf(1)),
    (Tree, {"leaves": [{"number": 1}], "best": None}, Tree((Leaf(1),))),
    (
        Tree,
        {"sizes": {"a": 1, "b": 2.5}, "anything": [1, {}]},
        Tree((), None, {"a": 1, "b": 2.5}, [1, {}]),
    ),
    (tuple[int, str], [1, "a"], (1, "a")),
)


@pytest.mark.parametrize(("kind", "data", "value"), RIGHT)
def test_a_value_is_read_by_its_type(kind: Any, data: object, value: object) -> None:
    """What a later version added is passed over."""
    assert revive(kind, data) == value


WRONG: tuple[tuple[Any, Any, str], ...] = (
    (Leaf, {}, "Leaf: number is missing"),
    (Leaf, [], r"got \[\], expected the fields of Leaf"),
    (Leaf, {"number": "1"}, "got '1', expected int"),
    (Leaf, {"number": 1.5}, "got 1.5, expected int"),
    (Leaf, {"number": True}, "got True, expected int"),
    (Leaf, {"number": 1, "text": None}, "got None, expected str"),
    (Tree, {"leaves": {"number": 1}}, "expected tuple"),
    (Tree, {"leaves": [1]}, "got 1, expected the fields of Leaf"),
    (Tree, {"best": 1}, "got 1, expected one of"),
    (Tree, {"sizes": {"a": "b"}}, "expected one of"),
    (tuple[int, str], [1], r"got \[1\], expected tuple"),
    (float, False, "got False, expected float"),
)


@pytest.mark.parametrize(("kind", "data", "message"), WRONG)
def test_data_of_another_type_are_refused(kind: Any, data: object, message: str) -> None:
    """A damaged file must not become a result."""
    with pytest.raises(ValueError, match=message):
        revive(kind, data)
