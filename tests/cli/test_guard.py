"""Somebody's file of the same name in front of a room of ours is told in one line."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from gradcheck import guard
from gradcheck.working_folder import forget_working_folder


def test_the_rooms_here_are_ours() -> None:
    """Nothing is said where nothing is wrong."""
    assert guard.shadowed() is None


def test_a_stranger_s_file_is_named(tmp_path: Path) -> None:
    """With what belongs there and what to do."""
    message = guard.shadowed(tmp_path)
    assert message is not None
    assert message.startswith("impl: got ")
    assert f"expected {tmp_path / 'impl' / '__init__.py'}; rename that file" in message


def test_a_missing_room_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation may be broken."""
    monkeypatch.setattr(guard, "find_spec", lambda name: None)
    assert str(guard.shadowed()).startswith("impl: not found, expected ")


def test_the_working_folder_is_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`python -m` puts it first, in front of the libraries."""
    monkeypatch.setattr(sys, "path", [str(tmp_path), "lib"])
    forget_working_folder()
    assert sys.path == ["lib"]


def test_our_own_folder_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Developers run it from the checkout."""
    home = str(Path(guard.__file__).resolve().parents[1])
    monkeypatch.setattr(sys, "path", [home, "lib"])
    forget_working_folder()
    assert sys.path == [home, "lib"]
