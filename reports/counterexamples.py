"""The smallest example of a fault in lines: what went in, what came out, the nudge."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # results come in as values; nothing is loaded to print them
    from gradcheck.submissions.results import Counterexample


def lines(found: Counterexample) -> Iterator[str]:
    """Yield a counterexample in lines; what hints hide is not in it and so not told."""
    fed = {**found.settings, **found.inputs}
    yield f"smallest example for {found.quantity} of {found.function}:"
    yield f"    fed with  {', '.join(f'{name} = {numbers(value)}' for name, value in fed.items())}"
    yield f"    computed  {found.quantity} = {numbers(found.computed)}"
    if found.expected is not None:
        yield f"    expected  {found.quantity} = {numbers(found.expected)}"
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
