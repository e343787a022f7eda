"""A counterexample as a test: it fails on what is wrong and passes once that is mended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from gradcheck.cli import cli
from gradcheck.sandbox import WarmParent
from gradcheck.submissions import Options, Submission, validate_file
from gradcheck.submissions.counterexamples.written import (
    counterexample_test,
    name_for,
    write_tests,
)

EXAMPLES = Path(__file__).parent.parent.parent / "examples" / "submissions" / "wrong"
WRONG = sorted(path for path in EXAMPLES.iterdir() if path.is_file())
Judge = Callable[..., Submission]

MENDED = {
    "linear_notebook.ipynb": [("2 / m * np.dot", "1 / m * np.dot")],
    "linear_sign.py": [("error = Y - Y_hat", "error = Y_hat - Y")],
    "linear_uphill.py": [('["W"] + learning_rate', '["W"] - learning_rate')],
    "logistic_half_cost.py": [
        ("np.sum(Y * np.log(A))", "np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A))")
    ],
    "logistic_no_mean.py": [("dw = np.dot(X, (A - Y).T)", "dw = np.dot(X, (A - Y).T) / m")],
    "logistic_notebook.ipynb": [("dz = Y - A", "dz = A - Y")],
    "network_bias_axis.py": [("np.sum(dZ2) / m", "np.sum(dZ2, axis=1, keepdims=True) / m")],
    "network_derivative_at_z.py": [("1 - np.power(Z1, 2)", "1 - np.power(A1, 2)")],
    "network_notebook.ipynb": [
        ("dZ1 = np.dot(W2.T, dZ2)", "dZ1 = np.dot(W2.T, dZ2) * (1 - np.power(A1, 2))")
    ],
}


@pytest.fixture(scope="module")
def before_and_after(
    outcomes: Callable[[Path], dict[str, str]],
    warm: WarmParent,
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[dict[str, str], dict[str, str]]:
    """Run the test of every wrong example, then once more with each of them mended."""
    folder = tmp_path_factory.mktemp("class")
    results = []
    for path in WRONG:
        file = folder / path.name
        file.write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
        results.append(validate_file(file, Options(allow_weak=True), warm))
    assert len(list(write_tests(results, folder / "tests"))) == len(WRONG)
    before = outcomes(folder / "tests")
    for path in WRONG:
        text = path.read_text(encoding="utf-8")
        for slip, right in MENDED[path.name]:
            assert slip in text
            text = text.replace(slip, right)
        (folder / path.name).write_text(text, encoding="utf-8")
    return before, outcomes(folder / "tests")


def test_a_written_test_fails_until_the_fault_is_mended(
    wrong: Path, before_and_after: tuple[dict[str, str], dict[str, str]]
) -> None:
    """The same test, before and after the line is changed."""
    before, after = before_and_after
    assert (before[wrong.stem], after[wrong.stem]) == ("FAILED", "PASSED")


def test_every_wrong_example_is_mended_here(wrong: Path) -> None:
    """A new example brings its mended line."""
    assert wrong.name in MENDED


def test_a_written_test_imports_numpy_and_the_standard_library_alone(
    wrong: Path, warm: WarmParent
) -> None:
    """A student without gradcheck can run it."""
    text = counterexample_test(validate_file(wrong, Options(allow_weak=True), warm))
    imported = {
        line.split()[1] for line in text.splitlines() if line.startswith(("import", "from"))
    }
    assert imported <= {"ast", "json", "numpy", "pathlib", "types"}


def hostile(judge: Judge, path: str = "a.py") -> Submission:
    """Judge a submission whose key and path would end a string."""
    text = (
        "import numpy as np\n"
        "def backward_propagation(Y_hat, X, Y):\n"
        "    dZ = Y_hat - Y\n"
        "    m = X.shape[1]\n"
        "    return {'dW': 2 * dZ @ X.T / m, 'db': np.sum(dZ) / m, '\\'\"\"\"\\n': 1}\n"
    )
    return replace(judge(text, model="linear"), path=path)


@pytest.mark.parametrize("path", ["'''.py", '"""\nimport os\n.py', "\\", "{0}{call}.py"])
def test_what_a_submission_chose_stays_text(judge: Judge, path: str) -> None:
    """Names cannot end a string, start a line or fill a gap of the written file."""
    text = counterexample_test(hostile(judge), path)
    compile(text, "test.py", "exec")
    assert f"Path(__file__).parent / {path!r}" in text.splitlines()[9]


def test_no_test_without_an_example(judge: Judge) -> None:
    """There is nothing to write."""
    with pytest.raises(ValueError, match=r"^a\.py: has no counterexample to write$"):
        counterexample_test(replace(hostile(judge), counterexample=None))


def test_no_test_without_what_belongs_there(judge: Judge) -> None:
    """Brief hints hide what a test would have to hold."""
    found = hostile(judge).counterexample
    assert found is not None
    brief = replace(hostile(judge), counterexample=replace(found, expected=None))
    with pytest.raises(ValueError, match=r"^a\.py: a test holds what belongs there; use full"):
        counterexample_test(brief)


def test_only_wrong_submissions_get_a_test(judge: Judge, tmp_path: Path) -> None:
    """The others are passed over; where none can be written, a line says why."""
    wrong = hostile(judge, str(tmp_path / "gone.py"))
    fine = Submission("right.py", "linear", "undecided")
    said = list(write_tests([fine, wrong, replace(wrong, counterexample=None)], tmp_path))
    assert said == [
        f"{tmp_path}/gone.py: is not a file of its own, so no test is written",
        f"{tmp_path}/gone.py: no small example shows its fault, so no test is written",
    ]
    assert list(tmp_path.iterdir()) == []


def test_two_submissions_of_one_name_get_two_tests(judge: Judge, tmp_path: Path) -> None:
    """Students all hand in main.py."""
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "main.py").touch()
    both = [hostile(judge, str(tmp_path / folder / "main.py")) for folder in ("one", "two")]
    assert len(list(write_tests(both, tmp_path / "tests"))) == 2
    names = sorted(file.name for file in (tmp_path / "tests").iterdir())
    assert names == ["test_main.py", "test_main_2.py"]


@pytest.mark.parametrize(
    ("text", "name"), [("a b", "a_b"), ("../x", "x"), ("", "submission"), ("é", "submission")]
)
def test_a_name_is_made_of_plain_letters(text: str, name: str) -> None:
    """It becomes a file's and a function's name."""
    assert name_for(text) == name


def test_the_command_writes_tests(tmp_path: Path) -> None:
    """The option names the folder, which is made; stderr says what was written."""
    arguments = ["validate", "--allow-weak-isolation", str(EXAMPLES / "linear_sign.py")]
    folder = tmp_path / "new" / "tests"
    result = CliRunner().invoke(cli, [*arguments, "--counterexamples", str(folder)])
    assert result.exit_code == 1, result.output
    assert [file.name for file in folder.iterdir()] == ["test_linear_sign.py"]


@pytest.mark.parametrize("hints", ["brief", "none"])
def test_the_command_writes_no_test_that_hints_forbid(hints: str, tmp_path: Path) -> None:
    """Refused before the work."""
    arguments = ["validate", str(EXAMPLES), "--counterexamples", str(tmp_path), "--hints", hints]
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 2
    assert "--counterexamples writes what belongs there; add --hints full" in result.output


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """One line, and no traceback."""
    (tmp_path / "file").touch()
    arguments = ["validate", "--allow-weak-isolation", str(EXAMPLES / "linear_sign.py")]
    folder = tmp_path / "file" / "tests"
    result = CliRunner().invoke(cli, [*arguments, "--counterexamples", str(folder)])
    assert result.exit_code == 2
    assert "tests: cannot be written: Not a directory" in result.output
