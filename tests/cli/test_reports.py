"""`gradcheck report` writes pages, and both it and `derive` read declarations of one's own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from gradcheck.cli import cli
from gradcheck.commands.declared import declared

EXAMPLES = Path(__file__).parent.parent.parent / "examples" / "derivations"


ENDS = {"html": "html", "markdown": "md", "latex": "tex", "pdf": "pdf"}


@pytest.mark.parametrize("form", ENDS)
def test_a_report_is_written_into_a_new_folder(tmp_path: Path, form: str) -> None:
    """One derivation, one page, with an index and a ledger; the folder is made."""
    if form == "pdf":
        pytest.importorskip("typst", reason="the extra gradcheck[pdf] is not installed")
    folder = tmp_path / "new" / "pages"
    result = CliRunner().invoke(cli, ["report", "linear", "--format", form, "-o", str(folder)])
    assert result.exit_code == 0
    written = {file.name for file in folder.iterdir() if file.suffix == f".{ENDS[form]}"}
    assert written == {f"{name}.{ENDS[form]}" for name in ("index", "linear", "ledger")}


def test_a_report_is_html_unless_told_otherwise(tmp_path: Path) -> None:
    """The first format of the contract is the usual one."""
    CliRunner().invoke(cli, ["report", "nudges", "-o", str(tmp_path)])
    assert "N5" in (tmp_path / "nudges.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.py")), ids=lambda file: file.stem)
def test_a_declaration_of_ones_own_has_a_page(file: Path, tmp_path: Path) -> None:
    """The page is complete: a graph, a nudge and the pitfalls were measured for it."""
    result = CliRunner().invoke(cli, ["report", str(file), "-o", str(tmp_path)])
    assert result.exit_code == 0
    (page,) = (p for p in tmp_path.glob("*.html") if p.stem not in ("index", "ledger"))
    text = page.read_text(encoding="utf-8")
    assert all(f'id="{place}"' in text for place in ("graph", "nudge", "steps", "pitfalls"))


def test_a_report_on_a_refuted_claim_ends_with_1(tmp_path: Path) -> None:
    """The pages are written, and they say so."""
    file = tmp_path / "mine.py"
    file.write_text(WRONG_CLAIM)
    result = CliRunner().invoke(cli, ["report", str(file), "-o", str(tmp_path)])
    assert result.exit_code == 1
    assert "refuted" in (tmp_path / "ledger.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("place", ["taken", "taken/in"])
def test_a_file_in_the_way_is_a_usage_error(tmp_path: Path, place: str) -> None:
    """It gets one clear line and exit 2, before any work."""
    (tmp_path / "taken").write_text("")
    result = CliRunner().invoke(cli, ["report", "linear", "-o", str(tmp_path / place)])
    assert result.exit_code == 2
    assert f"{place}: cannot be written" in result.output
    assert "taken is a file" in result.output


def test_a_folder_in_the_way_of_a_page_is_a_usage_error(tmp_path: Path) -> None:
    """What only shows when the page is written gets its line too."""
    (tmp_path / "linear.html").mkdir()
    result = CliRunner().invoke(cli, ["report", "linear", "-o", str(tmp_path)])
    assert result.exit_code == 2
    assert "linear.html: cannot be written: Is a directory" in result.output
    assert not list(tmp_path.glob("*.part"))


def test_a_full_disk_leaves_no_half_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was written is whole; the page that was not is named."""
    whole = Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        whole(path, data[:9_000])
        if len(data) > 9_000:
            raise OSError(28, "No space left on device")
        return len(data)

    monkeypatch.setattr(Path, "write_bytes", full)
    result = CliRunner().invoke(cli, ["report", "nudges", "-o", str(tmp_path)])
    assert result.exit_code == 2
    assert "nudges.html: cannot be written: No space left on device" in result.output
    assert [file.name for file in tmp_path.iterdir()] == ["index.html"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_an_unwritable_folder_is_a_usage_error(tmp_path: Path) -> None:
    """It says where the permission is missing."""
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    result = CliRunner().invoke(cli, ["report", "linear", "-o", str(locked / "in")])
    assert result.exit_code == 2
    assert f"cannot be written: no permission in {locked}" in result.output


def test_a_name_too_long_for_a_folder_is_a_usage_error(tmp_path: Path) -> None:
    """What the system refuses is told in its words."""
    result = CliRunner().invoke(cli, ["report", "nudges", "-o", str(tmp_path / ("a" * 999))])
    assert result.exit_code == 2
    assert "cannot be written: File name too long" in result.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["linaer"], "no derivation 'linaer'; did you mean linear?"),
        (["--format", "word"], "'word' is not one of 'html', 'markdown', 'latex', 'pdf'"),
        (["linear", "linear"], "two pages would be called linear; rename a derivation"),
    ],
)
def test_a_report_that_cannot_be_made_is_told_in_a_line(
    arguments: list[str], message: str, tmp_path: Path
) -> None:
    """Exit 2, and nothing is written."""
    result = CliRunner().invoke(cli, ["report", *arguments, "-o", str(tmp_path / "new")])
    assert result.exit_code == 2
    assert message in result.output
    assert not (tmp_path / "new").exists()


def test_a_missing_extra_is_told_with_what_brings_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PDF without its library: one line, exit 2, nothing written."""
    monkeypatch.setitem(sys.modules, "typst", None)
    monkeypatch.setattr("derivations.prove", None)  # it is told before the work
    result = CliRunner().invoke(
        cli, ["report", "nudges", "--format", "pdf", "-o", str(tmp_path / "new")]
    )
    assert result.exit_code == 2
    assert "pip install 'gradcheck[pdf]'" in result.output
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.py")), ids=lambda file: file.stem)
def test_a_declaration_of_ones_own_is_derived_and_proven(file: Path) -> None:
    """The examples are proven from the command line as they stand."""
    result = CliRunner().invoke(cli, ["derive", str(file)])
    assert result.exit_code == 0
    assert "proven" in result.output
    assert "refuted" not in result.output


WRONG_CLAIM = """
from derivations import Claim, Derivation, d, data, define, parameter, sizes, total
n, m = sizes("n m")
X, w = data("X", n, m), parameter("w", n, 1)
J = define("J", total(w.T @ X))
DERIVATION = Derivation("mine", "Mine", J, claims=(Claim("c", "dw = w", d(w), w),))
"""


def test_a_wrong_claim_of_ones_own_is_refuted(tmp_path: Path) -> None:
    """Exit 1: it was judged, and it is wrong."""
    file = tmp_path / "mine.py"
    file.write_text(WRONG_CLAIM)
    result = CliRunner().invoke(cli, ["derive", str(file)])
    assert result.exit_code == 1
    assert "refuted" in result.output


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "no such file"),
        ("x = 1", "no DERIVATION in it; end it with DERIVATION = ..."),
        ("DERIVATION = 3", "no DERIVATION in it"),
        ("1 / 0", "ZeroDivisionError: division by zero"),
    ],
)
def test_a_file_without_a_derivation_is_one_clear_line(
    tmp_path: Path, text: str | None, message: str
) -> None:
    """The line names the file and what to do."""
    file = tmp_path / "mine.py"
    if text is not None:
        file.write_text(text)
    with pytest.raises(click.UsageError, match=message):
        declared(str(file))
