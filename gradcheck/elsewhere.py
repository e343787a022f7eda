"""Looking at a claim elsewhere: nearer to zero, and beside a point where kinks meet."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from gradcheck.claims import Finding
from gradcheck.comparing import Bench, Comparison, compare
from gradcheck.directions import draw_direction
from gradcheck.judging import DECISIVE, confirm, glance
from gradcheck.parameters import Vector
from gradcheck.probing import first_line
from gradcheck.results import Verdict

Claiming = Callable[[Vector], Vector]

NEARER = 3
SHOWN = 4
ASIDE = (2.0**-8, 2.0**-14, 2.0**-20)
FLAT = Finding(
    "flat-cost",
    "the cost does not move at all here, as behind a clip, but nearer to zero the claim is right",
)
STEPPED = Finding(
    "stepped-cost",
    "the cost moves in steps here, as where 1 − a is computed of an a close to 1, "
    "but nearer to zero the claim is right",
)
UNSTABLE = Finding(
    "unstable",
    "nearer to zero the claim is right: the formula holds, but its evaluation fails here",
    fault=False,
)
MEETING = Finding(
    "kinks-meet",
    "kinks meet at this point, so that the claim was judged beside it as well",
    fault=False,
)


def nearer_to_zero(bench: Bench, ask: Claiming, rng: np.random.Generator) -> Verdict:
    """Judge the claim nearer to zero, where cost and claim are not lost in rounding or clips.

    For a claim that is off by the rounding of 1 − a, say, and that only because the cost is so
    small here. The claim as a function must hold where this can be seen.
    """
    near = bench.at
    for _ in range(NEARER):
        near = near / 4
        moved = moved_to(bench, near, ask)
        outcome = None if moved is None else _along_one_line(moved, rng)
        if outcome is not None:
            return outcome
    return "undecided"


def moved_to(bench: Bench, point: Vector, ask: Claiming) -> Bench | None:
    """Give the bench at another point, or None if cost or claim are not finite there."""
    claimed, here = ask(point), bench.cost(point)
    if not np.isfinite([here, *claimed]).all():
        return None
    plain = replace(bench, exact=bench.cost.exact(point, here), closely=False, blurs=(), hidden=())
    size = max(bench.magnitude, abs(here))
    return replace(plain, at=point, claimed=claimed, here=here, magnitude=size)


def _along_one_line(bench: Bench, rng: np.random.Generator) -> Verdict | None:
    direction = draw_direction(bench.scales, rng)
    instrument, found = first_line(bench.curve(direction), bench.noise)
    bench = bench.with_instrument(instrument)
    seen = compare(bench, direction, found)
    if not seen.agrees:
        seen = confirm(bench, seen)
    still = found.swing == 0  # that is, lost in rounding or behind a clip here, too
    if seen.faint or still or DECISIVE * seen.bar > max(abs(seen.claimed), instrument.swing):
        return None
    return "correct" if seen.agrees else "wrong"


def is_bent(bench: Bench, suspects: Sequence[Comparison], rng: np.random.Generator) -> bool:
    """Whether the cost is not differentiable at the point, for slopes along parts do not add up.

    Where rising and falling kinks meet, their jumps can cancel along a line, and a wrong-looking
    slope shows no kink at all. But the slope of a differentiable function along a direction is the
    sum of the slopes along its parts.
    """
    whole = max(suspects, key=lambda c: abs(c.gap) / c.bar)
    chosen = rng.integers(0, 2, size=bench.at.size).astype(bool)
    parts = [glance(bench, whole.direction * half, whole.gap) for half in (chosen, ~chosen)]
    apart = abs(sum(part.found.slope.value for part in parts) - whole.found.slope.value)
    bars = sum(c.found.slope.bar for c in (whole, *parts))
    return apart > bars or any(part.kink for part in parts)


def points_aside(bench: Bench, rng: np.random.Generator) -> list[Vector]:
    """Give points beside the point, where no kinks meet but by chance, the farthest first."""
    return [bench.at + far * draw_direction(bench.scales, rng) for far in ASIDE]


def wrong_beside(bench: Bench, moved: Bench) -> Finding:
    """Say where beside the point the claim was found wrong."""
    sizes = [f"{value:.9g}" for value in moved.at[:SHOWN]]
    place = f"[{', '.join(sizes)}{', …' if moved.at.size > SHOWN else ''}]"
    message = f"beside it, at {place}, the claim is wrong"
    if np.array_equal(bench.claimed, moved.claimed):
        message += "; it is the same at both: give its value if it is meant for this point alone"
    return Finding(MEETING.code, message, fault=False)
