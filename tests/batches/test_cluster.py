"""A Dask cluster of real processes: bytes go there, results come back, a worker may die."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

Start = Callable[..., "subprocess.Popen[str]"]
COUNT = 24
needs_dask = pytest.mark.skipif(
    importlib.util.find_spec("distributed") is None, reason="needs Dask: gradcheck[dask]"
)
pytestmark = needs_dask


@pytest.fixture
def dask(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start a part of Dask in a folder that holds no submission; it ends with the test."""
    started: list[subprocess.Popen[bytes]] = []
    folder = tmp_path / "dask"
    folder.mkdir()

    def start(*arguments: str) -> subprocess.Popen[bytes]:
        words = [sys.executable, "-m", "dask", *arguments, "--no-dashboard"]
        with (folder / f"{len(started)}.log").open("wb") as log:
            process = subprocess.Popen(words, stdout=log, stderr=log, cwd=folder)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def scheduler(dask: Callable[..., object], machine: SimpleNamespace) -> str:
    """Start a scheduler and give its address."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    dask("scheduler", "--host", "127.0.0.1", "--port", str(port))

    def listens() -> bool:
        with socket.socket() as knock:
            return knock.connect_ex(("127.0.0.1", port)) == 0

    assert machine.eventually(listens)
    return f"tcp://127.0.0.1:{port}"


@pytest.fixture
def workers(
    dask: Callable[..., subprocess.Popen[bytes]], scheduler: str, tmp_path: Path
) -> list[subprocess.Popen[bytes]]:
    """Start three workers; the batch starts with those that are there by then."""
    local = str(tmp_path / "scratch")
    options = ("--no-nanny", "--nthreads", "1", "--local-directory", local)
    return [dask("worker", scheduler, "--host", "127.0.0.1", *options) for _ in range(3)]


def test_a_batch_survives_the_death_of_a_worker(
    handed_in: Callable[[int], Path],
    tmp_path: Path,
    command: Start,
    machine: SimpleNamespace,
    scheduler: str,
    workers: list[subprocess.Popen[bytes]],
) -> None:
    """What it was judging is judged by another, and what it had started ends with it."""
    out = tmp_path / "out"
    group = handed_in(COUNT)
    joined = len(workers)
    assert machine.eventually(lambda: registered(scheduler) == joined)
    batch = command(group, "--scheduler", scheduler, "--format", "json", "-o", f"{out}/")
    kept = out / "submissions"
    assert machine.eventually(lambda: len(list(kept.glob("[!.]*"))) >= 3, batch)
    victim = workers[0]
    family = machine.below(victim.pid)
    os.kill(victim.pid, signal.SIGKILL)
    said = batch.communicate()[1]
    assert (batch.returncode, said) == (0, "")
    document = json.loads((out / "report.json").read_text())
    assert [each["verdict"] for each in document["submissions"]] == ["correct"] * COUNT
    assert machine.eventually(lambda: machine.gone(family))


def registered(scheduler: str) -> int:
    """Count the workers that have joined, as Dask itself says."""
    code = f"from distributed import Client; print(len(Client({scheduler!r}).nthreads()))"
    asked = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    return int(asked.stdout or 0)


def refused(batch: subprocess.Popen[str], message: str) -> bool:
    """Tell whether a command ended with exit code 2 and that one line."""
    out, err = batch.communicate()
    return (batch.returncode, out, err.count("\n")) == (2, "", 1) and message in err


def test_a_scheduler_without_workers_is_said(
    handed_in: Callable[[int], Path], command: Start, scheduler: str
) -> None:
    """Instead of waiting for ever."""
    batch = command(handed_in(1), "--scheduler", scheduler)
    assert refused(batch, "got a scheduler without workers; start some with `dask worker")


ADDRESSES = ("tcp://127.0.0.1:1", "nonsense", "what://ever", "tcp://127.0.0.1:99999")


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_where_nobody_answers_is_said(
    handed_in: Callable[[int], Path], command: Start, address: str
) -> None:
    """Within seconds, in one line."""
    batch = command(handed_in(1), "--scheduler", address)
    assert refused(batch, f"{address}: got no answer")


def test_a_server_that_is_no_scheduler_is_said(
    handed_in: Callable[[int], Path], command: Start
) -> None:
    """It listens, and says nothing that Dask would."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        batch = command(handed_in(1), "--scheduler", address)
        assert refused(batch, f"{address}: got no answer (TimeoutError)")
