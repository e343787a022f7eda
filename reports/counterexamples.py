"""The smallest example of a fault in lines: what went in, what came out, the nudge."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # results come in as values; nothing is loaded to print them
    from gradcheck.submissions.results import Counterexample, Training


def lines(found: Counterexample) -> Iterator[str]:
    """Yield a counterexample in lines; what hints hide is not in it and so not told."""
    yield f"smallest example for {found.quantity} of {called(found.function)}:"
    yield f"    fed with  {_listed({**found.settings, **found.inputs})}"
    if found.training is not None:
        yield from map("    {}".format, told(found.training, found.quantity))
    yield f"    computed  {found.quantity} = {numbers(found.computed)}"
    if found.expected is not None:
        yield f"    expected  {found.quantity} = {numbers(found.expected)}"
    if found.nudge is not None:
        yield f"    {found.nudge.message}"


def told(training: Training, quantity: str) -> Iterator[str]:
    """Tell the step of training that was looked at, and how a gradient is read off it."""
    name, count = training.parameter, training.steps
    if name == "predict":
        yield f"trained for {_steps(count + 1)}  {_listed(training.start)}"
        return
    before = f"after {_steps(count)}" if count else "starts at"
    if count or not training.given:
        yield f"{before}  {_listed(training.start)}"
    taken = f"a step with α = {numbers(training.rate)} leads to {name}′ = {numbers(training.after)}"
    yield taken if quantity == name else f"{taken}, so {quantity} = ({name} − {name}′)/α"


def _steps(count: int) -> str:
    return f"{count} step{'s' * (count > 1)}"


def called(function: str) -> str:
    """Name what was called; the loop of a script has no name.

    >>> called("loop_at_line_7")
    'the loop at line 7'
    """
    return re.sub(r"^loop_at_line_(\d+)$", r"the loop at line \1", function)


def _listed(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {numbers(value)}" for name, value in values.items())


def numbers(value: Any) -> str:
    """Write numbers, or nested lists of them, to four digits.

    >>> numbers([[1.0, -0.33333333], ["nan", 2]])
    '[[1, -0.3333], [nan, 2]]'
    """
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(numbers, value))}]"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
