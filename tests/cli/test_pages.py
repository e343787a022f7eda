"""The front door for pages: one on stdout or in a file, those of a class in a folder."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gradcheck import cli

Run = Callable[..., tuple[int, str, str]]
LINEAR = (Path(__file__).parent.parent / "submissions" / "right" / "linear_course.txt").read_text()


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Run validate in this process and on any machine; give its exit code, stdout and stderr."""

    def ran(*arguments: object) -> tuple[int, str, str]:
        command = ["gradcheck", "validate", "--allow-weak-isolation", "--format", "html"]
        monkeypatch.setattr(sys, "argv", [*command, *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            cli.main()
        sys.stdout.flush()
        out, err = capfdbinary.readouterr()
        return int(str(end.value.code)), out.decode(), err.decode()

    return ran


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write a wrong submission and a right one."""
    made = tmp_path / "class"
    made.mkdir()
    (made / "wrong.py").write_text(LINEAR.replace("Y_hat - Y", "Y - Y_hat"))
    (made / "right.py").write_text(LINEAR)
    return made


def test_one_page_goes_to_stdout_or_to_a_file(run: Run, folder: Path, tmp_path: Path) -> None:
    """With full hints: it is for the student, and the first wrong line is on it."""
    code, out, _ = run(folder / "wrong.py")
    assert code == 1
    assert out.startswith("<!doctype html>")
    assert "What belongs there" in out
    assert run("-o", tmp_path / "page.html", folder / "wrong.py")[:2] == (1, "")
    assert "The first wrong line: line 11" in (tmp_path / "page.html").read_text()


def test_a_class_goes_to_a_folder(run: Run, folder: Path, tmp_path: Path) -> None:
    """The folder is made, with those above it."""
    pages = tmp_path / "out" / "pages"
    code, out, err = run("-o", pages, folder)
    assert (code, out, err) == (1, "", f"3 pages written to {pages}\n")
    written = {page.name for page in pages.glob("*.html")}
    assert written == {"index.html", "right.html", "wrong.html"}


def test_a_class_needs_a_folder(run: Run, folder: Path, tmp_path: Path) -> None:
    """One line says so, before the work."""
    for target in ((), ("-o", tmp_path / "page.html")):
        code, out, err = run(*target, folder)
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert "html is a page each for 2 submissions; give a folder with -o DIR" in err


def test_a_file_in_the_way_is_said(run: Run, folder: Path, tmp_path: Path) -> None:
    """Where a folder should be, and where one above it should."""
    (tmp_path / "file").write_text("")
    for target in (tmp_path / "file", tmp_path / "file" / "pages"):
        code, _, err = run("-o", target, folder)
        assert (code, err.count("\n")) == (2, 1)
        assert f"{target}: cannot be written: " in err
    assert "no folder" in run("-o", tmp_path / "none" / "page.html", folder / "wrong.py")[2]
