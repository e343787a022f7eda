"""The small parts: names, formulas, bars, comparisons, returns, layouts, results."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import impl
from derivations.engine.expressions import Node
from gradcheck.submissions.calling.binding import Feed, UnboundError, bind, course_globals
from gradcheck.submissions.calling.compare import compare, relative_distance
from gradcheck.submissions.calling.returns import read
from gradcheck.submissions.calling.steps import evaluated
from gradcheck.submissions.diagnosis.mutations import Setting, mutations
from gradcheck.submissions.judging.judgement import hinted
from gradcheck.submissions.pipeline import Options
from gradcheck.submissions.reading.definitions import Definition
from gradcheck.submissions.reading.names import meaning
from gradcheck.submissions.reference.formulas import (
    FUNCTIONS,
    Formula,
    formulas_of,
    on_activation,
    slips_of,
)
from gradcheck.submissions.reference.layouts import COURSE, layouts
from gradcheck.submissions.reference.problems import Problem, draw
from gradcheck.submissions.reference.written import text_of
from gradcheck.submissions.results import Fault, Quantity, Submission, Where

MODELS = [pytest.param(model, id=name) for name, model in impl.models().items()]
SEEDS = range(5)


def problem_of(model: impl.Model, seed: int = 0, outputs: int = 1) -> Problem:
    """Draw a problem with the model's usual activation."""
    rng = np.random.default_rng(seed)
    return draw(model, rng, outputs=outputs, choice=model.variants()[0])


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("model", MODELS)
def test_the_derivation_says_what_the_reference_computes(model: impl.Model, seed: int) -> None:
    """Mistakes are changes of the derived lines; what is run is impl, and both agree."""
    for choice in model.variants():
        problem = draw(model, np.random.default_rng(seed), outputs=2, choice=choice)
        lines = formulas_of(model, choice.get("activation"))
        for name, value in evaluated(lines, problem.names()).items():
            assert compare(value, problem.values[name], problem.bars[name]) == "same", name


@pytest.mark.parametrize("model", MODELS)
def test_the_bars_are_far_below_the_smallest_real_mistake(model: impl.Model) -> None:
    """Rounding lies near 1e-13; the weakest fault seen in public code scored 4.6e-3."""
    for seed in SEEDS:
        problem = problem_of(model, seed)
        for name, bar in problem.bars.items():
            assert bar < 1e-11 * max(1.0, float(np.abs(problem.values[name]).max(initial=0.0)))


@pytest.mark.parametrize("model", MODELS)
def test_no_mutation_of_a_line_is_the_line(model: impl.Model) -> None:
    """Most wrong lines give wrong numbers; those that don't are not mistakes on these problems."""
    activation, arrays = model.variants()[0].get("activation"), tuple(model.parameters)
    for line in formulas_of(model, activation):
        kind = "gradient" if line.target.startswith("d") else "forward"
        slips = slips_of(model, activation, line.target)
        setting = Setting(arrays, model.sizes, "cost" if line.target == "J" else kind, slips=slips)
        found = mutations(line, setting)
        assert len(found) > 3
        assert all(mutation.lines[0].text != line.text for mutation in found)


def test_sizes_of_a_problem_are_all_different() -> None:
    """A shape that fits by luck hides a mistake."""
    for seed in SEEDS:
        sizes = problem_of(impl.load("shallow-network"), seed, outputs=2).sizes
        assert len(set(sizes.values())) == 4
        assert sizes["n_h"] >= 3


def test_a_formula_is_written_as_a_student_writes_it() -> None:
    """Np. before functions, a prime for the derivative."""
    line = Formula("dZ1", "sum(W2.T @ dZ2) * tanh_prime(Z1) + relu_prime(Z1)")
    assert line.written() == "dZ1 = np.sum(W2.T @ dZ2) * tanh'(Z1) + relu'(Z1)"


@pytest.mark.parametrize("name", impl.load("shallow-network").activations)
def test_a_derivative_can_be_written_on_the_activation(name: str) -> None:
    """g′ as a function of a = g(z), which is how students write it."""
    z = np.linspace(-2, 2, 9)
    a = FUNCTIONS[name](z)
    written = Formula("x", on_activation(name, "a")).value({"a": a})
    np.testing.assert_allclose(written, FUNCTIONS[f"{name}_prime"](z), atol=1e-15)


COLUMN = np.array([[1.0], [2.0], [3.0]])
COMPARED: tuple[tuple[Any, str], ...] = (
    (COLUMN, "same"),
    (COLUMN + 1e-14, "same"),
    ([[1], [2], [3]], "same"),
    (COLUMN.astype(np.float32) * (1 + 1e-7), "same"),
    (COLUMN + 1e-9, "different"),
    (-COLUMN, "different"),
    (COLUMN.ravel(), "rank-1-array"),
    (COLUMN.T, "transposed"),
    (-COLUMN.ravel(), "wrong-shape"),
    (-COLUMN.T, "wrong-shape"),
    (COLUMN[:2], "wrong-shape"),
    (3.0, "wrong-shape"),
    (np.broadcast_to(COLUMN, (3, 2)), "wrong-shape"),
    (COLUMN * np.nan, "nonfinite"),
    (COLUMN * np.inf, "nonfinite"),
    ("3", "wrong-type"),
    (None, "wrong-type"),
    ([[1], [2, 3]], "wrong-type"),
    (COLUMN + 0j, "wrong-type"),
)


@pytest.mark.parametrize(("value", "match"), COMPARED)
def test_shapes_are_compared_before_values_and_nothing_broadcasts(value: Any, match: str) -> None:
    """A wrong layout with right values is told apart from wrong values."""
    assert compare(value, COLUMN, 1e-13) == match


def test_nan_is_right_only_where_nan_belongs() -> None:
    """A cost fed with an impossible activation is nan in right code too."""
    assert compare(np.nan, np.asarray(np.nan), 1.0) == "same"
    assert compare(1.0, np.asarray(np.nan), 1.0) == "nonfinite"


def test_a_single_number_may_come_in_any_shape_of_one() -> None:
    """A cost is a float, a 0-d array or a (1, 1) array."""
    assert compare([[2.0]], np.asarray(2.0), 1e-15) == "same"
    assert compare([[2.1]], np.asarray(2.0), 1e-15) == "different"


@pytest.mark.parametrize(
    ("value", "distance"), [(COLUMN * 1.1, 0.1), (COLUMN[:1], np.inf), ("a", np.inf)]
)
def test_the_distance_is_relative_to_the_largest_entry(value: Any, distance: float) -> None:
    """What cannot be compared is infinitely far away."""
    assert relative_distance(value, COLUMN) == pytest.approx(distance)


WANTED = {"dW1": np.ones((3, 2)), "db1": np.ones((3, 1)), "J": np.asarray(0.5)}
RETURNED: tuple[tuple[Any, tuple[str | None, ...]], ...] = (
    ({"dW1": WANTED["dW1"], "db1": WANTED["db1"], "cost": 0.5}, (None,)),
    (({"dw1": WANTED["dW1"], "d_b1": WANTED["db1"]}, 0.5), ("grads", "cost")),
    ((0.5, {"dW1": WANTED["dW1"], "db1": WANTED["db1"]}), (None, None)),
    ([WANTED["dW1"], WANTED["db1"], 0.5], ("dW1", "db1", "J")),
    ((WANTED["dW1"], WANTED["db1"], 0.5), ()),
    ((0.5, WANTED["db1"], WANTED["dW1"]), ()),
    (((WANTED["dW1"], WANTED["db1"]), 0.5), ("grads", "cost")),
)


@pytest.mark.parametrize(("value", "named"), RETURNED)
def test_quantities_are_found_in_whatever_they_are_wrapped_in(
    value: Any, named: tuple[str | None, ...]
) -> None:
    """By name, then by value, then by shape."""
    found = read(value, named, WANTED, output="A2", bars=dict.fromkeys(WANTED, 1e-12))
    assert {name: np.shape(found[name]) for name in WANTED} == {
        name: expected.shape for name, expected in WANTED.items()
    }


def test_wrong_values_without_names_are_told_by_their_shapes() -> None:
    """A wrong gradient has no value to be known by."""
    value = (np.zeros((3, 1)), np.zeros((3, 2)), 7.0)
    found = read(value, (), WANTED, output="A2", bars=dict.fromkeys(WANTED, 1e-12))
    assert {name: np.shape(got) for name, got in found.items()} == {
        "dW1": (3, 2),
        "db1": (3, 1),
        "J": (),
    }


def test_a_list_of_numbers_is_a_vector() -> None:
    """Pure Python submissions return lists."""
    wanted = {"dw": np.ones(3)}
    assert read([1.0, 1.0, 1.0], ("dw",), wanted, output="A", bars={"dw": 0.0}) == {
        "dw": [1.0, 1.0, 1.0]
    }


@pytest.mark.parametrize("model", MODELS)
def test_a_layout_and_back_is_where_one_started(model: impl.Model) -> None:
    """Numbers of the submission can be taken back to the course's layout."""
    values = problem_of(model).values
    for layout in layouts(model):
        for name, value in values.items():
            np.testing.assert_array_equal(
                layout.ours(name, layout.theirs(name, value), value.shape), value
            )


def test_the_first_layout_is_the_course_s() -> None:
    """Another one is taken only if this one fails."""
    assert next(layouts(impl.load("linear"))) == COURSE
    assert not COURSE.examples_in_rows


def definition(*parameters: str, required: int | None = None, **fields: Any) -> Definition:
    """Give a definition with some parameters."""
    needed = len(parameters) if required is None else required
    given = {"returned": (), "words": frozenset(), "free": frozenset(), "set_at": {}} | fields
    return Definition("f", parameters, needed, line=1, cell=None, **given)


def feed_of(name: str) -> Feed:
    """Give what functions of a model are fed."""
    model = impl.load(name)
    problem = problem_of(model)
    return Feed(problem, COURSE, "A", tuple(model.parameters), settings={"learning_rate": 0.1})


def test_arguments_are_bound_by_the_meaning_of_their_names() -> None:
    """Any order, any spelling."""
    feed = feed_of("logistic")
    positional, keywords = bind(definition("Y_hat", "labels", "params", "x", "dim"), feed)
    assert keywords == {}
    assert [np.shape(positional[0]), sorted(positional[2])] == [
        (1, feed.problem.sizes["m"]),
        ["b", "w"],
    ]
    assert positional[4] == feed.problem.sizes["n_x"]


def test_settings_with_a_default_are_given_by_name() -> None:
    """Other parameters with a default keep it."""
    function = definition("w", "alpha", "print_every", required=1)
    assert bind(function, feed_of("logistic"))[1] == {"alpha": 0.1}


def test_a_required_parameter_without_a_meaning_is_named() -> None:
    """Nothing is guessed by position."""
    with pytest.raises(UnboundError, match="mystery"):
        bind(definition("w", "mystery"), feed_of("logistic"))


def test_globals_of_the_course_are_provided() -> None:
    """What another cell would have set, unless the submission sets it itself."""
    function = definition(free=frozenset({"n_x", "m", "np", "helper"}))
    feed = feed_of("logistic")
    assert course_globals(function, feed, frozenset({"m"})) == {"n_x": feed.problem.sizes["n_x"]}


@pytest.mark.parametrize(
    ("word", "quantity"),
    [("DW_1", "dW1"), ("AL", "A2"), ("y_hat", "A2"), ("cost", "J"), ("tmp", None), ("w", None)],
)
def test_names_mean_quantities_of_the_model(word: str, quantity: str | None) -> None:
    """Spelling varies; a name of another model means nothing."""
    assert meaning(word, impl.load("shallow-network").quantities, "A2") == quantity


FAULT = Fault("sign", "dw", Where("f", 3), "dw has a wrong sign", "dw = -x", "dw = x")


@pytest.mark.parametrize(
    ("hints", "message", "computed", "expected"),
    [
        ("full", "dw has a wrong sign", "dw = -x", "dw = x"),
        ("brief", "dw has a wrong sign", None, None),
        ("none", "dw is wrong", None, None),
    ],
)
def test_hints_decide_how_much_is_given_away(
    hints: str, message: str, computed: str | None, expected: str | None
) -> None:
    """Brief hints never show what belongs there."""
    fault = hinted(FAULT, hints)
    assert (fault.message, fault.computed, fault.expected) == (message, computed, expected)


def test_an_unknown_level_of_hints_is_refused() -> None:
    """The message lists the levels."""
    with pytest.raises(ValueError, match="hints: got 'all', expected one of none, brief, full"):
        hinted(FAULT, "all")


def test_results_refuse_verdicts_outside_the_contract() -> None:
    """The JSON is public."""
    with pytest.raises(ValueError, match="dw: got the verdict 'fine', expected one of correct"):
        Quantity("dw", "fine")
    with pytest.raises(ValueError, match=r"a\.py: got the verdict 'fine', expected one of correct"):
        Submission("a.py", None, "fine")


def test_nothing_judged_is_no_pass() -> None:
    """A submission without a right quantity cannot be correct."""
    with pytest.raises(ValueError, match=r"a\.py: correct, but nothing was judged"):
        Submission("a.py", "linear", "correct", quantities=(Quantity("dw", "not-found"),))


def test_an_unknown_model_is_refused() -> None:
    """The message lists the models."""
    with pytest.raises(ValueError, match="model: got 'deep', expected one of auto, linear"):
        Options("deep")


def test_an_operator_without_a_text_is_named() -> None:
    """A new operator of the engine must be told how it is written here."""
    with pytest.raises(TypeError, match="no text for Node: the engine has an operator unknown"):
        text_of(Node())
