"""Everything that goes wrong in a submission becomes a failure with a place, and no more."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from gradcheck.sandbox import Failure, Limits, Piece, Program, Sandbox, WarmParent, clean

Open = Callable[..., Sandbox]
GOOD = "def good():\n    return 1"


@pytest.mark.parametrize(
    ("source", "kind", "message", "line"),
    [
        ("x = 1\ny = 1 / 0", "load-error", "ZeroDivisionError: division by zero", 2),
        ("x = 1\n\ndef f(:", "load-error", "SyntaxError: invalid syntax", 3),
        ("import sys\nsys.exit(0)", "load-error", "SystemExit: it stopped the program", 2),
        ("raise KeyboardInterrupt", "load-error", "KeyboardInterrupt", 1),
        ("x = input('?')", "load-error", "EOFError: input() was called", 1),
        ("import impl", "load-error", "ModuleNotFoundError: No module named 'impl'", 1),
        ("import os\nos._exit(0)", "killed", "the process ended itself with exit code 0", 1),
        ("import os\nos.abort()", "killed", "the process died of SIG", 1),
        ("while True: pass", "timed-out", "did not finish within 0.4 seconds", 1),
        ("import time; time.sleep(99)", "timed-out", "did not finish within 0.4 seconds", 1),
        ("print('x' * 3_000_000)", "load-error", "OSError: printed more than 2000000", 1),
        ("class E(Exception):\n  def __str__(self): 1/0\nraise E", "load-error", "E: (its", 3),
    ],
)
def test_a_piece_that_fails_leaves_the_others(
    opened: Open, source: str, kind: str, message: str, line: int
) -> None:
    """Whatever one piece does, it is named with its line, and the rest is there."""
    limits = Limits(call_seconds=0.4, output_bytes=2_000_000)
    sandbox = opened(source, GOOD, limits=limits)
    (failure,) = sandbox.load().failures
    assert (failure.kind, failure.line, failure.name) == (kind, line, "s0.py")
    assert failure.message.startswith(message)
    assert sandbox.call("good", []).value == 1


@pytest.mark.parametrize(
    ("body", "kind", "message"),
    [
        ("return 1 / 0", "crashed", "ZeroDivisionError: division by zero"),
        ("return undefined", "crashed", "NameError: name 'undefined' is not defined"),
        ("exit()", "crashed", "NameError: name 'exit' is not defined"),
        ("import sys; sys.exit('done')", "crashed", "SystemExit: it stopped the program"),
        ("return input()", "crashed", "EOFError: input() was called"),
        ("return f()", "crashed", "RecursionError: maximum recursion depth"),
        ("return [0] * 10**10", "crashed", "MemoryError"),
        ("while True: print('x' * 10**6)", "crashed", "OSError: printed more than"),
        ("import impl", "crashed", "ModuleNotFoundError: No module named 'impl'"),
        ("import gradcheck.sandbox", "crashed", "ModuleNotFoundError"),
        ("import derivations", "crashed", "ModuleNotFoundError"),
        ("import reports", "crashed", "ModuleNotFoundError"),
        ("import os; os._exit(5)", "killed", "the process ended itself with exit code 5"),
        ("while True: pass", "timed-out", "did not finish within 0.4 seconds"),
        ("import ctypes; ctypes.string_at(0)", "killed", "the process died of SIGSEGV"),
        ("return np.array([None])", "bad-value", "value: an array of dtype object"),
        ("return np.array(['a'])", "bad-value", "value: an array of dtype <U1"),
        ("return np.broadcast_to(0., (10**6, 10**6))", "bad-value", "value: takes more than"),
        ("return {1: 2}", "bad-value", "value: a dict with a key of type int, expected str"),
        ("x = []; x.append(x); return x", "bad-value", "value: nests deeper than"),
        ("return [0] * 10**6", "bad-value", "value: has more than the 200000 items"),
        ("return 10**1000", "bad-value", "value: an integer of more than 64 bytes"),
    ],
)
def test_a_function_that_fails_gives_the_reason(
    opened: Open, body: str, kind: str, message: str
) -> None:
    """The failure of a call is named, and the next call works."""
    limits = Limits(call_seconds=0.4, memory_bytes=2**29)
    sandbox = opened(f"import numpy as np\ndef f():\n    {body}", GOOD, limits=limits)
    outcome = sandbox.call("f", [])
    assert outcome.failure is not None
    assert (outcome.failure.kind, outcome.value) == (kind, None)
    assert outcome.failure.message.startswith(message)
    assert sandbox.call("good", []).value == 1


def test_a_crash_names_the_innermost_line_of_the_submission(opened: Open) -> None:
    """The place is the submission's own line, also when NumPy raised."""
    source = (
        "import numpy as np\ndef f(x):\n    return g(x)\ndef g(x):\n    y = x\n    return x @ y"
    )
    failure = opened(source).call("f", [np.ones((2, 3))]).failure
    assert failure is not None
    assert (failure.name, failure.line, failure.function) == ("s0.py", 6, "g")


def test_the_total_time_ends_a_submission(opened: Open) -> None:
    """When all its seconds are used, nothing of it runs any more."""
    limits = Limits(call_seconds=0.3, total_seconds=0.5)
    sandbox = opened("def f():\n    while True: pass", GOOD, limits=limits)
    kinds = [sandbox.call("f", []).failure for _ in range(3)]
    assert str(kinds[-1]).count("the submission has used its 0.5 seconds") == 1
    assert sandbox.call("good", []).value is None


def test_a_function_that_is_not_there_is_said_so(opened: Open) -> None:
    """A missing name is a crash with its own words."""
    failure = opened(GOOD).call("bad", []).failure
    assert failure == Failure("crashed", "LookupError: the submission defines no bad")


def test_a_message_is_one_printable_line() -> None:
    """Control signs, direction marks and line ends of a submission's text never get out."""
    raw = "a\x1b[31m\r\n::error::\u202eb\x00 " + "x" * 1000
    assert clean(raw).startswith("a [31m ::error:: b x")
    assert len(clean(raw)) == 300
    with pytest.raises(ValueError, match="message: got raw text"):
        Failure("crashed", raw)


@pytest.mark.parametrize(
    ("source", "line"),
    [("x = 1 / 0", 40), ("def f(:", 40), ("\nimport impl", 41), ("\n\nclass A:\n  1 / 0", 43)],
)
def test_a_piece_far_down_fails_at_the_line_of_its_file(
    warm: WarmParent, source: str, line: int
) -> None:
    """A piece is sent without the lines above it, and its failures still have their places."""
    program = Program((Piece(source, "a.py", None, 40),))
    with Sandbox(program, allow_weak=True, warm=warm) as sandbox:
        (failure,) = sandbox.load().failures
    assert failure.line == line


def test_when_loading_takes_all_its_time_the_rest_is_left_out(opened: Open) -> None:
    """What was not reached has not failed."""
    limits = Limits(call_seconds=0.4, total_seconds=0.5)
    sandbox = opened("while True: pass", GOOD, GOOD, limits=limits)
    assert len(sandbox.load().failures) <= 1
    assert sandbox.spent


def test_an_object_with_slots_shows_its_attributes(opened: Open) -> None:
    """Also one that has no ``__dict__``."""
    source = """
class A:
    __slots__ = ("w", "unset")
class B(A):
    __slots__ = "b"
def make():
    made = B()
    made.w, made.b = 1.0, 2.0
    return made
"""
    sandbox = opened(source)
    found = sandbox.attributes(sandbox.call("make", []).value).locals
    assert {name: value for name, (value, _) in found.items()} == {"w": 1.0, "b": 2.0}
