"""`gradcheck check`: what a first user types, and what it says to each."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from gradcheck.commands.check import check

Ran = Callable[[str, str, str], Result]
CODE = """\
import numpy as np

def cost(w, b):
    return float(((w * 2 + b) ** 2).sum())

def as_dict(w, b):
    return {"w": 4 * (w * 2 + b), "b": 2 * (w * 2 + b).sum()}

def as_tuple(w, b):
    e = w * 2 + b
    return 4 * e, 2 * e.sum()

def prefixed(b, w):
    return {"db": 2 * (w * 2 + b).sum(), "dw": 4 * (w * 2 + b)}

def cost_of_dict(p):
    return cost(p["w"], p["b"])

def of_dict(p):
    return as_dict(p["w"], p["b"])

def swapped(w, b):
    return as_tuple(w, b)[::-1]

def off(w, b):
    return 4 * (w * 2 + b), 2 * (w * 2 + b).mean()

def with_default(w, b, rate=0.1):
    return as_dict(w, b)

def one(x):
    return float((x ** 2).sum())

def slope(x):
    return 2 * x

def tripled(x):
    return 3 * x

def starred(*parameters):
    return slope(*parameters)

def raises(x):
    return 1 / 0

def raises_deeper(x):
    return np.linalg.inv(x)

def raises_lines(x):
    raise KeyError("one\\ntwo\\x1b[31m")

def silent(x):
    raise RuntimeError

def leaves(x):
    raise SystemExit(0)

def reads_b(p):
    return p["b"]

class Mute(Exception):
    def __str__(self):
        raise OSError("no words")

def mute(x):
    raise Mute

def no_argument():
    return 1.0
"""


@pytest.fixture
def ran(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ran:
    """Run `gradcheck check` beside a file of functions and two points."""
    monkeypatch.chdir(tmp_path)
    Path("my.py").write_text(CODE)
    np.savez("both.npz", w=np.array([1.0, 2, 3]), b=0.5)
    np.savez("one.npz", x=np.array([1.0, 2]))
    np.save("array.npy", np.array([1.0, 2]))

    def run(cost: str, gradient: str, at: str) -> Result:
        return CliRunner().invoke(check, [f"my.py:{cost}", f"my.py:{gradient}", "--at", at])

    return run


@pytest.mark.parametrize(
    ("cost", "gradient", "at"),
    [
        ("cost", "as_dict", "both.npz"),
        ("cost", "as_tuple", "both.npz"),
        ("cost", "prefixed", "both.npz"),
        ("cost", "with_default", "both.npz"),
        ("cost", "of_dict", "both.npz"),
        ("cost_of_dict", "of_dict", "both.npz"),
        ("cost_of_dict", "as_tuple", "both.npz"),
        ("one", "slope", "one.npz"),
        ("one", "slope", "array.npy"),
        ("one", "starred", "array.npy"),
    ],
)
def test_a_right_gradient_passes_however_it_takes_its_point(
    ran: Ran, cost: str, gradient: str, at: str
) -> None:
    """The arrays of an .npz by name or in one dict, that of an .npy as it is."""
    result = ran(cost, gradient, at)
    assert (result.exit_code, result.output[:8]) == (0, "correct:")


@pytest.mark.parametrize(
    ("cost", "gradient", "at"),
    [
        ("cost", "swapped", "both.npz"),
        ("cost", "off", "both.npz"),
        ("one", "tripled", "one.npz"),
        ("one", "tripled", "array.npy"),
    ],
)
def test_a_wrong_gradient_is_wrong_however_it_takes_its_point(
    ran: Ran, cost: str, gradient: str, at: str
) -> None:
    """And the code is 1."""
    result = ran(cost, gradient, at)
    assert (result.exit_code, result.output[:6]) == (1, "wrong:")


SAID = [
    (
        "cost",
        "of_dict",
        "one.npz",
        "my.py:cost takes w, b, but the point has x; name the arrays of the point as the "
        "arguments, or take one dict of them",
    ),
    ("cost", "as_dict", "array.npy", "my.py:cost takes w, b, but the point has one array; name"),
    ("no_argument", "slope", "array.npy", "my.py:no_argument takes nothing, but the point has one"),
    (
        "one",
        "raises",
        "one.npz",
        "my.py:44: raises raised ZeroDivisionError: division by zero; "
        "it was given the arrays x of shape (2,), by name or as one dict",
    ),
    ("one", "raises", "array.npy", "division by zero; it was given an array of shape (2,)"),
    ("one", "raises_deeper", "array.npy", "my.py:47: raises_deeper raised LinAlgError: "),
    ("raises", "slope", "array.npy", "my.py:44: raises raised ZeroDivisionError: division by"),
    ("raises_lines", "slope", "one.npz", "raised KeyError: 'one\\ntwo\\x1b[31m'; it"),
    ("one", "silent", "array.npy", "my.py:53: silent raised RuntimeError; it was given"),
    ("one", "mute", "array.npy", "raised Mute; it was given an array of shape (2,)"),
    ("one", "leaves", "array.npy", "my.py:56: leaves raised SystemExit: 0; it was given"),
    ("leaves", "slope", "array.npy", "my.py:56: leaves raised SystemExit: 0; it was given"),
    (
        "cost_of_dict",
        "of_dict",
        "one.npz",
        "my.py:17: cost_of_dict raised KeyError: 'w'; it was given the arrays x of shape (2,)",
    ),
    ("one", "reads_b", "array.npy", "my.py:59: reads_b raised IndexError: "),
    ("one", "starred", "one.npz", "raised TypeError: unsupported operand"),
]


@pytest.mark.parametrize(("cost", "gradient", "at", "said"), SAID)
def test_what_a_function_cannot_take_or_raises_is_said_in_a_line_with_its_place(
    ran: Ran, cost: str, gradient: str, at: str, said: str
) -> None:
    """And the code is 2, never that of an internal error."""
    result = ran(cost, gradient, at)
    assert (result.exit_code, said in result.output) == (2, True), result.output


def test_a_file_that_leaves_when_it_is_run_is_wrong_usage(ran: Ran) -> None:
    """Not the code 0 of a pass, which it asks for."""
    Path("leaving.py").write_text("raise SystemExit(0)\n")
    result = CliRunner().invoke(check, ["leaving.py:cost", "leaving.py:slope"])
    assert result.exit_code == 2
    assert "leaving.py: running it raised SystemExit: 0" in result.output


def test_a_mistake_of_our_own_is_not_said_to_be_the_users(
    ran: Ran, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No line of the user's file is in its way."""

    def broken(*arguments: object, **options: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("gradcheck.files.check_gradient", broken)
    assert isinstance(ran("one", "slope", "one.npz").exception, ZeroDivisionError)


def test_a_cost_may_still_raise_where_its_domain_ends(ran: Ran) -> None:
    """That tells where the edge is, and no fault."""
    code = "def cost(x):\n    assert x[0] < 1.5\n    return float((x**2).sum())\n"
    Path("edge.py").write_text(code)
    result = CliRunner().invoke(check, ["edge.py:cost", "my.py:slope", "--at", "array.npy"])
    assert (result.exit_code, result.output[:8]) == (0, "correct:")


def test_the_help_says_how_the_point_arrives(ran: Ran) -> None:
    """Once as an array, once by name, once as a dict."""
    words = " ".join(CliRunner().invoke(check, ["--help"]).output.split())
    assert "cost(w, b), or all of them as one dict, cost(p)" in words
