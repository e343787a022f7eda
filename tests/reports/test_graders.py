"""What graders read: each format keeps its contract, whatever a submission calls itself."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.submissions.checklist import checklist, score
from gradcheck.submissions.results import (
    Excerpt,
    Fault,
    Quantity,
    Remark,
    Report,
    Submission,
    Where,
)
from reports.formats import problem, written
from reports.graders.github import SUMMARY_BYTES, github, step_summary
from reports.graders.prairielearn import MOST_BYTES

SCHEMAS = Path(__file__).parent / "schemas"
JSON_FORMATS = ("gradescope", "prairielearn", "classroom50")
NAMES = ("Z", "A", "J", "dZ", "dw", "db")
NOW = "2026-06-01T14:33:11Z"
RUNNER = {
    "CLASSROOM": "c",
    "ASSIGNMENT": "a",
    "ASSIGNMENT_TYPE": "individual",
    "OWNER": "o",
    "SUBMISSION_TAG": "submit/1",
    "COMMIT_URL": "https://example.org/commit",
    "RELEASE_URL": "https://example.org/release",
}
SLIP = Fault(
    "missing-mean",
    "dw",
    Where("propagate", 12),
    "dw is not divided by m",
    "dw = X @ dZ.T",
    "dw = X @ dZ.T / m",
    "J is a mean",
    Excerpt("dw = X @ dZ.T", 5, 13),
)
HUNG = Fault("timed-out", "J", Where("cost", 3), "cost: no answer within 5 s")
REMARK = Remark("log-guard", Where("cost", 9), "J has 1e-8 inside its log")


def submission(*faults: Fault, path: str = "a.py", **fields: Any) -> Submission:
    """Make a submission of which all is right but the quantities of its faults."""
    wrong = {fault.quantity for fault in faults}
    shown = (*NAMES[2:], *(wrong - set(NAMES)))
    quantities = tuple(Quantity(n, "wrong" if n in wrong else "correct") for n in shown)
    checks = checklist(NAMES, quantities, faults)
    verdict = "wrong" if faults else "correct"
    given = {"faults": faults, "checks": checks, "seconds": 0.5, **fields}
    return Submission(path, "logistic", verdict, score(checks), quantities, **given)


RIGHT, WRONG, TIMED_OUT = submission(), submission(SLIP, remarks=(REMARK,)), submission(HUNG)
REFUSED = Submission("b.py", None, "not-gradable", reason="the file is empty")
UNSURE = replace(
    RIGHT,
    verdict="undecided",
    checks=checklist(NAMES, (Quantity("dw", "undecided"), Quantity("J", "correct")), ()),
)
ALL = (RIGHT, WRONG, TIMED_OUT, REFUSED, UNSURE)


def report(*submissions: Submission) -> Report:
    """Make a report of submissions."""
    return Report(0, {"layers": (), "missing": ()}, submissions)


def document(result: Submission, form: str) -> Any:
    """Write one submission in a JSON format, and read it back."""
    return json.loads(written(report(result), form, RUNNER, NOW))


def held(result: Submission, form: str) -> Any:
    """Write one submission, and hold it against the format's schema."""
    found = document(result, form)
    schema = json.loads((SCHEMAS / f"{form}.json").read_text(encoding="utf-8"))
    jsonschema.validate(found, schema)
    return found


def outcomes(result: Submission, form: str) -> dict[str, bool]:
    """Say of each entry of a format whether it passed."""
    if form == "junit":
        root = ElementTree.fromstring(written(report(result), form, RUNNER, NOW))
        return {str(case.get("name")): len(case) == 0 for case in root.iter("testcase")}
    tests = held(result, form)["tests"]
    name = {"classroom50": "test-name"}.get(form, "name")
    return {test[name]: passed(test, form) for test in tests}


def passed(test: Any, form: str) -> bool:
    """Say whether an entry of a format passed."""
    if form == "gradescope":
        return bool(test["status"] == "passed")
    if form == "prairielearn":
        return bool(test["points"] == test["max_points"])
    return bool(test["passed"])


@pytest.mark.parametrize("form", JSON_FORMATS)
@pytest.mark.parametrize("result", ALL, ids=lambda result: result.verdict)
def test_every_verdict_keeps_the_formats_schema(result: Submission, form: str) -> None:
    """Right, wrong, hung, undecided and not gradable alike."""
    held(result, form)


@pytest.mark.parametrize("form", JSON_FORMATS)
@pytest.mark.parametrize("breach", [{"score": -1}, {"score": "1"}, {"tests": {}}, {"tests": [1]}])
def test_a_breach_of_a_schema_is_seen(form: str, breach: dict[str, Any]) -> None:
    """Else the law above would hold of anything."""
    broken = document(RIGHT, form) | breach
    schema = json.loads((SCHEMAS / f"{form}.json").read_text(encoding="utf-8"))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, schema)


@pytest.mark.parametrize("form", ["junit", *JSON_FORMATS])
def test_an_entry_passes_only_if_it_was_judged_to_be_right(form: str) -> None:
    """The names are the same for all; a slip, a hang and a doubt each fail where they are."""
    results = {result.verdict: outcomes(result, form) for result in (RIGHT, WRONG, UNSURE)}
    assert all(results["correct"].values())
    assert [name for name, passed in results["wrong"].items() if not passed] == ["dw"]
    assert not results["undecided"]["dw"]
    assert len({tuple(result) for result in results.values()}) == 1


@pytest.mark.parametrize("form", ["junit", *JSON_FORMATS])
def test_a_time_out_is_no_pass_and_names_the_check(form: str) -> None:
    """Nor do the quantities pass that only the hung call could have shown."""
    failed = [name for name, passed in outcomes(TIMED_OUT, form).items() if not passed]
    assert failed == ["Z", "A", "J"]
    assert "no answer within 5 s" in written(report(TIMED_OUT), form, RUNNER, NOW)


@pytest.mark.parametrize("form", ["junit", *JSON_FORMATS, "github"])
def test_what_is_not_gradable_says_why_and_earns_nothing(form: str) -> None:
    """It is told apart from wrong."""
    text = written(report(REFUSED), form, RUNNER, NOW)
    assert "not gradable: the file is empty" in text
    if form != "github":
        assert not any(outcomes(REFUSED, form).values())


def test_prairielearn_does_not_charge_for_what_is_not_gradable() -> None:
    """The student keeps the attempt."""
    assert held(REFUSED, "prairielearn")["gradable"] is False
    assert held(WRONG, "prairielearn")["gradable"] is True


def test_prairielearn_gets_at_most_a_megabyte_and_says_what_is_cut() -> None:
    """However much there is to say."""
    noisy = replace(WRONG, notes=("ü" * 400_000,) * 5)
    text = written(report(noisy), "prairielearn", RUNNER, NOW)
    assert len(text.encode()) <= MOST_BYTES
    assert "cut, because the file may hold 1 MB" in text


def test_classroom50_counts_whole_points() -> None:
    """Halves are scaled, so that none is lost."""
    checks = checklist(NAMES, WRONG.quantities, WRONG.faults, {"dw": 2.5, "db": 0.25})
    found = held(replace(WRONG, checks=checks), "classroom50")
    assert (found["score"], found["max-score"]) == (125, 375)


def test_classroom50_scales_odd_points_to_thousandths() -> None:
    """A third of a point has no whole number of its own."""
    checks = checklist(NAMES, RIGHT.quantities, (), {"dw": 1 / 3})
    assert held(replace(RIGHT, checks=checks), "classroom50")["max-score"] == 1333


PROBLEMS: tuple[tuple[str, int, dict[str, str], str], ...] = (
    ("gradescope", 2, RUNNER, "gradescope holds one submission, got 2; name one of them"),
    ("prairielearn", 3, RUNNER, "prairielearn holds one submission, got 3"),
    ("classroom50", 2, RUNNER, "classroom50 holds one submission, got 2"),
    ("classroom50", 1, {}, "sets CLASSROOM, ASSIGNMENT, SUBMISSION_TAG, COMMIT_URL, RELEASE_URL"),
    ("classroom50", 1, RUNNER | {"CLASSROOM": ""}, "sets CLASSROOM; not set here"),
)


@pytest.mark.parametrize(("form", "count", "environment", "line"), PROBLEMS)
def test_what_a_format_cannot_hold_is_said_in_a_line(
    form: str, count: int, environment: dict[str, str], line: str
) -> None:
    """Before the work, and with what to do."""
    found = problem(form, count, environment)
    assert found is not None
    assert line in found
    assert "\n" not in found


def test_every_format_holds_one_submission() -> None:
    """JUnit and GitHub hold many."""
    assert [problem(form, 1, RUNNER) for form in (*JSON_FORMATS, "junit", "github")] == [None] * 5
    assert problem("junit", 9, {}) is problem("github", 9, {}) is None


def test_junit_has_a_suite_a_submission_and_counts_right() -> None:
    """A call that failed is an error; a wrong result is a failure."""
    root = ElementTree.fromstring(written(report(*ALL), "junit", RUNNER, NOW))
    suites = [(suite.get("failures"), suite.get("errors")) for suite in root]
    assert suites == [("0", "0"), ("1", "0"), ("0", "3"), ("0", "1"), ("0", "3")]
    assert (root.get("tests"), root.get("failures")) == ("29", "1")
    assert len(list(root.iter("testcase"))) == 29


JUNIT = {
    "testsuites": {"name", "tests", "failures", "errors", "skipped", "time"},
    "testsuite": {"name", "tests", "failures", "errors", "skipped", "time"},
    "properties": set(),
    "property": {"name", "value"},
    "testcase": {"classname", "name"},
    "failure": {"type", "message"},
    "error": {"type", "message"},
    "system-out": set(),
}
INSIDE = {
    ("testsuites", "testsuite"),
    *(("testsuite", tag) for tag in ("properties", "testcase", "system-out")),
    ("properties", "property"),
    *(("testcase", tag) for tag in ("failure", "error")),
}


def test_junit_has_the_elements_of_the_format_and_their_attributes() -> None:
    """Each where it belongs; the format has no official schema."""
    noted = replace(WRONG, notes=("a note",))
    root = ElementTree.fromstring(written(report(*ALL, noted), "junit", RUNNER, NOW))
    assert {(parent.tag, child.tag) for parent in root.iter() for child in parent} == INSIDE
    for found in root.iter():
        assert set(found.keys()) == JUNIT[found.tag]


ANY_TEXT = st.text(st.characters(codec="utf-8") | st.sampled_from("\n\r\t\0\x1b<>&%:,|`]\"'@"))
PLACES = st.builds(Where, ANY_TEXT, st.integers(1, 99) | st.none(), st.integers(1, 9) | st.none())
HOSTILE = st.builds(
    Fault,
    st.sampled_from(["sign", "unexplained"]),
    st.sampled_from(["dw", "J", "predict"]),
    PLACES,
    ANY_TEXT,
    ANY_TEXT | st.none(),
    ANY_TEXT | st.none(),
)
SUBMISSIONS = st.builds(
    lambda faults, path, note, where: submission(
        *faults, path=path, notes=(note,), remarks=(Remark("log-guard", where, note),)
    ),
    st.lists(HOSTILE, max_size=3),
    ANY_TEXT,
    ANY_TEXT,
    PLACES,
)


@pytest.mark.parametrize("form", JSON_FORMATS)
@given(result=SUBMISSIONS)
def test_any_text_survives_in_json(form: str, result: Submission) -> None:
    """The schema holds, and nothing in it can move a terminal's cursor."""
    texts = json.dumps(held(result, form), ensure_ascii=False)
    assert texts.isprintable()


@given(result=SUBMISSIONS)
def test_any_text_survives_in_xml(result: Submission) -> None:
    """It parses, and names read back as they were written."""
    root = ElementTree.fromstring(written(report(result), "junit", RUNNER, NOW))
    suite = root.find("testsuite")
    assert suite is not None
    assert str(suite.get("name")).isprintable()
    if result.path.isprintable():
        assert suite.get("name") == result.path


COMMAND = re.compile(r"::(error|warning|notice) ((?:[^:,\n]*,?)*)::([^\n]*)")


def read_back(escaped: str) -> str:
    """Undo GitHub's escapes, as its runner does."""
    for code, sign in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        escaped = escaped.replace(code, sign)
    return escaped


@given(result=SUBMISSIONS)
def test_no_text_becomes_a_command_of_its_own(result: Submission) -> None:
    """As many commands as there are faults and remarks; the runner reads the file's own name."""
    lines = github(report(result)).split("\n")
    commands = [line for line in lines if line.startswith("::")]
    assert len(commands) == len(result.faults) + len(result.remarks)
    for command in commands:
        found = COMMAND.fullmatch(command)
        assert found is not None
        given = dict(pair.split("=", 1) for pair in found[2].split(","))
        assert set(given) == {"file", "line", "endLine", "title"}
        assert read_back(given["file"]).isprintable()
        if result.path.isprintable() and "##[" not in result.path:
            assert read_back(given["file"]) == result.path


@given(result=SUBMISSIONS)
def test_every_other_line_is_none_to_the_runner(result: Submission) -> None:
    """It reads ``::`` at the start of a line, and the old ``##[`` anywhere."""
    for line in github(report(result)).split("\n"):
        assert line == "" or line.startswith(("- ", "::"))
        assert "##[" not in line


def test_an_annotation_lies_on_the_line_of_the_file() -> None:
    """In a notebook too; where its line is not known, on the first. The message says the cell."""
    cell = replace(SLIP, where=Where("propagate", 4, 5))
    known = replace(SLIP, where=Where("propagate", 4, 5, 77))
    lines = github(report(*map(submission, (SLIP, cell, known)))).split("\n")
    in_file, in_cell, in_known = lines[:3]
    assert "line=77,endLine=77" in in_known
    assert in_file == (
        "::error file=a.py,line=12,endLine=12,title=missing-mean::dw is not divided by m"
        "%0Acomputed  dw = X @ dZ.T%0Aexpected  dw = X @ dZ.T / m%0AJ is a mean"
    )
    assert "line=1,endLine=1" in in_cell
    assert "::cell 5, line 4, in propagate: dw is not" in in_cell


def test_github_shows_ten_of_a_kind_and_logs_the_rest() -> None:
    """The last place says how many more there are."""
    many = report(*(submission(SLIP, path=f"{n}.py", remarks=(REMARK,)) for n in range(12)))
    lines = github(many).split("\n")
    errors = [line for line in lines if line.startswith("::error")]
    assert len(errors) == len([line for line in lines if line.startswith("::notice")]) == 10
    assert "and 3 more" in errors[-1]
    assert sum("missing-mean" in line for line in lines) == 12


def test_github_warns_of_what_is_undecided() -> None:
    """It is no fault, and no pass."""
    assert "::warning file=a.py,line=1,endLine=1,title=undecided::" in github(report(UNSURE))


def test_the_step_summary_is_a_table_and_no_markup_of_the_submission() -> None:
    """Every sign of Markdown in it stands for itself."""
    text = step_summary(report(submission(SLIP, path="<b>|x|", notes=("[a](b)",)), REFUSED))
    assert "### \\<b\\>\\|x\\|: wrong" in text
    assert "| dw | wrong | 0 of 1 | line 12\\, in propagate\\: dw is not divided by m" in text
    assert "\\[a\\]\\(b\\)" in text
    assert "not gradable\\: the file is empty" in text


def test_the_step_summary_stays_below_a_mebibyte() -> None:
    """It says that it was cut."""
    text = step_summary(report(*(submission(SLIP, notes=("ü" * 9_000,)) for _ in range(99))))
    assert len(text.encode()) <= SUMMARY_BYTES
    assert text.endswith("the log has the rest.\n")


@pytest.mark.parametrize("form", ["junit", *JSON_FORMATS, "github"])
def test_a_format_shows_what_belongs_there_only_if_the_result_does(form: str) -> None:
    """The level of hints decided; a format adds nothing."""
    brief = submission(replace(SLIP, expected=None, why=None))
    assert "expected" in written(report(WRONG), form, RUNNER, NOW)
    assert "expected" not in written(report(brief), form, RUNNER, NOW)
