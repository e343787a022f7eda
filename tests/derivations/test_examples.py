"""Models of one's own: declared outside, proven by the engine as it stands."""

import json
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

import derivations
from derivations.engine.declaration import Claim, Derivation
from derivations.engine.instantiate import instantiate
from derivations.engine.killing import try_mutations
from derivations.engine.proofs import recheck
from derivations.engine.proofs.certificate import certificate
from derivations.engine.prove import prove_claim
from derivations.engine.vocabulary import d

FOLDER = Path(__file__).parents[2] / "examples" / "derivations"
EXAMPLES = sorted(FOLDER.glob("*.py"))


def with_relu() -> Derivation:
    """Return the network with ReLU, which the re-checker knows as a function of its own."""
    model = derivations.load("shallow-network")
    assert isinstance(model, Derivation)
    return instantiate(model, "relu")


def declared(path: Path) -> Derivation:
    """Load the derivation of an example file."""
    value = runpy.run_path(str(path))["DERIVATION"]
    assert isinstance(value, Derivation)
    return value


MODELS = [declared(path) for path in EXAMPLES]
MODELS += [with_relu(), *(m for m in derivations.load_all() if isinstance(m, Derivation))]


def test_the_three_examples_are_there() -> None:
    """Softmax cross-entropy, L2 logistic regression, two hidden layers."""
    assert [path.stem for path in EXAMPLES] == ["l2_logistic", "softmax", "two_hidden_layers"]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_proven(path: Path) -> None:
    """All steps and claims of an example hold by all three methods."""
    result = derivations.prove(declared(path))
    assert result.holds
    assert {claim.verdict for claim in result.claims} == {"proven"}


def test_mistakes_in_an_example_are_refuted() -> None:
    """What holds for the built-in models holds for one's own: each planted mistake dies."""
    (path,) = [path for path in EXAMPLES if path.stem == "l2_logistic"]
    trials = try_mutations(declared(path))
    assert [trial for trial in trials if not trial.killed and not trial.equivalent] == []


def test_softmax_needs_labels_that_sum_to_one() -> None:
    """Without that condition dZ = A − Y is refuted by every method."""
    (path,) = [path for path in EXAMPLES if path.stem == "softmax"]
    model = declared(path)
    z, a = (q for q in model.quantities if q.name in "ZA")
    (y,) = (leaf for leaf in model.inputs if leaf.name == "Y")
    loose = Derivation("loose", "Softmax, any labels", model.cost, examples=model.examples)
    claim = Claim("dZ", "dZ = A − Y", d(z), a - y)
    assert prove_claim(loose, claim).verdict == "refuted"
    assert prove_claim(model, claim).verdict == "proven"


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_the_rechecker_agrees(model: Derivation) -> None:
    """Every step passes the re-checker; doubled, every step fails it."""
    data = json.loads(json.dumps(certificate(model)))
    assert all(recheck.check(data, seed=7).values())
    doubled = [{**s, "formula": ["scale", ["number", 2, 1], s["formula"]]} for s in data["steps"]]
    assert not any(recheck.check({**data, "steps": doubled}).values())


def test_the_rechecker_stands_alone(tmp_path: Path) -> None:
    """It runs isolated, without site packages: neither SymPy, NumPy nor the engine is there."""
    model = derivations.load("shallow-network")
    assert isinstance(model, Derivation)
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    data = certificate(model)
    good.write_text(json.dumps(data))
    data["steps"][-1]["formula"] = ["scale", ["number", 2, 1], data["steps"][-1]["formula"]]
    bad.write_text(json.dumps(data))
    command = [sys.executable, "-I", "-S", str(recheck.__file__)]
    right = subprocess.run([*command, str(good)], capture_output=True, text=True, check=False)
    wrong = subprocess.run([*command, str(bad), "3"], capture_output=True, text=True, check=False)
    assert (right.returncode, right.stderr) == (0, "")
    assert right.stdout.count("holds") == len(data["steps"])
    assert wrong.returncode == 1
    assert "FAILS shallow-network db1" in wrong.stdout


def test_the_rechecker_compares_shapes() -> None:
    """A transposed formula fails, though its entries are right, and so does what uses it."""
    model = derivations.load("linear")
    assert isinstance(model, Derivation)
    data = certificate(model)
    turned = [{**s, "formula": ["transpose", s["formula"]]} for s in data["steps"]]
    assert not any(recheck.check({**data, "steps": turned}).values())


def test_a_certificate_without_steps_is_no_pass(tmp_path: Path) -> None:
    """Nothing checked is not a success."""
    model = derivations.load("linear")
    assert isinstance(model, Derivation)
    empty = tmp_path / "empty.json"
    empty.write_text(json.dumps({**certificate(model), "steps": []}))
    assert recheck.main([str(empty)]) == 1
