"""A small class that hands in, and eyes for the processes that work on it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

LINEAR = (Path(__file__).parent.parent / "submissions" / "right" / "linear_course.txt").read_text()
ENDLESS = "def backward_propagation(Y_hat, X, Y):\n    while True:\n        pass\n"
SECONDS = 300.0  # what anything here may take on a crowded machine; nothing is measured


@pytest.fixture
def linear() -> str:
    """Give a right submission."""
    return LINEAR


@pytest.fixture
def endless() -> str:
    """Give a submission of which one function never returns; the last definition wins."""
    return f"{LINEAR}\n\n{ENDLESS}"


@pytest.fixture
def handed_in(tmp_path: Path) -> Callable[[int], Path]:
    """Write a folder of so many submissions, all different and all right."""

    def made(count: int) -> Path:
        folder = tmp_path / "class"
        folder.mkdir()
        for number in range(count):
            (folder / f"student{number:03}.py").write_text(f"# student {number}\n{LINEAR}")
        return folder

    return made


@pytest.fixture
def command(unmeasured: dict[str, str]) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start validate as the command does, in a process group of its own; it ends with the test."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: object, folder: Path | None = None) -> subprocess.Popen[str]:
        words = [sys.executable, "-P", "-m", "gradcheck", "validate", "--allow-weak-isolation"]
        process = subprocess.Popen(
            [*words, *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=folder,
            env=unmeasured,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def machine() -> SimpleNamespace:
    """Give ``below`` a process, whether some are ``gone``, ``eventually``, and ``kill``."""
    if not Path("/proc/self/stat").exists():
        pytest.skip("sees processes in /proc, which this system does not have")
    return SimpleNamespace(below=below, gone=gone, eventually=eventually, kill=kill)


def below(pid: int) -> set[tuple[int, str]]:
    """Give the processes that descend from one, each with its start, which makes it unique."""
    everyone = alive()
    family = {pid}
    while young := {child for child, (parent, _) in everyone.items() if parent in family} - family:
        family |= young
    return {(child, everyone[child][1]) for child in family - {pid}}


def kill(word: bytes) -> None:
    """Kill what descends from this process and has a word in its command line."""
    for pid, _ in below(os.getpid()):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # ended meanwhile
            if word in Path(f"/proc/{pid}/cmdline").read_bytes():
                os.kill(pid, signal.SIGKILL)


def gone(family: set[tuple[int, str]]) -> bool:
    """Tell whether none of them is left."""
    return not family & {(pid, start) for pid, (_, start) in alive().items()}


def alive() -> dict[int, tuple[int, str]]:
    """Give the parent and the start of each process of this machine."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, parent, *rest = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        if state != "Z":
            found[int(folder.name)] = (int(parent), rest[17])
    return found


def eventually(holds: Callable[[], bool], during: subprocess.Popen[str] | None = None) -> bool:
    """Wait until something holds, at most until a process has ended; say what that one said."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        if holds():
            return True
        if during is not None and during.poll() is not None and not holds():
            pytest.fail(f"ended with {during.returncode}: {during.communicate()[1]}")
        time.sleep(0.01)
    return False
