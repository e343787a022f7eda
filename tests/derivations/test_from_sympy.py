"""A forward pass written in SymPy's own matrix expressions is the same forward pass."""

import pytest
import sympy
from sympy import HadamardProduct, MatrixSymbol, OneMatrix

from derivations import logistic, prove_claim
from derivations.engine.declaration import Claim
from derivations.engine.expressions import Named
from derivations.engine.from_sympy import from_sympy
from derivations.engine.vocabulary import exp, sigmoid

n_x, m = logistic.n_x, logistic.m
NODES: tuple[Named, ...] = (*logistic.DERIVATION.inputs, logistic.Z, logistic.A)
ARRAYS = {node.name: node for node in NODES}
w, X, b = MatrixSymbol("w", n_x, 1), MatrixSymbol("X", n_x, m), MatrixSymbol("b", 1, 1)
Y, A = MatrixSymbol("Y", 1, m), MatrixSymbol("A", 1, m)
ONES, S = OneMatrix(1, m), sympy.Symbol("s")
LOSS = -HadamardProduct(Y, A.applyfunc(sympy.log)) - HadamardProduct(
    ONES - Y, (ONES - A).applyfunc(sympy.log)
)
SAME = [
    (logistic.Z, w.T * X + b * ONES),
    (logistic.A, (w.T * X + b * ONES).applyfunc(sympy.Function("sigmoid"))),
    (logistic.L, LOSS),
    (sigmoid(-logistic.Z), (-MatrixSymbol("Z", 1, m)).applyfunc(sympy.Function("sigmoid"))),
    (exp(logistic.A), A.applyfunc(sympy.Lambda(S, sympy.exp(S)))),
    (logistic.A**2 * 3, 3 * sympy.HadamardPower(A, 2)),
    (logistic.A - logistic.Y, A - Y),
    (logistic.X @ logistic.A.T / m, X * A.T / m),
]


@pytest.mark.parametrize(("ours", "theirs"), SAME, ids=range(len(SAME)))
def test_sympy_and_the_engine_say_the_same(ours: object, theirs: object) -> None:
    """What is read from SymPy equals what is declared here, by all three methods."""
    claim = Claim("same", "", ours, from_sympy(theirs, ARRAYS))  # type: ignore[arg-type]
    assert prove_claim(logistic.DERIVATION, claim).verdict == "proven"


WRONG = [
    (X.T * MatrixSymbol("Q", n_x, n_x), ValueError, r"Q is not declared: arrays has .*w, X"),
    (MatrixSymbol("w", 1, n_x), ValueError, r"w has shape \(1, n_x\) in SymPy, but \(n_x, 1\)"),
    (sympy.Inverse(X * X.T), TypeError, r"unknown operator Inverse in .*SymPy's sums, products"),
    (X.applyfunc(sympy.Function("swish")), ValueError, r"swish has no known derivative"),
    (X.applyfunc(sympy.sin), ValueError, r"sin has no known derivative"),
    (
        X.applyfunc(sympy.Lambda(S, sympy.exp(2 * S))),
        ValueError,
        r"Lambda\(s, exp\(2\*s\)\) has no known derivative",
    ),
    (X.applyfunc(sympy.Lambda(S, 1 / S)), ValueError, r"Lambda\(s, 1/s\) has no known derivative"),
    (sympy.HadamardPower(X, sympy.Rational(5, 2)), TypeError, r"the exponent is 5/2, but"),
    (sympy.HadamardPower(X, -1), TypeError, r"the exponent is -1, but the engine takes"),
    (sympy.KroneckerProduct(X, X), TypeError, r"unknown operator KroneckerProduct"),
    (sympy.ZeroMatrix(2, 2), TypeError, r"unknown operator ZeroMatrix"),
]


@pytest.mark.parametrize(("theirs", "error", "message"), WRONG, ids=range(len(WRONG)))
def test_what_cannot_be_read_is_told(theirs: object, error: type[Exception], message: str) -> None:
    """Undeclared symbols, other shapes, unknown operators and functions: one line each."""
    with pytest.raises(error, match=message):
        from_sympy(theirs, ARRAYS)
