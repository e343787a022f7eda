"""One warm parent for all tests of the room, as a batch has, and benches to watch the parts on."""

from __future__ import annotations

import builtins
import platform
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

import numpy as np
import pytest

from gradcheck.sandbox import Limits, Outcome, Piece, Program, Sandbox, WarmParent
from gradcheck.sandbox import warm as warm_module
from gradcheck.sandbox.child import kernel, landlock, namespaces, seccomp
from gradcheck.sandbox.child.decode import decode
from gradcheck.sandbox.child.encode import encode
from gradcheck.sandbox.child.wire import Handle
from gradcheck.sandbox.child.worker import Worker

Open = Callable[..., Sandbox]
SHORT = Limits(call_seconds=1.0, total_seconds=20.0)
ROOM = 2**20
HONEST = """
import numpy as np
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
"""
SMALL = 2**27
HEADER = """
import ctypes, importlib, os, resource, signal, socket, subprocess, sys, threading
import numpy as np
libc = ctypes.CDLL(None)
FOLDER = {folder!r}
"""


@pytest.fixture(scope="session")
def warm() -> Iterator[WarmParent]:
    """Give one warm parent."""
    with WarmParent() as parent:
        yield parent


@pytest.fixture(scope="session")
def boxed() -> Iterator[WarmParent]:
    """Give one warm parent inside bubblewrap, as on a machine that permits us no namespaces."""
    with ExitStack() as stack:
        with pytest.MonkeyPatch.context() as patch:  # for its start alone
            patch.setattr(warm_module, "NAMESPACES", "another way to leave the host")
            parent = stack.enter_context(WarmParent())
        if warm_module.BUBBLEWRAP not in parent.isolation.layers:
            pytest.skip(f"no bubblewrap: {parent.isolation.missing[-1]}")
        yield parent


@pytest.fixture(params=["warm", "boxed"])
def walled(request: pytest.FixtureRequest) -> WarmParent:
    """Give a warm parent, each kind in its turn."""
    parent: WarmParent = request.getfixturevalue(request.param)
    return parent


@pytest.fixture
def linux() -> None:
    """Skip what speaks of Linux's walls elsewhere."""
    if sys.platform != "linux":
        pytest.skip("these walls are Linux's")


@pytest.fixture
def honest() -> str:
    """Give a submission that does no harm."""
    return HONEST


@pytest.fixture
def opened(warm: WarmParent) -> Iterator[Open]:
    """Give a function that opens a sandbox over sources, each one piece."""
    with ExitStack() as stack:

        def open_sandbox(
            *sources: str, limits: Limits = SHORT, parent: WarmParent = warm, **stubs: str
        ) -> Sandbox:
            pieces = tuple(Piece(dedent(source), f"s{n}.py") for n, source in enumerate(sources))
            sandbox = Sandbox(Program(pieces, stubs), limits, allow_weak=True, warm=parent)
            return stack.enter_context(sandbox)

        yield open_sandbox


@pytest.fixture
def attacked(opened: Open, walled: WarmParent) -> Callable[..., Outcome]:
    """Give a function that runs an attack, and judges an honest function beside it."""

    def attack(body: str, **limits: Any) -> Outcome:
        header = HEADER.format(folder=str(Path(__file__).parents[2]))
        source = f"{header}\ndef attack():\n{indent(dedent(body), '    ')}"
        given = Limits(**{"memory_bytes": SMALL, **limits})
        sandbox = opened(HONEST, source, limits=given, parent=walled)
        outcome = sandbox.call("attack", [])
        assert sandbox.call("sigmoid", [np.zeros(2)]).value.tolist() == [0.5, 0.5]
        return outcome

    return attack


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """Record what is asked of the kernel instead of asking it."""
    found: list[tuple[Any, ...]] = []

    def record(*arguments: Any) -> int:
        found.append(arguments)
        return 7

    for module in (kernel, landlock, namespaces, seccomp):
        monkeypatch.setattr(module, "call", record)
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    return found


@dataclass(frozen=True)
class Bench:
    """A worker that was made here, without walls, and short ways to ask it."""

    worker: Worker

    def answer(self, what: str, **options: Any) -> dict[str, Any]:
        """Put one request."""
        return self.worker.answer({"do": what, "with": options})

    def loaded(self, index: int, source: str, first_line: int) -> Any:
        """Load one piece; give its failure."""
        (failure,) = self.answer("load", pieces=[(index, source, first_line)])["failures"]
        return failure

    def called(self, name: str, *arguments: Any, **options: Any) -> dict[str, Any]:
        """Call a function; handles may be among its arguments."""
        sent = [encode(argument, limit=ROOM, keep=_only_handles) for argument in arguments]
        given = (options.pop("keywords", {}), options.pop("globals", {}))
        named = encode(given, limit=ROOM, keep=_only_handles)
        options = {"seed": 0, "capture": False, **options}
        return self.answer("call", function=name, arguments=sent, named=named, options=options)

    def value(self, name: str, *arguments: Any, **options: Any) -> Any:
        """Call a function that must not fail, and read its value."""
        answer = self.called(name, *arguments, **options)
        assert answer["failure"] is None, answer["failure"]
        return decode(answer["value"])


def _only_handles(value: Any) -> Handle:
    assert isinstance(value, Handle)
    return value


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Bench]:
    """Give a function that makes an installed worker; the process is put right afterwards."""
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    monkeypatch.setattr(sys, "modules", dict(sys.modules))
    for name in ("argv", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, getattr(sys, name))
    monkeypatch.setattr(builtins, "input", builtins.input)

    def make(*sources: str, stubs: Mapping[str, str] | None = None) -> Bench:
        bench = Bench(Worker(stubs or {}, 1000, ROOM))
        bench.worker.install()
        for index, source in enumerate(sources):
            assert bench.loaded(index, dedent(source), 1) is None
        return bench

    return make
