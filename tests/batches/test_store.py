"""Results on disk: whole or not there, and the same as they were."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from gradcheck.sandbox import Isolation
from gradcheck.submissions import (
    BatchError,
    Entry,
    Fault,
    Options,
    Quantity,
    Remark,
    Submission,
    Where,
    validate_all,
)
from gradcheck.submissions.batches.store import Store, write_whole
from gradcheck.submissions.batches.work import Judged, Task, lost
from gradcheck.submissions.results import Check, Counterexample, Excerpt, Nudge

PLACE = Where("f", 3, 1)
NUDGE = Nudge("w", (0, 1), 1e-3, 1.0, 1.5, 500.0, float("inf"), "w grew")
SHOWN = Counterexample("f", "dw", {"w": [[1.0]]}, {}, "f(w)", [[2.0]], None, NUDGE)
FULL = Submission(
    "a/ü\udcff.py",
    "linear",
    "wrong",
    0.5,
    quantities=(Quantity("J", "correct"), Quantity("dw", "wrong", PLACE)),
    faults=(Fault("sign", "dw", PLACE, "negated", "-x", "x", "why", Excerpt("dw = -x", 5, 7)),),
    remarks=(Remark("slow-loop", PLACE, "slow"),),
    notes=("a note",),
    counterexample=SHOWN,
    checks=(Check("J", "correct", 1.0, 2.0),),
    seconds=0.25,
)
SOUND = (
    Judged(FULL, Isolation(("a", "b"), ("c: none",))),
    Judged(Submission("b.py", None, "not-gradable", reason="empty")),
)


@pytest.mark.parametrize("judged", SOUND)
def test_a_result_comes_back_as_it_was(tmp_path: Path, judged: Judged) -> None:
    """With every field that the contract has."""
    store = Store(tmp_path / "new" / "folder")
    store.put("key", judged)
    assert store.get("key") == judged


DAMAGE: tuple[Callable[[bytes], bytes], ...] = (
    lambda data: b"",
    lambda data: data[: len(data) // 2],
    lambda data: data[:-3],
    lambda data: b"\0" * len(data),
    lambda data: b"\xff\xfe",
    lambda data: b"[]",
    lambda data: b"{}",
    lambda data: b"null",
    lambda data: b"[" * 100_000,
    lambda data: data.replace(b'"wrong"', b'"correct"'),
    lambda data: data.replace(b"0.5", b"1.0"),
    lambda data: data.replace(b"result/v1", b"result/v2"),
    lambda data: data.replace(b'"sum"', b'"some"'),
)


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_result_counts_as_not_there(
    tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    """Half a file, another's file, a file that somebody mended by hand."""
    store = Store(tmp_path)
    store.put("key", SOUND[0])
    file = store.file_of("key")
    file.write_bytes(damage(file.read_bytes()))
    assert store.get("key") is None


def test_a_damaged_result_is_judged_again(tmp_path: Path, linear: str) -> None:
    """And then it is whole."""
    entries, options = [Entry("a.py", linear.encode)], Options(allow_weak=True)
    first = validate_all(entries, options, keep=tmp_path)
    (file,) = (tmp_path / "submissions").iterdir()
    sound = json.loads(file.read_text())["submission"]
    file.write_text("half")
    again = validate_all(entries, options, keep=tmp_path)
    assert again.submissions[0].verdict == first.submissions[0].verdict
    assert json.loads(file.read_text())["submission"]["verdict"] == sound["verdict"]


def test_a_kept_result_is_not_judged_again(tmp_path: Path, linear: str) -> None:
    """Also under another name, and with the walls that it was got behind."""
    options = Options(allow_weak=True)
    first = validate_all([Entry("a.py", linear.encode)], options, keep=tmp_path)
    (file,) = (tmp_path / "submissions").iterdir()
    written = file.stat().st_mtime_ns
    second = validate_all([Entry("b.py", linear.encode)], options, keep=tmp_path, workers=2)
    assert second.submissions == (replace(first.submissions[0], path="b.py"),)
    assert (second.isolation, file.stat().st_mtime_ns) == (first.isolation, written)


TASK = Task("a.py", b"x = 1", Options(), "edition 1")
OTHERS = (
    replace(TASK, data=b"x = 2"),
    replace(TASK, name="a.ipynb"),
    replace(TASK, options=Options(seed=1)),
    replace(TASK, options=Options(hints="none")),
    replace(TASK, options=Options(model="linear")),
    replace(TASK, edition="edition 2"),
)


@pytest.mark.parametrize("other", OTHERS)
def test_what_decides_a_result_is_in_its_key(other: Task) -> None:
    """The bytes, the way they are read, the options, the code."""
    assert other.key != TASK.key


@pytest.mark.parametrize("name", ["b.py", "folder/a.PY", "a\n\udcff.py"])
def test_a_name_is_not_in_the_key(name: str) -> None:
    """Equal options give equal keys, too."""
    assert replace(TASK, name=name, options=Options()).key == TASK.key


def test_a_result_that_is_none_is_not_kept(tmp_path: Path) -> None:
    """The next run tries again where the fault was ours."""
    store = Store(tmp_path)
    store.put("key", lost("a.py", "it broke"))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    """A file stands in its way."""
    (tmp_path / "file").write_text("")
    with pytest.raises(BatchError, match="file/results: cannot be written: Not a directory"):
        Store(tmp_path / "file" / "results")


def test_a_failed_write_leaves_what_was_there(tmp_path: Path) -> None:
    """And no draft of what was to be."""
    folder = tmp_path / "taken.json"
    (folder / "inside").mkdir(parents=True)
    with pytest.raises(BatchError, match=r"taken\.json: cannot be written"):
        write_whole(folder, "text")
    assert [each.name for each in tmp_path.iterdir()] == ["taken.json"]


def test_a_full_disk_ends_the_batch_in_a_line_and_keeps_what_fits(
    tmp_path: Path, linear: str, unmeasured: dict[str, str]
) -> None:
    """The limit on the size of a file stands for the end of the disk."""
    (tmp_path / "a.py").write_text("x = 1")
    (tmp_path / "b.py").write_text(linear)
    command = [sys.executable, "-m", "gradcheck", "validate", "--allow-weak-isolation"]
    # Python itself would leave its compiled modules cut at the limit.
    ended = subprocess.run(
        [*command, tmp_path / "a.py", tmp_path / "b.py", "-o", f"{tmp_path}/out/"],
        env={**unmeasured, "PYTHONDONTWRITEBYTECODE": "1"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert "cannot be written: File too large" in ended.stderr
    assert ended.stderr.count("\n") == 1
    assert [file.suffix for file in (tmp_path / "out" / "submissions").iterdir()] == [".json"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_said(tmp_path: Path) -> None:
    """Before anything is judged."""
    tmp_path.chmod(0o500)
    with pytest.raises(BatchError, match="cannot be written: Permission denied"):
        Store(tmp_path / "results")
