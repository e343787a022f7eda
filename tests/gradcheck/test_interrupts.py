"""A Ctrl-C that comes while modules are loaded is heard when they are there."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gradcheck.interrupts import load_unheard

DEAF = """
import signal
try:
    signal.raise_signal(signal.SIGINT)
except KeyboardInterrupt:
    pass
there = True
"""


@pytest.fixture
def deaf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Give a module that a Ctrl-C reaches while it is loaded, and that swallows it."""
    if not hasattr(signal, "pthread_sigmask"):
        pytest.skip("this system cannot hold a signal back")
    (tmp_path / "deaf_to_interrupts.py").write_text(DEAF)
    monkeypatch.syspath_prepend(tmp_path)
    yield "deaf_to_interrupts"
    sys.modules.pop("deaf_to_interrupts", None)


def test_a_ctrl_c_is_not_lost_in_a_module_that_swallows_it(deaf: str) -> None:
    """It comes after the module, which is whole."""
    with pytest.raises(KeyboardInterrupt):
        load_unheard(deaf)
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, set())


def test_without_holding_it_back_it_would_be_lost(deaf: str) -> None:
    """So the test above can fail."""
    __import__(deaf)


def test_a_module_that_cannot_be_loaded_leaves_the_signals_as_they_were() -> None:
    """And says so as import does."""
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        load_unheard("no_such_module")
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, set())
