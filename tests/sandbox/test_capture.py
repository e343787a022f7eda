"""Local variables are captured with their last values and the lines that set them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from gradcheck.sandbox.child.capture import Capture
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
    }


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
    assert capture.found == {
        "steps.first": (1, code.co_firstlineno),
        "first": (1, code.co_firstlineno),
    }
    capture.depth = 10**6
    assert capture.started(frame, "call", None) is None
