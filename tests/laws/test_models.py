"""Laws that every model obeys; a new model needs no new test."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import impl
from gradcheck import check_gradient
from gradcheck.strategies import Problem, problems
from impl.descent import step
from impl.model import Arrays, Model

EPS = float(np.finfo(float).eps)
CASES = [(model, choice) for model in impl.models().values() for choice in model.variants()]
every_model = pytest.mark.parametrize(
    ("model", "choice"), CASES, ids=["-".join([m.name, *c.values()]) for m, c in CASES]
)


@every_model
@given(data=st.data())
def test_the_gradient_is_the_slope_of_the_cost(
    model: Model, choice: dict[str, str], data: st.DataObject
) -> None:
    """The judge finds no entry of any gradient outside its error bar."""
    problem: Problem = data.draw(problems(model))

    def cost(parameters: Arrays) -> np.floating[Any]:
        return model.cost(parameters, problem.data, **choice)

    def gradient(parameters: Arrays) -> Arrays:
        return model.gradient(parameters, problem.data, **choice)

    result = check_gradient(cost, gradient, problem.parameters)
    assume(result.verdict != "undecided")  # no evidence either way; too many of these fail the law
    assert result, str(result)


@every_model
@given(data=st.data())
def test_the_loop_and_the_vectorised_form_give_the_same_numbers(
    model: Model, choice: dict[str, str], data: st.DataObject
) -> None:
    """Course 2.10: every quantity agrees, up to the rounding of sums in another order.

    A sum of n terms differs by at most n·eps times the sum of their sizes; the scale below is an
    upper bound of those sums, and the factor counts the sums that stand behind one another.
    """
    problem: Problem = data.draw(problems(model))
    vectorised = model.run(problem.parameters, problem.data, **choice)
    looped = model.looped(problem.parameters, problem.data, **choice)
    everything = {**problem.parameters, **problem.data, **vectorised}
    largest = max((float(np.max(np.abs(a), initial=1.0)) for a in everything.values()), default=1.0)
    terms = 4 * sum(problem.sizes.values())
    for name, expected in vectorised.items():
        np.testing.assert_allclose(
            looped[name], expected, rtol=0, atol=terms * EPS * largest**2, err_msg=name
        )


@every_model
@given(data=st.data())
def test_every_quantity_has_its_declared_shape_and_place(
    model: Model, choice: dict[str, str], data: st.DataObject
) -> None:
    """`run` returns what the model declares, in the order of the data flow, all of it finite."""
    problem: Problem = data.draw(problems(model))
    shapes = model.shapes(problem.sizes)
    quantities = model.run(problem.parameters, problem.data, **choice)
    assert list(quantities) == list(model.quantities)
    assert {name: array.shape for name, array in quantities.items()} == {
        name: shapes[name] for name in model.quantities
    }
    assert all(np.isfinite(array).all() for array in quantities.values())


@every_model
@given(data=st.data())
def test_running_changes_none_of_its_inputs(
    model: Model, choice: dict[str, str], data: st.DataObject
) -> None:
    """Inputs are byte for byte the same afterwards."""
    problem: Problem = data.draw(problems(model))
    given_arrays = {**problem.parameters, **problem.data}
    before = {name: array.tobytes() for name, array in given_arrays.items()}
    model.run(problem.parameters, problem.data, **choice)
    assert {name: array.tobytes() for name, array in given_arrays.items()} == before


@every_model
@given(data=st.data())
def test_the_cost_is_the_mean_of_the_losses_of_single_examples(
    model: Model, choice: dict[str, str], data: st.DataObject
) -> None:
    """J over m examples is the mean of J over each of them alone, and so is its gradient (L5)."""
    problem: Problem = data.draw(problems(model))
    m = problem.sizes["m"]
    total = model.run(problem.parameters, problem.data, **choice)
    alone = [
        model.run(
            problem.parameters,
            {name: a[:, i : i + 1] for name, a in problem.data.items()},
            **choice,
        )
        for i in range(m)
    ]
    # An entry may be a sum of products that cancel: its rounding is that of the products.
    arrays = [*problem.parameters.values(), *problem.data.values(), *total.values()]
    largest = max(1.0, *(float(np.abs(array).max(initial=0.0)) for array in arrays))
    bar = 8 * m * EPS * largest**2
    for name in ("J", *("d" + parameter for parameter in model.parameters)):
        terms = np.array([quantities[name] for quantities in alone])
        np.testing.assert_allclose(total[name], terms.mean(axis=0), rtol=0, atol=bar, err_msg=name)


@every_model
def test_a_small_step_against_the_gradient_lowers_the_cost(
    model: Model, choice: dict[str, str]
) -> None:
    """Away from an optimum, −dθ points downhill (D1, S4)."""
    rng = np.random.default_rng(7)
    shapes = model.shapes(dict.fromkeys(model.sizes, 4))
    parameters = {name: rng.normal(size=shapes[name]) for name in model.parameters}
    data = {name: rng.normal(size=shapes[name]) for name in model.data}
    data["Y"] = np.where(data["Y"] > 0, 1.0, 0.0)
    gradient = model.gradient(parameters, data, **choice)
    after = step(parameters, gradient, 1e-3)
    assert model.cost(after, data, **choice) < model.cost(parameters, data, **choice)


@every_model
def test_a_model_survives_scores_of_plus_and_minus_1000(
    model: Model, choice: dict[str, str]
) -> None:
    """No overflow, no warning, nothing but finite numbers at the far ends."""
    shapes = model.shapes(dict.fromkeys(model.sizes, 2))
    parameters = {name: np.ones(shapes[name]) for name in model.parameters}
    X = np.array([[1000.0, -1000.0], [1000.0, -1000.0]])
    for label in (0.0, 1.0):
        data = {"X": X, "Y": np.full(shapes["Y"], label)}
        quantities = model.run(parameters, data, **choice)
        assert all(np.isfinite(array).all() for array in quantities.values())


@every_model
def test_predictions_come_from_the_forward_pass(model: Model, choice: dict[str, str]) -> None:
    """A label is 1 exactly where the last activation is above one half; a value is itself."""
    rng = np.random.default_rng(3)
    shapes = model.shapes(dict.fromkeys(model.sizes, 5))
    parameters = {name: rng.normal(size=shapes[name]) for name in model.parameters}
    X = rng.normal(size=shapes["X"])
    quantities = model.run(parameters, {"X": X, "Y": np.zeros(shapes["Y"])}, **choice)
    names = list(quantities)
    output = quantities[names[names.index("L") - 1]]
    expected = np.where(output > 0.5, 1.0, 0.0) if model.labels == "binary" else output
    np.testing.assert_array_equal(model.predict(parameters, X, **choice), expected)


@pytest.mark.parametrize("model", impl.models().values(), ids=impl.models())
def test_training_starts_from_finite_parameters_of_the_right_shapes(model: Model) -> None:
    """Hidden units start different from one another, for equal ones would stay equal (H12)."""
    sizes = dict(zip(model.sizes, (3, 4, 2, 5), strict=False))
    shapes = model.shapes(sizes)
    parameters = model.initialise(sizes, np.random.default_rng(0))
    assert {name: array.shape for name, array in parameters.items()} == {
        name: shapes[name] for name in model.parameters
    }
    if "W1" in parameters:
        assert len(np.unique(parameters["W1"], axis=0)) == shapes["W1"][0]


def test_logistic_regression_works_at_the_size_of_the_course() -> None:
    """64 × 64 colour images: n_x = 12 288, m = 209; the loop over two of them agrees.

    A score is a sum of n_x terms below 0.05, and dw a sum of two; both round at eps a term.
    """
    model = impl.load("logistic")
    rng = np.random.default_rng(1)
    parameters = {"w": 0.01 * rng.normal(size=(12288, 1)), "b": np.asarray(0.1)}
    data = {
        "X": rng.uniform(0, 1, size=(12288, 209)),
        "Y": rng.integers(0, 2, size=(1, 209)).astype(float),
    }
    quantities = model.run(parameters, data)
    assert quantities["dw"].shape == (12288, 1)
    two = {"X": data["X"][:, :2], "Y": data["Y"][:, :2]}
    np.testing.assert_allclose(
        model.looped(parameters, two)["dw"],
        model.run(parameters, two)["dw"],
        rtol=0,
        atol=12288 * 0.05 * EPS,
    )


@given(data=st.data())
def test_a_single_example_is_the_first_column_of_m(data: st.DataObject) -> None:
    """Course 2.9 and 2.10 agree: z, a, L, dz, dw, db of one example."""
    model = impl.load("logistic")
    from impl.logistic import example

    problem: Problem = data.draw(problems(model))
    first = {name: array[:, :1] for name, array in problem.data.items()}
    whole = model.run(problem.parameters, first)
    one = example(
        problem.parameters["w"], float(problem.parameters["b"]), first["X"], first["Y"].item()
    )
    for name in ("z", "a", "L", "dz"):
        column = whole[name if name == "L" else "dZ" if name == "dz" else name.upper()]
        np.testing.assert_allclose(one[name], column.item(), rtol=1e-13, atol=1e-13)
    np.testing.assert_allclose(one["dw"], whole["dw"], rtol=1e-13, atol=1e-13)
    np.testing.assert_allclose(one["db"], whole["db"], rtol=1e-13, atol=1e-13)
