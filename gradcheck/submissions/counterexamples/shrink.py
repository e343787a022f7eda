"""The smallest problem on which something fails, found by Hypothesis, the same one every time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from random import Random

import numpy as np
from hypothesis import HealthCheck, Phase, find, settings
from hypothesis.errors import NoSuchExample

from gradcheck.submissions.counterexamples.small import (
    Frame,
    given_to,
    problems,
    random_problem,
    sizes_upward,
)
from gradcheck.submissions.reference.problems import Problem

MOST_TRIES = 100
MOST_SECONDS = 10.0  # for a submission whose calls are slow; others end by the number of tries
_TRIES_A_SIZE = 6  # where a fault shows at all at a size, few numbers hide it

_SETTINGS = settings(
    max_examples=40,
    database=None,
    deadline=None,
    derandomize=True,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)
_ONE_AT_A_TIME = threading.Lock()  # Hypothesis seeds and restores the process's random numbers


class EnoughError(BaseException):
    """The tries are used up; not an `Exception`, which Hypothesis would take for a finding."""


@dataclass
class _Hunt:
    """Counts the tries and keeps the smallest problem that fails."""

    fails: Callable[[Problem], bool]
    given: tuple[str, ...]
    end: float
    tries: int = 0
    best: Problem | None = None

    def __call__(self, problem: Problem) -> bool:
        self.tries += 1
        if self.tries > MOST_TRIES or time.monotonic() > self.end:
            raise EnoughError
        failed = self.fails(problem)
        if failed and (self.best is None or self.size(problem) <= self.size(self.best)):
            self.best = problem
        return failed

    def size(self, problem: Problem) -> float:
        """Add up the numbers that are given, the signs left out."""
        return sum(float(abs(problem.values[name]).sum()) for name in self.given)


def smallest(
    frame: Frame, fails: Callable[[Problem], bool], *, outputs: int, examples: int = 1
) -> Problem | None:
    """Find a problem that fails: of the smallest sizes first, then with the smallest numbers.

    Parameters
    ----------
    frame : Frame
    fails : callable
        Called `MOST_TRIES` times at most.
    outputs : int
        The largest n_y.
    examples : int
        The smallest m.

    Returns
    -------
    Problem or None
        None if none of those tried fails.
    """
    hunt = _Hunt(fails, given_to(frame.model), time.monotonic() + MOST_SECONDS)
    with suppress(EnoughError, NoSuchExample), _ONE_AT_A_TIME:
        for sizes in sizes_upward(frame.model, outputs=outputs, examples=examples):
            if _shows(hunt, frame, sizes):
                find(problems(frame, sizes), hunt, settings=_SETTINGS, random=Random(0))  # noqa: S311 - no secret
                break
    return hunt.best


def _shows(hunt: _Hunt, frame: Frame, sizes: Mapping[str, int]) -> bool:
    rng = np.random.default_rng(0)
    return any(hunt(random_problem(frame, sizes, rng)) for _ in range(_TRIES_A_SIZE))
