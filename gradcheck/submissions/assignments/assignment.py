"""What an assignment asks for, and how it is graded: a value."""

from __future__ import annotations

from dataclasses import dataclass

CONVENTIONS = ("rows", "scale", "sum")
ROLES = (
    *("sizes", "initialise", "sigmoid", "forward", "cost", "propagate", "backward", "update"),
    *("optimise", "predict", "model"),
)


@dataclass(frozen=True)
class Assignment:
    """An assignment; whatever is left out is as if there were none.

    Parameters
    ----------
    model : str
        Its name, or ``auto``.
    activation : str or None
        The hidden activation that is asked for; None takes any.
    functions : tuple of (role, name)
        The functions that must be there, by their names.
    points : tuple of (quantity, points)
        What is graded, and what it is worth.
    accepted : tuple of str
        The conventions that may differ from the course's: ``rows`` (examples in rows), ``scale``
        (a cost with another factor, and gradients with the same one), ``sum`` (no mean in either).
    imports : tuple of str or None
        The modules that may be imported; None allows all.
    loops : bool
        Whether loops over the examples are right.
    hints : str or None
    call_seconds, total_seconds : float or None
    """

    model: str = "auto"
    activation: str | None = None
    functions: tuple[tuple[str, str], ...] = ()
    points: tuple[tuple[str, float], ...] = ()
    accepted: tuple[str, ...] = ("rows", "scale")
    imports: tuple[str, ...] | None = None
    loops: bool = True
    hints: str | None = None
    call_seconds: float | None = None
    total_seconds: float | None = None
