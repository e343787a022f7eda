"""Wrong declarations fail with one clear line: where, what was got, what belongs there."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest
import sympy

import derivations
from derivations import logistic
from derivations.engine import expressions as ex
from derivations.engine.declaration import Claim, Derivation
from derivations.engine.entries import Entries
from derivations.engine.evaluation import Evaluation
from derivations.engine.functions import Function
from derivations.engine.graph import graph
from derivations.engine.printers.latex import latex
from derivations.engine.printers.numpy_code import numpy_code
from derivations.engine.proofs.certificate import certificate
from derivations.engine.proofs.certificate import data as certificate_data
from derivations.engine.proofs.exact import Residues
from derivations.engine.proofs.instances import draw_sizes
from derivations.engine.prove import ProofsDisagreeError, prove, prove_claim, prover
from derivations.engine.reverse import derive
from derivations.engine.vocabulary import (
    abstract,
    d,
    data,
    define,
    elementwise,
    exp,
    log,
    parameter,
    prime,
    relu,
    sigmoid,
    sizes,
    total,
)

n, m = sizes("n m")
X, W, b = data("X", n, m), parameter("W", n, n), parameter("b", n, 1)
other = data("Other", m, n)


@dataclass(frozen=True)
class Inverse(ex.Node):
    """An operator that the engine doesn't know."""

    body: ex.Node

    @property
    def shape(self) -> ex.Shape:
        """The shape of the body."""
        return self.body.shape


def model(node: ex.Node) -> Derivation:
    """Make a derivation whose cost is the sum of an expression."""
    return Derivation("mine", "Mine", define("J", total(node)))


unknown = model(Inverse(W) @ X)
swish = elementwise(Function("swish"))

WRONG: list[tuple[Callable[[], object], type[Exception], str]] = [
    (lambda: X @ X, ValueError, r"X \(n, m\) @ X \(n, m\): the inner sizes m and n differ"),
    (lambda: W.T @ other, ValueError, r"W\.T \(n, n\) @ Other \(m, n\): the inner sizes n and m"),
    (lambda: X + other, ValueError, r"X \(n, m\) \+ Other \(m, n\): the sizes n and m differ"),
    (lambda: X - other, ValueError, r"X \(n, m\) - Other \(m, n\): the sizes n and m differ"),
    (lambda: X * other, ValueError, r"X \(n, m\) \* Other \(m, n\): the sizes n and m differ"),
    (lambda: X / other, ValueError, r"X \(n, m\) / Other \(m, n\): the sizes n and m differ"),
    (lambda: X * (W @ X @ other), ValueError, r"an expression \(MatMul\) \(n, n\)"),
    (lambda: X * 0.5, TypeError, r"unknown operand of \*: got float.*sympy.Rational\(1, 2\)"),
    (lambda: X + "b", TypeError, r"unknown operand of \+: got str, but an expression takes"),
    (lambda: X @ np.ones((2, 2)), TypeError, r"unknown operand of @: got ndarray"),
    (lambda: np.ones((2, 2)) + X, TypeError, r"unknown operator np.add on X: write \+, -, \*"),
    (lambda: np.sin(X), TypeError, r"unknown operator np.sin on X.*functions sigmoid, tanh"),
    (lambda: sympy.sin(X), sympy.SympifyError, r"unknown operator of SymPy's on X.*from_sympy"),
    (
        lambda: X**0.5,
        TypeError,
        r"unknown operator \*\*: the exponent is 0.5, but the engine takes",
    ),
    (lambda: X**9, TypeError, r"unknown operator \*\*: the exponent is 9"),
    (lambda: data("X", 0, m), ValueError, r"X has shape \(0, m\), but a size is a positive whole"),
    (lambda: data("X", n, -2), ValueError, r"X has shape \(n, -2\), but a size is a positive"),
    (lambda: data("X", 1.5, m), ValueError, r"X has shape \(1.5, m\), but a size is a positive"),
    (lambda: data("X", "n", m), ValueError, r"X has shape \(n, m\), but a size is a positive"),
    (lambda: data("X", True, m), ValueError, r"X has shape \(True, m\), but a size is a positive"),
    (lambda: data("X", sympy.Symbol("k"), m), ValueError, r"X has shape \(k, m\), but a size is"),
    (lambda: define("Z", 3), TypeError, r"Z is defined by a int, but a quantity is defined by"),  # type: ignore[arg-type]
    (lambda: derive(unknown), TypeError, r"unknown operator Inverse: the engine knows sums"),
    (lambda: prover(unknown), TypeError, r"unknown operator Inverse: the engine knows sums"),
    (lambda: certificate(model(Inverse(X))), TypeError, r"unknown operator Inverse"),
    (lambda: numpy_code(Inverse(X)), TypeError, r"no NumPy code for Inverse: the printer knows"),
    (lambda: latex(Inverse(X)), TypeError, r"no notation for Inverse: the printers know"),
    (
        lambda: derive(model(swish(W))),
        ValueError,
        r"swish has no known derivative: the engine knows",
    ),
    (lambda: prime(swish)(X), ValueError, r"swish has no known derivative: the engine knows"),
    (lambda: prime(lambda x: x + x)(X), TypeError, r"prime\(f\): f is no elementwise function"),
    (lambda: abstract("g", "swish")(X), ValueError, r"g: instance is 'swish', but the known"),
    (lambda: derive(model(prime(sigmoid)(W))), ValueError, r"sigmoid: order is 2, but the engine"),
    (
        lambda: Derivation("mine", "", define("J", W)),
        ValueError,
        r"mine: the cost J has shape \(n, n\)",
    ),
    (
        lambda: replace(unknown, cost=define("J", total(X) * b)),
        ValueError,
        r"cost J has shape \(n, 1\)",
    ),
    (
        lambda: model(X + data("X", n, 1)).flow,
        ValueError,
        r"X names two different arrays, but a name stands for one; rename one",
    ),
    (
        lambda: model(define("Z", W @ X) + define("Z", W.T @ X)).flow,
        ValueError,
        r"Z names two different arrays",
    ),
    (lambda: model(d(W) @ X).flow, ValueError, r"J is defined by dW, but a forward pass holds no"),
    (
        lambda: replace(logistic.DERIVATION, claims=(Claim("Q", "", d(W), W),)),
        ValueError,
        r"claim Q of logistic speaks of W, which is not declared: the derivation has Y, w, X, b, Z",
    ),
    (
        lambda: replace(logistic.DERIVATION, claims=(Claim("Q", "", d(logistic.w), other),)),
        ValueError,
        r"claim Q of logistic speaks of Other, which is not declared",
    ),
    (
        lambda: graph(logistic.DERIVATION, dict.fromkeys("wXbY", 1)),
        TypeError,
        r"sigmoid has no exact value at 2, but a graph's values are fractions",
    ),
    (
        lambda: graph(logistic.DERIVATION).node("Q"),
        KeyError,
        r"the graph has no node Q, but it has Y, w, X, b, Z, A",
    ),
]


@pytest.mark.parametrize(("declare", "error", "message"), WRONG, ids=range(len(WRONG)))
def test_a_wrong_declaration_is_told(
    declare: Callable[[], object], error: type[Exception], message: str
) -> None:
    """The line names both sides and says what to do; it is one line."""
    with pytest.raises(error, match=message) as caught:
        declare()
    assert "\n" not in str(caught.value)


def test_every_operator_has_a_rule() -> None:
    """A forward pass may use every operator; the three methods agree on all its derivatives."""
    k = sizes("k")[0]
    V, c, s = parameter("V", n, k), parameter("c", 1, m), parameter("s", 1, 1)
    U = define("U", (W @ X + b) / (1 + exp(X + c)) * s)
    T = define("T", relu(V.T @ U).T - (V.T @ U).T ** 3 / 3)
    Q = define("Q", 2 / (1 + T * T) + total(U) + (3 + U.T @ U @ U.T @ V))
    every = Derivation("every", "Every operator", define("J", total(Q) / m))
    result = prove(every)
    assert result.holds
    assert len(result.steps) == 8
    text, _, legend = derivations.render([result], "text").partition("What a mark means")
    assert (text.count("✓"), legend.count("✓")) == (24, 1)


def test_unused_quantities_have_no_steps() -> None:
    """What comes from data alone has no derivative to learn from, yet the rest is derived."""
    scaled = define("Xs", X * 2)
    steps = derive(model(W @ scaled))
    assert [step.target for step in steps] == ["dW"]


def test_methods_that_disagree_are_an_error() -> None:
    """For log(exp(Z)) = Z, outside the normal form, only the numbers agree: all are named."""
    both = model(log(exp(W)) - W)
    with pytest.raises(
        ProofsDisagreeError,
        match=r"mine, claim odd: the proofs disagree \(all-sizes says False.*numeric says True",
    ):
        prove_claim(both, Claim("odd", "", log(exp(W)), W))


def test_fixed_sizes_are_allowed() -> None:
    """Sizes may be whole numbers; then there is nothing to draw."""
    a, c = parameter("a", 2, 3), data("c", 3, 1)
    fixed = model(a @ c)
    assert prove(fixed).holds
    assert draw_sizes(fixed, __import__("random").Random(0)) == {}


def test_operators_are_checked_wherever_they_are_met() -> None:
    """Entries, evaluation and certificates refuse an unknown operator by themselves."""
    evaluation = Evaluation(Residues("0"), {"n": 2, "m": 3})
    for meet in (
        lambda: Entries().entry(Inverse(X), "i", "j"),
        lambda: evaluation.value(Inverse(X), {}),
        lambda: certificate_data(Inverse(X)),
    ):
        with pytest.raises(TypeError, match=r"unknown operator Inverse: the engine knows sums"):
            meet()


def test_a_second_name_for_an_array_passes_its_derivative_on() -> None:
    """K = W has dW = dK, by no rule but identity."""
    K = define("K", W)
    steps = {step.target: step for step in derive(model(K @ X))}
    assert steps["dW"].rule == "identity"
    assert prove(model(K @ X)).holds


def test_importing_the_face_is_cheap() -> None:
    """``import derivations`` and ``names()`` leave SymPy alone."""
    import subprocess
    import sys

    code = "import derivations, sys; derivations.names(); print('sympy' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


def test_public_names_come_from_the_face() -> None:
    """Every public name is found, and an unknown one is told with those that there are."""
    for public in derivations.LAZY.values():
        for name in public:
            assert getattr(derivations, name) is not None
    with pytest.raises(AttributeError, match=r"derivations has no 'backprop', but it has load"):
        _ = derivations.backprop
