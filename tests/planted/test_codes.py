"""Every code of the vocabulary is reached by a submission, or it is said why none can."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

from gradcheck.sandbox import WarmParent

J = "cost = -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / m"
DW = "dw = np.dot(X, dZ.T) / m"
NUMERIC = """dj_dw = np.zeros(len(w))
    for j in range(len(w)):
        e = np.zeros(len(w))
        e[j] = 1e-5
        dj_dw[j] = (compute_cost(X, y, w + e, b) - compute_cost(X, y, w - e, b)) / 2e-5"""
PRIME = "def sigmoid_derivative(x):\n    return x * (1 - x)\n\ndef forward(X"
STALE = 'w = w - learning_rate * grads["dw"]\n        grads = propagate(w, b, X, Y)[0]'

# code: a style of the table and what is replaced in it
SHOWN: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "gradient-of-other-scale": (
        "course_logistic",
        ((J, J.replace("-np", "-2 * np")), ("dZ = A - Y", "dZ = 3 * (A - Y)")),
    ),
    "stale-order": (
        "course_logistic",
        (('w = w - learning_rate * grads["dw"]', STALE),),
    ),
    "hidden-global": ("course_logistic", (("propagate(w, b, X, Y):", "propagate(w, b, X):"),)),
    "nondeterministic": ("course_logistic", ((DW, f"{DW} + np.random.rand()"),)),
    "nonfinite": ("course_logistic", ((DW, f"{DW} * np.inf"),)),
    "integer-dtype": (
        "course_logistic",
        ((DW, f"dw = np.zeros_like(X)[:, :1]\n    {DW[:2]}[:] = {DW[5:]}"),),
    ),
    "hard-coded": (
        "course_logistic",
        (('{"dw": dw, "db": db}, cost', '{"dw": dw, "db": 0.25}, cost'),),
    ),
    "numeric-gradient": ("flat_logistic", (("dj_dw = X.T @ err / m", NUMERIC),)),
    "crashed": ("course_logistic", ((DW, "dw = nowhere"),)),
    "timed-out": ("course_logistic", ((DW, "while True: pass"),)),
    "not-implemented": ("course_logistic", ((DW, "dw = None"),)),
    "missing-function": (
        "flat_logistic",
        (("def compute_gradient", '"""'), ("    return w, b\n", '    return w, b\n"""\n')),
    ),
    "wrong-shape": ("course_logistic", ((DW, "dw = np.vstack([dZ.T, dZ.T]) / m"),)),
    "wrong-type": ("course_logistic", ((DW, "dw = 'dw'"),)),
    "unexplained": ("course_logistic", ((DW, "dw = np.dot(X ** 3, dZ.T ** 2) / m + 0.1"),)),
    "single-precision": ("course_logistic", ((DW, f"dw = np.float32({DW[5:]})"),)),
    "other-convention": ("rows_network", ()),
    "activation-form": (
        "rows_network",
        (("A1 * (1 - A1)", "sigmoid_derivative(A1)"), ("def forward(X", PRIME)),
    ),
    "fragile-scalar": (
        "course_logistic",
        ((J, "cost = float(-np.dot(Y, np.log(A).T) - np.dot(1 - Y, np.log(1 - A).T)) / m"),),
    ),
}

CODES = (
    *("wrong-operand", "missing-mean", "double-mean", "wrong-count", "wrong-scale"),
    *("cost-term-missing", "cost-sign", "cost-scale", "gradient-of-other-scale", "other-loss"),
    *("bias-axis", "bias-not-summed", "missing-activation-derivative"),
    *("extra-activation-derivative", "other-activation-derivative", "derivative-at-activation"),
    *("broadcast-blowup", "rank-1-array", "transposed", "matmul-elementwise", "stale-order"),
    *("sign", "update-sign", "update-rule", "missing-input-factor", "forward-wrong"),
    *("predict-wrong", "zero-initialisation", "initial-shape", "hidden-global", "mutates-input"),
    *("nondeterministic", "nonfinite", "integer-dtype", "hard-coded", "numeric-gradient"),
    *("crashed", "timed-out", "not-implemented", "missing-function", "wrong-shape", "wrong-type"),
    *("unexplained", "log-guard", "other-convention", "activation-form", "single-precision"),
    *("unstable", "slow-loop", "fragile-scalar"),
)


def texts_for(table: ModuleType, code: str) -> list[str]:
    """Give submissions that should reach a code: one of its own, or those of the table."""
    if code in SHOWN:
        name, changes = SHOWN[code]
        (style,) = table.styles([name])
        text = style.with_changes([])[0]
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        return [text]
    planted = [
        (style, change)
        for style in table.styles()
        for change in (*style.faults, *style.benign)
        if change.codes == (code,)
    ]
    return [style.with_changes([change])[0] for style, change in planted[:1]]


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_reached_by_a_submission(
    table: ModuleType, warm: WarmParent, code: str
) -> None:
    """What the vocabulary names, the judge can say."""
    (text,) = texts_for(table, code)
    result: Any = table.judged(text, warm)
    assert code in {said.code for said in (*result.faults, *result.remarks)}
