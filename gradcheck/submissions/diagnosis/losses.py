"""The costs that a student may take for the model's: each a mean over the examples."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.submissions.diagnosis.mutations import Mutation
from gradcheck.submissions.reference.flow import LABELS
from gradcheck.submissions.reference.formulas import Formula

_SQUARES = f"({LABELS} - {{a}}) ** 2"
_ABSOLUTE = f"abs({LABELS} - {{a}})"
_LOGS = f"-({LABELS} * log({{a}}) + (1 - {LABELS}) * log(1 - {{a}}))"
_NAMED = (
    ("the mean of the squares", f"sum({_SQUARES}) / m"),
    ("half the mean of the squares", f"sum({_SQUARES}) / (2 * m)"),
    ("the mean of absolute errors", f"sum({_ABSOLUTE}) / m"),
    ("half the mean of absolute errors", f"sum({_ABSOLUTE}) / (2 * m)"),
    ("the root of the mean of the squares", f"sqrt(sum({_SQUARES}) / m)"),
    ("cross-entropy", f"sum({_LOGS}) / m"),
    ("squares, not averaged", f"sum({_SQUARES})"),
    ("half the squares, not averaged", f"sum({_SQUARES}) / 2"),
    ("absolute errors, not averaged", f"sum({_ABSOLUTE})"),
)


def other_losses(cost: str, output: str) -> Iterator[Mutation]:
    """Yield every cost; the model's own is among them and explains nothing.

    Parameters
    ----------
    cost, output : str
        What the model calls its cost and its last activation.
    """
    for name, text in _NAMED:
        yield Mutation("other-loss", (Formula(cost, text.format(a=output)),), f"this is {name}")
