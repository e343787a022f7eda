"""Numbers that mislead checkers: each gets the right verdict, with the right words."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gradcheck import check_gradient
from gradcheck.costs import check_cost
from gradcheck.parameters import Vector

ONES = np.ones(4)
DATA = np.random.default_rng(0)
X = DATA.normal(size=(7, 3))
Y = DATA.integers(0, 2, size=(7, 1)).astype(float)
HIDDEN = DATA.normal(size=(3, 4))


def squares(x: Vector) -> float:
    """Give Σx²; its gradient is 2x."""
    return float(np.sum(x * x))


def logistic(w: Vector) -> float:
    """Give the mean logistic loss of X w against Y."""
    z = X @ w
    return float(np.mean(np.logaddexp(0, z) - Y * z))


def logistic_slope(w: Vector) -> Vector:
    """Give the gradient of `logistic`."""
    return np.asarray(X.T @ (1 / (1 + np.exp(-(X @ w))) - Y) / 7)


def relu_network(w: Vector) -> float:
    """Give a sum over hidden rectified units."""
    return float(np.sum(np.maximum(X @ w.reshape(3, 4), 0.0)))


def single(x: Vector) -> float:
    """Give Σ sin x computed in single precision."""
    return float(np.sum(np.sin(x.astype(np.float32)), dtype=np.float32))


CORRECT: dict[str, tuple[Callable[[Any], Any], Any, Any]] = {
    "a tiny cost": (lambda x: 1e-8 * squares(x), lambda x: 2e-8 * x, ONES),
    "a huge cost": (lambda x: 1e200 * squares(x), lambda x: 2e200 * x, ONES),
    "sin 1000x": (lambda x: math.sin(1000 * x), lambda x: 1000 * math.cos(1000 * x), 1.0),
    "a kink 1e-3 away": (lambda x: abs(x - 1.001) + x**3, lambda x: -1 + 3 * x * x, 1.0),
    "a kink 1e-7 away": (lambda x: abs(x - 1.0000001) + x**3, lambda x: -1 + 3 * x * x, 1.0),
    "at the optimum": (squares, lambda x: 2 * x, np.zeros(4)),
    "near the optimum": (squares, lambda x: 2 * x, 1e-9 * ONES),
    "a constant": (lambda x: 5.0, lambda x: 0 * x, ONES),
    "a number": (lambda b: b**3, lambda b: 3 * b * b, 2.0),
    "a 0-d array": (lambda b: b**3, lambda b: 3 * b * b, np.array(2.0)),
    "three axes": (lambda x: squares(x), lambda x: 2 * x, np.ones((2, 3, 2))),
    "an empty array beside another": (
        lambda p: squares(p["w"]),
        lambda p: {"w": 2 * p["w"], "none": p["none"]},
        {"w": ONES, "none": np.zeros((0, 3))},
    ),
    "dicts of dicts": (
        lambda p: squares(p["layer"]["w"]) + p["b"],
        lambda p: {"layer": {"dw": 2 * p["layer"]["w"]}, "db": 1.0},
        {"layer": {"w": ONES}, "b": 1.0},
    ),
    "transposed storage": (
        lambda x: squares(x * HIDDEN.T),
        lambda x: 2 * x * HIDDEN.T**2,
        np.asarray(HIDDEN).T,
    ),
    "strided storage": (lambda x: squares(x) / 2, lambda x: x, np.arange(20.0)[::3]),
    "Fortran order": (
        lambda x: squares(x * HIDDEN),
        lambda x: np.asfortranarray(2 * x * HIDDEN**2),
        np.asfortranarray(HIDDEN),
    ),
    "a saturated logistic loss": (
        lambda z: float(np.logaddexp(0, -z)),
        lambda z: 1 / (1 + np.exp(-z)) - 1,
        36.0,
    ),
    "a logistic loss": (logistic, logistic_slope, np.ones((3, 1))),
    "log near its bound": (
        lambda x: float(np.sum(np.log(x))),
        lambda x: 1 / x,
        np.array([1e-3, 2]),
    ),
    "a gradient given as a value": (squares, 2 * ONES, ONES),
    "a gradient given as a list": (squares, lambda x: [2.0, 2.0, 2.0, 2.0], ONES),
    "single precision throughout": (
        single,
        lambda x: np.cos(x.astype("f4")),
        np.linspace(0.1, 1, 50),
    ),
}


@pytest.mark.parametrize(("cost", "gradient", "at"), CORRECT.values(), ids=CORRECT)
def test_a_right_claim_is_correct(cost: Any, gradient: Any, at: Any) -> None:
    """No false alarm, and no indecision."""
    check = check_gradient(cost, gradient, at)
    assert check.verdict == "correct", str(check)
    assert check


@pytest.mark.parametrize("claim", [0.0, -1.0, 1.0, 0.3])
def test_at_a_kink_any_claim_between_the_one_sided_slopes_is_accepted(claim: float) -> None:
    """|x| at 0 has the subgradient [−1, 1]."""
    check = check_gradient(abs, lambda x: claim, 0.0)
    assert check.verdict == "kink", str(check)
    assert check


def test_a_kink_of_many_units_at_once_is_a_kink() -> None:
    """A rectified layer at zero weights: every unit sits on its kink."""
    claim = np.repeat(X.sum(0)[:, None] / 2, 4, axis=1)
    check = check_gradient(lambda w: relu_network(w), claim, np.zeros((3, 4)))
    assert check.verdict == "kink", str(check)


def test_a_correct_claim_beside_a_huge_constant_is_never_wrong() -> None:
    """Sin(x) + 1e10: the constant drowns all but five digits, and the bar says so."""
    check = check_gradient(lambda x: math.sin(x) + 1e10, math.cos, 1.0)
    assert check.verdict in {"correct", "undecided"}
    assert check.smallest_detectable > 1e-6


def test_a_constant_that_drowns_the_slope_leaves_it_undecided() -> None:
    """Sin(x) + 1e17: nothing of the sine is left."""
    check = check_gradient(lambda x: math.sin(x) + 1e17, math.cos, 1.0)
    assert check.verdict == "undecided", str(check)
    assert not check


def test_backpropagation_with_a_global_ratio_above_the_rule_of_1e_7_is_correct() -> None:
    """The course's ratio of a right gradient can exceed 2e-7; the bar knows better."""
    at = np.full((3, 1), 1e-3)
    x, y = 4e4 * X, 0.5 * Y

    def cost(w: Vector) -> float:
        return float(np.mean((np.tanh(x @ w) - y) ** 2) / 2)

    def gradient(w: Vector) -> Vector:
        a = np.tanh(x @ w)
        return np.asarray(x.T @ ((a - y) * (1 - a * a)) / 7)

    step = 1e-7
    nudged = [
        (cost(at + step * e) - cost(at - step * e)) / (2 * step) for e in np.eye(3)[:, :, None]
    ]
    slope = np.array(nudged)[:, None]
    claim = gradient(at)
    norms = np.linalg.norm(slope) + np.linalg.norm(claim)
    assert np.linalg.norm(slope - claim) / norms > 1.2e-7
    assert check_gradient(cost, gradient, at).verdict == "correct"


@pytest.mark.parametrize("seed", range(20))
def test_the_wrong_small_entries_are_both_named(seed: int) -> None:
    """Entries of 1e-9 do not hide behind entries of 1, and no right entry is blamed for them."""
    w = np.array([1e4, 1e4, 1e4, 1e-5, 1e-5])
    signs = np.array([1, 1, 1, -3, -3])
    check = check_gradient(lambda x: squares(x) / 2e4, lambda x: x / 1e4 * signs, w, rng=seed)
    assert {entry.index for entry in check.wrong} == {(3,), (4,)}
    assert not check.blocks


def test_the_halved_entry_among_a_thousand_is_named() -> None:
    """The claim, the slope, and a bar that holds the truth."""

    def gradient(x: Vector) -> Vector:
        return np.where(np.arange(1000) == 345, x, 2 * x)

    (entry,) = check_gradient(squares, gradient, np.linspace(1, 2, 1000)).wrong
    assert entry.index == (345,)
    assert abs(entry.measured - 2 * entry.claimed) <= entry.bar < 1e-8


@pytest.mark.parametrize(
    ("reshaped", "code"),
    [(np.ravel, "rank-1-array"), (np.transpose, "transposed"), (np.atleast_3d, "wrong-shape")],
)
def test_right_values_in_a_wrong_shape_are_wrong_but_said_to_be_right(
    reshaped: Callable[[Vector], Vector], code: str
) -> None:
    """The finding names the layout, the message praises the values; nothing is raised."""
    check = check_gradient(squares, lambda x: reshaped(2 * x), np.ones((4, 1)))
    assert check.verdict == "wrong"
    assert check.findings == (code,)
    assert not check.wrong
    assert "the values are right" in str(check)


def test_an_update_in_place_is_found_beside_correct_values() -> None:
    """The values are correct, yet it is no pass."""

    def gradient(x: Vector) -> Vector:
        g = 2 * x
        x -= 0.1 * g
        return g

    check = check_gradient(squares, gradient, ONES)
    assert (check.verdict, check.findings, bool(check)) == ("correct", ("mutates-input",), False)
    np.testing.assert_array_equal(ONES, np.ones(4))


def test_zeros_that_are_made_right_by_wiping_the_input_are_wrong_and_mutate() -> None:
    """Neither fault hides the other."""

    def gradient(x: Vector) -> Vector:
        x[:] = 0
        return np.zeros_like(x)

    check = check_gradient(squares, gradient, ONES)
    assert (check.verdict, check.findings) == ("wrong", ("mutates-input",))


def test_a_cost_that_changes_its_input_is_found() -> None:
    """The finding names the cost and the parameter."""

    def cost(p: dict[str, Vector]) -> float:
        value = squares(p["w"])
        p["w"] *= 2
        return value

    check = check_gradient(cost, lambda p: {"w": 2 * p["w"]}, {"w": ONES})
    assert "the cost changes w in place" in str(check)


@pytest.mark.parametrize("spoiled", ["text", None, np.ones(3)])
def test_an_input_replaced_by_something_else_is_a_mutation(spoiled: Any) -> None:
    """Whatever a function puts in its place."""

    def gradient(p: dict[str, Any]) -> Any:
        g = {"w": 2 * p["w"]}
        p["w"] = spoiled
        return g

    check = check_gradient(lambda p: squares(p["w"]), gradient, {"w": ONES})
    assert check.findings == ("mutates-input",)


def test_a_random_gradient_is_nondeterministic_before_anything_else() -> None:
    """Two equal calls differ; no evaluation is spent on averages."""
    rng = np.random.default_rng()
    check = check_gradient(squares, lambda x: rng.normal(size=4), ONES)
    assert check.findings[0] == "nondeterministic"
    assert check.evaluations < 5


def test_a_gradient_that_remembers_is_nondeterministic() -> None:
    """Hidden state: right at the first call, scaled at later ones."""
    calls: list[int] = []

    def gradient(x: Vector) -> Vector:
        calls.append(1)
        return 2.0 * len(calls) * x

    assert check_gradient(squares, gradient, ONES).findings == ("nondeterministic",)


def test_a_gradient_of_what_the_cost_saw_last_is_nondeterministic() -> None:
    """A cache that the cost fills elsewhere."""
    cache: dict[str, Vector] = {}

    def cost(x: Vector) -> float:
        cache["x"] = x
        return squares(x)

    assert "nondeterministic" in check_gradient(cost, lambda x: 2 * cache["x"], ONES).findings


def test_a_random_cost_is_undecided() -> None:
    """There is no slope to compare with."""
    rng = np.random.default_rng()
    check = check_gradient(lambda x: squares(x) + rng.normal(), lambda x: 2 * x, ONES)
    assert (check.verdict, check.findings) == ("undecided", ("nondeterministic",))


@pytest.mark.parametrize("cost", [lambda x: math.nan, lambda x: -math.inf])
def test_a_cost_that_is_not_finite_is_undecided(cost: Any) -> None:
    """Not even beside a claim of nan."""
    assert check_gradient(cost, lambda x: np.nan * x, ONES).verdict == "undecided"


def test_a_clipped_cost_beside_a_right_formula_is_undecided_and_says_so() -> None:
    """−ln clip(σ(z)) at z = −40 is flat; a − y = −1 is right where the clip is not at work."""

    def cost(z: float) -> float:
        return -math.log(min(max(1 / (1 + math.exp(-z)), 1e-15), 1 - 1e-15))

    check = check_gradient(cost, lambda z: 1 / (1 + math.exp(-z)) - 1, -40.0)
    assert (check.verdict, check.findings) == ("undecided", ("flat-cost",))


@pytest.mark.parametrize("w", [30.0, 120.0])
def test_a_fault_that_rounding_hides_here_is_found_nearer_to_zero(w: float) -> None:
    """The slope is below the rounding of the cost at zero; as a function, the claim is wrong."""
    check = check_gradient(
        lambda x: float(np.sum(np.logaddexp(0, -x))),
        lambda x: -1.0001 / (1 + np.exp(x)),
        np.full(3, w),
    )
    assert check.verdict == "wrong", str(check)


def test_an_unstable_product_of_a_right_formula_is_named_unstable() -> None:
    """dL/da · a(1 − a) is inf · 0 at z = 40, where a rounds to 1."""

    def gradient(z: float) -> float:
        a = 1 / (1 + np.exp(-np.float64(z)))
        return float(1 / (1 - a) * a * (1 - a))

    check = check_gradient(lambda z: float(np.logaddexp(0, z)), gradient, 40.0)
    assert (check.verdict, check.findings) == ("wrong", ("nonfinite", "unstable"))


def test_whole_numbers_are_cast_and_it_is_said() -> None:
    """The right claim passes; that of zero stands in the table of wrong ones."""
    check = check_gradient(squares, lambda x: 2 * x, np.array([1, 2, 3]))
    assert check
    assert check.findings == ("integer-dtype",)


def test_single_precision_is_said_and_widens_what_is_accepted() -> None:
    """Values of float32 inside float64 carry the rounding of float32."""
    at = np.linspace(0.1, 1, 50)
    cost = lambda x: float(np.sum(np.sin(x)))  # noqa: E731 - one line says it all
    check = check_gradient(cost, lambda x: np.cos(x).astype("f4").astype("f8"), at)
    assert (check.verdict, check.findings) == ("correct", ("single-precision",))
    assert check.smallest_detectable > 1e-8


def test_the_few_digits_of_a_remainder_are_not_taken_for_single_precision() -> None:
    """Where terms of size 1 cancel to 2⁻⁴⁵, no more than seven bits are left."""
    at = {"w": np.linspace(0.1, 1, 5), "b": 0.0}
    left = 93 * 2.0**-52
    check = check_gradient(
        lambda p: float(np.sum(np.sin(p["w"]))) + left * p["b"],
        lambda p: {"w": np.cos(p["w"]), "b": left},
        at,
    )
    assert (check.verdict, check.findings) == ("correct", ())


PIXELS = np.random.default_rng(0).integers(0, 256, (4, 300)).astype(float)
DOUBLE: dict[str, tuple[Any, Any, Any]] = {
    "a power of ten": (lambda x: 1e10 * float(np.sum(x)), lambda x: 1e10 + 0 * x, np.ones(2)),
    "few roundings": (lambda x: 2.0**-56 * float(np.sum(x)), lambda x: 2.0**-56 + 0 * x, ONES),
    "a fraction of few digits": (lambda x: 1.375 * x, lambda x: 1.375, 0.1),
    "√ at 1e-12": (
        lambda x: float(np.sum(np.sqrt(x))),
        lambda x: 0.5 / np.sqrt(x),
        np.array([1e-12, 1.0]),
    ),
    "parallel vectors": (
        lambda x: float(x @ ONES / np.sqrt(x @ x)),
        lambda x: ONES / np.sqrt(x @ x) - x * (x @ ONES) / np.sqrt(x @ x) ** 3,
        3 * ONES,
    ),
    "sums of pixels": (lambda w: float(w @ PIXELS.sum(1)), lambda w: PIXELS.sum(1), np.zeros(4)),
}


@pytest.mark.parametrize(("cost", "gradient", "at"), DOUBLE.values(), ids=DOUBLE)
def test_numbers_that_fit_single_precision_by_chance_are_not_said_to_be_computed_in_it(
    cost: Any, gradient: Any, at: Any
) -> None:
    """Whole numbers, those of few digits, and what is left of terms that cancel."""
    assert check_gradient(cost, gradient, at, rng=0).findings == ()


SINGLE: dict[str, Any] = {
    "one number": lambda x: np.cos(x).astype("f4")[:1],
    "small numbers": lambda x: (1e-17 * np.cos(x)).astype("f4"),
    "large whole numbers": lambda x: (1e12 * np.cos(x)).astype("f4"),
    "some digits more than half precision": lambda x: np.full(5, 1 + 2.0**-13),
    "single precision itself, of few digits": lambda x: np.full(5, np.float32(0.5)),
    "half precision itself": lambda x: np.full(5, np.float16(0.5)),
}


@pytest.mark.parametrize("name", SINGLE)
def test_single_precision_is_said_whatever_the_size_of_its_numbers(name: str) -> None:
    """Cast to float64 or not."""
    claimed = SINGLE[name](np.linspace(0.1, 1, 5))
    claimed = claimed if "itself" in name else claimed.astype("f8")
    at = np.zeros(claimed.size)
    check = check_gradient(lambda x: float(x @ claimed.astype("f8")), lambda x: claimed, at)
    assert check.findings == ("single-precision",), str(check)


def test_a_small_parameter_in_single_precision_is_said_all_the_same() -> None:
    """Its dtype leaves no doubt, however small its claim."""
    check = check_gradient(
        lambda p: squares(p["w"]) + 1e-9 * math.sin(p["b"]),
        lambda p: {"w": 2 * p["w"], "b": np.float32(1e-9 * math.cos(p["b"]))},
        {"w": ONES, "b": 0.3},
    )
    assert (check.verdict, check.findings) == ("correct", ("single-precision",))


def test_a_loss_over_m_times_m_is_another_function() -> None:
    """(m, 1) less (m,) gives (m, m): its own gradient agrees with it, but not the model's cost."""

    def blown(w: Vector) -> float:
        return float(np.mean((X @ w - Y[:, 0]) ** 2))

    def own_gradient(w: Vector) -> Vector:
        return np.asarray(2 * X.T @ (X @ w - np.mean(Y)) / 7)

    w = np.ones((3, 1))
    assert check_gradient(blown, own_gradient, w).verdict == "correct"
    check = check_cost(blown, lambda w: float(np.mean((X @ w - Y) ** 2)), w)
    assert (check.verdict, check.findings) == ("wrong", ("broadcast-blowup",))
    assert "(7, 1) with (7,) gives (7, 7)" in str(check)


@pytest.mark.parametrize(
    ("cost", "code"),
    [
        (lambda w: 0.0, "other-cost"),
        (lambda w: 7 * logistic(w), "cost-scale"),
        (lambda w: -logistic(w), "cost-scale"),
        (lambda w: logistic(w) + 1e-6, "other-cost"),
        (lambda w: math.nan, "other-cost"),
        (lambda w: logistic(w) if type(w) is np.ndarray else None, ""),
    ],
)
def test_a_cost_that_is_not_the_models_is_wrong(cost: Any, code: str) -> None:
    """A constant cost beside a zero gradient included; the last row is the model's own."""
    check = check_cost(cost, logistic, np.ones((3, 1)))
    assert check.verdict == ("wrong" if code else "correct")
    assert check.findings == ((code,) if code else ())


def test_a_cost_that_cannot_run_on_watched_arrays_is_judged_all_the_same() -> None:
    """Watching is a help, not a demand."""

    def picky(p: dict[str, Vector]) -> float:
        if type(p["w"]) is not np.ndarray:
            raise TypeError
        return 1.0

    check = check_cost(picky, lambda p: logistic(p["w"]), {"w": np.ones((3, 1))})
    assert check.findings == ("other-cost",)


def test_nothing_but_empty_arrays_is_undecided() -> None:
    """Zero entries are no pass."""
    check = check_gradient(lambda x: 0.0, lambda x: x, np.zeros((0, 3)))
    assert (check.verdict, bool(check)) == ("undecided", False)
