"""The course's formulas, a line a quantity, from which mistakes are generated.

The truth is ``impl``; a test demands that these lines give the same numbers. They are kept as text
because a mistake is a change of the text: see ``mutations``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_CROSS_ENTROPY = "-sum(Y * log({A}) + (1 - Y) * log(1 - {A})) / m"
_SQUARES = ("sum((Y - {A}) ** 2) / m", "sum((Y - {A}) ** 2) / (2 * m)")
_ABSOLUTE = "sum(abs(Y - {A})) / m"

FORMULAS: Mapping[str, str] = MappingProxyType(
    {
        "logistic": f"""
            Z = w.T @ X + b
            A = sigmoid(Z)
            J = {_CROSS_ENTROPY.format(A="A")}
            dZ = A - Y
            dw = X @ dZ.T / m
            db = sum(dZ) / m
        """,
        "linear": """
            Yhat = w.T @ X + b
            J = sum((Y - Yhat) ** 2) / (2 * m)
            dYhat = Yhat - Y
            dw = X @ dYhat.T / m
            db = sum(dYhat) / m
        """,
        "shallow-network": f"""
            Z1 = W1 @ X + b1
            A1 = g(Z1)
            Z2 = W2 @ A1 + b2
            A2 = sigmoid(Z2)
            J = {_CROSS_ENTROPY.format(A="A2")}
            dZ2 = A2 - Y
            dW2 = dZ2 @ A1.T / m
            db2 = sum(dZ2, axis=1, keepdims=True) / m
            dZ1 = (W2.T @ dZ2) * g_prime(Z1)
            dW1 = dZ1 @ X.T / m
            db1 = sum(dZ1, axis=1, keepdims=True) / m
        """,
    }
)

OTHER_LOSSES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "logistic": tuple(loss.format(A="A") for loss in (*_SQUARES, _ABSOLUTE)),
        "linear": (_ABSOLUTE.format(A="Yhat"), "sqrt(sum((Y - Yhat) ** 2) / m)"),
        "shallow-network": tuple(loss.format(A="A2") for loss in (*_SQUARES, _ABSOLUTE)),
    }
)
