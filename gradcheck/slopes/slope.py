"""A slope and how far it can be trusted."""

from collections.abc import Callable
from dataclasses import dataclass

Curve = Callable[[float], float]


@dataclass(frozen=True)
class Slope:
    """A measured slope with its error bar: the true slope lies within value ± bar.

    Parameters
    ----------
    value : float
        The measured slope, in units of the cost per unit of the parameter.
    bar : float
        The error bar, never negative; infinite when nothing could be measured.

    Raises
    ------
    ValueError
        If the bar is negative or nan.
    """

    value: float
    bar: float

    def __post_init__(self) -> None:
        if not self.bar >= 0:
            raise ValueError(f"Slope: bar is {self.bar}, expected 0 or more; use inf for unknown")

    def agrees_with(self, claim: float, slack: float = 0.0) -> bool:
        """Whether a claim lies within the bar, widened by `slack`; a claim of nan never does."""
        return abs(claim - self.value) <= self.bar + slack

    def __str__(self) -> str:
        return f"{self.value:.6g} ± {self.bar:.1g}"
