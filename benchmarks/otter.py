"""The same notebook through otter-grader, in an environment of its own: its processor time.

One small doctest is enough: nearly all of the time goes into a Jupyter kernel for each notebook.
The helper module and the plots, which otter-grader could not import, are taken out.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import venv
from pathlib import Path

PACKAGES = ("otter-grader", "ipykernel", "numpy")
TEST = """
OK_FORMAT = True
test = {"name": "q1", "points": 1, "suites": [{"type": "doctest", "scored": True, "cases": [
    {"code": ">>> bool(abs(sigmoid(0.0) - 0.5) < 1e-9)\\nTrue"}
]}]}
"""
ABSENT = ("planar_utils", "matplotlib")


def processor_ms(notebook: str, environment: Path, folder: Path, runs: int = 3) -> float:
    """Give the processor time of one run, in milliseconds, as a mean.

    Parameters
    ----------
    notebook : str
        The text of the notebook.
    environment : Path
        Where otter-grader is; it is installed there if there is nothing yet.
    folder : Path
        For the assignment and the results.
    runs : int
    """
    if not environment.exists():
        venv.create(environment, with_pip=True)
        otter(environment, folder, "python", "-m", "pip", "install", "--quiet", *PACKAGES)
    for name in ("tests", "out"):
        (folder / name).mkdir()
    (folder / "tests" / "q1.py").write_text(TEST)
    (folder / "student.ipynb").write_text(without_helpers(notebook))
    otter(
        environment, folder, "otter", "generate", "-t", "tests", "-o", "a.zip", "--no-environment"
    )
    before = used()
    for _ in range(runs):
        otter(environment, folder, "otter", "run", "-a", "a.zip", "-o", "out", "student.ipynb")
    spent = used() - before
    results = json.loads((folder / "out" / "results.json").read_text())
    assert results["tests"][-1]["score"] == 1.0, "otter-grader did not pass the right notebook"
    return 1000 * spent / runs


def otter(environment: Path, folder: Path, program: str, *arguments: str) -> None:
    """Run a program of the environment."""
    programs = environment.absolute() / "bin"
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    command = [str(programs / program), *arguments]
    subprocess.run(
        command, cwd=folder, env={**os.environ, "PATH": path}, check=True, capture_output=True
    )


def without_helpers(notebook: str) -> str:
    """Take out the lines that import what is not there."""
    document = json.loads(notebook)
    for cell in document["cells"]:
        lines = "".join(cell["source"]).splitlines(keepends=True)
        cell["source"] = [line for line in lines if not any(name in line for name in ABSENT)]
    return json.dumps(document)


def used() -> float:
    """Give the processor seconds of all processes that this one has started and that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
