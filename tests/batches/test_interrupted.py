"""An interrupted batch: nothing is lost, nothing is left running, the same command goes on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

Start = Callable[..., "subprocess.Popen[str]"]
COUNT = 60


def results(folder: Path) -> dict[str, tuple[int, int]]:
    """Give each whole result that is kept, with what changes when it is written again."""
    there = folder / "submissions"
    files = there.glob("[!.]*.json") if there.is_dir() else ()
    return {file.name: (file.stat().st_mtime_ns, file.stat().st_ino) for file in files}


@pytest.fixture
def group(handed_in: Callable[[int], Path], endless: str) -> Path:
    """Write a class of which one submission hangs, so that no batch is done too soon."""
    folder = handed_in(COUNT - 1)
    (folder / "endless.py").write_text(endless)
    return folder


@pytest.mark.parametrize("victims", ["all", "parent"])
def test_a_killed_batch_goes_on_where_it_was(
    group: Path, tmp_path: Path, command: Start, machine: SimpleNamespace, victims: str
) -> None:
    """After SIGKILL no process is left; then each of the others is judged once."""
    out = tmp_path / "out"
    arguments = (group, "-j", "2", "--timeout", "2", "--format", "json", "-o", f"{out}/")
    first = command(*arguments)
    assert machine.eventually(lambda: len(results(out)) >= COUNT // 4, first)
    family = machine.below(first.pid)
    (os.killpg if victims == "all" else os.kill)(first.pid, signal.SIGKILL)
    first.communicate()
    kept = results(out)
    assert machine.eventually(lambda: machine.gone(family))
    assert COUNT // 4 <= len(kept) < COUNT

    code = command(*arguments)
    code.communicate()
    assert code.returncode == 1
    assert {name: kept[name] for name in kept} == {name: results(out)[name] for name in kept}
    assert len(results(out)) == COUNT
    judged = json.loads((out / "report.json").read_text())["submissions"]
    verdicts = [submission["verdict"] for submission in judged]
    assert (verdicts.count("correct"), verdicts.count("wrong")) == (COUNT - 1, 1)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_ends_a_batch_with_a_line(
    group: Path, tmp_path: Path, command: Start, machine: SimpleNamespace, jobs: str
) -> None:
    """At once, without a traceback, and it says how to go on."""
    out = tmp_path / "out"
    batch = command(group, "-j", jobs, "--timeout", "60", "-o", f"{out}/")
    # the one that hangs comes first; with two at a time, some are judged beside it
    enough = 0 if jobs == "1" else 5
    assert machine.eventually(lambda: len(machine.below(batch.pid)) >= 3, batch)
    assert machine.eventually(lambda: len(results(out)) >= enough, batch)
    family = machine.below(batch.pid)
    os.killpg(batch.pid, signal.SIGINT)
    said = batch.communicate()[1].strip()
    assert batch.returncode in (130, -signal.SIGINT)  # a shell calls both 130
    assert said == (
        f"gradcheck: interrupted; what was judged is kept in {out}: "
        "the same command goes on from there"
    )
    assert machine.eventually(lambda: machine.gone(family))


def test_ctrl_c_without_a_folder_says_what_would_have_kept_the_results(
    group: Path, command: Start, machine: SimpleNamespace
) -> None:
    """For the next time."""
    batch = command(group, "--timeout", "60")
    assert machine.eventually(lambda: len(machine.below(batch.pid)) >= 3, batch)
    os.killpg(batch.pid, signal.SIGINT)
    said = batch.communicate()[1].strip()
    assert said == "gradcheck: interrupted; nothing is kept: -o FOLDER/ keeps each result at once"
