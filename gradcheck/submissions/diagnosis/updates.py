"""Slips of an update: what else a parameter may be set to than its step downhill."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.submissions.reference.formulas import Formula


def in_update(formula: Formula) -> Iterator[tuple[str, str, str]]:
    """Yield the slips of ``W = W - learning_rate * dW``, as code, words and text."""
    name, gradient = formula.target, f"d{formula.target}"
    yield "update-sign", "the step goes uphill", f"{name} + learning_rate * {gradient}"
    for what, text in (
        ("the learning rate is left out", f"{name} - {gradient}"),
        ("the learning rate is left out, and the step goes uphill", f"{name} + {gradient}"),
        ("the parameter stays as it was", name),
        ("the step is taken twice", f"{name} - 2 * learning_rate * {gradient}"),
        ("the step alone stands for the parameter", f"learning_rate * {gradient}"),
        ("the step alone stands for the parameter", f"-learning_rate * {gradient}"),
        ("the learning rate divides", f"{name} - {gradient} / learning_rate"),
        ("the learning rate multiplies everything", f"learning_rate * ({name} - {gradient})"),
        ("the order of the difference is turned", f"learning_rate * {gradient} - {name}"),
    ):
        yield "update-rule", what, text
