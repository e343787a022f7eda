"""A closer look in extended precision: what it finds, what it spares, and when there is none."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import impl
from gradcheck import check_gradient
from gradcheck.calls import FINER, MOST, PATIENCE, Cost
from gradcheck.extended import KEPT
from gradcheck.parameters import flatten

pytestmark = pytest.mark.skipif(not FINER, reason="a long double is no finer than a float64 here")
EPS = float(np.finfo(np.float64).eps)
STEEP = {"w": np.array([0.003, -0.002, 0.005]), "b": 0.1}
FLAT = {"w": np.array([0.3, -0.2, 0.5]) * 1e-3, "b": 0.01}
X = np.array(
    [
        [0.5, -1.0, 2.0, 0.1, -0.6, 1.2, 0.9],
        [1.5, 0.3, -0.7, 0.9, 0.4, -1.3, -0.2],
        [-0.4, 0.8, 0.2, -1.1, 1.0, 0.7, -0.5],
    ]
)
Y = np.array([1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0])
Parameters = dict[str, Any]


def sigma(z: Any) -> Any:
    """Evaluate the course's σ, which overflows nothing here."""
    return 1 / (1 + np.exp(-z))


def cross_entropy(p: Parameters) -> Any:
    """Give the course's cost of logistic regression, as students write it."""
    A = sigma(p["w"] @ X + p["b"])
    return -np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A))


def gradient(p: Parameters) -> Parameters:
    """Give its gradient."""
    dZ = sigma(p["w"] @ X + p["b"]) - Y
    return {"w": X @ dZ / Y.size, "b": np.mean(dZ)}


def optimum() -> Parameters:
    """Go down to where all entries are small, and the terms of their sums are not."""
    at: Parameters = {"w": np.zeros(3), "b": 0.0}
    for _ in range(400):
        slopes = squared_gradient(at)
        at = {"w": at["w"] - 0.2 * slopes["w"], "b": float(at["b"] - 0.2 * slopes["b"])}
    return at


def squared(p: Parameters) -> Any:
    """Give the squared loss of a linear model."""
    return np.sum((p["w"] @ X + p["b"] - Y) ** 2) / (2 * Y.size)


def squared_gradient(p: Parameters) -> Parameters:
    """Give its gradient."""
    dZ = p["w"] @ X + p["b"] - Y
    return {"w": X @ dZ / Y.size, "b": np.mean(dZ)}


def in_double(cost: Callable[[Parameters], Any]) -> Callable[[Parameters], float]:
    """Give the same cost, which drops what a long double has more."""
    return lambda p: float(cost(p))


def hidden_double(p: Parameters) -> Any:
    """Compute in float64, but answer in a long double."""
    A = sigma((p["w"] @ X + p["b"]).astype(np.float64))
    return -np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A)) + 0 * p["b"]


def buffered(p: Parameters) -> Any:
    """Collect the examples in an array of float64."""
    Z = np.zeros(Y.size)
    for i in range(Y.size):
        Z[i] = p["w"] @ X[:, i] + p["b"]
    A = sigma(Z + 0 * p["b"])
    return -np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A))


def single(p: Parameters) -> Any:
    """Compute in float32."""
    return cross_entropy({name: np.float32(value) for name, value in p.items()}) + 0 * p["b"]


def refusing(p: Parameters) -> Any:
    """Take float64 alone."""
    if p["w"].dtype != np.float64:
        raise RuntimeError("float64 only")
    return cross_entropy(p)


def other(p: Parameters) -> Any:
    """Be another function where the numbers are long doubles."""
    return cross_entropy(p) * (2 if p["w"].dtype == np.longdouble else 1)


def slow(p: Parameters) -> Any:
    """Take long over long doubles."""
    if p["w"].dtype == np.longdouble:
        spend(PATIENCE)
    return cross_entropy(p)


def spend(seconds: float) -> None:
    """Keep the processor busy."""
    until = time.process_time() + 2 * seconds
    while time.process_time() < until:
        pass


def large(function: Callable[[Parameters], Any]) -> Callable[[Parameters], Any]:
    """Give the same function of weights a hundred times smaller, as with inputs that large."""
    return lambda p: function({"w": 100 * p["w"], "b": p["b"]})


def large_gradient(p: Parameters) -> Parameters:
    """Give its gradient."""
    found = gradient({"w": 100 * p["w"], "b": p["b"]})
    return {"w": 100 * found["w"], "b": found["b"]}


def test_a_check_sees_errors_five_times_smaller() -> None:
    """Than of the same cost that drops what a long double has more.

    Mostly: now and then the moves that are to prove that it keeps it look as if it did not.
    """

    def stated(cost: Callable[[Parameters], Any], seed: int) -> float:
        return check_gradient(cost, large_gradient, STEEP, rng=seed).smallest_detectable

    closely, plainly = large(cross_entropy), in_double(large(cross_entropy))
    finer = [5 * stated(closely, seed) < stated(plainly, seed) for seed in range(20)]
    assert sum(finer) >= 15


@pytest.mark.parametrize("seed", range(20))
def test_what_it_states_to_see_it_sees(seed: int) -> None:
    """One entry off by twice that."""
    stated = check_gradient(large(cross_entropy), large_gradient, STEEP, rng=seed)

    def wrong(p: Parameters) -> Parameters:
        found = large_gradient(p)
        return {**found, "b": found["b"] + 2 * stated.smallest_detectable}

    check = check_gradient(large(cross_entropy), wrong, STEEP, rng=seed + 100)
    assert check.verdict == "wrong", str(check)
    assert [entry.parameter for entry in check.wrong] == ["b"]


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize(
    ("cost", "right"), [(cross_entropy, gradient), (squared, squared_gradient)]
)
@pytest.mark.parametrize("at", ["flat", "optimum"])
def test_a_right_gradient_stays_right(cost: Any, right: Any, at: str, seed: int) -> None:
    """Its own rounding is finer than float64 shows, but not finer than extended precision does."""
    check = check_gradient(cost, right, FLAT if at == "flat" else optimum(), rng=seed)
    assert check.verdict == "correct", str(check)
    assert check.evaluations < 60


@pytest.mark.parametrize("seed", range(20))
def test_a_cost_whose_rounding_no_table_shows_convicts_nobody(seed: int) -> None:
    """1 − a is computed of an a so close to 1 that it moves in steps, flat from near.

    Its error is seen where the same cost in extended precision differs from it.
    """
    at = {"w": np.array([9.0, 14.0, -11.0]), "b": seed / 2}
    verdicts = ("correct", "undecided")
    assert check_gradient(cross_entropy, gradient, at, rng=seed).verdict in verdicts


@pytest.mark.parametrize("cost", [hidden_double, buffered, in_double(cross_entropy), single])
@pytest.mark.parametrize("seed", range(10))
def test_a_cost_that_drops_precision_is_measured_as_coarsely_as_it_is(
    cost: Callable[[Parameters], Any], seed: int
) -> None:
    """What it states to have seen is no finer than its own rounding, and nobody is blamed."""
    check = check_gradient(cost, gradient, FLAT, rng=seed)
    assert check.verdict != "wrong", str(check)
    assert check.smallest_detectable > EPS / 16


@pytest.mark.parametrize("cost", [refusing, other, slow, in_double(cross_entropy)])
def test_a_cost_that_is_not_made_for_it_is_not_asked_again(
    cost: Callable[[Parameters], Any],
) -> None:
    """It raises, differs, takes long, or answers in float64."""
    layout, vector = flatten(FLAT)
    counted = Cost(cost, layout, 100)
    assert counted.exact(vector, counted(vector)) is None


def test_a_cost_that_keeps_it_answers_in_it() -> None:
    """A number among the parameters is given in extended precision too."""
    layout, vector = flatten(FLAT)
    counted = Cost(cross_entropy, layout, 100)
    exact = counted.exact(vector, counted(vector))
    assert exact is not None
    assert 0 < abs(float(exact - counted(vector))) < 4 * EPS
    assert KEPT < EPS / 1000


def test_thousands_of_parameters_are_left_in_float64() -> None:
    """No BLAS multiplies long doubles."""
    layout, vector = flatten(np.ones(MOST + 1))
    asked: list[str] = []

    def cost(x: Any) -> Any:
        asked.append(str(x.dtype))
        return np.sum(x * x)

    counted = Cost(cost, layout, 100)
    counted.exact(vector, counted(vector))
    assert asked == ["float64"]


@pytest.mark.parametrize("model", impl.models().values(), ids=impl.models())
def test_reference_models_keep_it(model: impl.Model) -> None:
    """They compute in what they are given."""
    rng = np.random.default_rng(0)
    sizes = dict.fromkeys(model.sizes, 3)
    shapes = model.shapes(sizes)
    at: Any = {
        name: rng.normal(size=shapes[name]).astype(np.longdouble) for name in model.parameters
    }
    data = {name: rng.integers(0, 2, size=shapes[name]).astype(float) for name in model.data}
    assert type(model.cost(at, data)) is np.longdouble


def test_a_cost_that_long_doubles_have_changed_is_nondeterministic() -> None:
    """Whatever it keeps of them, no gradient is blamed for it."""
    seen: list[Any] = []

    def cost(x: Any) -> Any:
        seen.append(x.dtype)
        return np.sum(np.sin(x)) * (1 + 1e-9 * (np.longdouble in seen))

    check = check_gradient(cost, np.cos, np.linspace(0.1, 1, 4), rng=0)
    assert (check.verdict, check.findings) == ("undecided", ("nondeterministic",))
