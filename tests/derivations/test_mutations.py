"""Planted mistakes: every one is refuted by every proof, or recognised as no mistake at all."""

from typing import Any

import numpy as np
import pytest

import derivations
from derivations.engine.declaration import Derivation
from derivations.engine.instantiate import instantiate
from derivations.engine.killing import Trial, kill_table, try_mutations
from derivations.engine.recipes import Recipe, recipes, stable_sigmoid

MODELS = [d for d in derivations.load_all() if isinstance(d, Derivation)]
CODES = {
    *("sign", "wrong-scale", "missing-mean", "double-mean", "wrong-count", "wrong-operand"),
    *("missing-input-factor", "bias-axis", "bias-not-summed", "transposed", "matmul-elementwise"),
    *("missing-activation-derivative", "other-activation-derivative"),
    *("derivative-at-activation", "extra-activation-derivative"),
    *("cost-term-missing", "cost-sign", "cost-scale", "other-loss", "forward-wrong"),
}


@pytest.fixture(scope="module", params=MODELS, ids=lambda model: model.name)
def trials(request: pytest.FixtureRequest) -> tuple[Trial, ...]:
    """All mutations of one model before the three methods."""
    return try_mutations(request.param)


def test_every_mistake_is_refuted_by_every_method(trials: tuple[Trial, ...]) -> None:
    """A mutation is killed by all three methods, or all three find it equivalent."""
    assert len(trials) > 30
    assert [trial for trial in trials if not trial.killed and not trial.equivalent] == []


def test_only_looks_are_equivalent(trials: tuple[Trial, ...]) -> None:
    """What is equivalent transposes a single number, or swaps derivatives that are equal."""
    for trial in trials:
        if trial.equivalent:
            looks = {"transposed"}
            if trial.derivation == "computation-graph":  # single numbers: dot is times, dv is da
                looks |= {"matmul-elementwise", "wrong-operand"}
            assert trial.code in looks


def test_codes_are_from_the_vocabulary(trials: tuple[Trial, ...]) -> None:
    """Each mutation carries a public code."""
    assert {trial.code for trial in trials} <= CODES


def test_the_table_counts(trials: tuple[Trial, ...]) -> None:
    """Killed and total are printed for each method, and the equivalents are listed."""
    table = kill_table(trials)
    real = sum(not trial.equivalent for trial in trials)
    assert table.count(f"{real}/{real} mutations refuted") == 3
    assert table.count("equivalent:") == len(trials) - real


def test_relu_is_known_by_its_sign() -> None:
    """For ReLU, g′(A1) is g′(Z1) and g′² is g′: equivalent, and every other mistake dies."""
    trials = try_mutations(instantiate(MODELS[-1], "relu"))
    assert [trial for trial in trials if not trial.killed and not trial.equivalent] == []
    same = {trial.code for trial in trials if trial.equivalent}
    assert same == {"derivative-at-activation", "extra-activation-derivative"}


def test_leaky_relu_keeps_the_sign() -> None:
    """For leaky ReLU, g′(A1) is g′(Z1), and every other mistake dies."""
    (model,) = (model for model in MODELS if model.name == "shallow-network")
    trials = try_mutations(instantiate(model, "leaky_relu"))
    assert [trial for trial in trials if not trial.killed and not trial.equivalent] == []
    assert [trial.code for trial in trials if trial.equivalent] == ["derivative-at-activation"]


def arrays(sizes: dict[str, int], derivation: Derivation) -> dict[str, Any]:
    """Run the right recipes of a model on random inputs, in the order of the data flow."""
    rng = np.random.default_rng(0)
    env: dict[str, Any] = dict(sizes)
    for leaf in derivation.inputs:
        rows, columns = (sizes.get(str(s), 1) for s in leaf.shape)
        env[leaf.name] = rng.uniform(0.1, 0.9, (rows, columns))
    for name, found in recipes(derivation).items():
        env[name] = found.right.run(env)
    return env


SHAPES = {"n_x": 2, "n_h": 3, "n_y": 4, "m": 5}
NETS = [instantiate(MODELS[-1], name) for name in ("tanh", "sigmoid", "relu", "leaky_relu")]


@pytest.mark.parametrize("model", [*MODELS, *NETS], ids=range(len(MODELS) + len(NETS)))
def test_recipes_make_what_they_say(model: Derivation) -> None:
    """Right recipes chain up from the inputs; wrong ones run too, or their shapes do not fit."""
    env = arrays(SHAPES, model)
    differing = 0
    for name, found in recipes(model).items():
        right = env[name]
        for wrong in found.wrong:
            assert wrong.code in CODES
            try:
                value = wrong.run(env)
            except ValueError:
                differing += 1
            else:
                differing += not (value.shape == np.shape(right) and np.array_equal(value, right))
    assert differing > 20


def test_a_recipe_asks_for_what_it_lacks() -> None:
    """A missing array is named, with what was given."""
    recipe = recipes(MODELS[-1])["dZ1"].right
    assert recipe.inputs == ("W2", "A1", "dZ2")
    with pytest.raises(ValueError, match=r"dZ1 needs A1, dZ2, but got W2; pass every array"):
        recipe.run({"W2": np.ones((1, 3))})


def test_mistakes_can_be_told_apart_by_their_numbers() -> None:
    """On sizes that differ, sign, missing-mean and wrong-operand give different arrays."""
    model = derivations.load("logistic")
    assert isinstance(model, Derivation)
    env = arrays(SHAPES, model)
    found = recipes(model)["dw"]
    by_code: dict[str, Recipe] = {recipe.code: recipe for recipe in found.wrong}
    ratio = by_code["missing-mean"].run(env) / found.right.run(env)
    assert np.allclose(ratio, SHAPES["m"], rtol=1e-15)
    assert np.array_equal(by_code["sign"].run(env), -found.right.run(env))


def test_the_sigmoid_of_recipes_is_stable() -> None:
    """σ(±1000) is 0 and 1, without a warning."""
    assert stable_sigmoid(np.array([-1000.0, 0.0, 1000.0])).tolist() == [0.0, 0.5, 1.0]


def test_instances_are_known_functions() -> None:
    """An unknown activation is refused by name."""
    with pytest.raises(ValueError, match=r"shallow-network with 'swish': the known functions are"):
        instantiate(MODELS[-1], "swish")
