"""The training loop of a script beside functions that are right: its steps are judged, too."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gradcheck.submissions import Submission

Judge = Callable[..., Submission]

LOGISTIC = """\
import numpy as np
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
def propagate(w, b, X, Y):
    m = X.shape[1]
    A = sigmoid(w.T @ X + b)
    cost = -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / m
    return {"dw": X @ (A - Y).T / m, "db": np.sum(A - Y) / m}, cost
X = np.random.randn(3, 20)
Y = (np.random.rand(1, 20) > 0.5) * 1
w = np.zeros((3, 1))
b = 0.0
alpha = 0.1
costs = []
"""

ROWS = """\
import numpy as np
def predict(X, w, b):
    return X @ w + b
def cost_function(X, y, w, b):
    return np.sum((predict(X, w, b) - y) ** 2) / (2 * len(y))
def gradient(X, y, w, b):
    error = predict(X, w, b) - y
    return X.T @ error / len(y), np.sum(error) / len(y)
data = np.loadtxt("houses.csv", delimiter=",")
X_train, y_train = data[:, :-1], data[:, -1]
w = np.zeros(X_train.shape[1])
b = 0
"""

NETWORK = """\
import numpy as np
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
def forward_propagation(X, parameters):
    Z1 = parameters["W1"] @ X + parameters["b1"]
    A1 = np.tanh(Z1)
    Z2 = parameters["W2"] @ A1 + parameters["b2"]
    A2 = sigmoid(Z2)
    return A2, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}
def compute_cost(A2, Y):
    return -np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / Y.shape[1]
def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    dZ2 = cache["A2"] - Y
    dZ1 = parameters["W2"].T @ dZ2 * (1 - cache["A1"] ** 2)
    return {
        "dW1": dZ1 @ X.T / m,
        "db1": np.sum(dZ1, axis=1, keepdims=True) / m,
        "dW2": dZ2 @ cache["A1"].T / m,
        "db2": np.sum(dZ2, axis=1, keepdims=True) / m,
    }
def update_parameters(parameters, grads, learning_rate=1.2):
    return {k: v - learning_rate * grads["d" + k] for k, v in parameters.items()}
X, Y = load_planar_dataset()
parameters = {"W1": np.random.randn(4, 2), "b1": np.zeros((4, 1))}
parameters |= {"W2": np.random.randn(1, 4), "b2": np.zeros((1, 1))}
"""

STEP = "    w = w - alpha * grads['dw']\n    b = b - alpha * grads['db']\n"
CALL = "for i in range(1000):\n    grads, cost = propagate(w, b, X, Y)\n"
PASS = (
    "for i in range(1000):\n    A2, cache = forward_propagation(X, parameters)\n"
    "    grads = backward_propagation(parameters, cache, X, Y)\n"
)
FIT = "for epoch in range(100):\n    dw, db = gradient(X_train, y_train, w, b)\n"

MODEL = """\
def nn_model(X, Y, n_h, num_iterations=10000, print_cost=False):
    rng = np.random.default_rng(3)
    parameters = {"W1": rng.standard_normal((n_h, X.shape[0])), "b1": np.zeros((n_h, 1))}
    parameters |= {"W2": rng.standard_normal((1, n_h)), "b2": np.zeros((1, 1))}
    for i in range(num_iterations):
        A2, cache = forward_propagation(X, parameters)
        cost = compute_cost(A2, Y)
        grads = backward_propagation(parameters, cache, X, Y)
        parameters = update_parameters(parameters, grads)
    return parameters
"""

# Loops in which nothing is wrong.
RIGHT: tuple[tuple[str, str], ...] = (
    (LOGISTIC, CALL + STEP),
    (LOGISTIC, CALL + STEP + "    costs.append(cost)\n    if i % 100 == 0:\n        print(cost)\n"),
    (LOGISTIC, CALL + "    w -= alpha * grads['dw']\n    b -= alpha * grads['db']\n"),
    (LOGISTIC, CALL + "    w -= 0.005 * grads['dw']\n    b -= 0.005 * grads['db']\n"),
    (
        LOGISTIC,
        CALL + "    dw, db = grads['dw'], grads['db']\n    w, b = w - alpha * dw, b - alpha * db\n",
    ),
    (LOGISTIC, CALL + "    if cost < 0.01:\n        break\n" + STEP),
    (LOGISTIC, "i = 0\nwhile i < 500:\n" + CALL.partition("\n")[2] + STEP + "    i += 1\n"),
    (
        LOGISTIC.replace("X = ", "X_train = ").replace("Y = ", "Y_train = ", 1),
        CALL.replace("X, Y", "X_train, Y_train") + STEP,
    ),
    (
        LOGISTIC.replace("randn(3, 20)", "randn(20, 3)").replace("rand(1, 20)", "rand(20, 1)"),
        CALL.replace("X, Y", "X.T, Y.T") + STEP,
    ),
    (
        LOGISTIC,
        "if __name__ == '__main__':\n"
        + "".join(f"    {line}\n" for line in (CALL + STEP).splitlines()),
    ),
    (
        LOGISTIC,
        "grads, cost = propagate(w, b, X, Y)\nfor i in range(1000):\n"
        + STEP
        + "    grads, cost = propagate(w, b, X, Y)\n",
    ),
    (ROWS, FIT + "    w = w - 0.01 * dw\n    b = b - 0.01 * db\n"),
    (ROWS, "lr = 0.01\n" + FIT + "    w -= lr * dw\n    b -= lr * db\n"),
    (ROWS, FIT.replace("dw, db", "g_w, g_b") + "    w = w - 0.01 * g_w\n    b = b - 0.01 * g_b\n"),
    (NETWORK, PASS + "    parameters = update_parameters(parameters, grads)\n"),
    (NETWORK, PASS + "    parameters = update_parameters(parameters, grads, 0.5)\n"),
    (
        NETWORK,
        PASS + "    for key in parameters:\n        parameters[key] -= 1.2 * grads['d' + key]\n",
    ),
    (
        NETWORK,
        PASS
        + "".join(
            f"    parameters['{n}'] = parameters['{n}'] - 1.2 * grads['d{n}']\n"
            for n in ("W1", "b1", "W2", "b2")
        ),
    ),
    (
        LOGISTIC,
        "import time\ntic = time.time()\n" + CALL + "print(time.time() - tic)\n",
    ),
    (
        LOGISTIC,
        "for s in (1, 2, 3):\n    grads, cost = propagate(s * w, b, X, Y)\n    print(cost)\n",
    ),
)

RIGHT += (
    (NETWORK, MODEL),
    (NETWORK, MODEL.replace("grads)", "grads, 0.3)")),
    (NETWORK, MODEL.replace("num_iterations=10000, ", "").replace("num_iterations", "500")),
    (NETWORK, MODEL.replace("range(num", "range(0, num").replace("print_cost", "verbose")),
    (
        LOGISTIC.replace("propagate(w, b, X, Y)", "propagate(w, b)"),
        CALL.replace("propagate(w, b, X, Y)", "propagate(w, b)") + STEP,
    ),
)

# A loop with a mistake, its code, and words of the message.
WRONG: tuple[tuple[str, str, str, str], ...] = (
    (LOGISTIC, CALL + STEP.replace("w - ", "w + "), "update-sign", "w: the step goes uphill"),
    (LOGISTIC, CALL + STEP.replace(" - ", " + "), "update-sign", "w, b: the step goes uphill"),
    (LOGISTIC, CALL + STEP.partition("\n")[0] + "\n", "update-rule", "b: stays as it was"),
    (LOGISTIC, CALL + STEP.partition("\n")[2], "update-rule", "w: stays as it was"),
    (LOGISTIC, CALL, "update-rule", "w, b: stays as it was"),
    (LOGISTIC, CALL + STEP.replace("w = ", "w_new = "), "update-rule", "w: stays as it was"),
    (
        LOGISTIC,
        CALL + STEP.replace("alpha", "alpha * alpha"),
        "update-rule",
        "multiplied by the learning rate twice",
    ),
    (
        LOGISTIC,
        CALL + STEP.replace("alpha * ", "", 1),
        "update-rule",
        "w: the learning rate is left out",
    ),
    (LOGISTIC, CALL + STEP + STEP, "update-rule", "w, b: the step is taken twice"),
    (LOGISTIC, CALL + STEP + STEP.partition("\n")[0], "update-rule", "w: the step is taken twice"),
    (LOGISTIC, CALL + STEP.replace("w = w - ", "w =- "), "update-rule", "w: it is set to its step"),
    (LOGISTIC, CALL + STEP.replace("= w - ", "= ").replace("= b - ", "= "), "update-rule", "w, b:"),
    (
        LOGISTIC,
        CALL + STEP.replace("'dw'", "'db'"),
        "update-rule",
        "w: it is stepped by the gradient of b",
    ),
    (LOGISTIC, CALL + STEP.replace("'db'", "'dw'"), "update-rule", "b: it has"),
    (
        LOGISTIC,
        CALL + STEP.replace("['dw']", "['dw'] / X.shape[1]"),
        "update-rule",
        "w: the step is divided by m once more",
    ),
    (
        LOGISTIC,
        CALL + STEP.replace("w - ", "w + ").replace("alpha * grads['db']", "grads['db']"),
        "update-rule",
        "b: the learning rate is left out",
    ),
    (LOGISTIC, CALL + STEP.replace("alpha", "0.1").replace("w - ", "w + "), "update-sign", "w:"),
    (LOGISTIC, CALL + STEP.replace("alpha", "0.1").replace("- ", "+ "), "update-sign", "w, b:"),
    (ROWS, FIT + "    w = w + 0.01 * dw\n    b = b + 0.01 * db\n", "update-sign", "w, b:"),
    (ROWS, FIT + "    w = w - 0.01 * dw\n", "update-rule", "b: stays as it was"),
    (ROWS, FIT + "    w = w - 0.01 * db\n    b = b - 0.01 * db\n", "update-rule", "w:"),
    (
        ROWS,
        "lr = 0.01\n" + FIT + "    w, b = -lr * dw, -lr * db\n",
        "update-rule",
        "w, b: it is set",
    ),
    (
        ROWS,
        FIT.replace("dw, db", "db, dw") + "    w = w - 0.01 * dw\n    b = b - 0.01 * db\n",
        "update-rule",
        "b: it has",
    ),
    (NETWORK, PASS, "update-rule", "stays as it was"),
    (
        NETWORK,
        PASS + "    update_parameters(parameters, grads)\n",
        "update-rule",
        "stays as it was",
    ),
    (
        NETWORK,
        PASS + "    new = update_parameters(parameters, grads)\n",
        "update-rule",
        "stays as it was",
    ),
    (
        NETWORK,
        PASS + "    for key in parameters:\n        parameters[key] += 1.2 * grads['d' + key]\n",
        "update-sign",
        "W1, b1, W2, b2: the step goes uphill",
    ),
    (
        NETWORK,
        PASS + "    parameters = update_parameters(parameters, grads, -1.2)\n",
        "update-sign",
        "uphill",
    ),
    (
        NETWORK,
        PASS
        + "".join(
            f"    parameters['{n}'] = parameters['{n}'] - 1.2 * grads['d{n}']\n"
            for n in ("W1", "b1", "W2")
        ),
        "update-rule",
        "b2: stays as it was",
    ),
)

UPDATE = "        parameters = update_parameters(parameters, grads, learning_rate)\n"
RATED = MODEL.replace("print_cost=False", "learning_rate=0.1").replace(
    "grads)\n    return", "grads, learning_rate)\n    return"
)
BY_KEY = "        for k in {keys}:\n            parameters[k] = {step}\n"


def by_key(step: str, keys: str = "parameters") -> str:
    """Give the training with an update of its own."""
    assert UPDATE in RATED
    return RATED.replace(UPDATE, BY_KEY.format(keys=keys, step=step))


PLAIN = "parameters[k] - learning_rate * grads['d' + k]"
RIGHT += ((NETWORK, RATED), (NETWORK, by_key(PLAIN)))
WRONG += (
    (NETWORK, MODEL.replace("parameters = up", "params = up"), "update-rule", "stays as it was"),
    (NETWORK, MODEL.replace("grads)\n", "grads, -1.2)\n"), "update-sign", "uphill"),
    (NETWORK, RATED.replace(UPDATE, ""), "update-rule", "stays as it was"),
    (NETWORK, RATED.replace(UPDATE, 2 * UPDATE), "update-rule", "taken twice"),
    (NETWORK, by_key(PLAIN, "('W1', 'W2', 'b2')"), "update-rule", "b1: stays as it was"),
    (NETWORK, by_key("learning_rate * grads['d' + k]"), "update-rule", "set to its step"),
    (NETWORK, by_key(PLAIN.replace("- ", "+ ")), "update-sign", "uphill"),
    (NETWORK, by_key(PLAIN.replace("learning_rate * ", "")), "update-rule", "rate is left out"),
)

# Loops that step in a way that gradient descent does not, of which nobody says that it is wrong.
OPEN = (
    (
        LOGISTIC + "v = np.zeros((3, 1))\n",
        "    v = 0.9 * v + 0.1 * grads['dw']\n    w -= alpha * v\n    b -= alpha * grads['db']\n",
    ),
    (
        LOGISTIC + "s = 0\n",
        "    s = s + grads['dw'] ** 2\n    w -= alpha * grads['dw'] / np.sqrt(s)\n"
        "    b -= alpha * grads['db']\n",
    ),
    (LOGISTIC, "    w -= alpha * (grads['dw'] + 0.01 * w)\n    b -= alpha * grads['db']\n"),
    (
        LOGISTIC,
        "    w -= alpha * np.clip(grads['dw'], -0.01, 0.01)\n    b -= alpha * grads['db']\n",
    ),
    (LOGISTIC.replace("X = ", "table = "), "    w -= alpha * grads['dw']\n"),
)


@pytest.mark.parametrize(("functions", "loop"), RIGHT)
def test_a_right_loop_beside_right_functions_is_correct(
    judge: Judge, functions: str, loop: str
) -> None:
    """However a loop writes its step, it is no fault."""
    result = judge(functions + loop)
    assert (result.verdict, result.faults) == ("correct", ()), result.notes


@pytest.mark.parametrize(("functions", "loop", "code", "words"), WRONG)
def test_a_wrong_step_beside_right_functions_is_wrong(
    judge: Judge, functions: str, loop: str, code: str, words: str
) -> None:
    """Right functions excuse no loop that uses them wrongly."""
    result = judge(functions + loop)
    assert result.verdict == "wrong"
    assert any(f.code == code and words in f.message for f in result.faults), result.faults


@pytest.mark.parametrize(("functions", "step"), OPEN)
def test_another_method_beside_right_functions_is_left_undecided(
    judge: Judge, functions: str, step: str
) -> None:
    """What is no plain descent is neither passed nor blamed, and a note says so."""
    call = CALL.replace("X, Y", "table, Y") if "table" in functions else CALL
    result = judge(functions + call + step)
    assert (result.verdict, result.faults) == ("undecided", ())
    assert any("was not judged" in note for note in result.notes)
