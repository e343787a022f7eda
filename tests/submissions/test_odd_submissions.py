"""Submissions that crash, hang, stop, lack parts or hide them: each is said in a line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from gradcheck.sandbox import Limits
from gradcheck.submissions import Submission, validate, validate_all
from gradcheck.submissions.pipeline import Options

RIGHT = Path(__file__).parent / "right"
LOGISTIC = (RIGHT / "logistic_course.txt").read_text()
NETWORK = (RIGHT / "network_course.txt").read_text()
LINEAR = (RIGHT / "linear_course.txt").read_text()
SPLIT = (RIGHT / "logistic_split.txt").read_text()
Judge = Callable[..., Submission]


def codes(result: Submission) -> list[tuple[str, str]]:
    """Give the codes of the faults with their quantities."""
    return [(fault.code, fault.quantity) for fault in result.faults]


def verdict(result: Submission, name: str) -> str:
    """Give the verdict on a quantity."""
    return next(q.verdict for q in result.quantities if q.name == name)


CRASHES = (
    (
        LINEAR,
        '    return {"w": np.random',
        '    boom\n    return {"w": np.random',
        "initial parameters",
    ),
    (
        LINEAR,
        "    return forward_propagation(X",
        "    boom\n    return forward_propagation(X",
        "predict",
    ),
    (NETWORK, "    n_h = 4", "    boom\n    n_h = 4", "sizes"),
    (LOGISTIC, "    s = 1 /", "    boom\n    s = 1 /", "sigmoid"),
    (LOGISTIC, "    costs = []", "    boom\n    costs = []", "optimise"),
    (NETWORK, "    dZ2 = A2 - Y", "    boom", "dW1"),
)


@pytest.mark.parametrize(("text", "old", "new", "quantity"), CRASHES)
def test_a_crash_is_blamed_once_with_its_own_line(
    judge: Judge, text: str, old: str, new: str, quantity: str
) -> None:
    """Functions that call the one that crashes are not blamed for it."""
    result = judge(text.replace(old, new))
    assert codes(result) == [("crashed", quantity)]
    (fault,) = result.faults
    assert "NameError: name 'boom' is not defined" in fault.message
    line = text.replace(old, new).splitlines()[(fault.where.line or 0) - 1]
    assert "boom" in line


EMPTY = (
    (
        NETWORK,
        "    predictions = (A2 > 0.5)\n    return predictions",
        "    pass",
        "predict",
    ),
    (NETWORK, "    return (n_x, n_h, n_y)", "    return (None, None, None)", "sizes"),
    (LOGISTIC, "    return s", "    return", "sigmoid"),
    (LOGISTIC, "    return params, grads, costs", "    return", "optimise"),
    (LOGISTIC, "    return w, b\n", "    w = None\n    return w, b\n", "w"),
    (NETWORK, "    return grads\n", "    raise NotImplementedError\n", "dW1"),
)


@pytest.mark.parametrize(("text", "old", "new", "quantity"), EMPTY)
def test_what_was_not_written_is_not_implemented(
    judge: Judge, text: str, old: str, new: str, quantity: str
) -> None:
    """A blank answer is told apart from a wrong one."""
    assert old in text
    assert codes(judge(text.replace(old, new)))[0] == ("not-implemented", quantity)


PREDICTIONS = (
    ("return (A2 > 0.5)", "return A2", "the activations themselves"),
    ("return (A2 > 0.5)", "return A2 <= 0.5", "predictions are turned"),
    ("return (A2 > 0.5)", "return 1", "not an entry an example"),
    ("return (A2 > 0.5)", "return 'yes'", "not an entry an example"),
)


@pytest.mark.parametrize(("old", "new", "message"), PREDICTIONS)
def test_wrong_predictions_say_what_they_are(
    judge: Judge, old: str, new: str, message: str
) -> None:
    """Prediction disagrees with the forward pass."""
    text = NETWORK.replace("predictions = (A2 > 0.5)\n    return predictions", old)
    (fault,) = judge(text.replace(old, new)).faults
    assert fault.code == "predict-wrong"
    assert message in fault.message


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (LOGISTIC.replace("def propagate(w,", "def propagate(mystery, p, q, w,"), "propagate"),
        (LOGISTIC.replace("def predict(w,", "def predict(mystery, w,"), "predict"),
        (LOGISTIC.replace("def optimize(w,", "def optimize(mystery, w,"), "optimize"),
        (LOGISTIC.replace("zeros(dim):", "zeros(mystery):"), "initialize_with_zeros"),
        (NETWORK.replace("layer_sizes(X, Y):", "layer_sizes(mystery):"), "layer_sizes"),
    ],
)
def test_a_parameter_without_a_meaning_is_named_and_the_rest_is_judged(
    judge: Judge, text: str, name: str
) -> None:
    """Nothing is guessed."""
    result = judge(text)
    assert any(f"{name} was not judged: what is 'mystery'?" in note for note in result.notes)
    assert "correct" in {quantity.verdict for quantity in result.quantities}


def test_a_function_that_hangs_is_named_and_the_others_are_judged(judge: Judge) -> None:
    """Whoever calls it is not waited for."""
    text = LINEAR.replace(
        "    return np.dot(parameters", "    while True: pass\n    return np.dot(parameters"
    )
    result = judge(text, limits=Limits(call_seconds=0.5))
    assert codes(result) == [("timed-out", "Yhat")]
    assert result.faults[0].where.line == 4
    assert (verdict(result, "J"), verdict(result, "predict")) == ("correct", "blamed-upstream")


def test_a_lambda_that_hangs_is_named_too(judge: Judge) -> None:
    """Also where a library function runs out of time."""
    text = SPLIT.replace("    return (a > 0.5).astype(int)", "    import time\n    time.sleep(9)")
    result = judge(text, limits=Limits(call_seconds=0.5))
    assert codes(result) == [("timed-out", "predict")]


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("input('?')", "input() was called"),
        ("import sys; sys.exit(0)", "sys.exit()"),
        ("import os; os._exit(0)", "ended itself"),
    ],
)
def test_asking_and_stopping_are_crashes_with_a_reason(
    judge: Judge, statement: str, message: str
) -> None:
    """None of them stops the judge, and none is a pass."""
    result = judge(LINEAR.replace("    dZ = Y", f"    {statement}\n    dZ = Y"))
    assert codes(result) == [("crashed", "dw")]
    assert message in result.faults[0].message


@pytest.mark.parametrize(
    "top", ["while True:\n    pass", "input('?')", "import sys\nsys.exit(0)", "print('x' * 10**6)"]
)
def test_what_runs_on_loading_does_not_matter(judge: Judge, top: str) -> None:
    """Only definitions are run."""
    assert judge(f"{top}\n{LINEAR}").verdict == "correct"


def test_a_helper_that_is_not_there_is_supplied_and_said_so(judge: Judge) -> None:
    """Sigmoid often comes from a file that nobody hands in."""
    named = judge(NETWORK).notes
    assert "the helper module planar_utils is not here: a stand-in supplies sigmoid" in named
    starred = judge(NETWORK.replace("from planar_utils import sigmoid", "from lost import *"))
    assert starred.verdict == "correct"
    assert "sigmoid is not defined: it was supplied" in starred.notes
    assert any("replaced by stand-ins that do nothing: lost" in note for note in starred.notes)


def test_what_numpy_dropped_is_put_back_and_said_so(judge: Judge) -> None:
    """The code was right when it was written."""
    result = judge(LOGISTIC.replace("np.zeros((dim, 1))", "np.zeros((dim, 1), dtype=np.float)"))
    assert result.verdict == "correct"
    assert "put back where NumPy no longer has it: np.float" in result.notes


def test_sizes_that_the_course_sets_in_other_cells_are_provided_and_said_so(judge: Judge) -> None:
    """The course's own notebook reads n_y like this."""
    text = (RIGHT / "network_keys.txt").read_text()
    assert "set in other cells, so provided: n_y" in judge(text).notes


def test_a_definition_that_fails_on_loading_is_left_out_and_said_so(judge: Judge) -> None:
    """With its line."""
    result = judge(f"{LINEAR}\nclass A(Missing):\n    pass\n")
    assert result.verdict == "correct"
    assert any("left out: NameError: name 'Missing'" in note for note in result.notes)


SGD = """
import numpy as np
X, Y = np.load("x.npy"), np.load("y.npy")
w = np.zeros(3)
b = 0.0
for x, y in zip(X, Y):
    error = x @ w + b - y
    w = w - 0.1 * error * x
    b = b - 0.1 * error
"""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("x = 1", "no function is defined, and no loop trains a model"),
        ("def hello(name):\n    return name", "no function of a known role"),
        (SGD, "line 6: the loop goes over the examples once, and no loop repeats it"),
    ],
)
def test_what_is_no_submission_is_not_gradable(judge: Judge, text: str, reason: str) -> None:
    """Not gradable is not wrong."""
    result = judge(text)
    assert (result.verdict, result.reason) == ("not-gradable", reason)


LOOP = (RIGHT.parent / "variants" / "script_logistic.txt").read_text()


@pytest.mark.parametrize(
    ("old", "new", "code", "quantity", "line"),
    [
        ("np.dot(X, dZ.T) / m", "np.dot(X, dZ.T)", "missing-mean", "dw", 22),
        ("dZ = A - Y", "dZ = Y - A", "sign", "dZ", 21),
        ("b = b - alpha", "b = b + alpha", "update-sign", "optimise", 25),
        ("Z = np.dot", "boom\n    Z = np.dot", "crashed", "dw", 18),
    ],
)
def test_a_mistake_in_a_script_is_found_at_its_line(
    judge: Judge, old: str, new: str, code: str, quantity: str, line: int
) -> None:
    """The training loop is judged as a function of one step, in its own lines."""
    assert old in LOOP
    result = judge(LOOP.replace(old, new))
    assert codes(result) == [(code, quantity)]
    assert result.faults[0].where.line == line


def test_a_function_that_checks_the_gradient_does_not_stand_in_for_it(judge: Judge) -> None:
    """Names come before values: what is called the gradient is judged, right or wrong."""
    helper = SPLIT[SPLIT.index("def gradient") : SPLIT.index("def update")]
    text = SPLIT.replace("dw = np.dot(x, dz.T) / m", "dw = np.dot(x, dz.T) * 3")
    text = text.replace("j = (-1.0 / m)", "j = (-7.0 / m)").replace(
        "db = np.sum(dz,", "db = 5 + np.sum(dz,"
    )
    result = judge(text + "\n" + helper.replace("def gradient", "def second_opinion"))
    assert result.verdict == "wrong"
    assert "gradient" in {role.function for role in result.roles}


def test_a_submission_without_a_gradient_lacks_a_function(judge: Judge) -> None:
    """A forward pass and a cost alone are not backpropagation."""
    cut = LINEAR[: LINEAR.index("def backward")]
    result = judge(cut)
    assert codes(result) == [("missing-function", "dw")]
    assert verdict(result, "dw") == "not-found"


def test_the_model_can_be_given(judge: Judge) -> None:
    """Then nothing is guessed: the linear model is a wrong logistic regression."""
    assert judge(LINEAR, model="linear").model == "linear"
    assert judge(LINEAR, model="logistic").verdict == "wrong"


BY_SIGNATURE = """
import numpy as np

def squash(z):
    return 1 / (1 + np.exp(-z))

def the_price(A2, Y):
    m = Y.shape[1]
    return -np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / m

def second_half(parameters, cache, X, Y):
    m = X.shape[1]
    A1, A2 = cache["A1"], cache["A2"]
    dZ2 = A2 - Y
    dZ1 = np.dot(parameters["W2"].T, dZ2) * (1 - A1 ** 2)
    return {"dW1": dZ1 @ X.T / m, "db1": dZ1.sum(axis=1, keepdims=True) / m,
            "dW2": dZ2 @ A1.T / m, "db2": dZ2.sum(axis=1, keepdims=True) / m}

def move(parameters, grads, learning_rate):
    return {k: parameters[k] - learning_rate * grads["d" + k] for k in parameters}
"""

NEURON_BY_SIGNATURE = """
import numpy as np

def everything(w, b, X, Y):
    m = X.shape[1]
    A = 1 / (1 + np.exp(-(np.dot(w.T, X) + b)))
    J = -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / m
    dw = np.dot(X, (A - Y).T) / m
    db = np.sum(A - Y) / m
    return dw, db, J

def learn_it(w, b, X, Y, epochs, lr):
    for _ in range(epochs):
        dw, db, J = everything(w, b, X, Y)
        w = w - lr * dw
        b = b - lr * db
    return w, b, dw, db
"""


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (BY_SIGNATURE, {"J", "dW1", "db1", "dW2", "db2", "W1"}),
        (NEURON_BY_SIGNATURE, {"J", "dw", "db", "optimise"}),
    ],
)
def test_functions_of_any_name_are_known_by_their_parameters(
    judge: Judge, text: str, names: set[str]
) -> None:
    """By name, then by signature."""
    result = judge(text)
    assert result.verdict == "correct"
    assert names <= {quantity.name for quantity in result.quantities}


def test_a_pass_made_for_one_output_is_no_mistake(judge: Judge) -> None:
    """Course code asserts its shapes; that says nothing against its formulas."""
    text = NETWORK.replace("    dZ2 = A2 - Y", "    dZ2 = A2 - Y\n    assert dZ2.shape[0] == 1")
    assert judge(text).verdict == "correct"


def test_single_precision_is_a_remark(judge: Judge) -> None:
    """The bar follows the precision of the result."""
    text = SPLIT.replace("return dw, db", "return dw.astype(np.float32), db")
    result = judge(text)
    assert (result.verdict, [r.code for r in result.remarks]) == ("correct", ["single-precision"])


def test_single_precision_on_the_way_is_a_remark(judge: Judge) -> None:
    """Also where the labels make float64 of the result."""
    text = LOGISTIC.replace("m = X.shape[1]\n    A", "m = X.shape[1]\n    X = np.float32(X)\n    A")
    result = judge(text)
    assert result.verdict == "correct", result.faults
    assert {remark.code for remark in result.remarks} == {"single-precision"}


def test_a_small_error_is_never_a_pass(judge: Judge) -> None:
    """There is no tolerance to hide in: the message says how near it comes."""
    result = judge(
        LOGISTIC.replace(
            "dw = 1/m * np.dot(X, (A-Y).T)", "dw = np.round(np.dot(X, (A-Y).T) / m, 9)"
        )
    )
    (fault,) = result.faults
    assert (fault.code, fault.quantity) == ("unexplained", "dw")
    assert "it lies within" in fault.message


def test_a_wrong_shape_without_an_explanation_is_said_as_a_shape(judge: Judge) -> None:
    """Where it stands, what it has, what belongs there."""
    result = judge(
        LOGISTIC.replace("dw = 1/m * np.dot(X, (A-Y).T)", "dw = np.full((2, 2, 2), A.sum())")
    )
    assert codes(result) == [("wrong-shape", "dw")]
    assert result.faults[0].computed == "dw.shape = (2, 2, 2)"


def test_predictions_follow_their_own_wrong_forward_pass(judge: Judge) -> None:
    """What is right for what it was fed is not blamed."""
    result = judge(NETWORK.replace("np.dot(W1, X) + b1", "np.dot(W1, X)"))
    assert verdict(result, "predict") == "blamed-upstream"


def test_two_mistakes_are_both_found(judge: Judge) -> None:
    """Each at its own quantity."""
    text = LOGISTIC.replace("dw = 1/m * np", "dw = np").replace("np.sum(A-Y)", "np.sum(Y-A)")
    assert codes(judge(text)) == [("missing-mean", "dw"), ("sign", "db")]


@pytest.mark.parametrize("guard", ["1e-5", "1e-8", "1e-12"])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("np.log(A) + (1-Y)*np.log(1-A)", "np.log(A + {g}) + (1-Y)*np.log(1-A + {g})"),
        ("np.log(A) + (1-Y)*np.log(1-A)", "np.log(A) + (1-Y)*np.log(1 + {g} - A)"),
        ("np.log(A) + (1-Y)*np.log(1-A)", "np.log(A + {g}) + (1-Y)*np.log(1-A)"),
    ],
)
def test_a_guard_in_the_log_is_a_remark(judge: Judge, old: str, new: str, guard: str) -> None:
    """Recognised by its formula at any size, on either side."""
    result = judge(LOGISTIC.replace(old, new.format(g=guard)))
    assert result.verdict == "correct"
    assert [remark.code for remark in result.remarks] in (["log-guard"], [])
    assert result.remarks or guard == "1e-12"


@pytest.mark.parametrize(
    "wrong", ["np.sum(Y*np.log(A + 0.01) + (1-Y)*np.log(1-A))", "[cost, cost]"]
)
def test_what_is_no_guard_is_a_fault(judge: Judge, wrong: str) -> None:
    """Too large to be one, or no number at all."""
    text = LOGISTIC.replace("cost = np.squeeze(cost)", f"cost = {wrong}")
    assert judge(text).verdict == "wrong"


def test_the_same_seed_gives_the_same_result(judge: Judge) -> None:
    """And another seed the same verdict."""
    text = LOGISTIC.replace("dw = 1/m * np", "dw = np")
    assert judge(text, seed=3) == judge(text, seed=3)
    assert codes(judge(text, seed=4)) == codes(judge(text, seed=3))


def test_files_and_folders_are_validated_from_python(tmp_path: Path) -> None:
    """The same as the command."""
    (tmp_path / "a.py").write_text(LINEAR)
    (submission,) = validate(tmp_path, allow_weak=True).submissions
    assert (submission.path, submission.verdict) == (str(tmp_path / "a.py"), "correct")


def test_a_path_without_submissions_is_refused(tmp_path: Path) -> None:
    """The message names it."""
    with pytest.raises(FileNotFoundError, match=r"no \.py or \.ipynb file there; name one"):
        validate(tmp_path / "nothing")


def test_a_batch_needs_a_worker() -> None:
    """Zero at a time is never done."""
    with pytest.raises(ValueError, match="workers: got 0, expected 1 or more"):
        validate_all((), Options(), workers=0)


# The steps show the same gradient that a function with a riddle for a parameter would give.
INSIDE = """
def optimise(w, b, x, y, iterations, alpha):
    for _ in range(iterations):
        dz = sigmoid(np.dot(w.T, x) + b) - y
        w, b = w - alpha * np.dot(x, dz.T) / dz.size, b - alpha * dz.mean()
    return w, b
"""
CLASS = (RIGHT / "class_logistic.txt").read_text()

LOST = (
    (CLASS.replace("self.weights", "self.hidden"), "it shows no w of the expected shape"),
    (CLASS.replace("def fit(self, X", "def fit(self, mystery, X"), "what is 'mystery'?"),
)


@pytest.mark.parametrize(("text", "reason"), LOST)
def test_training_that_cannot_be_followed_is_not_judged_and_said_so(
    judge: Judge, text: str, reason: str
) -> None:
    """Undecided is no pass."""
    result = judge(text)
    assert result.verdict == "undecided"
    assert any(reason in note for note in result.notes)


def test_a_class_without_training_is_not_gradable(judge: Judge) -> None:
    """There is nothing to follow."""
    text = CLASS.replace("def fit", "def other").replace("def predict", "def another")
    assert judge(text).verdict == "not-gradable"


def test_a_class_that_cannot_predict_is_judged_by_its_training(judge: Judge) -> None:
    """What is there is judged."""
    result = judge(CLASS.replace("def predict", "def another"))
    assert result.verdict == "correct"
    assert {quantity.name for quantity in result.quantities} == {"dw", "db"}


def test_a_learning_rate_that_cannot_be_set_is_fitted(judge: Judge) -> None:
    """The same one must explain every step on every problem."""
    fixed = CLASS.replace("learning_rate=0.01, ", "").replace("= learning_rate", "= 0.05")
    hidden = fixed.replace("self.lr", "self.secret")
    assert judge(hidden).verdict == "correct"
    wrong = hidden.replace("dw = (1 / n_samples) * ", "dw = ")
    assert judge(wrong).verdict == "wrong"


def test_a_learning_rate_is_read_where_it_is_shown(judge: Judge) -> None:
    """An attribute of its name holds it."""
    fixed = CLASS.replace("learning_rate=0.01, ", "").replace("= learning_rate", "= 0.05")
    assert judge(fixed).verdict == "correct"


def test_a_model_function_that_cannot_be_followed_is_undecided(judge: Judge) -> None:
    """Its parts may be right, but nothing shows a gradient."""
    text = (RIGHT / "model_function.txt").read_text()
    result = judge(text.replace("return w, b", "return 3"))
    assert (result.verdict, verdict(result, "dw")) == ("undecided", "undecided")
    assert any("was not judged: it shows no w, b" in note for note in result.notes)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SPLIT.replace("def gradient(w", "def gradient(riddle, p, q, w"), "undecided"),
        (LOGISTIC.replace("def predict(w,", "def predict(mystery, w,"), "undecided"),
        (SPLIT.replace("def gradient(w", "def gradient(riddle, p, q, w") + INSIDE, "correct"),
    ],
)
def test_what_is_nowhere_judged_leaves_the_verdict_open(
    judge: Judge, text: str, expected: str
) -> None:
    """A function that cannot be called is no pass, unless another one shows its quantities."""
    assert judge(text).verdict == expected
