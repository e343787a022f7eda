"""Long and broken texts: read in one go, or refused in a line; what is alike is said once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from gradcheck.sandbox import Limits, WarmParent
from gradcheck.submissions import Submission
from gradcheck.submissions.pipeline import Options, validate_bytes
from gradcheck.submissions.reading.files import MOST_SOURCE, read_bytes
from gradcheck.submissions.reading.notebooks import UnreadableError
from gradcheck.submissions.reading.notes import MOST_NOTES, said_once

Judge = Callable[..., Submission]
RIGHT = (Path(__file__).parent / "right" / "network_course.txt").read_text()


@pytest.mark.parametrize(
    "lines",
    [
        "x = 1\n" * 5000,
        "x = 1;" * 5000,
        "".join(f"x{n} = {n}\n" for n in range(5000)),
        "".join(f"x{n} = [{n}, -1, (2.5, 'a')]\n" for n in range(5000)),
    ],
)
def test_a_table_of_constants_is_one_piece(lines: str) -> None:
    """What cannot fail is sent in one go, however many lines it has."""
    (piece,) = read_bytes("a.py", lines.encode()).pieces
    assert piece.source.count("=") == 5000


@pytest.mark.parametrize("value", ["1 / 0", "[1][2]", "{[]: 1}", "{1, []}", "-'a'", "int('a')"])
def test_a_constant_that_fails_costs_no_other(value: str, judge: Judge) -> None:
    """Only what cannot fail is joined: the note names the line, and the rest is judged."""
    result = judge(f"a = 1\nb = {value}\n{RIGHT}")
    assert result.verdict == "correct"
    assert sum("line 2: left out" in note for note in result.notes) == (value != "[1][2]")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.py", b"x = 1\n" * (MOST_SOURCE // 6 + 1)),
        ("a.py", b"x = [" + b"1, " * (MOST_SOURCE // 3) + b"]"),
        ("a.py", b"#" * (MOST_SOURCE + 1)),
        ("a.ipynb", b'{"cells": [{"cell_type": "code", "source": "%s"}]}' % (b"#" * 1_000_001)),
    ],
)
def test_a_text_longer_than_homework_is_refused(name: str, content: bytes) -> None:
    """A file of data under a program's name holds up nobody."""
    with pytest.raises(UnreadableError, match="kB of program, expected at most 1000 kB; keep its"):
        read_bytes(name, content)


def test_the_outputs_of_a_notebook_are_no_program() -> None:
    """Pictures are long, and are not read."""
    cell = b'{"cell_type": "code", "source": "x = 1", "outputs": ["%s"]}'
    assert read_bytes("a.ipynb", b'{"cells": [%s]}' % (cell % (b"A" * 2_000_000))).pieces


def test_a_pdf_is_called_one() -> None:
    """The reader learns what was handed in, not that its syntax is invalid."""
    with pytest.raises(UnreadableError, match="a PDF under another name, expected the text"):
        read_bytes("a.py", b"%PDF-1.4\n1 0 obj\n")


SUM = " + ".join(["a"] * 1500)
DEEP = (
    f"text = {SUM}",
    f"text = {SUM.replace('a', 'f(1)')}",
    f"text = [{SUM}][0]",
    f"text = ({SUM})[0]",
    f"text = table[{SUM}]",
    f"text = {SUM.replace('a', repr('a'))}",
    f"text: str = {SUM}",
    f"text += {SUM}",
    f"if {SUM}:\n    pass",
    f"while {SUM}:\n    pass",
    f"print({SUM})",
    f"def text(a):\n    return {SUM}",
    f"def text(a):\n    return ({SUM})[0]",
    f"def text(a):\n    return np.where(a > 0, a, {SUM})",
    f"text = lambda a: {SUM}",
)


@pytest.mark.parametrize("text", DEEP)
def test_a_long_sum_costs_nothing(text: str, judge: Judge) -> None:
    """A sum of many terms is a deep tree, and is no more work than a long one."""
    assert judge(f"{RIGHT}\n{text}\n").verdict == "correct"


@pytest.mark.parametrize(
    "blanks", [" " * 100_000, "(" * 100_000, "\n" * 100_000, "m*x" + " " * 100_000]
)
def test_blanks_are_passed_over_once(blanks: str) -> None:
    """A pattern that tried each of them from each of them would not end."""
    assert read_bytes("a.py", f"x = 1\n#{blanks}\n".encode()).defined == {"x"}


def test_notes_that_are_alike_are_said_once() -> None:
    """A thousand broken lines make one note with a count."""
    notes = read_bytes("a.py", b"y = = 2\n" * 1000).notes
    assert said_once(notes) == (
        "line 1: the statement was left out: invalid syntax (and 999 more like it)",
    )


def test_of_many_notes_the_first_are_said() -> None:
    """The rest is counted."""
    said = said_once(f"line {n}: left out: {n}" for n in range(100))
    assert (len(said), said[-1]) == (MOST_NOTES + 1, "and 70 more of such notes")


def test_time_that_loading_took_is_no_fault_of_a_function(warm: WarmParent) -> None:
    """Nothing was judged, and it is said once why."""
    hangs = "class A:\n    while True:\n        pass\n"
    limits = Limits(call_seconds=0.4, total_seconds=0.5)
    text = (hangs + RIGHT).encode()
    result = validate_bytes("a.py", text, Options(allow_weak=True, limits=limits), warm)
    assert (result.verdict, result.faults) == ("not-gradable", ())
    assert result.reason == "loading its definitions took all of its 0.5 s"


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ("\tm = X.shape[1]", "unindent does not match any outer indentation level"),
        ("    m = = 3", "invalid syntax"),
        ("    m = (3", "'(' was never closed"),
    ],
)
def test_a_gradient_that_cannot_be_read_is_named_first(
    broken: str, reason: str, judge: Judge
) -> None:
    """What is missing is missing because of that line."""
    head, separator, tail = RIGHT.partition("def backward_propagation")
    first, _, rest = tail.partition("\n")
    (fault,) = judge(f"{head}{separator}{first}\n{broken}\n{rest}").faults
    assert fault.message.startswith(f"backward_propagation cannot be read: {reason}; no function")
    assert (fault.code, fault.where.function) == ("missing-function", "backward_propagation")


@pytest.mark.parametrize(
    "module", ["numpy", "pylab", "matplotlib.pylab", "numpy.random", "math", "numpy.linalg"]
)
def test_what_a_star_import_gives_is_defined(module: str) -> None:
    """Nothing of it is set in other cells."""
    expected = {"numpy.random": "randn", "numpy.linalg": "norm"}.get(module, "log")
    assert expected in read_bytes("a.py", f"from {module} import *".encode()).defined


@pytest.mark.parametrize(
    "module", ["lr_utils", "antigravity", "sklearn", "pytest", "unittest.__main__", "winreg"]
)
def test_a_star_import_of_what_is_not_at_hand_defines_no_name(module: str) -> None:
    """Nothing is loaded to find out."""
    assert read_bytes("a.py", f"from {module} import *".encode()).defined == {"*"}
