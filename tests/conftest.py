"""What all tests share: how examples and directions are drawn."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import settings

# On CI the draws are the same in every run, so that a failure is about the change at hand;
# `tox -e random` draws fresh ones beside it, and so does a developer's own run.
settings.register_profile("repeatable", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("random", deadline=None, print_blob=True)
PROFILE = os.environ.get("GRADCHECK_HYPOTHESIS", "repeatable" if os.environ.get("CI") else "random")
settings.load_profile(PROFILE)


@pytest.fixture(scope="session", autouse=True)
def repeatable_directions() -> Iterator[None]:
    """Let the judge draw the same directions in every repeatable run, where no seed is given."""
    fresh = np.random.default_rng

    def seeded(seed: Any = None) -> np.random.Generator:
        return fresh(0 if seed is None else seed)

    with pytest.MonkeyPatch.context() as patch:
        if PROFILE == "repeatable":
            patch.setattr(np.random, "default_rng", seeded)
        yield


@pytest.fixture
def unmeasured() -> dict[str, str]:
    """Give an environment in which a command runs without coverage.py.

    Its tracer takes a lock that it never gives back where a Ctrl-C comes in between, and waits for
    it for ever; and it could not write what it measured where nothing more may be written.
    """
    return {name: told for name, told in os.environ.items() if not name.startswith("COVERAGE")}
