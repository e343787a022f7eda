"""The table of planted mistakes, and a warm parent to judge them in."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from gradcheck.sandbox import WarmParent

TABLE = Path(__file__).parent.parent.parent / "benchmarks" / "planted.py"


@pytest.fixture(scope="session")
def table() -> ModuleType:
    """Load the benchmark that reads the styles and judges what is planted in them."""
    spec = importlib.util.spec_from_file_location("planted_table", TABLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def warm() -> Iterator[WarmParent]:
    """One interpreter that all children are forked from."""
    with WarmParent() as parent:
        yield parent
