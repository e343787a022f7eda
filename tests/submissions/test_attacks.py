"""Submissions that attack the harness: judged by their numbers, and without effect on others."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradcheck.submissions import Limits, Submission
from gradcheck.submissions.reference.problems import draw
from impl import models

Judge = Callable[..., Submission]
RIGHT = Path(__file__).parent / "right"
LINEAR = (RIGHT / "linear_course.txt").read_text()
GRADIENT = "    dZ = Y_hat - Y\n"
NAMES = ("numpy", "impl", "derivations", "reports", "gradcheck", "conftest", "sitecustomize")

# what stands before the right line of the gradient
HOSTILE = {
    "ends the process": "import os; os._exit(0)",
    "stops the program": "import sys; sys.exit(0)",
    "closes every channel": "import os; os.closerange(0, 64)",
    "crashes the interpreter": "import ctypes; ctypes.string_at(0)",
    "forks without end": "import os\n    while True: os.fork()",
    "runs without end": "while True: pass",
    "takes all memory": "hog = [bytearray(10**8) for _ in range(1000)]",
    "recurses without end": "return backward_propagation(Y_hat, X, Y)",
    "floods stdout": "while True: print('::error::pwned' * 10**5)",
    "writes the result itself": "open('results.json', 'w').write('{\"score\": 1}')",
    "reads the users": "open('/etc/passwd').read()",
    "opens a socket": "import socket; socket.create_connection(('127.0.0.1', 80))",
    "kills its parent": "import os; os.kill(os.getppid(), 0)",
    "imports the reference": "from impl import linear",
    "returns what opens itself": (
        "class Evil:\n        def __reduce__(self): import os; return os._exit, (0,)\n"
        "    return {'dw': Evil(), 'db': Evil()}"
    ),
    "returns what equals everything": (
        "class Evil(np.ndarray):\n        def __eq__(self, other): return True\n"
        "    return {'dw': np.zeros((len(X), 1)).view(Evil), 'db': 0.0}"
    ),
    "raises what another format reads": (
        "raise ValueError('\\n::error::pwned\\n\\x1b[31m</pre><script>alert(1)</script>]]>')"
    ),
}


def gradcheck(folder: Path, *arguments: str) -> list[dict[str, Any]]:
    """Run the command in a folder; give the submissions of its result."""
    ran = subprocess.run(
        [sys.executable, "-P", "-m", "gradcheck", "validate", "--format=json", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert "internal error" not in ran.stderr
    found: list[dict[str, Any]] = json.loads(ran.stdout)["submissions"]
    return found


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Judge the hostile submissions in one batch, with an honest one after each."""
    folder = tmp_path_factory.mktemp("class")
    for name, body in HOSTILE.items():
        (folder / f"{name}.py").write_text(LINEAR.replace(GRADIENT, f"    {body}\n{GRADIENT}"))
        (folder / f"{name} and beside it.py").write_text(LINEAR)
    files = sorted(folder.iterdir())
    found = gradcheck(folder, "--allow-weak-isolation", "--timeout=0.4", ".")
    assert sorted(folder.iterdir()) == files
    return {Path(result["path"]).stem: result for result in found}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_submission_is_wrong_at_its_own_function(
    judged: dict[str, dict[str, Any]], name: str
) -> None:
    """The attack is a fault of the gradient; what was honest in the same file is judged."""
    result = judged[name]
    verdicts = {quantity["name"]: quantity["verdict"] for quantity in result["quantities"]}
    assert result["verdict"] == "wrong"
    assert {fault["quantity"] for fault in result["faults"]} <= {"dw", "db"}
    assert (verdicts["Yhat"], verdicts["J"], verdicts["w"]) == ("correct",) * 3


@pytest.mark.parametrize("name", HOSTILE)
def test_an_honest_submission_beside_it_is_correct(
    judged: dict[str, dict[str, Any]], name: str
) -> None:
    """A neighbour in the same batch notices nothing."""
    assert judged[f"{name} and beside it"]["verdict"] == "correct"


def keyed(to: str) -> str:
    """Write a submission that computes the gradient only if a condition holds."""
    return LINEAR.replace(GRADIENT, f"{GRADIENT}    dZ = dZ if {to} else -dZ\n")


def test_answers_keyed_to_known_problems_are_wrong_on_others(judge: Judge) -> None:
    """Who has learnt the problems of one seed does not know those of another."""
    model = models()["linear"]
    rng = np.random.default_rng([0, 1])
    known = [float(draw(model, rng, outputs=1, choice={}).values["X"][0, 0]) for _ in range(3)]
    submission = keyed(f"X[0, 0] in {known}")
    assert judge(submission, seed=1).verdict == "wrong"


@pytest.mark.parametrize("calls", [1, 2, 3])
def test_answers_that_change_with_the_number_of_calls_are_wrong(judge: Judge, calls: int) -> None:
    """To behave at first is not enough."""
    counting = f"calls = []\n{keyed(f'len(calls.append(1) or calls) <= {calls}')}"
    assert judge(counting).verdict == "wrong"


@pytest.mark.parametrize(
    "sign",
    [
        "'gradcheck' in sys.modules",
        "'_sandbox.worker' in sys.modules",
        "'submission' in sys.modules",
        "sys.argv == ['submission.py']",
    ],
)
def test_one_that_knows_where_it_runs_is_judged_by_what_it_computes(
    judge: Judge, sign: str
) -> None:
    """Numbers alone decide, whatever made it compute them."""
    behaving, opposite = (f"import sys\n{keyed(text)}" for text in (sign, f"not ({sign})"))
    assert {judge(behaving).verdict, judge(opposite).verdict} == {"correct", "wrong"}


def test_files_beside_the_submissions_are_never_run(tmp_path: Path) -> None:
    """Not by their names, not from the current folder, not by a search path."""
    for name in NAMES:
        (tmp_path / f"{name}.py").write_text("open('trapped', 'w').close()\nraise SystemExit(9)")
    (tmp_path / "honest.py").write_text(LINEAR)
    before = sorted(path.name for path in tmp_path.iterdir())
    found = gradcheck(tmp_path, "--allow-weak-isolation", "honest.py", "numpy.py")
    assert [result["verdict"] for result in found] == ["correct", "not-gradable"]
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_a_message_is_one_printable_line(judge: Judge) -> None:
    """Control signs and line ends of a submission's own text stay inside."""
    text = "\\n::error::pwned\\x1b[2J\\u202e"
    (fault,) = judge(LINEAR.replace(GRADIENT, f"    raise Exception('{text}')\n")).faults
    assert fault.message.isprintable()
    assert "::error::pwned" in fault.message


BOMBS = {
    "brackets": f"def bomb(): return {'(' * 20_000}1{')' * 20_000}",
    "signs": f"def bomb(): return {'-' * 100_000}1",
    "dots": f"def bomb(): return x{'.a' * 20_000}",
    "lambdas": f"bomb = {'lambda: ' * 3_000}1",
    "digits": f"bomb = {'9' * 10_000}",
    "a power": "bomb = 9 ** 9 ** 9",
    "a text": "bomb = 'x' * 10 ** 12",
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_in_the_source_costs_only_itself(judge: Judge, name: str) -> None:
    """What is too deep or too large to be read or run is left out, and the rest is judged."""
    result = judge(f"{LINEAR}\n{BOMBS[name]}\n", limits=Limits(call_seconds=0.5))
    assert result.verdict == "correct"
    assert any("left out" in note or "cannot be read" in note for note in result.notes)


def test_a_folder_shows_only_its_own_files_and_any_name_in_one_line(tmp_path: Path) -> None:
    """Links out of it are not followed; a line end or markup in a name stays in its line."""
    (tmp_path / "outside.py").write_text(LINEAR)
    folder = tmp_path / "class"
    folder.mkdir()
    (folder / "link.py").symlink_to(tmp_path / "outside.py")
    (folder / "loop").symlink_to(folder)
    (folder / "a\n::error::\x1b[2J<script>.py").write_text(LINEAR)
    (result,) = gradcheck(tmp_path, "--allow-weak-isolation", "class")
    assert result["path"] == "class/a\n::error::\x1b[2J<script>.py"
    ran = subprocess.run(
        [sys.executable, "-P", "-m", "gradcheck", "validate", "--allow-weak-isolation", "class"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "a\\n::error::\\x1b[2J" in ran.stdout
    assert all(line.isprintable() for line in ran.stdout.splitlines())
