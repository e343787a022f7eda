"""Functions with many outputs: products with the Jacobian, and the Jacobian itself."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gradcheck import check_jacobian, check_jvp, check_vjp
from gradcheck.parameters import Vector

A = np.arange(1.0, 13.0).reshape(3, 4) / 10
X = np.array([0.3, -0.2, 0.5, 0.1])
SHAPED = {"W": A, "b": np.array([[0.5], [0.1], [-0.4]])}


def outputs(x: Vector) -> Vector:
    """Give tanh(A x), of shape (3,)."""
    return np.asarray(np.tanh(A @ x))


def jacobian(x: Vector) -> Vector:
    """Give the Jacobian of `outputs`, of shape (3, 4)."""
    return np.asarray((1 - outputs(x) ** 2)[:, None] * A)


def layer(p: dict[str, Vector]) -> dict[str, Vector]:
    """Give a layer with a dict of outputs from a dict of parameters."""
    return {"Z": p["W"] @ X[:, None] + p["b"], "S": np.sum(p["W"] ** 2)}


def layer_pulled(p: dict[str, Vector], v: dict[str, Vector]) -> dict[str, Vector]:
    """Pull weights of the layer's outputs back to its parameters."""
    return {"dW": v["Z"] * X + 2 * v["S"] * p["W"], "db": v["Z"]}


def wrong_in(row: int, column: int) -> Callable[[Vector], Vector]:
    """Give the Jacobian with one entry doubled."""

    def claim(x: Vector) -> Vector:
        J = jacobian(x)
        J[row, column] *= 2
        return J

    return claim


def test_a_right_reverse_pass_is_correct() -> None:
    """Weights times Jacobian, for an array and for dicts on both sides."""
    assert check_vjp(outputs, lambda x, v: v @ jacobian(x), X)
    assert check_vjp(layer, layer_pulled, SHAPED)


def test_a_right_forward_derivative_is_correct() -> None:
    """Jacobian times direction."""
    assert check_jvp(outputs, lambda x, v: jacobian(x) @ v, X)


def test_a_right_jacobian_is_correct_as_a_function_and_as_a_value() -> None:
    """Its shape is the outputs' followed by the parameter's."""
    assert check_jacobian(outputs, jacobian, X)
    assert check_jacobian(outputs, jacobian(X), X)


def test_a_jacobian_of_a_dict_has_an_array_for_each_parameter() -> None:
    """The keys are the parameters'."""
    check = check_jacobian(
        lambda p: p["W"] @ X + p["b"],
        lambda p: {"W": np.einsum("ij,k->ijk", np.eye(3), X), "b": np.eye(3)},
        {"W": A, "b": np.zeros(3)},
    )
    assert check.verdict == "correct", str(check)


@pytest.mark.parametrize(
    "vjp",
    [
        lambda x, v: jacobian(x).T @ v * 1.00001,
        lambda x, v: -v @ jacobian(x),
        lambda x, v: jacobian(x).sum(axis=0),
        lambda x, v: v @ wrong_in(1, 2)(x),
        lambda x, v: (v @ jacobian(x))[:, None],
        lambda x, v: v @ A,
        lambda x, v: v @ jacobian(x) + np.nan,
    ],
)
def test_a_wrong_reverse_pass_is_wrong(vjp: Any) -> None:
    """Whether all of it is wrong, or one entry of the Jacobian behind it."""
    assert check_vjp(outputs, vjp, X).verdict == "wrong"


def test_the_entry_behind_a_wrong_reverse_pass_is_named() -> None:
    """Column 2 of the Jacobian belongs to x[2]."""
    (entry,) = check_vjp(outputs, lambda x, v: v @ wrong_in(1, 2)(x), X).wrong
    assert (entry.parameter, entry.index) == ("x", (2,))


@pytest.mark.parametrize(
    "jvp",
    [
        lambda x, v: jacobian(x) @ v * 1.00001,
        lambda x, v: A @ v,
        lambda x, v: np.zeros(3),
        lambda x, v: wrong_in(0, 3)(x) @ v,
        lambda x, v: jacobian(x) @ v * np.inf,
    ],
)
def test_a_wrong_forward_derivative_is_wrong(jvp: Any) -> None:
    """Whether all outputs are wrong, or one."""
    assert check_jvp(outputs, jvp, X).verdict == "wrong"


def test_the_output_of_a_wrong_forward_derivative_is_named() -> None:
    """Row 0 of the Jacobian belongs to output 0."""
    (entry,) = check_jvp(outputs, lambda x, v: wrong_in(0, 3)(x) @ v, X).wrong
    assert (entry.parameter, entry.index) == ("output x", (0,))


def test_values_right_in_another_shape_are_said_to_be_right() -> None:
    """The verdict is wrong, the reason is the shape alone."""
    check = check_jvp(outputs, lambda x, v: (jacobian(x) @ v)[:, None], X)
    assert (check.verdict, check.findings) == ("wrong", ("wrong-shape",))
    assert "the values are right" in str(check)


def test_an_entry_of_a_jacobian_is_named_by_output_and_parameter() -> None:
    """J[1, 2] is the slope of output 1 along x[2]."""
    (entry,) = check_jacobian(outputs, wrong_in(1, 2), X).wrong
    assert entry.index == (1, 2)
    assert abs(entry.measured - jacobian(X)[1, 2]) <= entry.bar


@pytest.mark.parametrize(
    "claim", [lambda x: 2 * jacobian(x), lambda x: jacobian(x).T, lambda x: np.zeros((3, 4))]
)
def test_a_wrong_jacobian_is_wrong(claim: Any) -> None:
    """Factor, transposed, zero."""
    assert check_jacobian(outputs, claim, X).verdict == "wrong"


def test_outputs_that_leave_their_domain_are_not_judged_there() -> None:
    """√x is nan for negative x: steps that go there are not used."""
    assert check_vjp(np.sqrt, lambda x, v: v / (2 * np.sqrt(x)), np.array([1e-3, 2.0]))


@pytest.mark.parametrize(
    ("check", "arguments", "error", "text"),
    [
        (check_vjp, (3, outputs, X), TypeError, "f is int, expected a function"),
        (check_vjp, (outputs, None, X), TypeError, "vjp is None, expected a function"),
        (check_vjp, (outputs, X, X), TypeError, "vjp is ndarray, expected a function of at and"),
        (check_jvp, (outputs, X, X), TypeError, "jvp is ndarray, expected a function of at and"),
        (check_jvp, (outputs, None, X), TypeError, "jvp is None"),
        (check_jacobian, (outputs, None, X), TypeError, "jacobian is None"),
        (check_jacobian, (layer, outputs, SHAPED), TypeError, r"f\(at\) is a dict, expected one"),
        (check_vjp, (lambda x: x[:0], outputs, X), ValueError, "vjp: there are no entries"),
        (check_vjp, (lambda x: x * np.nan, outputs, X), ValueError, r"f\(at\) is nan at \(0,\)"),
        (check_vjp, (lambda x: {}, outputs, X), ValueError, r"f\(at\) is an empty dict"),
    ],
)
def test_wrong_arguments_raise_with_one_clear_line(
    check: Any, arguments: Any, error: type[Exception], text: str
) -> None:
    """Where, got, expected."""
    with pytest.raises(error, match=text):
        check(*arguments)
