"""Looking around a kink: what the claims beside it allow the claim at it to be.

The derivative at a kink may be any mean of those around it (F. H. Clarke, Optimization and
Nonsmooth Analysis, 1983). The claims around are those of a function that was found right beside
the kink. They are a sample: a claim outside them is suspicious, and convicted only by a line along
which the slopes of the cost itself, ahead and behind, leave it out as well.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from gradcheck.claims import Finding
from gradcheck.comparing import Bench, Comparison, compare
from gradcheck.directions import draw_direction
from gradcheck.judging import confirm
from gradcheck.parameters import Vector
from gradcheck.probing import other_line

BESIDE = 2.0**-26
LOOKS = 24
APART = 2.0**-6
SLACK = 1e-5
OFTEN = 4
TENTHS = 2.0**10
NAMED = 6


def look_around(bench: Bench, ask: Callable[[Vector], Vector], rng: np.random.Generator) -> Vector:
    """Ask for the claims around a point.

    In random directions, and in those that move a whole parameter up or down, which switch all the
    units of a layer at once. Last in the two that raise or lower the claims of all entries, as far
    as the first looks tell: of many entries chance rarely finds these corners.

    Returns
    -------
    array of shape (looks, entries)
    """
    moves = [draw_direction(bench.scales, rng) for _ in range(LOOKS)]
    for leaf in bench.layout.leaves[: LOOKS // 2]:
        block = np.zeros_like(bench.at)
        block[leaf.where] = bench.scales[leaf.where]
        moves += [side * block + APART * draw_direction(bench.scales, rng) for side in (1.0, -1.0)]
    around = _asked(bench, ask, np.array(moves), rng)
    if not np.isfinite(around).all():
        return around
    rises = np.sum(np.sign(moves) * (around - np.median(around, axis=0)), axis=0)
    steered = np.where(rises >= 0, 1.0, -1.0) * bench.scales
    return np.vstack([around, _asked(bench, ask, np.array([steered, -steered]), rng)])


def _asked(
    bench: Bench, ask: Callable[[Vector], Vector], moves: Vector, rng: np.random.Generator
) -> Vector:
    """Ask beside the point; entries that stayed equal might be at a kink still, so none do."""
    shares = 1 - APART * rng.random(moves.shape)
    return np.array([ask(point) for point in bench.at + BESIDE * shares * moves])


def lies_among(bench: Bench, comparisons: Sequence[Comparison], around: Vector) -> bool:
    """Whether the claim at a kink lies between the claims around it, by entry and by line."""
    slack = SLACK * np.max(np.abs(around))
    entries = _between(bench.claimed, around, slack)
    lines = [
        _between(c.claimed, around @ c.direction, slack * bench.scales.sum()) for c in comparisons
    ]
    return entries and all(lines)


def _between(claimed: Vector | float, around: Vector, slack: float) -> bool:
    """Whether what is claimed lies between the smallest and the largest of what is around."""
    low, high = np.min(around, axis=0) - slack, np.max(around, axis=0) + slack
    return bool(np.all((low <= claimed) & (claimed <= high)))


def left_out(bench: Bench, around: Vector) -> Comparison | None:
    """Give a line whose slopes leave the claim out, as all the claims around it do; None if none.

    Parameters
    ----------
    bench : Bench
    around : array of shape (looks, entries)
    """
    for direction in _telling(bench, around):
        instrument, found = other_line(bench.curve(direction), bench.instrument)
        own = bench.with_instrument(instrument)
        line = confirm(own, compare(own, direction, found))
        if line.disagrees:
            return line
    return None


def _telling(bench: Bench, around: Vector) -> Iterator[Vector]:
    """Give lines along which the claim lies outside of claims that are no chance.

    Three are tried: out of the plane of all the claims around; all the entries that the kink
    concerns together, as a maximum moves with all the entries that reach it; and the entry that
    lies farthest outside.
    """
    sample = around[np.isfinite(around).all(axis=1)] * bench.scales
    claimed = bench.claimed * bench.scales
    if len(sample) < LOOKS or not np.isfinite(claimed).all():
        return
    slack = SLACK * float(np.max(np.abs(sample)))
    concerned = np.ptp(sample, axis=0) > slack
    for line in (_out_of_plane(sample, claimed), concerned * 1.0, _farthest(sample, claimed)):
        if line is not None and _outside(
            sample @ line, float(claimed @ line), slack * np.abs(line).sum()
        ):
            yield line * bench.scales


def _outside(values: Vector, claimed: float, slack: float) -> bool:
    """Whether a claim lies outside of values whose smallest and largest were each seen often."""
    low, high = values.min(), values.max()
    often = min(np.sum(values <= low + slack), np.sum(values >= high - slack)) >= OFTEN
    return bool(often and not low - slack <= claimed <= high + slack)


def _out_of_plane(sample: Vector, claimed: Vector) -> Vector | None:
    """Give the way from the plane of the claims around to the claim; None if there is no plane.

    A sample of twice as many points as the plane has dimensions has shown all of them. The entries
    are rounded a little, so that those that are equal but for rounding move alike.
    """
    middle = sample.mean(axis=0)
    _, sizes, axes = np.linalg.svd(sample - middle, full_matrices=False)
    axes = axes[sizes > SLACK * max(float(np.max(np.abs(sample))), float(sizes.max()))]
    if 2 * len(axes) > len(sample):
        return None
    way = claimed - middle
    way = way - axes.T @ (axes @ way)
    largest = float(np.max(np.abs(way)))
    rounded: Vector = np.rint(way / largest * TENTHS) / TENTHS if largest else way
    return rounded


def _farthest(sample: Vector, claimed: Vector) -> Vector:
    """Give the line of the entry that lies farthest outside of the claims around it."""
    outside = np.maximum(sample.min(axis=0) - claimed, claimed - sample.max(axis=0))
    line = np.zeros_like(claimed)
    line[int(np.argmax(outside))] = 1.0
    return line


def none_along(bench: Bench, line: Comparison) -> Finding:
    """Say along which entries the claim is none of the slopes."""
    moved = np.flatnonzero(line.direction)
    places = [bench.layout.locate(int(entry)) for entry in moved[:NAMED]]
    names = ", ".join(f"{name}{list(index) or ''}" for name, index in places)
    more = f" and {len(moved) - NAMED} more" if len(moved) > NAMED else ""
    far = float(np.max(np.abs(line.direction)))
    slope, half = line.found.slope.value / far, abs(line.found.jump.value) / 2 / far * line.kink
    between = f"between {slope - half:.6g} and {slope + half:.6g}" if half else f"{slope:.6g}"
    message = (
        f"along a line through {names}{more} the claim says {line.claimed / far:.6g}, "
        f"but the slope there is {between}; beside the kink the claim is right"
    )
    return Finding("outside-kink", message)
