"""The front door for graders: where their files go, and what happens where there is no result."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from gradcheck import cli

Run = Callable[..., tuple[int, str, str]]
LINEAR = (Path(__file__).parent.parent / "submissions" / "right" / "linear_course.txt").read_text()
RUNNER = ("CLASSROOM", "ASSIGNMENT", "SUBMISSION_TAG", "COMMIT_URL", "RELEASE_URL")
FORMATS = ("junit", "gradescope", "prairielearn", "classroom50", "github")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Run validate in this process and on any machine; give its exit code, stdout and stderr."""
    for name in RUNNER:
        monkeypatch.setenv(name, f"the {name}")
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)

    def ran(*arguments: object) -> tuple[int, str, str]:
        command = ["gradcheck", "validate", "--allow-weak-isolation", *map(str, arguments)]
        monkeypatch.setattr(sys, "argv", command)
        with pytest.raises(SystemExit) as end:
            cli.main()
        sys.stdout.flush()
        out, err = capfdbinary.readouterr()
        return int(str(end.value.code)), out.decode(), err.decode()

    return ran


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """Write a wrong submission."""
    file = tmp_path / "wrong.py"
    file.write_text(LINEAR.replace("Y_hat - Y", "Y - Y_hat"))
    return file


@pytest.mark.parametrize("form", FORMATS)
def test_a_grader_gets_its_format_with_brief_hints(run: Run, wrong: Path, form: str) -> None:
    """What belongs there is shown to those who ask for it."""
    _, brief, _ = run("--format", form, wrong)
    assert "sign" in brief
    assert "expected" not in brief
    assert "expected" in run("--format", form, "--hints", "full", wrong)[1]


def test_classroom50_exits_0_for_every_grade(run: Run, wrong: Path, tmp_path: Path) -> None:
    """Its runner takes anything else for trouble of the grader."""
    (tmp_path / "broken.ipynb").write_text("{")
    code, out, _ = run("--format", "classroom50", wrong)
    assert (code, json.loads(out)["classroom"]) == (0, "the CLASSROOM")
    assert run("--format", "classroom50", tmp_path / "broken.ipynb")[0] == 0


def test_classroom50_outside_its_runner_is_wrong_usage(
    run: Run, wrong: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line names what is not set."""
    monkeypatch.delenv("ASSIGNMENT")
    code, out, err = run("--format", "classroom50", wrong)
    assert (code, out) == (2, "")
    assert "classroom50 is written by its runner, which sets ASSIGNMENT; not set here" in err


@pytest.mark.parametrize("form", ["gradescope", "prairielearn", "classroom50"])
def test_a_format_of_one_submission_refuses_two(run: Run, wrong: Path, form: str) -> None:
    """One line says what to do."""
    wrong.with_name("right.py").write_text(LINEAR)
    code, out, err = run("--format", form, wrong.parent)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert f"{form} holds one submission, got 2; name one of them, or use --format json" in err


def test_prairielearn_makes_the_folder_of_its_file(run: Run, wrong: Path, tmp_path: Path) -> None:
    """PrairieLearn does not; other formats ask for a folder that is there."""
    file = tmp_path / "results" / "results.json"
    assert run("--format", "gradescope", "-o", file, wrong)[0] == 2
    assert run("--format", "prairielearn", "-o", file, wrong)[0] == 1
    assert json.loads(file.read_text())["gradable"] is True


def test_a_file_in_the_folders_place_is_said(run: Run, wrong: Path) -> None:
    """In one line, and before the work."""
    code, _, err = run("--format", "prairielearn", "-o", wrong / "results.json", wrong)
    assert code == 2
    assert "cannot be written: no folder" in err


@pytest.mark.parametrize("form", FORMATS)
def test_a_grader_gets_its_file_where_nothing_was_handed_in(
    run: Run, tmp_path: Path, form: str
) -> None:
    """It would wait for it."""
    (tmp_path / "empty").mkdir()
    code, out, _ = run("--format", form, tmp_path / "empty")
    assert code == 3
    assert "not gradable" in out


def test_a_grader_gets_its_file_after_a_crash_of_ours(
    run: Run, wrong: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The exit code still says that it is our fault, and nothing of ours is shown to students."""

    def broken(*arguments: object, **options: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr("gradcheck.submissions.validate_all", broken)
    file = tmp_path / "junit.xml"
    code, _, err = run("--format", "junit", "-o", file, wrong)
    assert (code, "ZeroDivisionError: secret" in err) == (4, True)
    assert ElementTree.parse(file).getroot().get("errors") == "1"
    assert "secret" not in file.read_text()


def test_the_summary_of_a_github_step_is_written_where_it_belongs(
    run: Run, wrong: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After what other steps wrote; stdout holds the annotations alone."""
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    code, out, _ = run("--format", "github", wrong)
    assert (code, out.count("::error")) == (1, 1)
    assert summary.read_text().startswith("before\n### ")
    assert "###" not in out
