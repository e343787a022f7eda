"""The submission of our own that the warm parent runs first: it works, and leaves no trace."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

from gradcheck.sandbox.child.decode import decode
from gradcheck.sandbox.child.rehearsal import ROUNDS, rehearse
from gradcheck.sandbox.child.wire import HEADER, body_length


def answers(data: bytes) -> Iterator[Any]:
    """Read frames one after the other."""
    while data:
        end = HEADER.size + body_length(data[: HEADER.size], len(data))
        yield decode(data[HEADER.size : end])
        data = data[end:]


def test_a_rehearsal_goes_well_every_time() -> None:
    """All is loaded, and each function but the one that is absent gives a value."""
    loaded, *called = answers(rehearse())
    failures = [answer["failure"] for answer in called if "failure" in answer]
    messages = [failure["message"] for failure in failures if failure]
    assert loaded["failures"] == [None]
    assert messages == ["LookupError: the submission defines no absent"] * 2 * ROUNDS
    assert len(failures) == 10 * ROUNDS


def test_a_rehearsal_changes_nothing_that_a_submission_could_see() -> None:
    """Modules, import system, streams and error handling stay as they were."""

    def state() -> list[Any]:
        held = (sys.meta_path, sys.modules, sys.argv, vars(builtins))
        return [*map(list, held), sys.stdout, sys.stderr, sys.gettrace(), np.geterr()]

    before = state()
    rehearse()
    assert state() == before
