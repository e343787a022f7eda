"""What a child finds, what it leaves behind, and what its neighbours notice: nothing."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from textwrap import indent

import numpy as np
import pytest

from gradcheck.sandbox import (
    Outcome,
    Piece,
    Program,
    Sandbox,
    SandboxError,
    WarmParent,
)

Attacked = Callable[..., Outcome]

Open = Callable[..., Sandbox]

TRAPS = [
    "numpy",
    "impl",
    "reports",
    "gradcheck",
    "json",
    "os",
    "conftest",
    "sitecustomize",
    "usercustomize",
]
GARBAGE_PAGES = 64  # what Python may hold between two collections


def test_nothing_worth_finding_is_in_the_child(attacked: Attacked) -> None:
    """Neither modules, objects, arguments nor frames of the child lead to a reference."""
    body = """
    import gc, inspect
    names = [n for n in sys.modules if n.split('.')[0] in ('gradcheck', 'impl', 'derivations',
             'reports', 'pytest', 'sympy', 'hypothesis', 'click')]
    texts = ' '.join([*sys.argv, *sys.orig_argv, *os.environ, *sys.path])
    referents = [o for o in gc.get_objects() if type(o).__module__.startswith(('impl', 'gradch'))]
    return names, 'gradcheck' in texts, len(referents), len(os.environ)
    """
    assert attacked(body).value == ([], False, 0, 0)


def test_only_the_channel_is_open(attacked: Attacked) -> None:
    """Besides the null device a child holds one socket, for both directions."""
    body = """
    found = {}
    for fd in range(4096):
        try: found[str(fd)] = os.fstat(fd)
        except OSError: pass
    null = [s for s in found.values() if s.st_rdev]
    return len(null), len({s.st_ino for s in found.values() if not s.st_rdev})
    """
    assert attacked(body).value == (3, 1)


def test_a_patched_numpy_patches_only_itself(opened: Open, honest: str) -> None:
    """A neighbour forked from the same parent has NumPy as it was."""
    evil = opened("import numpy as np\nnp.exp = lambda z: 0 * z\nnp.asarray = np.array = None")
    evil.load()
    beside = opened(honest)
    assert beside.call("sigmoid", [np.zeros(1)]).value.tolist() == [0.5]


def test_a_patched_encoder_harms_only_its_own_values(opened: Open) -> None:
    """A submission that breaks what sends its values has no values."""
    body = "np.asarray = None\nreturn np.float32(2)"
    header = "import numpy as np\ndef attack():\n" + indent(body, "    ")
    outcome = opened(header).call("attack", [])
    assert outcome.value is None
    assert outcome.failure is not None


def test_the_host_s_arrays_stay_as_they_are(opened: Open) -> None:
    """Read-only flags set back in the child concern copies."""
    mine = np.ones(2)
    mine.flags.writeable = False
    source = "def f(x):\n    x.flags.writeable = True\n    x[0] = 9"
    outcome = opened(source).call("f", [mine])
    assert outcome.arguments[0].tolist() == [9, 1]
    assert mine.tolist() == [1, 1]


def test_files_beside_the_submission_are_never_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, honest: str
) -> None:
    """A folder full of traps, a search path and a start-up file change nothing."""
    for name in (
        "numpy",
        "impl",
        "reports",
        "gradcheck",
        "json",
        "sitecustomize",
        "usercustomize",
        "conftest",
        "os",
    ):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('trapped')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTHONSTARTUP", str(tmp_path / "os.py"))
    source = f"{honest}\nimport os, json\ncwd = os.getcwd()\ndef where():\n    return cwd"
    with Sandbox(Program((Piece(source, "a.py"),)), allow_weak=True) as sandbox:
        assert sandbox.load().failures == ()
        assert sandbox.call("where", []).value != str(tmp_path)
        assert sandbox.call("sigmoid", [0.0]).value == 0.5


@pytest.mark.usefixtures("linux")
def test_no_process_is_left(
    attacked: Attacked, opened: Open, walled: WarmParent, honest: str
) -> None:
    """After loops, deaths and time-outs the warm parent has no child any more."""
    for body in ("while True: pass", "os._exit(1)", "os.abort()", "os.closerange(0, 64)"):
        attacked(body, call_seconds=0.3)
    alone = descendants_of(walled.pid)
    for _ in range(3):
        sandbox = opened(honest, parent=walled)
        sandbox.load()
        assert len(descendants_of(walled.pid)) == len(alone) + 1
        sandbox.__exit__(None, None, None)
        assert descendants_of(walled.pid) == alone


@pytest.mark.usefixtures("linux")
def test_nothing_grows_with_the_number_of_submissions(warm: WarmParent, honest: str) -> None:
    """After two hundred children the warm parent holds what it held after ten, and no zombie."""
    program = Program((Piece(honest, "a.py"),))

    def run(count: int) -> tuple[int, int | None, list[int]]:
        for _ in range(count):
            with Sandbox(program, allow_weak=True, warm=warm) as sandbox:
                assert sandbox.call("sigmoid", [0.0]).value == 0.5
        parent = (descendants_of(warm.pid) or [warm.pid])[0]  # the first may only wait for it
        return resident_pages(parent), descriptors_of(parent), children_of(parent)

    pages, *few = run(10)
    more, *many = run(200)
    assert few == many
    assert more <= pages + GARBAGE_PAGES


@pytest.mark.usefixtures("linux")
@pytest.mark.parametrize("killed", [0, -2])
def test_children_die_with_a_parent_that_is_killed(killed: int) -> None:
    """When the warm parent dies at once, or who waits for it, so do the children."""
    source = "import time\ndef f():\n    time.sleep(30)"
    program = Program((Piece(source, "a.py"),))
    with WarmParent() as warm, Sandbox(program, allow_weak=True, warm=warm) as sandbox:
        sandbox.load()
        family = [warm.pid, *descendants_of(warm.pid)]
        os.kill(family[killed], signal.SIGKILL)
        waiting = iter(range(1000))
        while any(map(alive, family[1:])) and next(waiting, None) is not None:
            time.sleep(0.01)
        assert not any(map(alive, family[1:]))
        with pytest.raises(SandboxError, match=r"the warm parent does not (listen|answer)"):
            Sandbox(program, allow_weak=True, warm=warm).__enter__().load()


def alive(pid: int) -> bool:
    """Say whether a process runs, zombies aside."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:  # it has ended meanwhile
        return False
    return stat.rsplit(")", 1)[1].split()[0] != "Z"


def descriptors_of(pid: int) -> int | None:
    """Count the open descriptors of a process; only root may look into one that hides itself."""
    try:
        return len(list(Path(f"/proc/{pid}/fd").iterdir()))
    except PermissionError:
        return None


def resident_pages(pid: int) -> int:
    """Give the memory that a process holds."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1])


def descendants_of(pid: int) -> list[int]:
    """Find the processes below that one, at any depth."""
    below = children_of(pid)
    return sorted([*below, *(found for child in below for found in descendants_of(child))])


def children_of(pid: int) -> list[int]:
    """Find the processes whose parent has that number."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:  # it has just ended
            continue
        if int(fields[1]) == pid:
            found.append(int(stat.parent.name))
    return found
