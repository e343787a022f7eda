"""The front door: exit codes, one line for each bad input, data apart from notes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gradcheck import cli

Run = Callable[..., tuple[int, str, str]]
RIGHT = Path(__file__).parent.parent / "submissions" / "right"
LINEAR = (RIGHT / "linear_course.txt").read_text()


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Run the command in this process; give its exit code, stdout and stderr."""

    def ran(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["gradcheck", *map(str, arguments)])
        try:
            cli.main()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0
        sys.stdout.flush()
        out, err = capfdbinary.readouterr()
        return code, out.decode(), err.decode()

    return ran


@pytest.fixture
def right(tmp_path: Path) -> Path:
    """Write a right submission."""
    file = tmp_path / "right.py"
    file.write_text(LINEAR)
    return file


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """Write a wrong submission."""
    file = tmp_path / "wrong.py"
    file.write_text(LINEAR.replace("Y_hat - Y", "Y - Y_hat"))
    return file


def validate(run: Run, *arguments: object) -> tuple[int, str, str]:
    """Run validate on any machine."""
    return run("validate", "--allow-weak-isolation", *arguments)


def test_a_right_submission_exits_0(run: Run, right: Path) -> None:
    """All correct."""
    code, out, err = validate(run, right)
    assert (code, err) == (0, "")
    assert out.startswith(f"{right}: correct (linear, 7 of 7 points)")
    assert out.endswith("1 submission: 1 correct\n")


def test_a_wrong_submission_exits_1_and_names_its_line(run: Run, wrong: Path, right: Path) -> None:
    """Judged, and something is wrong."""
    code, out, _ = validate(run, wrong, right)
    assert code == 1
    assert "line 11, in backward_propagation: dYhat has a wrong sign [sign]" in out
    assert "\n2 submissions: 1 correct, 1 wrong\n" in out


def test_nothing_gradable_exits_3(run: Run, tmp_path: Path, right: Path) -> None:
    """But not if something else could be graded."""
    (tmp_path / "broken.ipynb").write_text("{")
    assert validate(run, tmp_path / "broken.ipynb")[0] == 3
    assert validate(run, tmp_path / "broken.ipynb", right)[0] == 1


def test_an_empty_folder_exits_3_with_one_line(run: Run, tmp_path: Path) -> None:
    """There is nothing to grade."""
    code, out, err = validate(run, tmp_path)
    assert (code, out) == (3, "")
    assert err == f"gradcheck: {tmp_path}: no .py, .ipynb or .zip file in it\n"


def test_an_empty_folder_beside_a_submission_is_said(run: Run, tmp_path: Path, right: Path) -> None:
    """The others are judged."""
    (tmp_path / "empty").mkdir()
    code, _, err = validate(run, right, tmp_path / "empty")
    assert code == 0
    assert err == f"gradcheck: {tmp_path / 'empty'}: no .py, .ipynb or .zip file in it\n"


def test_a_closed_or_full_stdout_is_said_in_a_line(right: Path) -> None:
    """Nothing is judged for nobody, and no traceback is shown."""
    command = [sys.executable, "-m", "gradcheck", "validate", "--allow-weak-isolation", str(right)]
    for redirection, message in ((">&-", "stdout is closed"), (">/dev/full", "No space left")):
        shell = ["sh", "-c", f'"$@" {redirection}', "sh", *command]
        ended = subprocess.run(shell, capture_output=True, text=True, check=False)
        assert ended.returncode == 2
        assert message in ended.stderr
        assert ended.stderr.count("\n") == 1


USAGE = (
    (("validate", "/no/such/file"), "/no/such/file: no such file or folder"),
    (("validate",), "Missing argument 'PATH...'"),
    (("validate", ".", "--model", "logistik"), "no model 'logistik'; did you mean logistic?"),
    (("validate", ".", "--format", "xml"), "'xml' is not one of 'text', 'json'"),
    (("validate", ".", "-j", "0"), "0 is not in the range x>=1"),
    (("validate", ".", "--timeout", "0"), "is not in the range x>0"),
    (("validate", ".", "--hints", "all"), "'all' is not one of"),
    (("validat",), "no command 'validat'; did you mean validate?"),
    (("xyz",), "no command 'xyz'; there are "),
    (("derive", "logistik"), "no derivation 'logistik'; did you mean logistic?"),
    (("--nope",), "No such option"),
    (("derive", "--list", "-o", "/no/such/folder/x"), "cannot be written: No such file"),
    (("validate", ".", "-o", "/no/such/folder/x"), "cannot be written: no folder /no/such/folder"),
)


@pytest.mark.parametrize(("arguments", "message"), USAGE)
def test_wrong_usage_exits_2_with_one_line(
    run: Run, arguments: tuple[str, ...], message: str
) -> None:
    """Where, got, expected; the nearest name for a misspelt one; never a traceback."""
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert message in err
    assert err.count("\n") == 1


def test_json_goes_to_a_file_and_follows_the_contract(
    run: Run, wrong: Path, tmp_path: Path
) -> None:
    """The fields of validation/v1."""
    target = tmp_path / "out.json"
    code, out, _ = validate(run, "--format", "json", "-o", target, "--seed", "7", wrong)
    assert (code, out) == (1, "")
    document = json.loads(target.read_text())
    assert (document["schema"], document["seed"]) == ("gradcheck/validation/v1", 7)
    assert set(document["isolation"]) == {"layers", "missing"}
    (submission,) = document["submissions"]
    assert set(submission) >= {
        *("path", "model", "verdict", "score", "quantities", "faults", "remarks"),
        *("counterexample", "seconds"),
    }
    (fault,) = submission["faults"]
    assert set(fault) >= {"code", "quantity", "where", "message", "computed", "expected"}
    where = {"function": "backward_propagation", "line": 11, "cell": None}
    assert fault["where"].items() >= where.items()
    assert set(submission["quantities"][0]) == {"name", "verdict", "where"}


def test_brief_hints_never_show_what_belongs_there(run: Run, wrong: Path) -> None:
    """A grader can hand the page to a student."""
    assert "expected" in validate(run, wrong)[1]
    assert "expected" not in validate(run, "--hints", "brief", wrong)[1]
    assert "sign" not in validate(run, "--hints", "none", wrong)[1].replace("[sign]", "")


@pytest.mark.parametrize("color", [None, "1"])
def test_colour_is_for_terminals_that_want_it(
    run: Run, right: Path, monkeypatch: pytest.MonkeyPatch, color: str | None
) -> None:
    """NO_COLOR is honoured; the page reads the same without."""
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    if color:
        monkeypatch.setenv("NO_COLOR", color)
    assert ("\033[32mcorrect\033[0m" in validate(run, right)[1]) == (color is None)


def test_progress_is_for_terminals(
    run: Run, right: Path, wrong: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On stderr, so that stdout holds data alone."""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    code, out, err = validate(run, "-j", "2", right, wrong)
    assert (code, "2/2" in err, "1 correct, 1 wrong" in err) == (1, True, True)
    assert "2/2" not in out


def test_derive_lists_its_names(run: Run) -> None:
    """One a line."""
    code, out, _ = run("derive", "--list")
    assert code == 0
    assert {"linear", "logistic", "shallow-network"} <= set(out.split())


def test_derive_prints_the_steps_of_a_model(run: Run) -> None:
    """And exits 0 because they are proven."""
    code, out, _ = run("derive", "linear", "--format", "json")
    assert code == 0
    (derivation,) = json.loads(out)["derivations"]
    assert derivation["name"] == "linear"


def test_derive_exits_1_if_something_is_refuted(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A derivation that fails is a finding, not a crash."""

    class Refuted:
        holds = False

    monkeypatch.setattr("derivations.prove", lambda declaration: Refuted())
    monkeypatch.setattr("derivations.render", lambda results, form: "refuted")
    assert run("derive", "linear") == (1, "refuted\n", "")


CODE = """
import numpy as np
at = np.array([1.0, 2.0])
def cost(x): return (x**2).sum()
def right(x): return 2 * x
def wrong(x): return 3 * x
"""


@pytest.mark.parametrize(("gradient", "code"), [("right", 0), ("wrong", 1)])
def test_check_holds_a_gradient_against_its_cost(
    run: Run, tmp_path: Path, gradient: str, code: int
) -> None:
    """In any file of one's own."""
    (tmp_path / "my.py").write_text(CODE)
    own = f"{tmp_path / 'my.py'}"
    assert run("check", f"{own}:cost", f"{own}:{gradient}")[0] == code
    document = json.loads(run("check", f"{own}:cost", f"{own}:{gradient}", "--format", "json")[1])
    assert document["verdict"] == ("correct" if code == 0 else "wrong")


def test_check_without_a_function_is_wrong_usage(run: Run, tmp_path: Path) -> None:
    """One line says what there is."""
    (tmp_path / "my.py").write_text(CODE)
    code, out, err = run("check", f"{tmp_path / 'my.py'}:cost", f"{tmp_path / 'my.py'}:other")
    assert (code, out) == (2, "")
    assert "there is no function other; it has cost, right, wrong" in err


def test_an_internal_error_exits_4_with_one_line(
    run: Run, right: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Our fault, said so, without a traceback."""

    def broken(*arguments: object, **options: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("gradcheck.submissions.validate_all", broken)
    code, _, err = validate(run, right)
    assert code == 4
    assert err == (
        "gradcheck: internal error: ZeroDivisionError: division by zero; please report it\n"
    )


def test_refused_isolation_exits_5_and_names_the_option(
    run: Run, right: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody runs strangers' code in a weak box without having asked for it."""
    from gradcheck.sandbox import WeakIsolationError

    def refused(*arguments: object, **options: object) -> None:
        raise WeakIsolationError("isolation: a submission could read files here")

    monkeypatch.setattr("gradcheck.submissions.validate_all", refused)
    code, _, err = run("validate", right)
    assert code == 5
    assert "could read files here (--allow-weak-isolation)" in err


def test_ctrl_c_is_quiet(run: Run, right: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No traceback; the exit code that shells know."""

    def interrupted(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("gradcheck.submissions.validate_all", interrupted)
    code, out, err = validate(run, right)
    assert (code, out) == (130, "")
    assert "Traceback" not in err


def test_a_shadowed_room_exits_2(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line says which file stands in the way."""
    monkeypatch.setattr(cli, "shadowed", lambda: "impl: got /x/impl.py")
    assert run("--version") == (2, "", "gradcheck: impl: got /x/impl.py\n")


def command(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a Python of this environment in a folder."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_help_loads_neither_sympy_nor_numpy_nor_hypothesis(tmp_path: Path) -> None:
    """It is there at once."""
    code = (
        "import sys; from gradcheck.cli import main; sys.argv = ['gradcheck', '--help']\n"
        "main()\n"
        "assert not {'sympy', 'numpy', 'hypothesis', 'impl'} & set(sys.modules), sys.modules"
    )
    done = command("-c", code, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "validate" in done.stdout


def test_a_broken_pipe_is_quiet(tmp_path: Path) -> None:
    """`gradcheck derive | head -1` ends without a word."""
    code = (
        "import sys; from gradcheck.cli import main; sys.argv = ['gradcheck', 'derive', '--list']"
    )
    script = f'{sys.executable} -c "{code}; main()" | sleep 0; echo ${{PIPESTATUS[0]}}'
    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert (done.stdout, done.stderr) == ("0\n", "")


def test_a_folder_of_students_files_does_not_stand_in_the_way(tmp_path: Path) -> None:
    """`python -m gradcheck` works beside a student's numpy.py, impl.py, typing.py and random.py."""
    names = (
        "click",
        "derivations",
        "impl",
        "json",
        "numpy",
        "pathlib",
        "random",
        "reports",
        "typing",
    )
    for name in names:
        (tmp_path / f"{name}.py").write_text("raise RuntimeError('imported')\n")
    (tmp_path / "linear.py").write_text(LINEAR)
    done = command(
        *("-m", "gradcheck", "validate", "--allow-weak-isolation", "linear.py"), folder=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert "linear.py: correct" in done.stdout


@pytest.mark.parametrize("group", [(), ("new",)])
def test_no_command_shows_the_help(run: Run, group: tuple[str, ...]) -> None:
    """On stdout: whoever asks for nothing has made no mistake."""
    code, out, err = run(*group)
    assert (code, err) == (0, "")
    assert out.startswith("Usage: gradcheck")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
@pytest.mark.parametrize("name", ["new.txt", "old.txt"])
def test_a_file_that_may_not_be_written_is_refused_before_the_work(
    run: Run, right: Path, tmp_path: Path, name: str
) -> None:
    """A class that was judged for nothing would be a pity."""
    locked = tmp_path / "locked"
    locked.mkdir()
    (locked / "old.txt").touch(0o400)
    locked.chmod(0o500)
    code, out, err = validate(run, right, "-o", locked / name)
    assert (code, out) == (2, "")
    assert f"{locked / name}: cannot be written: no permission" in err


def test_a_file_where_a_folder_is_asked_for_is_said(run: Run, right: Path) -> None:
    """A slash at the end asks for a folder."""
    code, _, err = validate(run, right, "-o", f"{right}/")
    assert code == 2
    assert f"{right}: cannot be written: it is a file, no folder" in err


def test_the_command_itself_works_beside_a_students_gradcheck(tmp_path: Path) -> None:
    """The console script does not look into the working folder."""
    (tmp_path / "gradcheck.py").write_text("raise RuntimeError('imported')\n")
    script = Path(sys.executable).with_name("gradcheck")
    if not script.exists():
        pytest.skip("the console script is not installed beside this Python")
    done = command(str(script), "--version", folder=tmp_path)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("model", ["shallow-network", "logistic", "linear"])
def test_a_new_assignment_can_be_graded_by(run: Run, tmp_path: Path, model: str) -> None:
    """The file with blanks earns nothing, and says what is missing."""
    assert run("new", "assignment", "-o", str(tmp_path), "--model", model)[0] == 0
    starter = tmp_path / f"{model.replace('-', '_')}.py"
    asked = ("--assignment", str(tmp_path / "assignment.toml"))
    code, out, _ = run("validate", "--allow-weak-isolation", *asked, str(starter))
    assert code == 1
    assert "not-implemented" in out


def test_a_new_assignment_overwrites_nothing(run: Run, tmp_path: Path) -> None:
    """What is there may be somebody's work."""
    (tmp_path / "assignment.toml").write_text("mine")
    code, _, err = run("new", "assignment", "-o", str(tmp_path))
    assert code == 2
    assert f"{tmp_path / 'assignment.toml'} is there already; name another folder with -o" in err
    assert (tmp_path / "assignment.toml").read_text() == "mine"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--model", "deep"), "no model 'deep'"),
        (("-o", "{file}/inside"), "cannot be written: Not a directory"),
    ],
)
def test_a_new_assignment_that_cannot_be_written_is_said_in_one_line(
    run: Run, tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    """As a wrong command line."""
    (tmp_path / "file").write_text("x")
    given = [part.format(file=tmp_path / "file") for part in arguments]
    code, _, err = run("new", "assignment", *given)
    assert (code, err.count("\n")) == (2, 1)
    assert message in err


def test_a_broken_assignment_is_said_in_one_line(run: Run, tmp_path: Path, right: Path) -> None:
    """Before anything is judged."""
    (tmp_path / "a.toml").write_text("[points]\ndW9 = 1")
    code, out, err = run("validate", "--assignment", str(tmp_path / "a.toml"), str(right))
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "points: got the key 'dW9'" in err
