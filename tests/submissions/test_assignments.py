"""What an assignment asks for: read from TOML, graded by, and written to start from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from gradcheck.submissions import Submission
from gradcheck.submissions.assignments import Assignment, AssignmentError, read_assignment
from gradcheck.submissions.assignments.starter import files_for
from impl import models

Judge = Callable[..., Submission]
RIGHT = Path(__file__).parent / "right"
NETWORK = (RIGHT / "network_course.txt").read_text()
ROWS = (RIGHT / "logistic_rows.txt").read_text()
COURSE = (RIGHT / "logistic_course.txt").read_text()


def read(tmp_path: Path, text: str) -> Assignment:
    """Read an assignment of this text."""
    (tmp_path / "a.toml").write_text(text)
    return read_assignment(tmp_path / "a.toml")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Assignment()),
        ('model = "logistic"', Assignment(model="logistic")),
        ('activation = "relu"', Assignment(activation="relu")),
        ('[functions]\ncost = "J"', Assignment(functions=(("cost", "J"),))),
        ("[points]\nJ = 2\ndw = 0.5", Assignment(points=(("J", 2.0), ("dw", 0.5)))),
        ('[points]\n"other functions" = 1', Assignment(points=(("other functions", 1.0),))),
        ("[conventions]\nsum = true", Assignment(accepted=("rows", "scale", "sum"))),
        ("[conventions]\nrows = false\nscale = false", Assignment(accepted=())),
        ('[allowed]\nimports = ["numpy"]', Assignment(imports=("numpy",))),
        ("[allowed]\nloops = false", Assignment(loops=False)),
        ('hints = "none"', Assignment(hints="none")),
        ("[limits]\ncall_seconds = 2", Assignment(call_seconds=2.0)),
        ("[limits]\ntotal_seconds = 9.5", Assignment(total_seconds=9.5)),
    ],
)
def test_each_line_of_an_assignment_means_something(
    tmp_path: Path, text: str, expected: Assignment
) -> None:
    """Whatever is left out is as if there were no assignment."""
    assert read(tmp_path, text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("model = ", "no TOML: Invalid value"),
        ('mdoel = "linear"', "the file: got the key 'mdoel', expected .*; did you mean model?"),
        ('model = "liner"', "model: got 'liner', expected .*; did you mean linear?"),
        ("model = 3", "model: got 3, expected auto or "),
        ('activation = "tahn"', "activation: got 'tahn', expected .*; did you mean tanh?"),
        ('model = "linear"\nactivation = "tanh"', "activation: the linear model has none"),
        ("functions = 3", r"functions: got 3, expected a table: \[functions\]"),
        ('[functions]\nbackwards = "f"', "functions: got the key 'backwards', .*mean backward?"),
        ("[functions]\ncost = 3", "functions.cost: got 3, expected the name of a function"),
        ('[functions]\ncost = "a b"', "functions.cost: got 'a b', expected the name"),
        ("[points]\ndW9 = 1", "points: got the key 'dW9', expected .*; did you mean dW2?"),
        ("[points]\nJ = -1", "points.J: got -1, expected a number of points, 0 or more"),
        ("[points]\nJ = true", "points.J: got True, expected a number of points"),
        ("[points]\nJ = inf", "points.J: got inf, expected a number of points"),
        ("[conventions]\nrow = true", "conventions: got the key 'row', .*; did you mean rows?"),
        ("[conventions]\nrows = 1", "conventions.rows: got 1, expected true or false"),
        ("[allowed]\nimport = []", "allowed: got the key 'import', .*; did you mean imports?"),
        ('[allowed]\nimports = "numpy"', "allowed.imports: got 'numpy', expected a list"),
        ("[allowed]\nimports = [3]", r"allowed.imports: got \[3\], expected a list"),
        ('[allowed]\nloops = "no"', "allowed.loops: got 'no', expected true or false"),
        ('hints = "some"', "hints: got 'some', expected none or brief or full"),
        ("[limits]\ncall_seconds = 0", "limits.call_seconds: got 0, expected a number of sec"),
        ('[limits]\ntotal_seconds = "1"', "limits.total_seconds: got '1', expected a number"),
        ("[limits]\nseconds = 1", "limits: got the key 'seconds', expected call_seconds or"),
    ],
)
def test_a_mistake_in_an_assignment_is_said_in_one_line(
    tmp_path: Path, text: str, message: str
) -> None:
    """Where it stands, what was there, what belongs there, and the nearest name."""
    with pytest.raises(AssignmentError, match=message.replace("?", r"\?")) as error:
        read(tmp_path, text)
    assert "\n" not in str(error.value)
    assert str(error.value).startswith(str(tmp_path / "a.toml"))


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_an_assignment_that_cannot_be_read_is_said_in_one_line(
    tmp_path: Path, content: bytes | None
) -> None:
    """It is not there, or no text."""
    if content is not None:
        (tmp_path / "a.toml").write_bytes(content)
    with pytest.raises(AssignmentError, match=r"cannot be read: No such file|no TOML: 'utf-8'"):
        read_assignment(tmp_path / "a.toml")


HALF = COURSE.replace("(A-Y).T)", "(Y-A).T)")  # dw is wrong, all the rest is right


@pytest.mark.parametrize(
    ("points", "score"),
    [
        ((("J", 3.0), ("dw", 1.0)), 0.8),
        ((("dw", 1.0), ("other functions", 0.0)), 0.0),
        ((("db", 2.0), ("other functions", 0.0)), 1.0),
    ],
)
def test_points_weigh_the_score(
    judge: Judge, points: tuple[tuple[str, float], ...], score: float
) -> None:
    """What is worth nothing costs nothing."""
    assert judge(HALF, assignment=Assignment(points=points)).score == score


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("w = w - learning_rate * dw", "w = w + learning_rate * dw"),
        ("A[0, i] > 0.5", "A[0, i] < 0.5"),
    ],
)
def test_what_is_wrong_costs_something(judge: Judge, old: str, new: str) -> None:
    """Whatever has no points of its own is among the other functions."""
    assert old in COURSE
    result = judge(COURSE.replace(old, new), assignment=Assignment(points=(("dw", 1.0),)))
    assert (result.verdict, result.score) == ("wrong", 0.5)


def test_a_function_with_points_of_its_own_is_none_of_the_others(judge: Judge) -> None:
    """It is not counted twice."""
    text = COURSE.replace("w = w - learning_rate * dw", "w = w + learning_rate * dw")
    asked = Assignment(points=(("dw", 1.0), ("optimise", 1.0), ("predict", 1.0)))
    assert judge(text, assignment=asked).score == 0.75


def test_a_named_function_is_the_one_that_is_judged(judge: Judge) -> None:
    """Whatever else looks more like it."""
    text = COURSE + "\ndef mine(w, b, X, Y):\n    return {'dw': X, 'db': b}, b\n"
    assert judge(text).verdict == "correct"
    asked = Assignment(functions=(("propagate", "mine"),))
    result = judge(text, assignment=asked)
    assert ("propagate", "mine") in {(role.role, role.function) for role in result.roles}
    assert result.verdict == "wrong"


def test_a_named_function_that_is_not_there_is_missing(judge: Judge) -> None:
    """The message names it."""
    result = judge(COURSE, assignment=Assignment(functions=(("cost", "my_cost"),)))
    (fault,) = result.faults
    assert (fault.code, fault.quantity) == ("missing-function", "J")
    assert fault.message == "the assignment asks for my_cost"


@pytest.mark.parametrize(("activation", "verdict"), [("tanh", "correct"), ("relu", "wrong")])
def test_another_activation_than_asked_for_is_wrong(
    judge: Judge, activation: str, verdict: str
) -> None:
    """Without an assignment each of them is right."""
    assert judge(NETWORK, assignment=Assignment(activation=activation)).verdict == verdict


LOOPS = (RIGHT / "logistic_list.txt").read_text()
SUMS = COURSE.replace("1/m * ", "").replace("-1/m", "-1")
DOUBLE = COURSE.replace("1/m * ", "2/m * ").replace("-1/m", "-2/m")


@pytest.mark.parametrize(
    ("text", "asked", "code"),
    [
        (ROWS, Assignment(accepted=()), "transposed"),
        (SUMS, Assignment(), "missing-mean"),
        (DOUBLE, Assignment(accepted=("rows",)), "cost-scale"),
        (LOOPS, Assignment(loops=False), "slow-loop"),
    ],
)
def test_what_is_not_accepted_is_a_fault(
    judge: Judge, text: str, asked: Assignment, code: str
) -> None:
    """The same code is only a remark, or nothing, where it is accepted."""
    result = judge(text, assignment=asked)
    assert result.verdict == "wrong"
    assert code in {fault.code for fault in result.faults}


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        (ROWS, Assignment(accepted=("rows",))),
        (SUMS, Assignment(accepted=("sum",))),
        (DOUBLE, Assignment(accepted=("scale",))),
        (LOOPS, Assignment(loops=True)),
    ],
)
def test_what_is_accepted_is_a_remark(judge: Judge, text: str, asked: Assignment) -> None:
    """It is said, and costs nothing."""
    result = judge(text, assignment=asked)
    assert (result.verdict, result.faults) == ("correct", ())
    assert result.remarks


def test_a_module_that_is_not_allowed_is_not_there(judge: Judge) -> None:
    """What needs it crashes, and the note says why."""
    text = COURSE.replace("import numpy as np", "import numpy as np\nimport colorsys", 1)
    text = text.replace("cost = -1/m", "cost = colorsys.rgb_to_hsv(0, 0, 1)[2] * -1/m")
    result = judge(text, assignment=Assignment(imports=("numpy",)))
    assert any("the assignment does not allow colorsys" in note for note in result.notes)
    assert result.verdict == "wrong"


@pytest.mark.parametrize("name", models())
def test_what_is_written_to_start_from_can_be_read(tmp_path: Path, name: str) -> None:
    """Each line of it is one that counts."""
    texts = files_for(name)
    assert read(tmp_path, texts["assignment.toml"]).model == name
    assert len(texts) == 2


@pytest.mark.parametrize("name", models())
def test_the_file_with_blanks_is_not_implemented(judge: Judge, tmp_path: Path, name: str) -> None:
    """As it stands it earns nothing, and nothing else is wrong with it."""
    texts = files_for(name)
    asked = read(tmp_path, texts.pop("assignment.toml"))
    (program,) = texts.values()
    result = judge(program, assignment=asked, model=name)
    assert {fault.code for fault in result.faults} == {"not-implemented"}
    assert (result.score, result.verdict) == (0.0, "wrong")
