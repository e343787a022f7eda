"""A closer look in extended precision, where a cost proves that it keeps it.

NumPy's long double has eleven more bits than float64 on many machines, and a cost written with
NumPy's functions keeps them without knowing: its values round two thousand times finer, and so
narrow become the bars of its slopes. A cost that drops them (``float(J)``, a buffer of float64)
is found out by moves that float64 cannot show.
"""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from gradcheck.comparing import Bench, Comparison, compare, length
from gradcheck.parameters import Vector
from gradcheck.probing import CANCELLING
from gradcheck.slopes.extrapolated import EPS

KEPT = float(np.finfo(np.longdouble).eps)
FACTOR, ENTRY = 2.0**-42, 2.0**-33
"""Where a line would miss a common factor off by so much, or one entry off by so much of the
root mean square of all, a closer look is worth its calls."""
FIT = 8
QUANTA = 4
FAR = 8
RATIO = -1.7
CLOSER = 4
SHRUNK = (4, 64, 1024)
SAMPLES = 4


def closer_look(
    bench: Bench, first: Comparison, ask: Callable[[Vector], Vector], rng: np.random.Generator
) -> Bench:
    """Give the bench in extended precision where that tells more and the cost keeps it.

    Parameters
    ----------
    bench : Bench
        Given back as it is where not.
    first : Comparison
        Along the first line, in float64.
    ask : callable
        Gives the claim at other points.
    rng : numpy.random.Generator
    """
    closer = _extended(bench, first) if _worth_it(bench, first) else None
    if closer is None:
        return bench
    closer = replace(closer, blurs=blurs(bench, ask, rng))
    if compare(closer, first.direction, first.found).claim_bar > first.found.slope.bar:
        return bench  # the claim itself is too coarse, or jumps here
    return replace(closer, hidden=_hidden(bench, ask))


def _worth_it(bench: Bench, first: Comparison) -> bool:
    """Whether extended precision could sharpen what a first line along a smooth cost has shown."""
    plain = not (first.disagrees or first.kink) and math.isfinite(first.bar)
    if not plain:
        return False
    moves = np.abs(first.direction[first.direction != 0])
    claimed = bench.claimed[first.direction != 0]
    factor = FACTOR * length(claimed * moves)
    entry = ENTRY * float(np.min(moves)) * length(claimed) / math.sqrt(moves.size)
    return first.found.slope.bar > min(factor, entry)


def _extended(bench: Bench, first: Comparison) -> Bench | None:
    """Give the bench in extended precision, or None if the cost does not keep it.

    Parameters
    ----------
    bench : Bench
    first : Comparison
        Along the first line, in float64.
    """
    if bench.exact is None:
        return None
    size = max(abs(bench.here), bench.instrument.noise / EPS)
    closer = replace(bench, closely=True)
    misfit = _misfit(bench, first.direction, FAR * first.found.step, size)
    if not misfit <= FIT * KEPT * size:
        return None
    known = bench.instrument
    noise = CANCELLING * max(known.noise * KEPT / EPS, misfit)
    return closer.with_instrument(replace(known, step=known.step / CLOSER, noise=noise))


def _misfit(bench: Bench, direction: Vector, far: float, size: float) -> float:
    """Give how far moves of the cost by a few roundings of float64 are from being proportional.

    A cost that computes in float64 on the way moves by whole roundings, or not at all. They are
    looked at some way off, since the cost may be flat at the point.
    """
    assert bench.exact is not None
    base = bench.cost.exactly(bench.at, direction, far)
    there = float(base - bench.exact)
    if not abs(there) > 0:
        return math.inf
    least = QUANTA * EPS * size * far / abs(there)
    moves = [(far + t) - far for t in (least, RATIO * least)]  # as they are rounded
    if 0.0 in moves:
        return math.inf
    one, other = (
        float(bench.cost.exactly(bench.at, direction, far + move) - base) for move in moves
    )
    if not abs(one) >= 2 * FIT * KEPT * size:
        return math.inf
    return abs(one * moves[1] / moves[0] - other)


def blurs(
    bench: Bench, ask: Callable[[Vector], Vector], rng: np.random.Generator
) -> tuple[Vector, ...]:
    """Give how far one rounding of each parameter moves the claim, several times."""
    return tuple(
        ask(bench.at * (1 + EPS * rng.choice([-1, 1], size=bench.at.shape))) - bench.claimed
        for _ in range(SAMPLES)
    )


def _hidden(bench: Bench, ask: Callable[[Vector], Vector]) -> tuple[Vector, ...]:
    """Give the rounding of terms as large as the claim is nearer to zero.

    They may cancel at the point, or be lost there, as 1 − a is where a rounds to 1.
    """
    return tuple(EPS * ask(bench.at / share) for share in SHRUNK)
