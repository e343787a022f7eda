"""The child's side without its walls: what a worker answers, run here where it can be watched."""

from __future__ import annotations

import builtins
import io
import sys
from collections.abc import Callable
from textwrap import dedent
from types import FrameType
from typing import Any

import numpy as np
import pytest

from gradcheck.sandbox.child.capture import Capture
from gradcheck.sandbox.child.decode import decode
from gradcheck.sandbox.child.encode import encode
from gradcheck.sandbox.child.imports import Missing
from gradcheck.sandbox.child.output import Sink
from gradcheck.sandbox.child.submission import MAX_HANDLES, Submission
from gradcheck.sandbox.child.wire import CodecError, Handle, frame
from gradcheck.sandbox.child.worker import Worker, serve

ROOM = 2**20
Made = Callable[..., Worker]


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Made:
    """Give a function that makes an installed worker; the process is put right afterwards."""
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    monkeypatch.setattr(sys, "modules", dict(sys.modules))
    monkeypatch.setattr(sys, "argv", sys.argv)
    monkeypatch.setattr(sys, "stdout", sys.stdout)
    monkeypatch.setattr(sys, "stderr", sys.stderr)
    monkeypatch.setattr(builtins, "input", builtins.input)

    def make(*sources: str, **stubs: str) -> Worker:
        worker = Worker(stubs, 1000, ROOM)
        worker.install()
        for index, source in enumerate(sources):
            wanted = {"index": index, "source": dedent(source), "first_line": 1}
            failure = worker.answer({"do": "load", "with": wanted})["failure"]
            assert failure is None, failure
        return worker

    return make


def called(worker: Worker, name: str, *arguments: Any, **options: Any) -> dict[str, Any]:
    """Call a function through the worker."""
    given = (list(arguments), options.pop("keywords", {}), options.pop("globals", {}))
    packed = encode(given, limit=ROOM, keep=lambda handle: Handle(*handle))
    options = {"seed": 0, "capture": False, **options}
    request = {"function": name, "arguments": packed, "options": options}
    return worker.answer({"do": "call", "with": request})


def value(answer: dict[str, Any]) -> Any:
    """Read the value of an answer."""
    assert answer["failure"] is None, answer["failure"]
    return decode(answer["value"])


def test_a_call_is_answered_with_bytes(made: Made) -> None:
    """The worker gives value, arguments and locals, each as bytes of its own."""
    worker = made("import numpy as np\ndef f(x, y=1):\n    z = x + y\n    x += 1\n    return z")
    answer = called(worker, "f", np.zeros(2), keywords={"y": 2})
    assert value(answer).tolist() == [2, 2]
    assert decode(answer["arguments"][0]).tolist() == [1, 1]
    assert answer["locals"] == {}


def test_a_seed_is_sown_only_if_there_is_one(made: Made) -> None:
    """None leaves both generators where they are."""
    worker = made(
        "import numpy as np, random\ndef f():\n    return np.random.rand(), random.random()"
    )
    draws = [value(called(worker, "f", seed=seed)) for seed in (3, 3, None)]
    assert draws[0] == draws[1] != draws[2]


def test_names_set_for_a_call_are_put_back(made: Made) -> None:
    """A name that was there gets its old value, one that was not goes."""
    worker = made("n = 1\ndef f():\n    return n + new")
    assert value(called(worker, "f", globals={"n": 10, "new": 5})) == 15
    namespace = worker.submission.module.__dict__
    assert (namespace["n"], "new" in namespace) == (1, False)


@pytest.mark.parametrize(
    ("source", "message", "line"),
    [
        ("def f():\n    return 1 / 0", "ZeroDivisionError: division by zero", 2),
        ("def f():\n    raise SystemExit(3)", "SystemExit: it stopped the program", 2),
        ("def f():\n    raise KeyboardInterrupt", "KeyboardInterrupt: ", 2),
        ("def f():\n    return input('?')", "EOFError: input() was called", 2),
        ("def f():\n    print('x' * 5000)", "OSError: printed more than 1000 characters", 2),
        ("def f():\n    import impl.model", "ModuleNotFoundError: No module named 'impl'", 2),
        ("def g(): pass", "LookupError: the submission defines no f", None),
        (
            "class E(Exception):\n  def __str__(self): return 1\ndef f():\n  raise E",
            "E: (its text",
            4,
        ),
        ("def f():\n    exec('1/0')", "ZeroDivisionError", 2),
    ],
)
def test_a_crash_is_described(made: Made, source: str, message: str, line: int | None) -> None:
    """Type, text and innermost line of the submission are told, whatever was raised."""
    failure = called(made(source), "f")["failure"]
    assert failure["message"].startswith(message)
    assert (failure["kind"], failure["line"]) == ("crashed", line)


@pytest.mark.parametrize(
    ("source", "message", "line"),
    [
        ("x = 1\ny = (", "SyntaxError: '(' was never closed", 8),
        ("x = 1\nraise OSError('no')", "OSError: no", 8),
        ("import sys\nsys.exit()", "SystemExit: it stopped", 8),
        ("x = '\\0" + "\0'", "SyntaxError: source code string cannot contain null bytes", 7),
    ],
)
def test_a_piece_that_fails_names_its_line_in_the_file(
    made: Made, source: str, message: str, line: int
) -> None:
    """Lines are those of the file that the piece was cut from."""
    wanted = {"index": 0, "source": source, "first_line": 7}
    failure = made().answer({"do": "load", "with": wanted})["failure"]
    assert failure["message"].startswith(message)
    assert (failure["piece"], failure["line"]) == (0, line)


def test_a_value_that_cannot_cross_is_said_so(made: Made) -> None:
    """A bad value is no crash; a crash is not hidden by it."""
    worker = made("import numpy as np\ndef f():\n    return np.array([None])")
    failure = called(worker, "f")["failure"]
    assert failure["kind"] == "bad-value"
    assert failure["message"] == "value: an array of dtype object, expected numbers"


def test_an_object_is_kept_once(made: Made) -> None:
    """The same object has one handle, by which it comes back; its attributes can be listed."""
    worker = made("class N:\n  def __init__(self): self.n = 3\nmade = N()\ndef f(*x): return made")
    first, again = value(called(worker, "f")), value(called(worker, "f"))
    assert first == again == Handle(0, "N")
    answer = worker.answer({"do": "vars", "with": {"handle": encode(first, limit=99, keep=as_is)}})
    assert decode(answer["locals"]["n"][0]) == 3
    passed = encode(([first], {}, {}), limit=ROOM, keep=as_is)
    options = {"seed": None, "capture": False}
    asked = {"function": "f", "arguments": passed, "options": options}
    assert value(worker.answer({"do": "call", "with": asked})) == first


def as_is(handle: Handle) -> Handle:
    """Let a handle pass."""
    return handle


def test_only_so_many_objects_are_kept() -> None:
    """The memory for handles has an end."""
    submission = Submission({})
    submission.kept = [object() for _ in range(MAX_HANDLES)]
    with pytest.raises(CodecError, match="value: more than 10000 objects to keep"):
        submission.keep(object())


def test_what_there_is_is_listed(made: Made) -> None:
    """Functions, wrapped ones, classes and methods of the submission, and absent modules."""
    worker = made(
        """
        import functools, math, lr_utils
        from math import exp
        def deco(f):
            @functools.wraps(f)
            def inner(*a): return f(*a)
            return inner
        @deco
        def g(x, y=1): return x
        class Empty: pass
        class Net:
            size = 3
            def fit(self, X, *, y): pass
            @staticmethod
            def odd(): pass
        wrapped = functools.wraps(exp)(lambda x: x)
        again = lambda y: y
        again.__wrapped__ = again
        """
    )
    answer = worker.answer({"do": "list", "with": {}})
    found = {(item["name"], item["parameters"], item["kind"]) for item in answer["functions"]}
    assert found == {
        *(("deco", ("f",), "function"), ("g", ("x", "y"), "function"), ("Empty", (), "class")),
        *(("Net", (), "class"), ("Net.fit", ("self", "X", "y"), "method")),
        *(("wrapped", ("x",), "function"), ("again", ("y",), "function")),
    }
    assert answer["missing"] == ["lr_utils"]


def test_stubs_are_found_before_anything_else(made: Made) -> None:
    """A stand-in has its source's names, its parents exist, and it is not called missing."""
    worker = made(
        """
        import lr_utils, plot.sub.deep
        from lr_utils import *
        def f(): return half(3), plot.sub.deep.x
        """,
        **{"lr_utils": "import absent\ndef half(x): return x / 2", "plot.sub.deep": "x = 1"},
    )
    assert value(called(worker, "f")) == (1.5, 1)
    assert worker.submission.back.missing == ["absent"]


@pytest.mark.parametrize(
    "source",
    [
        "try:\n    import cupy as np\nexcept ImportError:\n    import numpy as np",
        "try:\n    from cupy import array as a\n    import numpy as np\nexcept Exception:\n"
        "    import numpy as np",
        "try:\n    import cupy as np\nexcept:\n    import numpy as np",
        "try:\n    import cupy as np\nexcept (ValueError, ModuleNotFoundError):\n"
        "    import numpy as np",
    ],
)
def test_an_import_with_an_alternative_fails_honestly(made: Made, source: str) -> None:
    """A submission that can do without a module is told that it must."""
    worker = made(f"{source}\ndef f(): return np.ones(1)")
    assert value(called(worker, "f")).tolist() == [1]
    assert worker.submission.back.missing == []


def test_an_import_under_another_handler_gets_the_stand_in(made: Made) -> None:
    """Catching something else is no alternative."""
    worker = made("try:\n    import cupy\nexcept ValueError:\n    pass")
    assert worker.submission.back.missing == ["cupy"]


def test_numpy_s_own_optional_imports_are_left_alone(made: Made) -> None:
    """Only what the submission imports gets a stand-in."""
    made("import cupy")
    with pytest.raises(ModuleNotFoundError):
        __import__("not_installed_anywhere")


def test_a_stand_in_does_nothing_in_every_way(made: Made) -> None:
    """Whatever a plot, a decorator or a base class is asked for, the submission goes on."""
    worker = made(
        """
        import matplotlib.pyplot as plt
        import numba, torch.nn as nn
        from scipy import misc
        @numba.jit
        def f(x): return 2 * x
        @numba.jit(nopython=True)
        def g(x): return 3 * x
        class Net(nn.Module):
            pass
        def h():
            with plt.style.context("ggplot") as c:
                plt.rcParams['figure.figsize'] = 3
                ax = plt.rcParams[0]
                ax.plot([1], label="a").set(x=1)
            return list(plt.lines), f(1), g(1), Net.__bases__ == (object,), hasattr(plt, "__len__")
        """
    )
    assert value(called(worker, "h")) == ([], 2, 3, True, False)
    assert isinstance(Missing()(1, 2), Missing)


def test_the_worker_serves_until_the_host_hangs_up(made: Made) -> None:
    """Each request gets one answer with its own token, in order."""
    requests: list[dict[str, Any]] = [
        {"do": "list", "with": {}, "token": token} for token in (b"a", b"b")
    ]
    sent = b"".join(frame(encode(request, limit=ROOM)) for request in requests)
    written = io.BytesIO()
    serve(made(), io.BytesIO(sent), written)
    empty: dict[str, Any] = {"functions": [], "missing": []}
    answers = [frame(encode({**empty, "token": token}, limit=ROOM)) for token in (b"a", b"b")]
    assert written.getvalue() == b"".join(answers)


def test_locals_that_are_no_values_or_too_large_are_left_out(made: Made) -> None:
    """What fits goes; the rest is not there."""
    many = {f"v{n}": (n, 1) for n in range(400)}
    found = made().locals({"a": (np.zeros(ROOM // 8 - 10), 1), "b": (np.zeros(50), 2), **many})
    assert len(found) < 400
    assert "b" not in found
    assert made().locals({"a": (np.array([None]), 1)}) == {}
    assert len(made().locals(many)) == 300


def test_a_sink_counts_and_forgets() -> None:
    """Printing goes nowhere and has an end."""
    sink = Sink(5)
    assert sink.writable()
    assert print("abc", file=sink) is None
    with pytest.raises(OSError, match="printed more than 5 characters"):
        sink.write("de")


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
    found = called(made(LOOP), "outer", 1, capture=True)["locals"]
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
    answer = called(made("def f(x):\n    y = x + 1\n    z = y / 0"), "f", 1, capture=True)
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
