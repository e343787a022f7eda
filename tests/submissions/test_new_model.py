"""A new model is one file in derivations/ and one in impl/, and nothing else changes."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Protocol

import pytest

import derivations
import impl
from gradcheck.submissions import Submission

IMPL = '''
"""Regression with a softplus output: A = ln(1 + e^Z), L = (Y - A)^2 / 2."""

import numpy as np

from impl.model import Model, arrays


def run(parameters, data):
    m = MODEL.sizes_of(parameters, data)["m"]
    X, Y = data["X"], data["Y"]
    Z = parameters["w"].T @ X + parameters["b"]
    A = np.logaddexp(0, Z)
    L = (Y - A) ** 2 / 2
    dZ = (A - Y) / (1 + np.exp(-Z))
    forward = arrays(Z=Z, A=A, L=L, J=np.sum(L) / m)
    return forward | arrays(dZ=dZ, dw=X @ dZ.T / m, db=np.sum(dZ) / m)


def predict(parameters, X):
    return np.logaddexp(0, parameters["w"].T @ X + parameters["b"])


def initialise(sizes, rng):
    return {"w": 0.01 * rng.standard_normal((sizes["n_x"], 1)), "b": np.asarray(0.0)}


MODEL = Model(
    name="softplus",
    sizes=("n_x", "m"),
    parameters={"w": ("n_x", 1), "b": ()},
    data={"X": ("n_x", "m"), "Y": (1, "m")},
    quantities={
        "Z": (1, "m"), "A": (1, "m"), "L": (1, "m"), "J": (),
        "dZ": (1, "m"), "dw": ("n_x", 1), "db": (),
    },
    labels="real",
    run=run,
    looped=run,
    predict=predict,
    initialise=initialise,
)
'''

DERIVATION = '''
"""Regression with a softplus output."""

from derivations.engine.declaration import Derivation
from derivations.engine.vocabulary import data, define, exp, log, parameter, sizes, total

n_x, m = sizes("n_x m")
X, Y = data("X", n_x, m), data("Y", 1, m)
w, b = parameter("w", n_x, 1), parameter("b", 1, 1)

Z = define("Z", w.T @ X + b)
A = define("A", log(1 + exp(Z)))
L = define("L", (Y - A) ** 2 / 2)
J = define("J", total(L) / m)
DERIVATION = Derivation("softplus", "Regression with a softplus output", J, examples=m)
'''

SUBMISSION = """
import numpy as np

def propagate(w, b, X, Y):
    m = X.shape[1]
    Z = np.dot(w.T, X) + b
    A = np.log(1 + np.exp(Z))
    cost = np.sum((A - Y) ** 2) / (2 * m)
    dZ = (A - Y) / (1 + np.exp(-Z))
    dw = np.dot(X, dZ.T) / m
    db = np.sum(dZ) / m
    return {"dw": dw, "db": db}, cost
"""

WRONG = (
    ("np.dot(X, dZ.T) / m", "np.dot(X, dZ.T)", "missing-mean", "dw"),
    ("np.sum(dZ) / m", "-np.sum(dZ) / m", "sign", "db"),
    ("(A - Y) / (1", "(Y - A) / (1", "sign", "dZ"),
    (" + b\n", "\n", "forward-wrong", "Z"),
    ("/ (2 * m)", "/ m", "cost-scale", "J"),
)


class Judge(Protocol):
    """The fixture of conftest.py."""

    def __call__(self, text: str, *, model: str) -> Submission:
        """Judge a text."""


@pytest.fixture
def softplus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put one file beside the models of each room."""
    for package, text in ((impl, IMPL), (derivations, DERIVATION)):
        folder = tmp_path / package.__name__
        folder.mkdir()
        (folder / "softplus.py").write_text(text)
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(folder)])
    known = derivations.load
    declared = import_module("derivations.softplus").DERIVATION
    monkeypatch.setattr(derivations, "load", lambda n: declared if n == "softplus" else known(n))
    yield
    for name in ("impl.softplus", "derivations.softplus"):
        sys.modules.pop(name, None)


@pytest.mark.usefixtures("softplus")
def test_a_right_submission_of_a_new_model_is_correct(judge: Judge) -> None:
    """Nothing that judges knows a model by name."""
    result = judge(SUBMISSION, model="softplus")
    assert (result.model, result.verdict, result.faults) == ("softplus", "correct", ())


@pytest.mark.usefixtures("softplus")
@pytest.mark.parametrize(("old", "new", "code", "quantity"), WRONG)
def test_a_mistake_in_a_new_model_is_named(
    judge: Judge, old: str, new: str, code: str, quantity: str
) -> None:
    """Its wrong versions come from its derivation."""
    assert old in SUBMISSION
    result = judge(SUBMISSION.replace(old, new), model="softplus")
    assert [(fault.code, fault.quantity) for fault in result.faults] == [(code, quantity)]


def test_right_submissions_are_judged_without_sympy() -> None:
    """What a right submission needs comes from impl; SymPy is brought for the wrong ones."""
    code = (
        "import sys; from pathlib import Path; from gradcheck.submissions import validate; "
        "report = validate(Path(sys.argv[1]), allow_weak=True); "
        "print([s.verdict for s in report.submissions], 'sympy' in sys.modules)"
    )
    file = Path(__file__).parent / "right" / "network_course.txt"
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "network.py"
        copy.write_text(file.read_text())
        said = subprocess.run(
            [sys.executable, "-c", code, str(copy)], capture_output=True, text=True, timeout=60
        )
    assert said.stdout == "['correct'] False\n"
