"""What pictures show is measured: the laws that the measurements obey."""

from __future__ import annotations

import math
from functools import cache
from itertools import pairwise
from pathlib import Path
from runpy import run_path

import numpy as np
import pytest

import derivations
from derivations import Derivation, data, define, log, parameter, sizes, total
from gradcheck.illustrations import Illustration, illustrate
from gradcheck.illustrations.illustrate import TOPICS
from gradcheck.illustrations.instance import Instance, instance
from gradcheck.illustrations.landscapes import squared, squared_slope
from impl.linear import MODEL

EXAMPLES = Path(__file__).parent.parent.parent / "examples" / "derivations"

NAMES = derivations.names()
MODELS = [name for name in NAMES if isinstance(derivations.load(name), Derivation)]
n, m = sizes("n m")


@cache
def measured(name: str) -> Illustration:
    """Measure what a page shows, once."""
    return illustrate(derivations.load(name))


@pytest.fixture(params=[*MODELS, "nudges"])
def shown(request: pytest.FixtureRequest) -> Illustration:
    """Give what was measured for each derivation."""
    name: str = request.param
    return measured(name)


def test_a_nudge_sees_the_slope_but_for_the_curvature(shown: Illustration) -> None:
    """Rise over run is off by no more than the nudge times the largest bend around."""
    for nudge in shown.nudges:
        bends = np.diff([y for _, y in nudge.wide], 2) / (nudge.wide[1][0] - nudge.wide[0][0]) ** 2
        allowed = nudge.step * float(np.max(np.abs(bends))) + 1e-9
        assert abs(nudge.slope - nudge.claimed) <= allowed


def test_every_parameter_is_nudged(shown: Illustration) -> None:
    """No parameter of a model is left out, and topics nudge the course's functions."""
    variables = [nudge.variable.partition("[")[0] for nudge in shown.nudges]
    derivatives = {v.name for v in shown.values if v.derivative is not None}
    assert set(variables) <= derivatives | {"a"}
    assert len(shown.nudges) >= 2


def test_the_bar_holds_the_error(shown: Illustration) -> None:
    """The judge's slope is off by no more than the error bar that it gave."""
    assert shown.errors is not None
    assert shown.errors.error <= shown.errors.bar


def test_errors_have_a_branch_of_truncation_and_one_of_rounding(shown: Illustration) -> None:
    """The smallest steps are not the best: there the rounding is at least a thousand times it."""
    assert shown.errors is not None
    by_step = sorted(shown.errors.one_sided)
    least = min(error for _, error in by_step)
    assert max(error for _, error in by_step[:6]) > 1e3 * least


def test_what_is_measured_is_the_same_in_every_run() -> None:
    """Reports are equal byte for byte, so measurements are."""
    assert measured("linear") == illustrate(derivations.load("linear"))


def test_a_graph_is_shown_where_its_text_speaks_of_it() -> None:
    """The course's graph at (5, 3, 2): 6, 11, 33 forward, 3, 3, 3, 6, 9 backward."""
    found = measured("computation-graph")
    forward = {node.name: node.value for node in found.values}
    backward = {node.name: node.derivative for node in found.values}
    assert (found.shown_at, [forward[x] for x in "uvJ"]) == ("a = 5, b = 3, c = 2", [6, 11, 33])
    assert [backward[x] for x in "vaubcJ"] == [3, 3, 3, 6, 9, 1]


@pytest.mark.parametrize("name", MODELS)
def test_values_are_what_the_formulas_give(name: str) -> None:
    """The derivative in the graph is the slope of the cost, seen by a nudge of each parameter."""
    declared = derivations.load(name)
    assert isinstance(declared, Derivation)
    drawn = instance(declared, dict.fromkeys(declared.size_names, 1))
    assert drawn is not None
    for leaf in declared.inputs:
        if leaf.kind == "parameter":
            at, h = float(drawn.inputs[leaf.name].item()), 1e-5
            right, left = (drawn.cost_at(leaf.name, (0, 0), at + s * h) for s in (1, -1))
            assert np.asarray(drawn.known[f"d{leaf.name}"]).item() == pytest.approx(
                (right - left) / (2 * h), rel=1e-6, abs=1e-9
            )


def test_a_mistake_without_an_effect_is_one_that_the_proofs_accept(shown: Illustration) -> None:
    """At drawn numbers every refuted mistake changes something that can be seen."""
    for pitfall in shown.pitfalls:
        same = pitfall.effect == "the same numbers here"
        assert same == pitfall.harmless or "shape" in pitfall.effect or len(shown.sizes) == 0


def test_what_rounding_leaves_of_zero_is_zero() -> None:
    """A softmax over one class is 1 whatever it is fed with: its slopes vanish."""
    softmax = run_path(str(EXAMPLES / "softmax.py"))["DERIVATION"]
    told = {node.name: node.derivative for node in illustrate(softmax).values}
    assert (told["W"], told["E"]) == (0.0, 0.0)


def test_effects_are_told_in_words() -> None:
    """Factors as fractions, shapes, shares, and what NumPy refuses."""
    effects = {p.effect for p in measured("logistic").pitfalls}
    assert {"every entry times −1", "every entry times 1/2"} <= effects
    assert any(effect.startswith("shape (") for effect in effects)
    assert any(" entries off, by up to " in effect for effect in effects)


def test_lines_of_equal_cost_have_equal_cost() -> None:
    """Each closed line of the bowl lies at one level, and each lies within the next."""
    scene = TOPICS["descent"]().landscape
    assert scene is not None
    levels = []
    for contour in scene.contours:
        costs = [cost(*point) for point in contour]
        assert max(costs) - min(costs) < 1e-5
        levels.append(costs[0])
    assert levels == sorted(levels)


def cost(w: float, b: float) -> float:
    """Return the cost that the bowl shows."""
    from gradcheck.illustrations.landscapes import X, Y

    parameters = {"w": np.array([[w]]), "b": np.asarray(b)}
    return float(MODEL.run(parameters, {"X": X, "Y": Y})["J"])


def test_both_descents_go_down_to_the_minimum() -> None:
    """With α below 2/L each step lowers the cost, and the last is near the least."""
    scene = TOPICS["descent"]().landscape
    assert scene is not None
    for descent in scene.descents:
        costs = [cost(*point) for point in descent.points]
        assert all(after < before for before, after in pairwise(costs))
        assert costs[-1] - cost(*scene.minima[0]) < 0.05


def test_the_curve_has_two_minima_where_the_proof_has_them() -> None:
    """One in [−3, −3/2], one in [1/10, 1/2]: the slope is 0 there and the curve bends up."""
    scene = TOPICS["convexity"]().landscape
    assert scene is not None
    (left, _), (right, _) = scene.minima
    assert -3 < left < -1.5
    assert 0.1 < right < 0.5
    for w in (left, right):
        assert abs(squared_slope(w)) < 1e-4
        assert squared(w - 0.05) > squared(w) < squared(w + 0.05)


@pytest.mark.parametrize("w", [-4.0, -0.3, 0.2, 3.0])
def test_the_slope_of_the_curve_is_its_slope(w: float) -> None:
    """As the nudge sees it from both sides."""
    assert squared_slope(w) == pytest.approx(
        (squared(w + 1e-5) - squared(w - 1e-5)) / 2e-5, abs=1e-8
    )


@pytest.mark.parametrize("name", ["shapes", "vectorising"])
def test_a_topic_without_a_picture_is_empty(name: str) -> None:
    """Nothing is measured where nothing is shown."""
    assert illustrate(derivations.load(name)) == Illustration()


def test_a_cost_that_needs_positive_numbers_gets_them() -> None:
    """Where normal numbers make nan, their absolute values are drawn."""
    x, w = data("x", n, 1), parameter("w", n, 1)
    found = illustrate(Derivation("logs", "Logs", define("J", total(log(w) * x))))
    assert found.errors is not None
    assert all(math.isfinite(nudge.slope) for nudge in found.nudges)


def test_a_cost_that_is_nowhere_finite_has_no_pictures() -> None:
    """A page without pictures is better than none."""
    w = parameter("w", n, 1)
    assert (
        illustrate(Derivation("never", "Never", define("J", total(log(-(w * w))))))
        == Illustration()
    )


def test_columns_that_add_up_to_one_are_drawn_so() -> None:
    """A model that declares it is given one-hot labels."""
    Y, w = data("Y", n, m), parameter("w", n, m)
    declared = Derivation("hot", "Hot", define("J", total(w * Y)), columns_sum_to_one=(Y,))
    drawn = instance(declared, {"n": 2, "m": 3})
    assert isinstance(drawn, Instance)
    assert drawn.inputs["Y"].sum(axis=0).tolist() == [1, 1, 1]
