"""What is right on a few tame examples is judged further: far out, near one half, step by step."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from gradcheck.submissions import Submission

Judge = Callable[..., Submission]
RIGHT = Path(__file__).parent / "right"
MODEL = """
def model(X_train, Y_train, X_test, Y_test, num_iterations=2000, learning_rate=0.5):
    w, b = initialize_with_zeros(X_train.shape[0])
    params, grads, costs = optimize(w, b, X_train, Y_train, num_iterations, learning_rate)
    of_test = predict(params["w"], params["b"], X_test)
    of_train = predict(params["w"], params["b"], X_train)
    return {"costs": costs, "Y_prediction_test": of_test, "Y_prediction_train": of_train,
            "w": params["w"], "b": params["b"]}
"""
TEXTS = {
    "logistic": (RIGHT / "logistic_course.txt").read_text() + MODEL,
    "network": (RIGHT / "network_course.txt").read_text(),
    "linear": (RIGHT / "linear_course.txt").read_text(),
}
SIGMOID = "s = 1 / (1 + np.exp(-z))"
OUTPUT = "    A = sigmoid(np.dot(w.T, X) + b)\n    cost"
LABEL = "1 if A[0, i] > 0.5 else 0"
PREDICTS = "    Y_prediction = np.zeros((1,m))\n"
LOOP = "for i in range(0, num_iterations):\n"
FORWARD = "        A2, cache = forward_propagation(X, parameters)\n"
GRADS = "        grads = backward_propagation(parameters, cache, X, Y)\n"
STEPS = "        parameters = update_parameters(parameters, grads)\n"
W1 = "np.random.randn(n_h, n_x) * 0.01"
TESTED = 'of_test = predict(params["w"], params["b"], X_test)'


def swapped(name: str, old: str, new: str) -> str:
    """Give a right text with its first ``old`` replaced."""
    assert old in TEXTS[name]
    return TEXTS[name].replace(old, new, 1)


# A text, a line of it and what stands there instead, and the code with the line that is blamed.
WRONG = (
    ("logistic", SIGMOID, "s = 1 / (1 + np.exp(-np.clip(z, -5, 5)))", "forward-wrong", "np.clip"),
    ("logistic", SIGMOID, "s = 1 / (1 + np.exp(-np.minimum(z, 6)))", "forward-wrong", "minimum"),
    ("logistic", SIGMOID, "s = np.clip(1 / (1 + np.exp(-z)), .01, .99)", "forward-wrong", "clip"),
    (
        "logistic",
        OUTPUT,
        "    A = sigmoid(np.dot(w.T, X) + b)\n    A = np.clip(A, 0.01, 0.99)\n    cost",
        "forward-wrong",
        "A = np.clip",
    ),
    (
        "logistic",
        "    db = 1/m * np.sum(A-Y)\n",
        "    db = 1/m * np.sum(A-Y)\n    dw = np.clip(dw, -1, 1)\n",
        "unexplained",
        "dw = np.clip",
    ),
    (
        "logistic",
        "m = X.shape[1]\n    A",
        "m = min(X.shape[1], 8)\n    A",
        "unexplained",
        "cost = ",
    ),
    ("network", "(1 - np.power(A1, 2))", "np.maximum(1 - A1 ** 2, 0.02)", "unexplained", "dZ1 ="),
    ("network", "m = X.shape[1]\n    W1", "m = min(X.shape[1], 10)\n    W1", "unexplained", ""),
    ("logistic", LABEL, "1 if A[0, i] > 0.45 else 0", "predict-wrong", "0.45"),
    ("logistic", LABEL, "1 if A[0, i] > 0.52 else 0", "predict-wrong", "0.52"),
    ("network", "(A2 > 0.5)", "(A2 > 0.55)", "predict-wrong", "0.55"),
    (
        "logistic",
        PREDICTS,
        f"{PREDICTS}    X = X - X.mean(axis=1, keepdims=True)\n",
        "predict-wrong",
        "",
    ),
    (
        "logistic",
        PREDICTS,
        f"{PREDICTS}    X -= X.mean(axis=1, keepdims=True)\n",
        "mutates-input",
        "X -= X.mean",
    ),
    ("logistic", PREDICTS, f"{PREDICTS}    w += 0.0 * w + 1e-9\n", "mutates-input", "w += 0.0"),
    ("network", LOOP, "for i in range(1, num_iterations):\n", "update-rule", "for i in range(1"),
    ("network", LOOP, "for i in range(num_iterations - 1):\n", "update-rule", "for i in range(num"),
    ("network", LOOP, "for i in range(num_iterations + 1):\n", "update-rule", "for i in range(num"),
    ("network", f"    {LOOP}{FORWARD}", f"{FORWARD[4:]}    {LOOP}", "update-rule", "parameters ="),
    (
        "network",
        f"{GRADS}{STEPS}",
        f"        if i > 0: parameters = update_parameters(parameters, grads)\n"
        f"        A2, cache = forward_propagation(X, parameters)\n{GRADS}",
        "update-rule",
        "for i in range",
    ),
    ("logistic", TESTED, TESTED.replace("X_test", "X_train"), "predict-wrong", "Y_prediction_test"),
    ("logistic", "b = 0\n", "b = 1.0\n", "initial-shape", "b = 1.0"),
    ("logistic", "b = 0\n", "b = 0.01\n", "initial-shape", "b = 0.01"),
    ("network", W1, "np.random.randn(n_h, n_x) * 100", "initial-shape", "* 100"),
    ("network", W1, "np.random.randint(-90, 90, (n_h, n_x))", "initial-shape", "randint"),
)

# The same lines otherwise, and right.
BESIDE = (
    ("logistic", SIGMOID, "s = 1 / (1 + np.exp(-np.clip(z, -500, 500)))"),
    ("logistic", SIGMOID, "s = 1 / (1 + np.exp(-np.clip(z, -30, 30)))"),
    ("logistic", SIGMOID, "s = 0.5 * (1 + np.tanh(z / 2))"),
    ("logistic", SIGMOID, "s = np.where(z > 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z)))"),
    ("logistic", "np.log(A)", "np.log(A + 1e-8)"),
    ("logistic", OUTPUT, OUTPUT.replace("\n", "\n    A = np.clip(A, 1e-7, 1 - 1e-7)\n", 1)),
    ("logistic", "np.log(A)", "np.log(np.clip(A, 5e-5, 1))"),
    ("logistic", LABEL, "1 if A[0, i] >= 0.5 else 0"),
    ("logistic", LABEL, "int(np.round(A[0, i]))"),
    ("logistic", PREDICTS, f"{PREDICTS}    X = np.array(X)\n    X -= 0\n"),
    ("network", LOOP, "for i in range(1, num_iterations + 1):\n"),
    ("network", f"    {LOOP}", "    for i in list(range(num_iterations)):\n"),
    ("network", W1, "np.random.randn(n_h, n_x) * np.sqrt(2 / n_x)"),
    ("network", W1, "np.random.uniform(-1, 1, (n_h, n_x))"),
    ("network", W1, "np.random.randn(n_h, n_x)"),
    ("logistic", "w = np.zeros((dim, 1))", "w = np.random.randn(dim, 1) * 0.01"),
    ("linear", "\n", "\n\n"),
)


@pytest.mark.parametrize(("name", "old", "new", "code", "line"), WRONG)
def test_a_mistake_that_tame_examples_hide_is_wrong(
    judge: Judge, name: str, old: str, new: str, code: str, line: str
) -> None:
    """A cap, a threshold beside one half, or a loop that is one short is wrong at its line."""
    text = swapped(name, old, new)
    found = judge(text)
    lines = text.splitlines()
    blamed = {(f.code, line in lines[(f.where.line or 1) - 1]) for f in found.faults}
    assert (found.verdict, (code, True) in blamed) == ("wrong", True)


@pytest.mark.parametrize(("name", "old", "new"), BESIDE)
def test_what_is_right_as_far_as_doubles_go_stays_correct(
    judge: Judge, name: str, old: str, new: str
) -> None:
    """A guard against overflow, a log guard, another start or another way to count is right."""
    assert judge(swapped(name, old, new)).verdict == "correct"


def test_a_loop_that_takes_one_step_even_if_asked_for_none_is_correct(judge: Judge) -> None:
    """``while True`` with its test at the end takes every number of steps but none."""
    text = swapped("network", LOOP, "i = 0\n    while True:\n        i += 1\n")
    text = text.replace(STEPS, f"{STEPS}        if i >= num_iterations: break\n", 1)
    assert judge(text).verdict == "correct"


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("guard", "verdict"), [("1e-4", "correct"), ("1.1e-4", "wrong")])
def test_an_epsilon_inside_a_log_is_a_remark_up_to_1e_4(
    judge: Judge, seed: int, guard: str, verdict: str
) -> None:
    """Where the line for an epsilon lies does not depend on the problems that are drawn."""
    text = swapped("logistic", "np.log(A)", f"np.log(A + {guard})")
    assert judge(text, seed=seed).verdict == verdict


def test_a_function_that_fails_far_out_alone_is_noted(judge: Judge) -> None:
    """To refuse large examples is no mistake in a formula, and it is said."""
    text = swapped("logistic", OUTPUT, f"    assert np.abs(X).max() < 20\n{OUTPUT}")
    found = judge(text)
    assert (found.verdict, "up to 30 in size" in " ".join(found.notes)) == ("correct", True)
