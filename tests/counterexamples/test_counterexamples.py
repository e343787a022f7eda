"""The smallest example of a fault: few whole numbers on which it still shows."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradcheck.sandbox import WarmParent
from gradcheck.submissions import Options, Submission, validate_file
from gradcheck.submissions.counterexamples import calls
from gradcheck.submissions.counterexamples.plain import MOST_NUMBERS, UnwritableError, plain
from gradcheck.submissions.reading.definitions import Definition
from gradcheck.submissions.reading.files import read_texts
from gradcheck.submissions.reading.notebooks import Text
from gradcheck.submissions.results import Counterexample, Nudge

Judge = Callable[..., Submission]
EXAMPLES = Path(__file__).parent.parent.parent / "examples" / "submissions"

LOGISTIC = """
import numpy as np
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
def propagate(w, b, X, Y):
    m = X.shape[1]
    A = sigmoid(np.dot(w.T, X) + b)
    cost = -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / m
    dw = np.dot(X, (A - Y).T) / m
    db = np.sum(A - Y) / m
    return {"dw": dw, "db": db}, cost
"""
DW, DB = "dw = np.dot(X, (A - Y).T) / m", "db = np.sum(A - Y) / m"

MORE = """
def optimize(w, b, X, Y, num_iterations, learning_rate):
    costs, grads = [], {}
    for i in range(num_iterations):
        grads, cost = propagate(w, b, X, Y)
        w = w - learning_rate * grads["dw"]
        b = b - learning_rate * grads["db"]
        costs.append(cost)
    return {"w": w, "b": b}, grads, costs
def predict(w, b, X):
    A = sigmoid(np.dot(w.T, X) + b)
    return (A > 0.5).astype(float)
"""

BACKWARD = """
import numpy as np
def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    A1, A2 = cache["A1"], cache["A2"]
    dZ2 = A2 - Y
    dW2 = np.dot(dZ2, A1.T) / m
    db2 = np.sum(dZ2, axis=1, keepdims=True) / m
    dZ1 = np.dot(parameters["W2"].T, dZ2) * (A1 > 0)
    dW1 = np.dot(dZ1, X.T) / m
    db1 = np.sum(dZ1, axis=1, keepdims=True) / m
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}
def forward_propagation(X, parameters):
    Z1 = np.dot(parameters["W1"], X) + parameters["b1"]
    A1 = np.maximum(Z1, 0)
    Z2 = np.dot(parameters["W2"], A1) + parameters["b2"]
    A2 = 1 / (1 + np.exp(-Z2))
    return A2, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}
def compute_cost(A2, Y):
    return -np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / Y.shape[1]
"""

# The right line, a wrong one, the quantity that shows it, the examples that it takes.
PLANTED = [
    (LOGISTIC, DW, "dw = np.dot(X, (A - Y).T)", "dw", 2),
    (LOGISTIC, DW, "dw = -np.dot(X, (A - Y).T) / m", "dw", 1),
    (LOGISTIC, DW, "dw = np.dot(X, (A - Y).T) / m * 1.001", "dw", 1),
    (LOGISTIC, DW, "dw = np.dot(X, (A - Y).T) / (m + 1)", "dw", 1),
    (LOGISTIC, DW, "dw = (np.dot(X, (A - Y).T) / m).ravel()", "dw", 1),
    (LOGISTIC, DW, "dw = (np.dot(X, (A - Y).T) / m).T", "dw", 1),
    (LOGISTIC, DW, "dw = np.dot(X, (A - Y).T) / m + np.nan", "dw", 1),
    (LOGISTIC, DB, "db = np.sum(A + Y) / m", "db", 1),
    (LOGISTIC, DB, "db = A - Y", "db", 2),
    (LOGISTIC, "(1 - Y) * np.log(1 - A)", "0", "J", 1),
    (LOGISTIC, "np.dot(w.T, X) + b", "np.dot(w.T, X)", "J", 1),
    (BACKWARD, "dZ2 = A2 - Y", "dZ2 = Y - A2", "dW2", 1),
    (BACKWARD, " * (A1 > 0)", "", "dW1", 1),
    (BACKWARD, "dW1 = np.dot(dZ1, X.T) / m", "dW1 = np.dot(dZ1, X.T)", "dW1", 2),
    (BACKWARD, "db1 = np.sum(dZ1, axis=1,", "db1 = np.sum(dZ1, axis=0,", "db1", 2),
    (BACKWARD, "A1 = np.maximum(Z1, 0)", "A1 = np.maximum(Z1, 0) * 2", "A1", 1),
    (LOGISTIC + MORE, "np.exp(-z)", "np.exp(z)", "sigmoid", 1),
    (LOGISTIC + MORE, "A > 0.5", "A < 0.5", "predict", 1),
    (LOGISTIC + MORE, "> 0.5).astype(float)", "> -1)", "predict", 1),
    (LOGISTIC + MORE, "w = w - learning_rate", "w = w + learning_rate", "w", 1),
    (LOGISTIC + MORE, "range(num_iterations)", "range(num_iterations - 1)", "w", 1),
    (LOGISTIC + MORE, '    return {"w"', '    b = 0.0\n    return {"w"', "b", 1),
]


def numbers_in(found: Counterexample) -> list[float]:
    """Give all numbers of X, Y and the parameters of a counterexample."""
    given = [found.inputs[name] for name in found.inputs if name[0] in "XYWwb"]
    return [float(number) for value in given for number in np.ravel(value)]


def called(found: Counterexample, text: str) -> Any:
    """Call the submission as the counterexample writes it."""
    scope: dict[str, Any] = {"np": np}
    exec(text, scope)
    inputs = {n: np.array(v) if isinstance(v, list) else v for n, v in found.inputs.items()}
    return eval(found.call, scope | inputs)


@pytest.mark.parametrize(("right", "line", "slip", "quantity", "examples"), PLANTED)
def test_an_example_shows_its_fault(
    judge: Judge, right: str, line: str, slip: str, quantity: str, examples: int
) -> None:
    """Few examples of small whole numbers, on which the call gives what is said, and wrongly."""
    text = right.replace(line, slip)
    found = judge(text).counterexample
    assert found is not None
    assert found.quantity == quantity
    assert np.shape(found.inputs.get("X", found.inputs.get("z")))[1] == examples
    assert all(number == int(number) and abs(number) <= 2 for number in numbers_in(found))
    assert plain(called(found, text)) == found.computed
    assert found.computed != found.expected


def test_a_threshold_between_whole_numbers_is_found(judge: Judge) -> None:
    """No whole z has an activation between 0.3 and 0.5."""
    found = judge((LOGISTIC + MORE).replace("A > 0.5", "A > 0.3")).counterexample
    assert found is not None
    assert (found.quantity, found.computed, found.expected) == ("predict", [[1.0]], [[0.0]])
    assert all(2 * number == int(2 * number) for number in numbers_in(found))


def test_every_wrong_example_has_a_small_one(wrong: Path, warm: WarmParent) -> None:
    """At most a dozen numbers are fed to it."""
    found = validate_file(wrong, Options(allow_weak=True), warm).counterexample
    assert found is not None
    assert len(numbers_in(found)) <= 12


def test_the_smallest_example_is_the_same_every_time(judge: Judge) -> None:
    """Nothing is left to chance, and no database remembers."""
    text = LOGISTIC.replace(DW, "dw = np.dot(X, (A - Y).T)")
    assert judge(text).counterexample == judge(text).counterexample


@pytest.mark.parametrize(
    "slip",
    [
        "raise ValueError('not today')",
        "dw = None; db = None; return None",
        "dw = np.random.rand(*w.shape)",
        "dw = not_defined_anywhere",
        "X *= 2; dw = np.dot(X, (A - Y).T) / m / 2",
    ],
)
def test_what_no_number_shows_has_no_example(judge: Judge, slip: str) -> None:
    """The result stays, with null in its place."""
    result = judge(LOGISTIC.replace(DW, slip))
    assert result.verdict == "wrong"
    assert result.counterexample is None


def test_a_fault_of_large_problems_alone_has_no_example(judge: Judge) -> None:
    """It shows only where there are more features than a small problem has."""
    slip = f"{DW}\n    if len(X) > 3 or X.shape[1] > 3:\n        dw = dw * 2"
    result = judge(LOGISTIC.replace(DW, slip))
    assert result.verdict == "wrong"
    assert result.counterexample is None


def test_a_submission_that_hangs_keeps_its_result(judge: Judge) -> None:
    """Nothing is called again that ran out of time."""
    from gradcheck.submissions import Limits

    slip = f"{DW}\n    while X.shape[1] < 3:\n        pass\n    dw = dw * 2"
    result = judge(LOGISTIC.replace(DW, slip), limits=Limits(call_seconds=0.3))
    assert [fault.code for fault in result.faults] == ["wrong-scale"]


def test_no_example_lies_at_a_kink(judge: Judge) -> None:
    """Where Z1 is 0, what relu does is nobody's fault."""
    found = judge(BACKWARD.replace("* (A1 > 0)", "* 1")).counterexample
    assert found is not None
    assert 0 not in np.ravel(found.inputs["Z1"])


def test_settings_of_the_notebook_stand_beside_the_inputs(judge: Judge) -> None:
    """A global that the function reads is needed to run the example."""
    text = BACKWARD.replace("dZ2 = A2 - Y", "dZ2 = (Y - A2) * n_y")
    found = judge(text).counterexample
    assert found is not None
    assert dict(found.settings) == {"n_y": 1}


def test_more_numbers_than_a_reader_reads_are_not_written() -> None:
    """They are refused before they are spelt, which takes far longer than to count them."""
    with pytest.raises(UnwritableError, match="got 1001 numbers, expected at most 1000"):
        plain(np.zeros(MOST_NUMBERS + 1))


@pytest.mark.parametrize(
    "slip", ["dw = np.zeros((200, 200))", "dw = np.array(['a'])", "dw = 'x' * 10**6"]
)
def test_what_nobody_can_read_is_no_example(judge: Judge, slip: str) -> None:
    """A submission cannot fill a report by what it returns."""
    result = judge(LOGISTIC.replace(DW, slip))
    assert result.verdict == "wrong"
    assert result.counterexample is None


def test_a_search_that_fails_costs_no_result(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a submission does to it."""

    def fails(*given: object, **named: object) -> None:
        raise RuntimeError("a submission found a way")

    monkeypatch.setattr("gradcheck.submissions.counterexamples.smallest", fails)
    result = judge(LOGISTIC.replace(DW, "dw = np.dot(X, (A - Y).T)"))
    assert [fault.code for fault in result.faults] == ["missing-mean"]
    assert result.counterexample is None


def test_an_argument_that_stays_in_the_child_is_not_written(
    judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cache may hold objects that no text can stand for."""
    slip = "return A2, {'Z1': Z1, 'A1': A1, 'Z2': Z2, 'A2': A2, 'how': print}"
    text = BACKWARD.replace("dZ2 = A2 - Y", "dZ2 = Y - A2").replace(
        'return A2, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}', slip
    )
    result = judge(text)
    assert result.verdict == "wrong"
    assert result.counterexample is None


def test_every_kind_of_argument_is_written() -> None:
    """Containers, settings, and two arrays that a name stands for."""
    one, other = np.ones((1, 1)), np.zeros((1, 1))
    function = definition("def f(cache, grads, Z, pair, *, verbose=True): return Z")
    given = calls.Given([(one, other), {"dw": other}, one, [other]], {"verbose": False}, {})
    writer = calls.Writer({"A": one, "Z": other})
    text = writer.call(function, given)
    assert text == "f((A, Z,), {'dw': dw}, Z_2, [Z], verbose=False)"
    assert writer.inputs == {"A": [[1.0]], "Z": [[0.0]], "dw": [[0.0]], "Z_2": [[1.0]]}


def test_what_stays_in_the_child_cannot_be_written() -> None:
    """An object has no text that would make it again."""
    given = calls.Given([object()], {}, {})
    with pytest.raises(UnwritableError, match=r"^got object, expected what text can stand for$"):
        calls.Writer({}).call(definition("def f(x): return x"), given)


def definition(text: str) -> Definition:
    """Read a function."""
    (found,) = read_texts("a.py", (Text(text),)).functions
    return found


def test_a_parameter_may_have_any_name(judge: Judge) -> None:
    """A name that the written test needs itself is given another."""
    text = LOGISTIC.replace("propagate(w, b, X, Y)", "propagate(weights, b, x, y)")
    for old, new in (("w.T", "weights.T"), ("X", "x"), ("Y", "y")):
        text = text.replace(old, new)
    found = judge(text.replace("(A - y).T) / m", "(A - y).T)")).counterexample
    assert found is not None
    assert list(found.inputs) == ["weights", "b", "x", "y"]
    assert not found.inputs.keys() & calls.TAKEN


# ------------------------------------------------------------------------------------- the nudge


def nudge_of(judge: Judge, slip: str) -> Nudge:
    """Give the nudge for a wrong dw of logistic regression."""
    found = judge(LOGISTIC.replace(DW, slip)).counterexample
    assert found is not None
    assert found.nudge is not None
    return found.nudge


@pytest.mark.parametrize(
    "slip", [f"dw = {f} * np.dot(X, (A - Y).T) / m" for f in ("-1", "2", "0.5", "m", "1.01")]
)
def test_the_nudge_contradicts_the_claim(judge: Judge, slip: str) -> None:
    """J moves as its own slope says, and not as the submission's gradient says."""
    nudge = nudge_of(judge, slip)
    assert nudge.step == 0.001
    assert nudge.slope == (nudge.J_after - nudge.J_before) / nudge.step
    assert abs(nudge.slope - nudge.claimed) > nudge.step


def test_the_nudge_is_told_in_a_sentence(judge: Judge) -> None:
    """What grew, how J moved, what the gradient said."""
    nudge = nudge_of(judge, "dw = -np.dot(X, (A - Y).T) / m")
    assert nudge.message == (
        "w grew by 0.001, your J moved by +0.0005001: a slope of +0.5001; your dw says −0.5"
    )


@pytest.mark.parametrize(
    ("cost", "says", "own"),
    [
        ("return -np.sum(Y", "your J moved by", True),
        ("raise ValueError(Y", "the right J (yours is wrong) moved by", False),
        ("return lambda: (Y", "the right J (yours is wrong) moved by", False),
    ],
)
def test_the_nudge_moves_the_submission_s_own_cost_where_that_is_right(
    judge: Judge, cost: str, says: str, own: bool
) -> None:
    """Else the model's, and it says which: a wrong cost would prove the wrong thing."""
    text = BACKWARD.replace("dZ2 = A2 - Y", "dZ2 = Y - A2").replace("return -np.sum(Y", cost)
    found = judge(text).counterexample
    assert found is not None
    assert found.nudge is not None
    assert (found.nudge.own_cost, says in found.nudge.message) == (own, True)


def test_without_a_cost_the_nudge_moves_the_model_s(judge: Judge) -> None:
    """There is no other."""
    text = BACKWARD[: BACKWARD.index("def compute_cost")].replace("dZ2 = A2 - Y", "dZ2 = Y - A2")
    found = judge(text).counterexample
    assert found is not None
    assert found.nudge is not None
    assert "the model's J moved by" in found.nudge.message


def test_a_cost_has_no_nudge(judge: Judge) -> None:
    """Only the gradient of a parameter can be contradicted by J."""
    found = judge(LOGISTIC.replace("(1 - Y) * np.log(1 - A)", "0")).counterexample
    assert found is not None
    assert found.nudge is None


def test_a_claim_that_rounds_to_the_slope_has_no_nudge(judge: Judge) -> None:
    """A nudge of 0.001 is too coarse to contradict it, and would prove the wrong thing."""
    found = judge(LOGISTIC.replace(DW, f"{DW} * 1.0001")).counterexample
    assert found is not None
    assert found.nudge is None


# ------------------------------------------------------------------------------ what it costs, JSON


def test_a_right_submission_never_loads_hypothesis() -> None:
    """Whoever is right pays nothing for examples."""
    code = (
        "import sys; from pathlib import Path; from gradcheck.submissions import *;"
        "r = validate_all([Path(sys.argv[1])], Options(allow_weak=True));"
        "assert r.submissions[0].verdict == 'correct';"
        "print('hypothesis' in sys.modules)"
    )
    path = EXAMPLES / "right" / "logistic_course.py"
    run = subprocess.run([sys.executable, "-c", code, path], capture_output=True, timeout=60)
    assert run.stdout.split() == [b"False"], run.stderr


def test_numbers_are_plain_json() -> None:
    """No nan, no −0, no NumPy."""
    value = np.array([[np.nan, np.inf], [-np.inf, -0.0]])
    assert repr(plain(value)) == "[['nan', 'inf'], ['-inf', 0.0]]"


def test_the_calls_are_bounded(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault that never shows again is given up."""
    from gradcheck.submissions.counterexamples import shrink

    tried = []

    def fails(problem: object) -> bool:
        tried.append(problem)
        return False

    from gradcheck.submissions.counterexamples.small import Frame
    from impl import load

    assert shrink.smallest(Frame(load("logistic"), {}, 0.01), fails, outputs=1) is None
    assert len(tried) <= shrink.MOST_TRIES


def test_time_ends_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where each call is slow, the smallest one so far is given."""
    from gradcheck.submissions.counterexamples import shrink
    from gradcheck.submissions.counterexamples.small import Frame
    from impl import load

    monkeypatch.setattr(shrink, "MOST_SECONDS", -1.0)
    assert shrink.smallest(Frame(load("linear"), {}, 0.01), lambda p: True, outputs=1) is None
