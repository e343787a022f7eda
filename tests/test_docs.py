"""What the README and the documentation show is what happens."""

from __future__ import annotations

import doctest
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gradcheck.submissions.diagnosis.mutations import WORDS
from gradcheck.submissions.judging.judgement import SENTENCES
from gradcheck.submissions.judging.wording import DONE, WHY

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
EXAMPLES = re.compile(r"^```(python|console)\n(.*?)^```", re.MULTILINE | re.DOTALL)
SHOWN = [page for page in PAGES if EXAMPLES.search(page.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("page", SHOWN, ids=lambda page: page.name)
def test_the_examples_of_a_page_happen(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One after the other: Python runs, commands print what is shown; a named file is written."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    names: dict[str, object] = {}
    for language, text in EXAMPLES.findall(page.read_text(encoding="utf-8")):
        if language == "console":
            assert_shown(text)
        elif named := re.match(r"# (\S+\.py)\n", text):
            Path(named[1]).write_text(text, encoding="utf-8")
        if language == "python":
            exec(compile(text, page.name, "exec"), names)


def assert_shown(block: str) -> None:
    """Run the commands of a block, and hold what each prints against what is shown."""
    for command, shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE):
        printed = printed_by(command)
        same = doctest.OutputChecker().check_output(shown, printed, doctest.ELLIPSIS)
        assert same, f"{command} prints\n{printed}\nand not\n{shown}"


def printed_by(command: str) -> str:
    """Run a command of ours in the current folder; give what it prints."""
    program, *arguments = shlex.split(command)
    if arguments[0] == "validate":
        arguments.insert(1, "--allow-weak-isolation")  # the pages are shown on any machine
    ran = subprocess.run(
        [sys.executable, "-P", "-m", program, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "COLUMNS": "80"},
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    return ran.stdout


def test_the_table_of_attacks_names_tests_that_are_there() -> None:
    """Each attack leads to a test, by its file and its name."""
    page = (ROOT / "docs" / "isolation.md").read_text(encoding="utf-8")
    found = re.findall(r"`(\w+/\w+\.py)::(\w+)`", page)
    assert len(found) > 20
    for file, name in found:
        assert f"def {name}(" in (ROOT / "tests" / file).read_text(encoding="utf-8"), name


def test_every_code_that_a_submission_can_get_is_explained() -> None:
    """Neither the tables of sentences nor any finding holds a code that the page does not hold."""
    page = (ROOT / "docs" / "codes.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"^\| `([\w-]+)` \|", page, re.MULTILINE))
    rooms = (ROOT / "gradcheck" / "submissions").rglob("*.py")
    source = "\n".join(file.read_text(encoding="utf-8") for file in rooms)
    given = set(re.findall(r'(?:Remark|Fault)\(\s*"([\w-]+)"', source))
    assert given | {*SENTENCES, *WHY, *DONE, *WORDS} <= explained
    assert all(f'"{code}"' in source for code in explained)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    """A file that a page links to is there."""
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target
