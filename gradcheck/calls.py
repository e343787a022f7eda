"""The caller's cost, called in float64 or in extended precision, and every call counted."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from numbers import Real
from typing import Any

import numpy as np

from gradcheck.parameters import Extended, Layout, Vector, to_numpy
from gradcheck.slopes.extrapolated import EPS, remembering
from gradcheck.slopes.slope import Curve

OUTSIDE = (ArithmeticError, ValueError, AssertionError)
ALIKE = 2.0**-6
MOST, PATIENCE = 1024, 0.02
FINER = bool(np.finfo(np.longdouble).eps < EPS / 1000)
"""Whether a long double of NumPy is finer than its float64, as on most machines."""


class OutOfBudgetError(Exception):
    """The evaluations that the caller allowed are used up; caught before it reaches anyone."""


@dataclass
class Cost:
    """The caller's cost as a function of the flat vector; counts its calls.

    Parameters
    ----------
    function : callable
        The caller's own function.
    layout : Layout
        Of the parameters.
    budget : int
        The largest number of calls.
    progress : callable or None
        Told the number of calls after each of them.

    Attributes
    ----------
    evaluations : int
        The calls so far.
    """

    function: Callable[[Any], Any]
    layout: Layout
    budget: int
    progress: Callable[[int], None] | None = None
    evaluations: int = field(default=0, init=False)

    def __call__(self, vector: Vector) -> float:
        """Call the function; outside its domain the value is nan.

        Raises
        ------
        OutOfBudgetError
            If no call is left.
        TypeError
            If the cost is not one real number.
        """
        try:
            return self.evaluate(self.layout.restore(vector))
        except OUTSIDE:
            return math.nan

    def evaluate(self, parameters: Any) -> float:
        """Call the function with the caller's kind of parameters, letting its exceptions pass."""
        return as_number(self._answer(parameters))

    def _answer(self, parameters: Any) -> Any:
        if self.evaluations >= self.budget:
            raise OutOfBudgetError
        self.evaluations += 1
        with np.errstate(all="ignore"):
            value = self.function(parameters)
        if self.progress is not None:
            self.progress(self.evaluations)
        return value

    def exact(self, vector: Vector, value: float) -> np.longdouble | None:
        """Give the cost in extended precision; None unless it answers in that, and much alike.

        No BLAS multiplies long doubles, so it is left alone where that would take long.
        """
        if not (FINER and self.layout.extends and 0 < vector.size <= MOST):
            return None
        began = time.process_time()
        exact = self._extended(vector.astype(np.longdouble))
        slow = time.process_time() - began > PATIENCE
        alike = exact is not None and abs(exact - value) <= ALIKE * abs(value)
        return exact if alike and not slow else None

    def _extended(self, vector: Extended) -> np.longdouble | None:
        try:
            value = np.asarray(self._answer(self.layout.restore(vector)))
        except OutOfBudgetError:
            raise
        except Exception:  # it was not made for such numbers
            return None
        if value.dtype != np.longdouble or value.size != 1:
            return None
        return np.longdouble(value.reshape(())[()])

    def exactly(self, origin: Vector, direction: Vector, distance: float) -> np.longdouble:
        """Give the cost so far along a direction in extended precision; nan if it has none."""
        point = origin.astype(np.longdouble) + np.longdouble(distance) * direction
        value = self._extended(point)
        return np.longdouble(math.nan) if value is None else value

    def closely(self, origin: Vector, direction: Vector, base: np.longdouble) -> Curve:
        """Give how far the cost moves from `base` along a direction, in extended precision."""
        return remembering(lambda t: float(self.exactly(origin, direction, t) - base) if t else 0.0)

    @contextmanager
    def within(self, calls: int) -> Iterator[None]:
        """Do something that may make no more than so many calls in all."""
        allowed = self.budget
        self.budget = min(allowed, calls)
        try:
            yield
        finally:
            self.budget = allowed

    def along(self, origin: Vector, direction: Vector, here: float) -> Curve:
        """Give the cost as a function of the distance gone from `origin`, where it is `here`."""
        return remembering(lambda t: self(origin + t * direction) if t else here)


def as_number(value: Any) -> float:
    """Read one real number off whatever a cost returned.

    Raises
    ------
    TypeError
        If it is complex, not numeric, or holds more than one number.
    """
    if isinstance(value, Real):
        return float(value)
    array = np.asarray(to_numpy(value))
    if array.size != 1 or array.dtype.kind not in "fiub":
        kind = f"{array.dtype} of shape {array.shape}"
        got = type(value).__name__ if array.dtype == object else kind
        raise TypeError(f"the cost returned {got}, expected one real number")
    return float(array.reshape(()))
