"""``gradcheck.validate(globals())``: what a notebook has defined is judged as a file is."""

from __future__ import annotations

import linecache
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

import gradcheck
from gradcheck.submissions import Fault, Report, Submission, Where
from gradcheck.submissions.reading.namespaces import read_namespace
from gradcheck.submissions.results import Excerpt
from reports.notebook import as_html

IMPORT = "import numpy as np\nimport gradcheck"
BACKWARD = (
    "def backward_propagation(Y_hat, X, Y):\n"
    "    m = X.shape[1]\n"
    "    dY_hat = Y_hat - Y\n"
    "    return {'dW': 2 * dY_hat @ X.T / m, 'db': np.sum(dY_hat) / m}"
)
MENDED = BACKWARD.replace("2 * ", "")
CELLS = [IMPORT, BACKWARD]


def run(*cells: str, history: bool = True) -> dict[str, Any]:
    """Run cells as IPython does: each is a file of its own, and ``In`` lists them all."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    if history:
        namespace["In"] = ["", *cells, "gradcheck.validate(globals())"]
    for number, cell in enumerate(cells, 1):
        name = f"<cell {number} of {len(cells)}>"
        linecache.cache[name] = (len(cell), None, cell.splitlines(keepends=True), name)
        exec(compile(cell, name, "exec"), namespace)
    return namespace


def judged(namespace: dict[str, Any]) -> Submission:
    """Judge a namespace; the report holds one submission."""
    (submission,) = gradcheck.validate(namespace, allow_weak=True).submissions
    return submission


def test_a_fault_has_its_cell_and_line() -> None:
    """By the number that the notebook shows beside the cell."""
    result = judged(run(*CELLS))
    assert [(f.code, f.where.cell, f.where.line) for f in result.faults] == [("wrong-scale", 2, 4)]
    assert result.path == "this notebook"
    assert result.notes == ()


def test_a_mended_cell_that_was_run_again_counts() -> None:
    """The last definition is what the notebook has."""
    assert judged(run(*CELLS, MENDED)).verdict == "correct"


def test_a_session_without_cells_is_read_from_its_functions() -> None:
    """Where nothing lists what was typed, their source is found as a traceback finds it."""
    result = judged(run(f"{IMPORT}\n{BACKWARD}", history=False))
    assert [(f.code, f.where.line) for f in result.faults] == [("wrong-scale", 6)]


def test_the_notebook_keeps_its_values() -> None:
    """Nothing is run in it, and nothing in it is changed."""
    namespace = run(*CELLS, "touched = []")
    before = dict(namespace)
    judged(namespace)
    assert namespace == before


def test_what_was_imported_is_not_judged() -> None:
    """Only what the notebook itself defines."""
    namespace = run("import gradcheck\nfrom textwrap import dedent\nfrom pathlib import Path")
    with pytest.raises(ValueError, match=r"^the namespace: defines no function or class; run the"):
        gradcheck.validate(namespace)


def test_an_empty_namespace_is_refused() -> None:
    """One line says what to do."""
    with pytest.raises(ValueError, match=r"cells that define them, then give it globals\(\)$"):
        gradcheck.validate({})


def test_functions_without_a_source_are_refused() -> None:
    """Text that nobody kept cannot be read."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    exec(BACKWARD, namespace)
    with pytest.raises(
        ValueError, match=r"^the namespace: backward_propagation has no source here"
    ):
        gradcheck.validate(namespace)


@pytest.mark.parametrize("submission", [None, 3, ["a.py"]])
def test_what_is_neither_path_nor_namespace_is_refused(submission: Any) -> None:
    """The line says what was given and what to give."""
    got = type(submission).__name__
    with pytest.raises(TypeError, match=rf"^submission: got {got}, expected a path or a namespace"):
        gradcheck.validate(submission)


@pytest.mark.parametrize(
    ("option", "error", "says"),
    [
        ({"hint": "full"}, TypeError, "^options: got 'hint', expected one of seed, hints, limits"),
        ({"hints": "fully"}, ValueError, "^hints: got 'fully', expected one of none, brief, full$"),
        ({"model": "deep"}, ValueError, "^model: got 'deep', expected one of auto, linear"),
    ],
)
def test_a_misspelt_option_is_refused_before_anything_is_judged(
    option: dict[str, str], error: type[Exception], says: str
) -> None:
    """A right submission would not meet it, and a wrong one later would."""
    with pytest.raises(error, match=says):
        gradcheck.validate("nowhere.py" if "hint" in option else {"f": len}, **option)


def test_a_path_is_judged_as_before(tmp_path: Path) -> None:
    """The same report, which shows itself, too."""
    (tmp_path / "a.py").write_text("\n".join(CELLS), encoding="utf-8")
    report = gradcheck.validate(tmp_path / "a.py", allow_weak=True)
    assert isinstance(report, Report)
    assert "wrong-scale" in report._repr_html_()


def test_classes_are_found_by_their_methods() -> None:
    """A class has no source of its own in an old session, its methods have."""
    text = "class Net:\n    size = 3\n    def fit(self, X, Y):\n        return self\n"
    source = read_namespace(run(text, history=False))
    assert [made.name for made in source.classes] == ["Net"]


def test_what_calls_gradcheck_is_no_part_of_the_submission() -> None:
    """Its import would fail in the child, and a note would puzzle the reader."""
    source = read_namespace(run("from gradcheck import validate", BACKWARD))
    assert [piece.cell for piece in source.pieces] == [2]


def test_a_real_shell_gives_its_cells(tmp_path: Path) -> None:
    """IPython's own list of cells, with a magic among them; skipped where IPython is not."""
    pytest.importorskip("IPython", reason="IPython is not installed")
    cells = ["%precision 3", *CELLS, "report = gradcheck.validate(globals(), allow_weak=True)"]
    code = (
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "shell = InteractiveShell.instance()\n"
        f"for cell in {cells!r}:\n"
        "    shell.run_cell(cell, store_history=True).raise_error()\n"
        "fault = shell.user_ns['report'].submissions[0].faults[0]\n"
        "print(fault.code, fault.where.cell, fault.where.line)\n"
        "shown, _ = shell.display_formatter.format(shell.user_ns['report'])\n"
        "print(sorted(shown))\n"
    )
    place = {"cwd": tmp_path, "env": {"IPYTHONDIR": str(tmp_path), "PATH": ""}}
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=120, **place)  # type: ignore[call-overload]  # two of its many options
    said = ran.stdout.decode().splitlines()
    assert said[-2:] == ["wrong-scale 3 4", "['text/html', 'text/plain']"], ran.stderr


# ------------------------------------------------------------------------------------ how it shows


FAULT = Fault(
    "sign",
    "dw",
    Where("<b>", 3, 2),
    "dw & <script>alert(1)</script>",
    "dw = -x",
    "dw = x",
    "because",
    Excerpt("dw = -x < 1", 5, 7),
)
WRONG = Submission("a.py", "logistic", "wrong", faults=(FAULT,), notes=("<img src=x>",))
VERDICTS = [WRONG, Submission("a", None, "not-gradable", reason="<i>"), replace(WRONG, faults=())]


def parsed(report: Report) -> ElementTree.Element:
    """Read the HTML of a report, which closes whatever it opens."""
    return ElementTree.fromstring(as_html(report))


def test_a_notebook_shows_what_the_text_says() -> None:
    """Verdict, place, formulas, the smallest example, the nudge."""
    report = gradcheck.validate(run(*CELLS), allow_weak=True)
    text = "".join(ElementTree.fromstring(report._repr_html_()).itertext())
    parts = ("✗ wrong", "cell 2, line 4", "computed", "smallest example", "grew by 0.001")
    assert [part for part in parts if part not in text] == []


@pytest.mark.parametrize("submission", VERDICTS)
def test_the_html_loads_nothing(submission: Submission) -> None:
    """No script, no style sheet, nothing from elsewhere, whatever a submission chose."""
    elements = list(parsed(Report(0, {}, (submission,))).iter())
    known = {"div", "p", "strong", "pre", "u", "table", "tbody", "tr", "th", "td", "code"}
    assert {element.tag for element in elements} <= known
    assert {name for element in elements for name in element.attrib} <= {"style", "lang", "scope"}


def test_the_part_is_underlined() -> None:
    """And the line around it is whole."""
    html = as_html(Report(0, {}, (WRONG,)))
    assert re.search(r"dw = <u [^>]+>-x</u> &lt; 1", html)


def test_colours_work_on_black_and_on_white() -> None:
    """Text takes the notebook's own; only rules have one, and it is neither dark nor light."""
    html = as_html(Report(0, {}, (WRONG,)))
    assert "background:none" in html
    assert set(re.findall(r"color:([^;\"]+)", html)) == {"inherit"}
    assert set(re.findall(r"#\w{3}", html)) <= {"#888", "#d33"}


def test_a_terminal_shows_text() -> None:
    """The same page as the command prints."""
    report = gradcheck.validate(run(*CELLS), allow_weak=True)
    assert repr(report) == str(report)
    assert "1 submission: 1 wrong" in str(report)
