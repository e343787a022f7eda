"""Local variables are captured with their last values and the lines that set them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from gradcheck.sandbox.child.capture import Capture, attributes_of
from gradcheck.sandbox.child.decode import decode
from gradcheck.sandbox.child.wire import Handle

Made = Callable[..., Any]

LOOP = """
def outer(x):
    a = x
    for i in range(3):
        a = a + i
    b, c = a, 2
    inner(b)
    return a
def inner(y):
    y = y * 2
    def deeper(): return y
    if y > 1000:
        y = 0
    return y
"""


def test_locals_come_with_the_line_that_set_them_last(made: Made) -> None:
    """Of several assignments the one that ran last counts; arguments stand at their function."""
    found = made(LOOP).called("outer", 1, capture=True)["locals"]
    plain = {name: (decode(data), line) for name, (data, line) in found.items()}
    assert plain == {
        "x": (1, 2),
        "a": (4, 5),
        "i": (2, 4),
        "b": (4, 6),
        "c": (2, 6),
        "inner.y": (8, 10),
        "inner.deeper": (Handle(0, "function"), 11),
        "inner.return": (8, 14),
    }


CLASS = """
class Net:
    def forward(self, x):
        self.z = x + 1
        return self.z
    def train(self, x):
        for _ in range(6):
            x = self.forward(x)
        return x
def main(x):
    return Net().train(x)
class Odd:
    def __getattribute__(self, name):
        raise OSError
    def f(self):
        return 1
def odd():
    return Odd.f(Odd())
"""


def test_a_method_shows_the_attributes_that_it_sets(made: Made) -> None:
    """Under its class, the last call first, and only so many calls."""
    found = made(CLASS).called("main", 1, capture=True)["locals"]
    plain = {name: (decode(data), line) for name, (data, line) in found.items()}
    assert [plain[f"Net.forward{at}.z"] for at in ("", "@1", "@2", "@3")] == [
        (7, 4),
        (6, 4),
        (5, 4),
        (4, 4),
    ]
    assert "Net.forward@4.z" not in plain


def test_what_a_function_is_given_is_not_noted_again(made: Made) -> None:
    """An argument is known where it comes from."""
    found = made(CLASS).called("main", 1, capture=True)["locals"]
    assert "Net.forward.x" not in found
    assert "x" in found


def test_an_object_that_shows_nothing_is_passed_over(made: Made) -> None:
    """A class of a submission may fail in any way."""
    answer = made(CLASS).called("odd", capture=True)
    assert answer["failure"] is None
    assert list(answer["locals"]) == ["Odd.f.return"]


class _Slotted:
    __slots__ = ("__hidden", "_kept", "plain", "unset")

    def __init__(self) -> None:
        self.__hidden, self._kept, self.plain = 1, 2, 3


class _Mixed(_Slotted):
    def __init__(self) -> None:
        super().__init__()
        self.added = 4


class _Unset:
    __slots__ = ("never",)


class _Open:
    __slots__ = ("__dict__", "one")

    def __init__(self) -> None:
        self.one, self.two = 1, 2


SLOTTED = {"_Slotted__hidden": 1, "_kept": 2, "plain": 3}


@pytest.mark.parametrize(
    ("made", "held"),
    [
        (_Slotted(), SLOTTED),
        (_Mixed(), SLOTTED | {"added": 4}),
        (_Unset(), {}),
        (_Open(), {"one": 1, "two": 2}),
        (type("__", (), {"__slots__": "__x"})(), {}),
        (1.5, {}),
    ],
)
def test_the_attributes_of_an_object_are_those_of_its_slots_and_of_its_dict(
    made: Any, held: dict[str, int]
) -> None:
    """Private ones under their whole names; a slot that nothing fills is none."""
    assert attributes_of(made) == held


def test_locals_of_a_crash_are_there(made: Made) -> None:
    """A function that raises still shows how far it came."""
    answer = made("def f(x):\n    y = x + 1\n    z = y / 0").called("f", 1, capture=True)
    assert decode(answer["locals"]["y"][0]) == 2


def test_capture_leaves_the_tracer_that_was_there() -> None:
    """A debugger or a coverage measurement goes on afterwards."""
    before = sys.gettrace()
    with Capture(set()):
        assert sys.gettrace() != before
    assert sys.gettrace() == before


def test_a_watched_frame_tells_its_lines_and_its_end() -> None:
    """The steps of a watch, one by one: other files are left alone, too many frames too."""

    def steps() -> Any:
        first = 1
        yield first

    generator = steps()
    frame = generator.gi_frame
    assert isinstance(frame, FrameType)
    assert Capture(set()).started(frame, "call", None) is None
    capture = Capture({__file__})
    watch = capture.started(frame, "call", None)
    assert watch is not None
    next(generator)
    assert watch(frame, "line", None) == watch
    watch(frame, "line", None)
    watch(frame, "exception", None)
    inside = capture.started(frame, "call", None)
    assert inside is not None
    inside(frame, "return", None)
    watch(frame, "return", None)
    code = steps.__code__
    line = code.co_firstlineno
    assert capture.found == {"first": (1, line), "steps.return": (None, frame.f_lineno)}
    capture.depth = 10**6
    assert capture.started(frame, "call", None) is None
