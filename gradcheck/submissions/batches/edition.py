"""Which code a result comes from: results are comparable if their editions are the same."""

from __future__ import annotations

import hashlib
import platform
from functools import cache
from importlib.metadata import version
from pathlib import Path

HOME = Path(__file__).resolve().parents[3]
ROOMS = ("derivations", "gradcheck", "impl")
LETTERS = 12


@cache
def edition() -> str:
    """Name the code that judges: the version, a digest of the sources, and what they run on.

    The digest tells two states of one version apart, as those who change gradcheck have them.
    """
    digest = hashlib.sha256()
    for file in sorted(file for room in ROOMS for file in (HOME / room).rglob("*.py")):
        digest.update(f"{file.relative_to(HOME)}\0".encode())
        digest.update(file.read_bytes())
    return (
        f"gradcheck {version('gradcheck')} ({digest.hexdigest()[:LETTERS]}) on Python "
        f"{platform.python_version()}, NumPy {version('numpy')}, SymPy {version('sympy')}"
    )
