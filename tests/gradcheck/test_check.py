"""The checker as a tool: evaluations, names, messages, arguments, other libraries' arrays."""

import json
import math
import sys
import types
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gradcheck
import gradcheck.costs
from gradcheck import GradientCheck, assert_gradient, check_gradient
from gradcheck.parameters import Vector
from gradcheck.results import Entry

RNG = np.random.default_rng(0)
PIXELS = RNG.uniform(0, 1, (12288, 20))
LABELS = RNG.integers(0, 2, 20).astype(float)
IMAGES = {"w": 0.01 * RNG.normal(size=(12288, 1)), "b": np.asarray(0.1)}


def squares(x: Vector) -> float:
    """Give Σx²; its gradient is 2x."""
    return float(np.sum(x * x))


def cost(p: dict[str, Vector]) -> float:
    """Give the logistic loss on images."""
    z = p["w"][:, 0] @ PIXELS + p["b"]
    return float(np.mean(np.logaddexp(0, z) - LABELS * z))


def gradient(p: dict[str, Vector]) -> dict[str, Vector]:
    """Give its gradient."""
    error = 1 / (1 + np.exp(-(p["w"][:, 0] @ PIXELS + p["b"]))) - LABELS
    return {"dw": (PIXELS @ error / 20)[:, None], "db": np.asarray(np.mean(error))}


def planted(entries: list[int]) -> Callable[[dict[str, Vector]], dict[str, Vector]]:
    """Give the gradient with some entries off by one percent."""

    def claim(p: dict[str, Vector]) -> dict[str, Vector]:
        g = gradient(p)
        g["dw"][entries] *= 1.01
        return g

    return claim


@pytest.mark.parametrize("seed", range(5))
def test_fewer_than_sixty_evaluations_suffice_for_12289_entries(seed: int) -> None:
    """The number of entries does not matter to a correct verdict."""
    calls: list[int] = []
    check = check_gradient(cost, gradient, IMAGES, rng=seed, progress=calls.append)
    assert check.verdict == "correct"
    assert check.evaluations == calls[-1] < 60
    assert check.smallest_detectable < 3e-9


@pytest.mark.parametrize("count", [1, 2, 5])
def test_every_planted_entry_is_named_at_the_promised_price(count: int) -> None:
    """At most 250 k + 50 evaluations for k wrong entries of 12 289."""
    entries = sorted(int(i) for i in np.random.default_rng(count).choice(12288, count, False))
    check = check_gradient(cost, planted(entries), IMAGES, rng=count)
    assert sorted(entry.index[0] for entry in check.wrong) == entries
    assert check.evaluations <= 250 * count + 50


@pytest.mark.parametrize(("factor", "text"), [(-1.0, "the sign is wrong"), (20, "20 × the slope")])
def test_a_block_off_by_a_factor_is_one_line(factor: float, text: str) -> None:
    """One block, one entry measured for all, few evaluations."""

    def claim(p: dict[str, Vector]) -> dict[str, Vector]:
        return {"dw": factor * gradient(p)["dw"], "db": gradient(p)["db"]}

    check = check_gradient(cost, claim, IMAGES, rng=0)
    assert [block.parameter for block in check.blocks] == ["w"]
    assert check.blocks[0].factor == pytest.approx(factor, rel=1e-9)
    assert len(check.wrong) == 1
    assert f"dw: {text if factor < 0 else 'claimed is ' + text}" in str(check)
    assert check.evaluations < 200


@settings(max_examples=25)
@given(seed=st.integers(0, 10**6), error=st.sampled_from([1e-9, 1e-6, 1e-3, 0.5]))
def test_whatever_entry_is_wrong_it_is_the_one_named(seed: int, error: float) -> None:
    """Σ sin x, one entry off: its name, and a bar that holds the true slope."""
    rng = np.random.default_rng(seed)
    at = rng.normal(size=(3, 5))
    row, column = (int(k) for k in (rng.integers(3), rng.integers(5)))

    def claim(x: Vector) -> Vector:
        g = np.cos(x)
        g[row, column] += error
        return np.asarray(g)

    (entry,) = check_gradient(lambda x: float(np.sin(x).sum()), claim, at, rng=seed).wrong
    assert entry.index == (row, column)
    assert abs(entry.measured - math.cos(at[row, column])) <= entry.bar < error


def test_the_same_seed_gives_the_same_result() -> None:
    """Nothing else is random."""
    first, second = (check_gradient(squares, lambda x: 3 * x, np.ones(9), rng=5) for _ in "ab")
    assert first == second


def test_the_caller_generator_draws_the_directions() -> None:
    """It has moved on afterwards."""
    rng = np.random.default_rng(1)
    check_gradient(squares, lambda x: 2 * x, np.ones(3), rng=rng)
    assert rng.bit_generator.state != np.random.default_rng(1).bit_generator.state


@pytest.mark.parametrize("budget", [1, 3, 10, 20, 50])
def test_a_small_budget_is_kept_and_never_ends_in_a_pass_for_a_wrong_claim(budget: int) -> None:
    """Undecided or wrong, and not one call more."""
    check = check_gradient(squares, lambda x: x**3, np.linspace(1, 2, 9), budget=budget)
    assert check.verdict in {"undecided", "wrong"}
    assert check.evaluations <= budget
    assert "budget" in check.reason


def test_a_budget_that_ends_during_the_search_says_that_there_may_be_more() -> None:
    """What was found stands."""
    check = check_gradient(squares, lambda x: x**3, np.linspace(1, 2, 99), budget=150)
    assert (check.verdict, check.evaluations) == ("wrong", 150)
    assert "there may be more wrong entries" in str(check)


def test_the_message_is_for_people() -> None:
    """The verdict first, then names, claims, slopes, bars, the common factor and the place."""

    def claim(x: Vector) -> Vector:
        g = 2 * x
        g[1] *= 2
        return g

    text = str(check_gradient(squares, claim, np.arange(1.0, 7.0).reshape(2, 3), rng=0))
    assert text.startswith("wrong: 3 of 6 entries disagree with the slope")
    assert "x[1, 2]: claimed 24, measured 12 ± " in text
    assert "every wrong entry is off by the same factor (× 2)" in text
    assert "all of them lie in row 1 of x" in text
    assert text.index("x[1, 2]") < text.index("x[1, 0]")


def test_a_long_list_of_wrong_entries_is_cut() -> None:
    """Eight are shown, the others counted; the result holds them all."""
    check = check_gradient(squares, lambda x: x**3, np.linspace(2, 3, 20))
    assert len(check.wrong) == 20
    assert "… and 12 more" in str(check)


def test_a_zero_claim_is_called_zero() -> None:
    """Not a factor of 0."""
    assert "claimed 0 throughout" in str(check_gradient(squares, lambda x: 0 * x, np.ones(5)))


def test_the_json_holds_everything_and_is_json() -> None:
    """Numbers that are not finite are words."""
    content = json.loads(
        json.dumps(check_gradient(squares, lambda x: x * np.nan, np.ones(2)).to_json())
    )
    assert content["verdict"] == "wrong"
    assert content["findings"] == ["nonfinite"]
    assert content["wrong"][0]["claimed"] == "nan"
    assert {"evaluations", "smallest_detectable", "evidence", "blocks", "schema"} <= set(content)


def test_assert_gradient_gives_the_result_or_raises_the_message() -> None:
    """For scripts and tests."""
    assert assert_gradient(squares, lambda x: 2 * x, np.ones(3)).verdict == "correct"
    with pytest.raises(AssertionError, match=r"wrong: .*"):
        assert_gradient(squares, lambda x: 3 * x, np.ones(3))


NOT_A_FUNCTION: Any = 3
CALLS: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "cost": (
        lambda: check_gradient(NOT_A_FUNCTION, squares, 1.0),
        TypeError,
        "cost is int, expected a function",
    ),
    "gradient": (lambda: check_gradient(squares, None, 1.0), TypeError, "gradient is None"),
    "budget": (
        lambda: check_gradient(squares, squares, 1.0, budget=0),
        ValueError,
        "budget is 0, expected a positive number",
    ),
    "empty dict": (lambda: check_gradient(squares, squares, {}), ValueError, "at is an empty dict"),
    "nan": (
        lambda: check_gradient(squares, squares, {"w": np.array([1, np.nan])}),
        ValueError,
        r"at\['w'\] is nan at \(1,\), expected finite numbers",
    ),
    "text": (lambda: check_gradient(squares, squares, "x"), TypeError, "at holds <U1 values"),
    "complex": (lambda: check_gradient(squares, squares, 1j), TypeError, "at holds complex128"),
    "array for dict": (
        lambda: check_gradient(lambda p: 1.0, lambda p: p["w"], {"w": np.ones(2)}),
        TypeError,
        "the gradient gives ndarray for at, expected a dict with the key 'w'",
    ),
    "dict for array": (
        lambda: check_gradient(squares, lambda x: {"w": x}, np.ones(2)),
        TypeError,
        r"the gradient gives a dict for x, expected an array of shape \(2,\)",
    ),
    "other keys": (
        lambda: check_gradient(lambda p: 1.0, lambda p: {"v": 1}, {"w": np.ones(2)}),
        TypeError,
        "the gradient has the keys v, expected w or dw",
    ),
    "inner array for dict": (
        lambda: check_gradient(lambda p: 1.0, lambda p: {"a": 1}, {"a": {"w": np.ones(2)}}),
        TypeError,
        "the gradient gives int for a, expected a dict with the key 'w'",
    ),
    "cost of many": (
        lambda: check_gradient(lambda x: x, lambda x: x, np.ones(2)),
        TypeError,
        r"the cost returned float64 of shape \(2,\), expected one real number",
    ),
    "cost of nothing": (
        lambda: check_gradient(lambda x: None, lambda x: x, np.ones(2)),
        TypeError,
        "the cost returned NoneType",
    ),
    "verdict": (lambda: GradientCheck("right"), ValueError, "verdict is 'right', expected one of"),  # type: ignore[arg-type]
    "wrong entries": (
        lambda: GradientCheck("correct", wrong=(Entry("x", (), 1, 2, 0.1),)),
        ValueError,
        "verdict is correct, but there are wrong entries",
    ),
    "attribute": (lambda: gradcheck.check_grad, AttributeError, "gradcheck has no 'check_grad'"),
    "cost that is none": (
        lambda: gradcheck.costs.check_cost(NOT_A_FUNCTION, squares, 1.0),
        TypeError,
        "cost is int, expected a function",
    ),
}


@pytest.mark.parametrize(("call", "error", "text"), CALLS.values(), ids=CALLS)
def test_wrong_arguments_raise_with_one_clear_line(
    call: Callable[[], Any], error: type[Exception], text: str
) -> None:
    """Where, got, expected, what to do."""
    with pytest.raises(error, match=text) as raised:
        call()
    assert "\n" not in str(raised.value)


def test_an_exception_of_the_cost_at_the_point_itself_is_the_caller_own() -> None:
    """It passes through untouched."""
    with pytest.raises(ZeroDivisionError):
        check_gradient(lambda x: 1 / 0, lambda x: x, 1.0)


def test_an_exception_of_the_cost_elsewhere_is_the_edge_of_its_domain() -> None:
    """math.log refuses negative numbers; the slope at 1e-3 is measured all the same."""
    assert check_gradient(math.log, lambda x: 1 / x, 1e-3)


def test_the_public_face_lists_what_it_has() -> None:
    """Every name resolves, and a version is there."""
    names = set(dir(gradcheck))
    assert {"check_gradient", "Slope", "strategies", "__version__"} <= names
    assert all(hasattr(gradcheck, name) for name in names)


class Tensor:
    """As much of a tensor as is needed: made by `asarray`, read by detach, cpu, numpy."""

    def __init__(self, values: Any, dtype: str) -> None:
        self.values = np.asarray(values, dtype=dtype)
        self.dtype = f"torch.{dtype}"
        self.shape = self.values.shape

    def detach(self) -> "Tensor":
        """Give itself."""
        return self

    def cpu(self) -> "Tensor":
        """Give itself."""
        return self

    def numpy(self) -> Any:
        """Give the values."""
        return self.values


class JaxArray(Tensor):
    """As much of an array of jax as is needed: read through NumPy's protocol."""

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        """Give the values."""
        return self.values


@pytest.mark.parametrize(
    ("library", "name", "kind"), [("torch", "Tensor", Tensor), ("jax", "Array", JaxArray)]
)
def test_arrays_of_other_libraries_are_taken_and_given_back_as_they_are(
    library: str, name: str, kind: type[Tensor], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library is found where the caller has it; it is never imported here."""
    module = types.ModuleType(library)
    setattr(module, name, kind)
    setattr(module, "float64", "float64")  # noqa: B010 - a module made up for the test
    setattr(module, "numpy" if library == "jax" else "self", module)
    setattr(module, "asarray", lambda values, dtype: kind(values, dtype))  # noqa: B010
    monkeypatch.setitem(sys.modules, library, module)
    monkeypatch.setitem(sys.modules, f"{library}.numpy", module)

    def loss(t: Tensor) -> Tensor:
        assert type(t) is kind
        return kind(squares(t.values), "float64")

    at = kind([1.0, 2.0], "float64")
    assert check_gradient(loss, lambda t: kind(2 * t.values, "float64"), at)
    assert not check_gradient(loss, lambda t: kind(3 * t.values, "float64"), at)


def test_real_tensors_of_torch_are_taken_and_given_back() -> None:
    """In the caller's dtype, by autograd's own gradient; a wrong one is named."""
    torch = pytest.importorskip("torch", reason="torch is not installed")

    def loss(t: Any) -> Any:
        return (torch.sin(t) ** 2).sum()

    def slope(t: Any) -> Any:
        t = t.clone().requires_grad_(True)
        return torch.autograd.grad(loss(t), t)[0]

    at = torch.linspace(0.1, 2, 6, dtype=torch.float64).reshape(2, 3)
    assert check_gradient(loss, slope, at, rng=0).verdict == "correct"
    wrong = check_gradient(loss, lambda t: slope(t) * (1 + (t == at[1, 2]) * 1e-6), at, rng=0)
    assert wrong.verdict == "wrong"


def test_real_arrays_of_jax_are_taken_and_given_back() -> None:
    """In single precision, as jax has it: what it says fits, and a wrong claim is found."""
    jax = pytest.importorskip("jax", reason="jax is not installed")

    def loss(t: Any) -> Any:
        return (jax.numpy.sin(t) ** 2).sum()

    at = jax.numpy.linspace(0.1, 2, 6).reshape(2, 3)
    check = check_gradient(loss, jax.grad(loss), at, rng=0)
    assert check.verdict in {"correct", "undecided"}
    assert check_gradient(loss, lambda t: 1.1 * jax.grad(loss)(t), at, rng=0).verdict == "wrong"
