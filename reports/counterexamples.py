"""The smallest example of a fault in lines: the call, what went in, what came out, the nudge."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # results come in as values; nothing is loaded to print them
    from gradcheck.submissions.results import Counterexample


def lines(found: Counterexample) -> Iterator[str]:
    """Yield a counterexample in lines; what hints hide is not in it and so not told."""
    yield f"smallest example: {found.call}"
    given = (
        f"{name} = {numbers(value)}" for name, value in {**found.settings, **found.inputs}.items()
    )
    yield f"    with {', '.join(given)}"
    yield f"    computed  {numbers(found.computed)}"
    if found.expected is not None:
        yield f"    expected  {numbers(found.expected)}"
    if found.nudge is not None:
        yield f"    {found.nudge.message}"


def numbers(value: Any) -> str:
    """Write numbers, or nested lists of them, to four digits.

    >>> numbers([[1.0, -0.33333333], ["nan", 2]])
    '[[1, -0.3333], [nan, 2]]'
    """
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(numbers, value))}]"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
