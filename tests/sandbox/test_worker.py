"""The child's side without its walls: what a worker answers, run here where it can be watched."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gradcheck.sandbox.child.decode import decode
from gradcheck.sandbox.child.encode import encode
from gradcheck.sandbox.child.output import Sink
from gradcheck.sandbox.child.submission import MAX_HANDLES, Submission
from gradcheck.sandbox.child.wire import CodecError, Handle, frame
from gradcheck.sandbox.child.worker import serve

Made = Callable[..., Any]

ROOM = 2**20


def test_a_call_is_answered_with_bytes(made: Made) -> None:
    """The worker gives value, arguments and locals, each as bytes of its own."""
    bench = made("import numpy as np\ndef f(x, y=1):\n    z = x + y\n    x += 1\n    return z")
    answer = bench.called("f", np.zeros(2), keywords={"y": 2})
    assert decode(answer["value"]).tolist() == [2, 2]
    assert decode(answer["arguments"][0]).tolist() == [1, 1]
    assert answer["locals"] == {}


@pytest.fixture
def impl_unloaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget `impl`: a real child never holds it, but other tests may have loaded it here."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "impl"]:
        monkeypatch.delitem(sys.modules, name)


@pytest.mark.usefixtures("impl_unloaded")
def test_ours_are_missing_by_their_inner_names_too(made: Made) -> None:
    """No part of a package of ours is found, and the line says where it was looked for."""
    failure = made("def f():\n    import impl.model").called("f")["failure"]
    assert failure["message"] == "ModuleNotFoundError: No module named 'impl'"
    assert failure["line"] == 2


def test_a_seed_is_sown_only_if_there_is_one(made: Made) -> None:
    """None leaves both generators where they are."""
    bench = made(
        "import numpy as np, random\ndef f():\n    return np.random.rand(), random.random()"
    )
    draws = [bench.value("f", seed=seed) for seed in (3, 3, None)]
    assert draws[0] == draws[1] != draws[2]


def test_names_set_for_a_call_are_put_back(made: Made) -> None:
    """A name that was there gets its old value, one that was not goes."""
    bench = made("n = 1\ndef f():\n    return n + new")
    assert bench.value("f", globals={"n": 10, "new": 5}) == 15
    namespace = bench.worker.submission.module.__dict__
    assert (namespace["n"], "new" in namespace) == (1, False)


@pytest.mark.parametrize(
    ("source", "message", "line"),
    [
        ("def f():\n    return 1 / 0", "ZeroDivisionError: division by zero", 2),
        ("def f():\n    raise SystemExit(3)", "SystemExit: it stopped the program", 2),
        ("def f():\n    raise KeyboardInterrupt", "KeyboardInterrupt: ", 2),
        ("def f():\n    return input('?')", "EOFError: input() was called", 2),
        ("def f():\n    print('x' * 5000)", "OSError: printed more than 1000 characters", 2),
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
    failure = made(source).called("f")["failure"]
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
    failure = made().loaded(0, source, 7)
    assert failure["message"].startswith(message)
    assert (failure["piece"], failure["line"]) == (0, line)


def test_a_value_that_cannot_cross_is_said_so(made: Made) -> None:
    """A bad value is no crash; a crash is not hidden by it."""
    bench = made("import numpy as np\ndef f():\n    return np.array([None])")
    failure = bench.called("f")["failure"]
    assert failure["kind"] == "bad-value"
    assert failure["message"] == "value: an array of dtype object, expected numbers"


def test_an_object_is_kept_once(made: Made) -> None:
    """The same object has one handle, by which it comes back; its attributes can be listed."""
    bench = made("class N:\n  def __init__(self): self.n = 3\nmade = N()\ndef f(*x): return made")
    first, again = bench.value("f"), bench.value("f")
    assert first == again == Handle(0, "N")
    packed = encode(first, limit=ROOM, keep=lambda handle: handle)
    answer = bench.answer("vars", handle=packed)
    assert decode(answer["locals"]["n"][0]) == 3
    assert bench.value("f", first) == first


def test_only_so_many_objects_are_kept() -> None:
    """The memory for handles has an end."""
    submission = Submission({})
    submission.kept = [object() for _ in range(MAX_HANDLES)]
    with pytest.raises(CodecError, match="value: more than 10000 objects to keep"):
        submission.keep(object())


def test_an_absent_module_is_named(made: Made) -> None:
    """What is imported in vain is said with the failures, also what an earlier piece missed."""
    bench = made("import lr_utils")
    assert bench.answer("load", pieces=[]) == {"failures": [], "missing": ["lr_utils"]}


def test_the_worker_serves_until_the_host_hangs_up(made: Made) -> None:
    """Each request gets one answer with its own token, in order."""
    requests: list[dict[str, Any]] = [
        {"do": "load", "with": {"pieces": []}, "token": token} for token in (b"a", b"b")
    ]
    sent = b"".join(frame(encode(request, limit=ROOM)) for request in requests)
    written = io.BytesIO()
    serve(made().worker, io.BytesIO(sent), written)
    empty: dict[str, Any] = {"failures": [], "missing": []}
    answers = [frame(encode({**empty, "token": token}, limit=ROOM)) for token in (b"a", b"b")]
    assert written.getvalue() == b"".join(answers)


def test_locals_that_are_no_values_or_too_large_are_left_out(made: Made) -> None:
    """What fits goes; the rest is not there."""
    many = {f"v{n}": (n, 1) for n in range(400)}
    found = made().worker.locals(
        {"a": (np.zeros(ROOM // 8 - 10), 1), "b": (np.zeros(50), 2), **many}
    )
    assert len(found) < 400
    assert "b" not in found
    assert made().worker.locals({"a": (np.array([None]), 1)}) == {}
    assert len(made().worker.locals(many)) == 300


def test_a_sink_counts_and_forgets() -> None:
    """Printing goes nowhere and has an end."""
    sink = Sink(5)
    assert sink.writable()
    assert print("abc", file=sink) is None
    with pytest.raises(OSError, match="printed more than 5 characters"):
        sink.write("de")
