"""One warm parent for all tests of the room, as a batch has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from textwrap import dedent
from typing import TypeAlias

import pytest

from gradcheck.sandbox import Limits, Piece, Program, Sandbox, WarmParent

Open: TypeAlias = Callable[..., Sandbox]
SHORT = Limits(call_seconds=1.0, total_seconds=20.0)


@pytest.fixture(scope="session")
def warm() -> Iterator[WarmParent]:
    """Give one warm parent."""
    with WarmParent() as parent:
        yield parent


@pytest.fixture
def opened(warm: WarmParent) -> Iterator[Open]:
    """Give a function that opens a sandbox over sources, each one piece."""
    with ExitStack() as stack:

        def open_sandbox(*sources: str, limits: Limits = SHORT, **stubs: str) -> Sandbox:
            pieces = tuple(Piece(dedent(source), f"s{n}.py") for n, source in enumerate(sources))
            sandbox = Sandbox(Program(pieces, stubs), limits, allow_weak=True, warm=warm)
            return stack.enter_context(sandbox)

        yield open_sandbox
