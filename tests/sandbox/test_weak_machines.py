"""Machines that refuse walls: another wall stands in, what is missing is said, or nothing runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy
import pytest

import gradcheck
from gradcheck.sandbox import NoSandboxError, WarmParent

Run = Callable[..., subprocess.CompletedProcess[str]]
POOR = Path(__file__).with_name("poor_machine.py")
EVERYTHING = "namespaces,landlock,seccomp"
LINEAR = Path(__file__).parents[1] / "submissions" / "right" / "linear_course.txt"
REPORT = """
import json, sys
from gradcheck.sandbox import Piece, Program, Sandbox
source = '''
import datetime, decimal, lzma, numpy as np
def f():
    assert np.linalg.norm(np.random.rand(3, 3) @ np.fft.fft(np.ones(3)))
    np.testing.assert_equal(str(decimal.Decimal(1)), '1')
    return datetime.datetime.strptime('7', '%d').day
'''
with Sandbox(Program((Piece(source, "a.py"),)), allow_weak=True) as box:
    failures = [failure.message for failure in box.load().failures]
    outcome = box.call("f", [])
layers, missing, leaks = box.isolation.layers, box.isolation.missing, box.isolation.leaks
print(json.dumps([layers, missing, leaks, failures, outcome.value, str(outcome.failure)]))
"""
BWRAP = ("bwrap", "--dev-bind", "/", "/", "--proc", "/proc", "--unshare-pid")
ORDINARY = ("--unshare-user", "--uid", "1000", "--gid", "1000")


@pytest.fixture
def run(tmp_path: Path, linux: None) -> Run:
    """Give a function that runs a command on a machine that refuses some walls."""

    def ran(
        refused: str,
        *command: str,
        around: Sequence[str] = (),
        path: str | None = None,
        python: str = sys.executable,
    ) -> subprocess.CompletedProcess[str]:
        poor = (python, "-P", str(POOR), refused) if refused else ()
        return subprocess.run(
            [*around, *poor, python, "-P", *command],
            cwd=tmp_path,
            env=os.environ if path is None else {**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return ran


@pytest.fixture
def right(tmp_path: Path) -> Path:
    """Write a right submission."""
    file = tmp_path / "right.py"
    file.write_text(LINEAR.read_text())
    return file


@pytest.fixture
def needs_bwrap() -> None:
    """Skip where bubblewrap is absent or not permitted to do anything."""
    try:
        subprocess.run([*BWRAP, *ORDINARY, "true"], check=True, capture_output=True, timeout=20)
    except FileNotFoundError:
        pytest.skip("bubblewrap is not installed")
    except subprocess.CalledProcessError as error:
        pytest.skip(f"bubblewrap: {error.stderr.decode(errors='replace').strip()}")


def found(ran: subprocess.CompletedProcess[str]) -> tuple[list[str], dict[str, str], list[str]]:
    """Read a report: its layers, the missing ones with their reasons, the leaks."""
    assert ran.returncode == 0, ran.stderr
    layers, missing, leaks, failures, value, failure = json.loads(ran.stdout)
    assert (failures, value) == ([], 7), failure
    return layers, dict(text.split(": ", 1) for text in missing), leaks


@pytest.mark.usefixtures("needs_bwrap")
@pytest.mark.parametrize("user", [(), ORDINARY], ids=["as it is", "an ordinary user"])
def test_bubblewrap_stands_in_for_namespaces(run: Run, user: tuple[str, ...]) -> None:
    """Where we may make none but bubblewrap may, the same promises are kept."""
    layers, missing, leaks = found(run("namespaces", "-c", REPORT, around=(*BWRAP, *user)))
    assert "bubblewrap" in layers
    assert list(missing) == ["process namespace"]
    assert leaks == []


@pytest.mark.usefixtures("needs_bwrap")
def test_bubblewrap_stands_in_for_landlock_and_the_filter_too(run: Run) -> None:
    """Behind it there is nothing to read, to write or to reach."""
    layers, missing, leaks = found(run(EVERYTHING, "-c", REPORT))
    assert "bubblewrap" in layers
    assert {"Landlock", "seccomp filter"} < missing.keys()
    assert not {"read the project's files", "write files", "use the network"} & set(leaks)


def test_without_namespaces_and_bubblewrap_the_other_walls_stand(run: Run) -> None:
    """Each missing layer is announced with its reason, and every promise is kept."""
    layers, missing, leaks = found(run("namespaces", "-c", REPORT, path="/nowhere"))
    assert {"Landlock", "seccomp filter", "no new privileges"} < set(layers)
    assert missing["bubblewrap"] == "not installed"
    assert missing["namespaces"] == "unshare: Operation not permitted"
    assert leaks == []


@pytest.mark.usefixtures("needs_bwrap")
def test_inside_a_box_that_forbids_namespaces_the_missing_layers_are_named(run: Run) -> None:
    """A box inside a box is refused, and the reason is the kernel's own."""
    box = (*BWRAP, *ORDINARY, "--disable-userns")
    layers, missing, leaks = found(run("", "-c", REPORT, around=box))
    assert {"namespaces", "private file system", "bubblewrap"} < missing.keys()
    assert "namespace" in missing["bubblewrap"]
    assert {"Landlock", "seccomp filter"} < set(layers)
    assert leaks == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has a right to lose")
def test_root_that_may_end_nobody_else_s_process_names_the_layer_and_goes_on(run: Run) -> None:
    """The child keeps the user, so that the warm parent can end it, and loses all capabilities."""
    without = ("setpriv", "--bounding-set=-kill,-sys_admin", "--inh-caps=-kill,-sys_admin")
    try:
        subprocess.run([*without, "true"], check=True, capture_output=True, timeout=20)
    except (FileNotFoundError, subprocess.CalledProcessError) as error:
        pytest.skip(f"setpriv: {error}")
    _, missing, _ = found(run("", "-c", REPORT, around=without))
    assert missing["unprivileged user"].startswith("needs CAP_KILL")


def test_a_machine_that_keeps_no_promise_runs_nothing(run: Run, right: Path) -> None:
    """The exit code is 5, and one line says what a submission could do and which walls lack."""
    ran = run(EVERYTHING, "-m", "gradcheck", "validate", str(right), path="/nowhere")
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (5, "", 1)
    assert "a submission could use the network" in ran.stderr
    assert "--allow-weak-isolation" in ran.stderr


def test_with_leave_a_weak_machine_judges_and_says_so(run: Run, right: Path) -> None:
    """Every result lists the layers in force and those that are missing."""
    command = ("-m", "gradcheck", "validate", "--allow-weak-isolation", "--format", "json")
    ran = run(EVERYTHING, *command, str(right), path="/nowhere")
    assert ran.returncode == 0, ran.stderr
    document = json.loads(ran.stdout)
    missing = {text.split(":")[0] for text in document["isolation"]["missing"]}
    assert {"namespaces", "private file system", "Landlock", "seccomp filter"} < missing
    assert document["submissions"][0]["verdict"] == "correct"


@pytest.mark.usefixtures("needs_bwrap")
@pytest.mark.skipif(os.geteuid() != 0, reason="only root leaves its user, so only root can")
@pytest.mark.parametrize("refused", ["namespaces", "namespaces,landlock", EVERYTHING])
@pytest.mark.parametrize("path", [os.defpath, "/nowhere"], ids=["bubblewrap", "no bubblewrap"])
def test_python_may_live_where_only_its_owner_may_enter(
    run: Run, tmp_path: Path, refused: str, path: str
) -> None:
    """What the warm parent imported before it left its user is there, whatever is refused."""
    private, own = tmp_path / "private", Path(sys.base_prefix)
    (private / "python").mkdir(parents=True)
    private.chmod(0o700)
    python = private / "python" / Path(sys.executable).resolve().relative_to(own)
    sites = [str(Path(module.__file__ or "").parents[1]) for module in (gradcheck, numpy)]
    seen = ("--ro-bind", str(own), str(private / "python"))
    names = ("--setenv", "PYTHONPATH", os.pathsep.join(sites), "--setenv", "PATH", path)
    around = (*BWRAP, *seen, *names)
    layers, missing, _ = found(run(refused, "-c", REPORT, around=around, python=str(python)))
    assert "unprivileged user" in layers
    assert ("all of the standard library" in missing) == (path == "/nowhere")


@pytest.mark.usefixtures("needs_bwrap")
def test_a_machine_without_a_place_to_write_is_told_which_variable_to_set(
    run: Run, right: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A read-only system is refused as one that cannot wall anything in, in one line."""
    for name in [name for name in os.environ if name.startswith("COVERAGE")]:
        monkeypatch.delenv(name)  # it could not write its data either
    around = ("bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc")
    command = ("-m", "gradcheck", "validate", "--allow-weak-isolation", str(right))
    ran = run("", *command, around=(*around, "--remount-ro", "/dev"))
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (5, "", 1)
    assert "the sandbox needs a folder for temporary files" in ran.stderr
    assert "set TMPDIR to one" in ran.stderr


def test_without_a_folder_no_child_is_started(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Nothing is begun that could not be finished."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))
    with pytest.raises(NoSandboxError, match=r"needs a folder for temporary files: .*; set TMPDIR"):
        WarmParent().__enter__()
