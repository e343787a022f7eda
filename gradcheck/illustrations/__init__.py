"""What the pictures of a report show, measured: values, nudges, errors, mistakes, descents.

``illustrate`` measures everything for one derivation and returns plain values; reports draw them.
"""

from gradcheck.illustrations.illustrate import illustrate
from gradcheck.illustrations.values import (
    Descent,
    Illustration,
    Landscape,
    NodeValues,
    Nudge,
    Pitfall,
    StepErrors,
)

__all__ = [
    "Descent",
    "Illustration",
    "Landscape",
    "NodeValues",
    "Nudge",
    "Pitfall",
    "StepErrors",
    "illustrate",
]
