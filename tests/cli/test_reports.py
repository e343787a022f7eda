"""`gradcheck report` writes pages, and both it and `derive` read declarations of one's own."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from gradcheck.cli import cli, declared

EXAMPLES = Path(__file__).parent.parent.parent / "examples" / "derivations"


def test_a_report_is_written_into_a_new_folder(tmp_path: Path) -> None:
    """One derivation, one page; the folder is made."""
    folder = tmp_path / "new" / "pages"
    result = CliRunner().invoke(cli, ["report", "linear", "-o", str(folder)])
    assert result.exit_code == 0
    assert {file.name for file in folder.iterdir()} == {"index.md", "linear.md"}
    assert "S1" in (folder / "linear.md").read_text(encoding="utf-8")


def test_a_report_that_cannot_be_written_is_a_usage_error(tmp_path: Path) -> None:
    """A file in the way gets one clear line and exit 2."""
    (tmp_path / "taken").write_text("")
    result = CliRunner().invoke(cli, ["report", "linear", "-o", str(tmp_path / "taken")])
    assert result.exit_code == 2
    assert "taken: cannot be written" in result.output


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
