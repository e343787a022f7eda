"""The submissions a newcomer validates first are judged rightly, fault and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcheck.submissions import Options, Submission, entries, validate_all

FOLDER = Path(__file__).parent.parent / "examples" / "submissions"
OPTIONS = Options(allow_weak=True)  # our own files, on whatever machine runs the tests

# file: the code of the first fault, and the line (in its cell) that made it
WRONG = {
    "linear_notebook.ipynb": ("wrong-scale", {4, 5}),
    "linear_sign.py": ("sign", {15, 16}),
    "linear_uphill.py": ("update-sign", {22}),
    "logistic_half_cost.py": ("cost-term-missing", {12}),
    "logistic_no_mean.py": ("missing-mean", {16}),
    "logistic_notebook.ipynb": ("sign", {4, 5}),
    "network_bias_axis.py": ("bias-axis", {24}),
    "network_derivative_at_z.py": ("derivative-at-activation", {38}),
    "network_notebook.ipynb": ("missing-activation-derivative", {10}),
}
REMARKS = {"logistic_loop.py": {"log-guard"}}


def judged(kind: str) -> list[Submission]:
    """Validate one folder of examples."""
    return list(validate_all(entries(FOLDER / kind), OPTIONS).submissions)


@pytest.mark.parametrize("submission", judged("right"), ids=lambda s: Path(s.path).name)
def test_a_right_example_is_correct(submission: Submission) -> None:
    """No false alarm, and only the remarks that its author expects."""
    assert submission.verdict == "correct", submission.faults
    codes = {remark.code for remark in submission.remarks} - {"slow-loop", "other-convention"}
    assert codes <= REMARKS.get(Path(submission.path).name, set())


@pytest.mark.parametrize("submission", judged("wrong"), ids=lambda s: Path(s.path).name)
def test_a_wrong_example_is_wrong_for_its_reason(submission: Submission) -> None:
    """The first fault has the right code and the right line."""
    code, lines = WRONG[Path(submission.path).name]
    assert submission.verdict == "wrong"
    assert submission.faults[0].code == code, submission.faults
    assert submission.faults[0].where.line in lines, submission.faults[0]


def test_every_model_has_right_and_wrong_examples() -> None:
    """At least four a model, some of them notebooks, and every wrong one is in the table."""
    for model in ("linear", "logistic", "network"):
        files = [file for file in FOLDER.rglob(f"{model}_*") if file.suffix in {".py", ".ipynb"}]
        assert len(files) >= 4
        assert {file.parent.name for file in files} == {"right", "wrong"}
        assert ".ipynb" in {file.suffix for file in files}
    assert {Path(entry.name).name for entry in entries(FOLDER / "wrong")} == set(WRONG)


def test_what_cannot_be_graded_says_why() -> None:
    """An essay is no program, and it isn't called wrong."""
    (essay,) = judged("not-gradable")
    assert (essay.verdict, essay.reason) == ("not-gradable", "the notebook holds no code")
