"""Around the checker: gradients in files, the pytest plugin, strategies, imports."""

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from gradcheck import strategies
from gradcheck.files import check_files
from gradcheck.strategies import Problem, arrays_like, numbers, problems

pytest_plugins = ["pytester"]

COST = """
import numpy as np
at = {"w": np.ones(3), "b": 2.0}
def cost(p):
    return float(np.sum(p["w"] ** 2) + p["b"] ** 3)
def gradient(p):
    return {"dw": 2 * p["w"], "db": 3 * p["b"] ** 2}
def wrong(p):
    return {"dw": 2 * p["w"], "db": 2 * p["b"]}
"""
TESTS = """
import numpy as np, pytest
@pytest.mark.parametrize("n", range(1, 5))
def test_right(check_gradient, n):
    check_gradient(lambda x: (x**2).sum(), lambda x: 2 * x, np.ones(n))
def test_wrong(check_gradient):
    check_gradient(lambda x: (x**2).sum(), lambda x: 3 * x, np.ones(2))
"""


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """Give a file with a cost, a gradient, a wrong one, and a point."""
    file = tmp_path / "model.py"
    file.write_text(COST)
    return file


def test_functions_of_files_are_checked_at_the_point_of_the_file(model: Path) -> None:
    """Right is correct, wrong is wrong."""
    assert check_files(f"{model}:cost", f"{model}:gradient")
    assert check_files(f"{model}:cost", f"{model}:wrong").wrong[0].parameter == "b"


def test_the_point_can_come_from_a_file(model: Path, tmp_path: Path) -> None:
    """Named arrays of an .npz, or the one array of an .npy."""
    np.savez(tmp_path / "at.npz", w=np.zeros((2, 2)), b=1.0)
    assert check_files(f"{model}:cost", f"{model}:gradient", tmp_path / "at.npz").entries == 5
    (tmp_path / "one.py").write_text("def cost(x): return (x**2).sum()\ndef slope(x): return 2*x\n")
    np.save(tmp_path / "at.npy", np.ones(7))
    one = tmp_path / "one.py"
    assert check_files(f"{one}:cost", f"{one}:slope", tmp_path / "at.npy").entries == 7


@pytest.mark.parametrize(
    ("cost", "gradient", "at", "text"),
    [
        ("model.py", "model.py:gradient", None, "model.py: expected FILE.py:NAME"),
        ("none.py:cost", "model.py:gradient", None, "none.py: no such file"),
        ("model.py:kost", "model.py:gradient", None, "there is no function kost; it has cost, gr"),
        ("bad.py:cost", "model.py:gradient", None, "bad.py: running it raised KeyError: 'a'"),
        ("empty.py:cost", "model.py:gradient", None, "empty.py sets no at; give the point"),
        ("model.py:cost", "model.py:gradient", "none.npz", "none.npz: cannot be read: No such"),
        ("model.py:cost", "model.py:gradient", "bad.py", "bad.py: not an .npz or .npy file"),
    ],
)
def test_what_is_not_there_is_said_in_one_line(
    model: Path, cost: str, gradient: str, at: str | None, text: str, monkeypatch: Any
) -> None:
    """The file, what is wrong with it, what to do."""
    monkeypatch.chdir(model.parent)
    Path("bad.py").write_text("{}['a']")
    Path("empty.py").write_text("")
    with pytest.raises(ValueError, match=text) as raised:
        check_files(cost, gradient, None if at is None else Path(at))
    assert "\n" not in str(raised.value)


def pytest_in(pytester: pytest.Pytester, *options: str) -> pytest.RunResult:
    """Run pytest with the plugin in a folder of its own; workers need a process of their own."""
    pytester.makepyfile(test_it=TESTS)
    plugin = [] if "gradcheck" in _entry_points() else ["-p", "gradcheck.pytest_plugin"]
    run = pytester.runpytest_subprocess if "-n" in options else pytester.runpytest_inprocess
    return run("-q", *plugin, *options)


def _entry_points() -> set[str]:
    from importlib.metadata import entry_points

    return {point.name for point in entry_points(group="pytest11")}


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_the_plugin_fails_wrong_gradients_and_reports_all(
    pytester: pytest.Pytester, workers: tuple[str, ...]
) -> None:
    """In one process and in several, the report holds every check under its test's name."""
    if workers:
        pytest.importorskip("xdist", reason="pytest-xdist runs the workers")
    ran = pytest_in(pytester, "--gradcheck-report=report.json", *workers)
    ran.assert_outcomes(passed=4, failed=1)
    assert "wrong: the claim is a multiple of the slope" in ran.stdout.str()
    checks = json.loads((pytester.path / "report.json").read_text())["checks"]
    assert [check["verdict"] for check in checks] == ["correct"] * 4 + ["wrong"]
    assert checks[4]["test"] == "test_it.py::test_wrong"


def test_without_the_option_nothing_is_written(pytester: pytest.Pytester) -> None:
    """The fixture works all the same."""
    pytest_in(pytester).assert_outcomes(passed=4, failed=1)
    assert not list(pytester.path.glob("*.json"))


def test_importing_the_package_and_the_plugin_loads_nothing_heavy() -> None:
    """Neither NumPy nor SymPy nor Hypothesis."""
    code = (
        "import sys, gradcheck, gradcheck.pytest_plugin; "
        "print({'numpy', 'sympy', 'hypothesis', 'click'} & set(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "set()"


@dataclass(frozen=True)
class Toy:
    """A model by value: nothing but names and shapes."""

    name: str = "toy"
    sizes: tuple[str, ...] = ("n_x", "m")
    labels: str = "binary"
    parameters: dict[str, tuple[str | int, ...]] = field(
        default_factory=lambda: {"w": ("n_x", 1), "b": ()}
    )
    data: dict[str, tuple[str | int, ...]] = field(
        default_factory=lambda: {"X": ("n_x", "m"), "Y": (1, "m")}
    )


@given(problem=problems(Toy()))
def test_a_problem_has_the_shapes_of_its_sizes(problem: Problem) -> None:
    """Numbers for names, whole numbers for themselves; labels are 0 or 1."""
    n_x, m = problem.sizes["n_x"], problem.sizes["m"]
    shapes = {k: v.shape for k, v in {**problem.parameters, **problem.data}.items()}
    assert shapes == {"w": (n_x, 1), "b": (), "X": (n_x, m), "Y": (1, m)}
    assert set(problem.data["Y"].ravel()) <= {0.0, 1.0}


@settings(max_examples=40)
@given(data=st.data(), regime=st.sampled_from(sorted(strategies.REGIMES)))
def test_a_regime_scales_weights_and_data_but_not_labels(data: Any, regime: str) -> None:
    """Within the largest number times the regime's factors."""
    problem = data.draw(problems(Toy(labels="real"), regime=regime))
    weight, scale = strategies.REGIMES[regime]
    assert np.all(np.abs(problem.parameters["w"]) <= 3 * weight)
    assert np.all(np.abs(problem.data["X"]) <= 3 * scale)
    assert np.all(np.abs(problem.data["Y"]) <= 3)


def test_a_drawn_regime_can_be_any() -> None:
    """Large data turn up when no regime is asked for."""
    found = find(problems(Toy(), regime=None), lambda p: bool(np.abs(p.data["X"]).max() > 50))
    assert np.abs(found.data["X"]).max() == 100


def test_problems_shrink_to_small_whole_numbers() -> None:
    """The smallest problem with a positive weight has one entry, which is 1."""
    smallest = find(problems(Toy()), lambda p: bool((p.parameters["w"] > 0.5).any()))
    assert smallest.sizes == {"n_x": 1, "m": 1}
    assert smallest.parameters["w"].tolist() == [[1.0]]


@given(drawn=arrays_like({"a": np.zeros((2, 3)), "deep": {"b": 1.0}}))
def test_arrays_like_a_template_have_its_structure(drawn: Any) -> None:
    """Dicts of dicts too."""
    assert drawn["a"].shape == (2, 3)
    assert drawn["deep"]["b"].shape == ()


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: numbers(0), "numbers: largest is 0, expected a positive whole number"),
        (lambda: Problem({"m": 0}, {}, {}), "Problem: m is 0, expected a positive whole number"),
        (
            lambda: find(problems(Toy(), regime="odd"), lambda p: True),
            "problems: regime is 'odd', expected one of normal",
        ),
    ],
)
def test_wrong_arguments_of_strategies_raise_with_one_clear_line(call: Any, text: str) -> None:
    """Where, got, expected."""
    with pytest.raises(ValueError, match=text):
        call()
