"""The box that bubblewrap makes: what is asked for, and what is said where it cannot be had."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from gradcheck.sandbox import bubblewrap
from gradcheck.sandbox.child import library

REFUSALS = {
    "echo first >&2; echo 'bwrap: No permissions' >&2; exit 1": "bwrap: No permissions",
    "exit 3": "exit code 3",
    "exec sleep 60": "did not start within 0.2 seconds",
}


def pairs(words: Sequence[str], option: str) -> list[str]:
    """Give what follows each occurrence of an option."""
    return [words[place + 1] for place, word in enumerate(words) if word == option]


@pytest.mark.parametrize("script", REFUSALS)
def test_a_refusal_of_bubblewrap_is_given_in_its_own_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str
) -> None:
    """The last line that it wrote is the reason."""
    program = tmp_path / "bwrap"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setattr(bubblewrap, "TRIAL_SECONDS", 0.2 if "sleep" in script else 20)
    with pytest.raises(OSError, match=f"^{REFUSALS[script]}$"):
        bubblewrap.box("/code", (), str(program))


def test_without_bubblewrap_that_is_said(tmp_path: Path) -> None:
    """A program that is not there is not installed."""
    with pytest.raises(OSError, match=r"^not installed$"):
        bubblewrap.box("/code", (), str(tmp_path / "bwrap"))


def test_root_keeps_only_what_it_needs_to_leave_root() -> None:
    """Everything is given up; the rights to change the user and to end its processes come back."""
    assert pairs(bubblewrap.walls(0), "--cap-add") == ["CAP_SETUID", "CAP_SETGID", "CAP_KILL"]
    assert pairs(bubblewrap.walls(1000), "--cap-add") == []
    for user in (0, 1000):
        words = bubblewrap.walls(user)
        assert pairs(words, "--cap-drop") == ["ALL"]
        assert {"--unshare-net", "--unshare-pid", "--unshare-ipc", "--die-with-parent"} < set(words)
        assert ("--unshare-user-try" in words) == (user != 0)


def test_the_box_holds_python_numpy_and_libraries_and_can_only_be_read() -> None:
    """No path of this project is among them, and its root is read-only in the end."""
    words = bubblewrap.view("/code", ["/usr/lib/libraries"], "/usr/bin/python")
    bound = {*pairs(words, "--ro-bind"), *pairs(words, "--ro-bind-try")}
    assert {"/code", "/usr/lib/libraries", "/usr/bin/python", library.standard()} < bound
    assert not any(Path(__file__).is_relative_to(path) for path in bound)
    assert not {"--bind", "--bind-try"} & set(words)
    assert words[-2:] == ["--remount-ro", "/"]
    assert set(pairs(words, "--tmpfs")) == set(pairs(words, "--remount-ro")) - {"/"}
