"""Laws that hold for every model of the folder; a new model needs no new test."""

import json
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import derivations
from derivations.engine.declaration import Derivation
from derivations.engine.results import METHODS, Result

MODELS = [d for d in derivations.load_all() if isinstance(d, Derivation)]


@pytest.fixture(scope="module", params=MODELS, ids=lambda model: model.name)
def result(request: pytest.FixtureRequest) -> Result:
    """Prove one model, once for all laws."""
    return derivations.prove(request.param)


def test_every_step_is_proven_by_every_method(result: Result) -> None:
    """Each step holds by all sizes, by exact arithmetic and by numbers."""
    assert result.steps
    for step in result.steps:
        assert tuple(proof.method for proof in step.proofs) == METHODS
        assert all(proof.holds for proof in step.proofs), step


def test_no_claim_of_a_model_is_refuted(result: Result) -> None:
    """What the textbook says of a model is proven, or refined with a stated condition."""
    assert {claim.verdict for claim in result.claims} <= {"proven", "refined"}
    assert result.holds


def test_a_derivative_has_the_shape_of_what_it_differentiates(result: Result) -> None:
    """dW1 has the shape of W1."""
    for step in result.steps:
        assert step.formula.shape == step.of.shape


def test_the_printed_code_runs_in_order(result: Result) -> None:
    """The NumPy block runs from the inputs alone, and each array has its stated shape."""
    sizes = {"n_x": 2, "n_h": 3, "n_y": 4, "m": 5}
    rng = np.random.default_rng(0)
    names: dict[str, Any] = dict(sizes)
    (model,) = [model for model in MODELS if model.name == result.name]
    for leaf in model.inputs:
        rows, columns = (sizes.get(str(size), 1) for size in leaf.shape)
        names[leaf.name] = rng.uniform(0.1, 0.9, (rows, columns))
    exec(derivations.render([result], "numpy"), names)
    for q in result.forward:
        shape = tuple(sizes.get(str(size), size) for size in q.shape)
        assert np.asarray(names[q.name]).shape == shape
    for step in result.steps:
        assert np.shape(names[step.target]) == np.shape(names[step.target[1:]])


def test_text_fits_a_terminal(result: Result) -> None:
    """No line is longer than 80 columns, and each step carries a mark for each method."""
    text = derivations.render([result], "text")
    assert max(map(len, text.splitlines())) <= 80
    assert text.count("✓") >= 3 * len(result.steps)


def test_json_follows_the_contract(result: Result) -> None:
    """derivation/v1: the fields that the contract names are there."""
    data = json.loads(derivations.render([result], "json"))
    assert data["schema"] == "gradcheck/derivation/v1"
    (one,) = data["derivations"]
    fields = {"target", "rule", "because", "latex", "numpy", "shape", "proofs"}
    assert all(fields <= set(step) for step in one["steps"])
    assert all(
        {"id", "statement", "verdict", "condition", "proofs"} <= set(c) for c in one["claims"]
    )
    ids = [claim["id"] for claim in one["claims"]]
    assert all(a != b for a, b in pairwise(sorted(ids)))


@pytest.mark.parametrize("format_", ["latex", "markdown"])
def test_documents_name_every_step(result: Result, format_: str) -> None:
    """LaTeX and Markdown hold one formula for each step."""
    text = derivations.render([result], format_)
    assert text.count("=") >= len(result.steps)
    assert result.title in text


def test_names_are_found_in_the_folder() -> None:
    """The folder listing is the feature list."""
    assert {"linear", "logistic", "shallow-network"} <= set(derivations.names())


def test_unknown_names_and_formats_are_told() -> None:
    """One clear line says what there is."""
    with pytest.raises(
        ValueError, match=r"there is no derivation 'perceptron', but there are .*linear"
    ):
        derivations.load("perceptron")
    with pytest.raises(ValueError, match=r"format is 'pdf', but there are text, markdown"):
        derivations.render([], "pdf")
