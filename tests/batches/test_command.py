"""The options of validate for a class: -j, -o FOLDER/, --scheduler."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gradcheck import cli, progress
from gradcheck.submissions import Submission, validate_bytes
from gradcheck.submissions.batches import work

Start = Callable[..., "subprocess.Popen[str]"]


def validate(*arguments: object) -> Result:
    """Run the command in this process."""
    words = ["validate", "--allow-weak-isolation", *map(str, arguments)]
    return CliRunner().invoke(cli.cli, words)


@pytest.mark.parametrize(
    ("form", "document"),
    [("text", "report.txt"), ("json", "report.json"), ("junit", "report.xml")],
)
def test_a_folder_holds_the_report_the_summary_and_each_result(
    handed_in: Callable[[int], Path], tmp_path: Path, form: str, document: str
) -> None:
    """A slash makes a new folder; one that is there needs none."""
    out = tmp_path / "new" / "out"
    group = handed_in(2)
    assert validate(group, "--format", form, "-o", f"{out}/").exit_code == 0
    assert validate(group, "--format", form, "-o", out).exit_code == 0
    assert {file.name for file in out.iterdir()} == {document, "summary.json", "submissions"}
    assert json.loads((out / "summary.json").read_text())["verdicts"]["correct"] == 2
    assert len(list((out / "submissions").iterdir())) == 2


def test_pages_lie_beside_what_they_were_made_from(
    handed_in: Callable[[int], Path], tmp_path: Path
) -> None:
    """The folder of a class's pages keeps its results, too."""
    out = tmp_path / "out"
    assert validate(handed_in(2), "--format", "html", "-o", out).exit_code == 0
    assert {"summary.json", "submissions"} < {file.name for file in out.iterdir()}


def test_a_class_ends_with_what_is_common(tmp_path: Path, linear: str) -> None:
    """In the text; a single submission has said it itself."""
    for name in ("a.py", "b.py"):
        text = f"# {name}\n" + linear.replace("Y_hat - Y", "Y - Y_hat")
        (tmp_path / name).write_text(text)
    assert "\ncommonest faults: sign in dYhat (2)\n" in validate(tmp_path).output
    assert "commonest" not in validate(tmp_path / "a.py").output


WRONG = (
    (("-j", "0"), "0 is not in the range x>=1"),
    (("-j", "two"), "'two' is not a valid integer"),
    (("-j", "2", "--scheduler", "tcp://127.0.0.1:1"), "-j: the workers of --scheduler are set"),
    (("-o", "/dev/null/out/"), "/dev/null/out: cannot be written: Not a directory"),
)


@pytest.mark.parametrize(("options", "message"), WRONG)
def test_wrong_usage_exits_2_and_says_why(
    handed_in: Callable[[int], Path], options: tuple[str, ...], message: str
) -> None:
    """Before anything is judged."""
    result = validate(handed_in(1), *options)
    assert (result.exit_code, message in result.output) == (2, True)


def test_an_error_of_ours_exits_4_after_all_results(
    handed_in: Callable[[int], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One submission that breaks us does not hide the others."""

    def broken(name: str, *rest: Any) -> Submission:
        if "student000" in name:
            raise ZeroDivisionError
        return validate_bytes(name, *rest)

    monkeypatch.setattr(work, "validate_bytes", broken)
    result = validate(handed_in(2))
    assert result.exit_code == 4
    assert "internal error: ZeroDivisionError in test_command.py" in result.output
    assert "1 correct, 1 not-gradable" in result.output


HOSTILE = "open({marker!r}, 'a').write(__name__ + '\\n')\nraise SystemExit('mine')\n"
NAMES = ("random", "socket", "numpy", "multiprocessing", "queue", "impl", "sitecustomize", "click")


def test_workers_import_nothing_from_the_folder_they_are_started_in(
    tmp_path: Path, command: Start, linear: str
) -> None:
    """A student's random.py there is a submission, and none of our modules."""
    marker = tmp_path / "marker"
    folder = tmp_path / "class"
    folder.mkdir()
    for name in NAMES:
        (folder / f"{name}.py").write_text(HOSTILE.format(marker=str(marker)) + linear)
    batch = command(".", "-j", "2", folder=folder)
    said = batch.communicate()[0]
    assert batch.returncode == 0, said
    assert not marker.exists()


def test_a_missing_dask_is_said_with_what_brings_it(
    handed_in: Callable[[int], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line, exit code 2."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    result = validate(handed_in(1), "--scheduler", "tcp://127.0.0.1:1")
    assert result.exit_code == 2
    assert "not installed: pip install 'gradcheck[dask]'" in result.output


@pytest.mark.parametrize("columns", [10, 40, 80, 200])
def test_the_bar_stays_on_its_line(monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    """Whatever a student called the file."""
    monkeypatch.setenv("COLUMNS", str(columns))
    text = progress.fitted("12 correct; \033[31m\n" + "name" * 50)
    assert text.isprintable()
    assert len(text) <= max(columns - progress.BAR - progress.BESIDE, 1)
