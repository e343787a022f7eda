"""Where training went on a problem, and what its steps show."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcheck.sandbox import Failure
from gradcheck.submissions.reference.problems import Problem
from impl import Arrays

Locals = Mapping[str, tuple[Any, int]]


class LostError(RuntimeError):
    """Training that cannot be followed; the arguments are the reason and the failure, if any."""


@dataclass(frozen=True)
class Path:
    """Where training went on a problem.

    Parameters
    ----------
    problem : Problem
    points : tuple of dict of arrays
        The parameters in the course's layout, before the first step and after each.
    rate : float or None
        The learning rate, where the submission lets one set it or shows it.
    again : callable
        Trains once more up to the point of a number, and gives the variables on the way.
    """

    problem: Problem
    points: tuple[Arrays, ...]
    rate: float | None
    again: Callable[[int], Locals]


def steps_along(path: Path, rate: float) -> Sequence[tuple[Arrays, Arrays]]:
    """Give each point with the gradient that the step from it shows: (θ − θ′)/α."""
    pairs = zip(path.points, path.points[1:], strict=False)
    return [
        (at, {f"d{name}": (value - after[name]) / rate for name, value in at.items()})
        for at, after in pairs
    ]


def fitted_rate(paths: Sequence[Path], slope: Callable[[Path, Arrays], Arrays]) -> float | None:
    """Fit the learning rate that the steps on all problems share, if they show one."""
    ratios = []
    for path in paths:
        for at, moved in steps_along(path, 1.0):
            for name, right in slope(path, at).items():
                largest = np.unravel_index(np.abs(right).argmax(), right.shape)
                if abs(right[largest]) > 1e-3:
                    ratios.append(float(moved[f"d{name}"][largest] / right[largest]))
    return _commonest([abs(ratio) for ratio in ratios if np.isfinite(ratio) and ratio])


def _commonest(rates: Sequence[float]) -> float | None:
    """Give the rate that most steps agree on, of several the one that is shortest to write.

    The ratios of a wrong gradient differ from problem to problem, unless it is off by a factor.
    """
    alike: dict[float, list[float]] = {}
    for rate in rates:
        alike.setdefault(float(f"{rate:.9g}"), []).append(rate)
    most = max(map(len, alike.values()), default=0)
    common = (rate for rate, found in alike.items() if len(found) == most)
    shortest = min(common, key=lambda rate: (len(str(rate)), rate), default=None)
    return None if shortest is None else float(np.median(alike[shortest]))


def failure_of(lost: LostError) -> Failure | None:
    """Give the failure of a call that training was lost in."""
    failure = lost.args[1]
    return failure if isinstance(failure, Failure) else None
