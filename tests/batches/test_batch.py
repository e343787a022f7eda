"""A batch: every submission has its own result, whatever becomes of the others."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from types import SimpleNamespace

import pytest

from gradcheck.sandbox import Limits, SandboxError
from gradcheck.submissions import BatchError, Entry, Options, Submission, validate_all
from gradcheck.submissions.batches import processes, work
from gradcheck.submissions.batches.work import Judged, Task

OPTIONS = Options(allow_weak=True)


def verdicts(files: list[Path], workers: int | Executor = 1) -> list[str]:
    """Judge some files."""
    report = validate_all(files, OPTIONS, workers=workers)
    return [submission.verdict for submission in report.submissions]


def executors() -> dict[str, Callable[[], Executor]]:
    """Give the kinds of Python's own executors."""
    return {
        "threads": lambda: ThreadPoolExecutor(2),
        "processes": lambda: ProcessPoolExecutor(2, get_context("spawn")),
    }


@pytest.mark.parametrize("kind", executors())
def test_any_executor_does_the_work(handed_in: Callable[[int], Path], kind: str) -> None:
    """The work is a function of plain values, so it travels."""
    files = sorted(handed_in(4).iterdir())
    with executors()[kind]() as executor:
        assert verdicts(files, executor) == ["correct"] * 4


@pytest.mark.parametrize("workers", [1, 2])
def test_results_come_in_the_order_of_the_files(tmp_path: Path, linear: str, workers: int) -> None:
    """However long each takes, and whoever is done first."""
    texts = {"a.py": linear, "b.py": "x = 1", "c.py": linear.replace("Y_hat - Y", "Y - Y_hat")}
    files = [tmp_path / name for name in (*texts, "none.py")]
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    assert verdicts(files, workers) == ["correct", "not-gradable", "wrong", "not-gradable"]


def test_files_of_the_same_content_are_judged_once(tmp_path: Path, linear: str) -> None:
    """Each is reported under its own name all the same."""
    asked: list[str] = []
    for name in ("a.py", "b.py", "c.py"):
        (tmp_path / name).write_text(linear)

    class Counting(ThreadPoolExecutor):
        def submit(self, act: Callable[..., Judged], /, *given: Task) -> Future[Judged]:  # type: ignore[override]  # tasks alone
            asked.append(given[0].name)
            return super().submit(act, *given)

    files = sorted(tmp_path.glob("*.py"))
    with Counting(1) as executor:
        report = validate_all(files, OPTIONS, workers=executor)
    assert [submission.path for submission in report.submissions] == [str(file) for file in files]
    assert asked == [str(files[0])]


def test_a_notebook_and_a_program_of_the_same_bytes_are_two_submissions(linear: str) -> None:
    """The suffix says how they are read."""
    entries = [Entry(name, linear.encode) for name in ("a.py", "a.ipynb")]
    report = validate_all(entries, OPTIONS)
    assert [each.verdict for each in report.submissions] == ["correct", "not-gradable"]


def test_a_killed_worker_is_replaced(
    handed_in: Callable[[int], Path], machine: SimpleNamespace
) -> None:
    """Its submission is judged by the next one."""
    files = sorted(handed_in(12).iterdir())
    seen: list[Submission] = []

    def kill(submission: Submission) -> None:
        seen.append(submission)
        if len(seen) == 3:
            machine.kill(b"batches.worker")

    report = validate_all(files, OPTIONS, workers=2, progress=kill)
    assert [submission.verdict for submission in report.submissions] == ["correct"] * 12


def test_a_submission_that_kills_its_workers_loses_nobody_elses_result(
    handed_in: Callable[[int], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is asked twice, and is the only one without a result."""
    deaths: list[str] = []

    class Frail(processes.Worker):
        def judge(self, task: Task) -> Judged:
            if "student001" in task.name:
                deaths.append(task.name)
                self.kill()
            return super().judge(task)

    monkeypatch.setattr(processes, "Worker", Frail)
    report = validate_all(sorted(handed_in(4).iterdir()), OPTIONS, workers=2)
    found = [submission.verdict for submission in report.submissions]
    assert found == ["correct", "not-gradable", "correct", "correct"]
    assert "the process that judged it died, or hung, 2 times" in str(report.submissions[1].reason)
    assert len(deaths) == 2


def test_a_worker_that_hangs_is_ended(linear: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for ever, also where it is our own code that does not end."""
    monkeypatch.setattr(processes, "HOST_SECONDS", 0.0)
    options = Options(allow_weak=True, limits=Limits(total_seconds=1e-3))
    (result,) = validate_all([Entry("a.py", linear.encode)], options, workers=2).submissions
    assert "died, or hung" in str(result.reason)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_call_that_hangs_is_named_and_the_others_are_judged(
    tmp_path: Path, linear: str, endless: str, workers: int
) -> None:
    """One infinite loop costs one quantity of one submission."""
    (tmp_path / "endless.py").write_text(endless)
    (tmp_path / "right.py").write_text(linear)
    options = Options(allow_weak=True, limits=Limits(call_seconds=0.5))
    report = validate_all(sorted(tmp_path.glob("*.py")), options, workers=workers)
    hung, right = report.submissions
    assert (hung.verdict, right.verdict) == ("wrong", "correct")
    assert [fault.code for fault in hung.faults] == ["timed-out"]
    assert hung.faults[0].where.function == "backward_propagation"
    assert "correct" in [quantity.verdict for quantity in hung.quantities]


def test_an_error_of_ours_is_said_without_its_words(
    linear: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They may hold what students must not see; the others are judged."""

    def broken(name: str, *rest: object) -> Submission:
        if name == "a.py":
            raise KeyError("the solution")
        return Submission(name, None, "not-gradable")

    monkeypatch.setattr(work, "validate_bytes", broken)
    entries = [Entry(name, f"#{name}".encode) for name in ("a.py", "b.py")]
    first, second = validate_all(entries, OPTIONS).submissions
    assert "internal error: KeyError in test_batch.py, line" in str(first.reason)
    assert "solution" not in str(first.reason)
    assert second.reason is None


def failing(times: int) -> Callable[..., Submission]:
    """Make a judge whose sandbox fails so often before it works."""
    left = [times]

    def judge(name: str, *rest: object) -> Submission:
        left[0] -= 1
        if left[0] >= 0:
            raise SandboxError("the warm parent does not answer: gone")
        return Submission(name, None, "undecided")

    return judge


@pytest.mark.parametrize(("times", "verdict"), [(1, "undecided"), (2, "not-gradable")])
def test_a_sandbox_that_fails_is_made_anew_once(
    linear: str, monkeypatch: pytest.MonkeyPatch, times: int, verdict: str
) -> None:
    """Somebody may have killed it; a second failure is said."""
    monkeypatch.setattr(work, "validate_bytes", failing(times))
    (result,) = validate_all([Entry("a.py", linear.encode)], OPTIONS).submissions
    assert result.verdict == verdict
    assert (times == 2) == ("the sandbox failed twice: the warm parent" in str(result.reason))


def test_a_warm_parent_that_was_killed_is_replaced(
    handed_in: Callable[[int], Path], machine: SimpleNamespace
) -> None:
    """Its submission is judged by the next one."""

    def kill(submission: Submission) -> None:
        if "student001" in submission.path:
            machine.kill(b"sandbox")

    report = validate_all(sorted(handed_in(4).iterdir()), OPTIONS, progress=kill)
    assert [submission.verdict for submission in report.submissions] == ["correct"] * 4


def test_a_batch_leaves_no_process_behind(
    handed_in: Callable[[int], Path], machine: SimpleNamespace
) -> None:
    """Neither workers nor warm parents."""
    before = machine.below(os.getpid())
    validate_all(sorted(handed_in(4).iterdir()), OPTIONS, workers=2)
    assert machine.below(os.getpid()) <= before


class Gone(ThreadPoolExecutor):
    """An executor that gives up."""

    def submit(self, act: Callable[..., Judged], /, *given: Task) -> Future[Judged]:  # type: ignore[override]  # tasks alone
        """Cancel what comes."""
        future: Future[Judged] = Future()
        future.cancel()
        future.set_running_or_notify_cancel()
        return future


def test_an_executor_that_gives_up_is_said_in_a_line(linear: str) -> None:
    """What was judged before is kept; see the tests of the store."""
    with Gone(1) as executor, pytest.raises(BatchError, match="the executor gave up"):
        validate_all([Entry("a.py", linear.encode)], OPTIONS, workers=executor)


def test_other_code_on_a_worker_is_refused(linear: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its results would not be comparable."""
    monkeypatch.setattr(work, "edition", lambda: "gradcheck 0.0.1")
    with (
        ThreadPoolExecutor(1) as executor,
        pytest.raises(BatchError, match=r"0\.0\.1 there, expected"),
    ):
        validate_all([Entry("a.py", linear.encode)], OPTIONS, workers=executor)


@pytest.mark.parametrize("workers", [0, -1])
def test_a_batch_needs_workers(workers: int) -> None:
    """Zero at a time is never done."""
    with pytest.raises(ValueError, match=f"workers: got {workers}, expected 1 or more"):
        validate_all((), OPTIONS, workers=workers)
