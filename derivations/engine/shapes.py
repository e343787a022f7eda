"""Shapes of symbolic sizes: what they may be, and which fit together."""

from __future__ import annotations

from typing import Any, TypeAlias

Size: TypeAlias = Any  # int, or a SymPy symbol that is a positive integer
Shape: TypeAlias = tuple[Size, Size]
Labelled: TypeAlias = tuple[str, Shape]  # an array's name and its shape, for messages


def show(shape: Shape) -> str:
    """Print a shape as the course does: ``(n_h, m)``."""
    return f"({shape[0]}, {shape[1]})"


def check_sizes(name: str, shape: Shape) -> None:
    """Raise ValueError unless both sizes are positive whole numbers or symbols."""
    for size in shape:
        whole = isinstance(size, int) and not isinstance(size, bool) and size >= 1
        if not whole and not getattr(size, "is_positive", False):
            raise ValueError(
                f"{name} has shape {show(shape)}, but a size is a positive whole number or a "
                "symbol from sizes(...); give one"
            )


def check_inner(left: Labelled, right: Labelled) -> None:
    """Raise ValueError, naming both arrays, unless a matrix product of the two exists."""
    if left[1][1] != right[1][0]:
        raise ValueError(
            f"{left[0]} {show(left[1])} @ {right[0]} {show(right[1])}: the inner sizes "
            f"{left[1][1]} and {right[1][0]} differ; transpose one factor or correct its shape"
        )


def common_shape(left: Labelled, operator: str, right: Labelled) -> Shape:
    """Return the shape that both fill when size-1 dimensions are spread; ValueError if none."""
    sizes = []
    for mine, theirs in zip(left[1], right[1], strict=True):
        if mine != theirs and mine != 1 and theirs != 1:
            raise ValueError(
                f"{left[0]} {show(left[1])} {operator} {right[0]} {show(right[1])}: the sizes "
                f"{mine} and {theirs} differ; correct one shape"
            )
        sizes.append(theirs if mine == 1 else mine)
    return sizes[0], sizes[1]
