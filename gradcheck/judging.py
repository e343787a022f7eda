"""Laying the claim beside the slope: along directions, and entry by entry."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from gradcheck.parameters import Layout, Vector
from gradcheck.probing import Cost, Instrument, glimpse, has_kink, next_line, other_line
from gradcheck.results import UNSEEN, Entry, Evidence
from gradcheck.slopes.extrapolated import EPS, SHARE, Window, window
from gradcheck.slopes.slope import Curve

ROUNDINGS = 32
DECISIVE = 100
PLAIN = 3
DOUBTFUL = 0.6
EXPLAINED = 16
AGAIN = (0.75, 0.09375)


@dataclass(frozen=True)
class Bench:
    """Everything that a comparison needs.

    Parameters
    ----------
    cost : Cost
    at, claimed, scales : array of shape (entries,)
        The point, the claimed gradient there, and how far each entry is moved by a step of 1.
    here : float
        The cost at the point.
    eps : float
        The rounding unit of the claim.
    instrument : Instrument
        What the first line taught.
    magnitude : float
        The natural size of the cost: a claim may be off by the rounding of quantities so large,
        as where 1 − a is computed of an a close to 1. With 0 no claim may.
    """

    cost: Cost
    at: Vector
    claimed: Vector
    scales: Vector
    here: float
    eps: float
    instrument: Instrument
    magnitude: float = 0.0

    @property
    def layout(self) -> Layout:
        """How the parameters lie in the vector."""
        return self.cost.layout

    def with_instrument(self, instrument: Instrument) -> "Bench":
        """Give the same bench with another instrument."""
        return replace(self, instrument=instrument)

    def curve(self, direction: Vector) -> Curve:
        """Give the cost along a direction."""
        return self.cost.along(self.at, direction, self.here)


@dataclass(frozen=True)
class Comparison:
    """A claim beside a slope, along one direction.

    Parameters
    ----------
    direction : array of shape (entries,)
    claimed, claim_bar : float
        The claim times the direction, and the rounding that it may carry.
    found : Window
        The measured slope.
    floor : float
        The rounding of quantities of the natural size of the cost.
    """

    direction: Vector
    claimed: float
    claim_bar: float
    found: Window
    floor: float

    @property
    def bar(self) -> float:
        """How far claim and slope may lie apart."""
        return self.found.slope.bar + self.claim_bar

    @property
    def sharpness(self) -> float:
        """The bar without the room between the one-sided slopes of a kink."""
        return self.bar - (abs(self.found.jump.value) / 2 if self.kink else 0.0)

    @property
    def gap(self) -> float:
        """The slope less the claim."""
        return self.found.slope.value - self.claimed

    @property
    def kink(self) -> bool:
        """Whether the slopes ahead and behind differ."""
        return has_kink(self.found)

    @property
    def excess(self) -> float:
        """How far the claim lies outside the bar, which at a kink holds the one-sided slopes."""
        return max(0.0, abs(self.gap) - self.bar)

    @property
    def agrees(self) -> bool:
        """Whether the claim lies within the bar."""
        return self.excess == 0

    @property
    def doubtful(self) -> bool:
        """Whether the claim agrees, but less well than right ones do: more lines may tell.

        Not where the rounding of far larger quantities explains that as well.
        """
        explained = self.kink or self.floor > EXPLAINED * self.bar
        return self.agrees and not explained and abs(self.gap) > DOUBTFUL * self.bar

    @property
    def faint(self) -> bool:
        """Whether the claim lies outside the bar by no more than rounding elsewhere can do."""
        return 0 < self.excess <= self.floor

    @property
    def disagrees(self) -> bool:
        """Whether the claim lies outside the bar for sure."""
        return not self.excess <= self.floor

    def evidence(self) -> Evidence:
        """Give the comparison without its direction."""
        jump = self.found.jump.value if self.kink else 0.0
        return Evidence(self.claimed, self.found.slope.value, self.bar, jump)


def compare(bench: Bench, direction: Vector, found: Window) -> Comparison:
    """Lay the claim beside a measured slope."""
    with np.errstate(over="ignore"):  # claims near the largest number add up to inf
        terms = np.where(direction == 0, 0.0, bench.claimed) * direction
        size = float(np.abs(terms).sum())
        finite = math.isfinite(size)
        claimed = float(terms.sum()) if finite else size
    rounding = bench.eps * size if finite else 0.0
    rounding = ROUNDINGS * max(rounding, terms.size * math.ulp(0.0))
    floor = 2 * SHARE[4] * EPS * bench.magnitude / found.step
    return Comparison(direction, claimed, rounding, found, floor)


def compared_anew(bench: Bench, comparisons: Sequence[Comparison]) -> list[Comparison]:
    """Lay another claim beside the slopes that were measured."""
    return [compare(bench, c.direction, c.found) for c in comparisons]


def measure(bench: Bench, direction: Vector) -> Comparison:
    """Measure the slope along a direction, and lay the claim beside it.

    Six evaluations do where the claim agrees and the bar is mostly rounding; else the step adapts.
    """
    curve, known = bench.curve(direction), bench.instrument
    quick = compare(bench, direction, glimpse(curve, known))
    if quick.agrees and quick.found.slope.bar <= PLAIN * quick.found.rounding:
        return quick
    return compare(bench, direction, next_line(curve, known))


def glance(bench: Bench, direction: Vector, expected: float) -> Comparison:
    """Measure with four evaluations, and with four more if that can't resolve `expected`."""
    curve, known = bench.curve(direction), bench.instrument
    quick = compare(
        bench,
        direction,
        window(curve, known.step, noise=known.noise, levels=2),
    )
    if quick.bar < abs(expected) / 8:
        return quick
    return compare(bench, direction, window(curve, known.step, noise=known.noise))


def confirm(bench: Bench, first: Comparison) -> Comparison:
    """Measure again between the first points, and far nearer; widen a bar that disagrees.

    A kink of the second derivative at the point leaves an error that falls with the step only as
    fast as the step itself; too slowly for the orders to tell, but not for a nearer measurement.
    """
    curve, slope = bench.curve(first.direction), first.found.slope
    for share in AGAIN:
        again = window(curve, share * first.found.step, noise=bench.instrument.noise, levels=3)
        apart = abs(again.slope.value - slope.value)
        if not apart <= slope.bar + again.slope.bar or math.isinf(again.slope.bar):
            slope = replace(slope, bar=2 * apart + again.slope.bar)
    return replace(first, found=replace(first.found, slope=slope))


def judge_entry(bench: Bench, entry: int) -> tuple[bool, Entry]:
    """Measure one entry alone with its own steps, twice; tell whether its claim is wrong."""
    direction = np.zeros_like(bench.at)
    direction[entry] = bench.scales[entry]
    instrument, found = other_line(bench.curve(direction), bench.instrument)
    own = bench.with_instrument(instrument)
    alone = confirm(own, compare(own, direction, found))
    name, index = bench.layout.locate(entry)
    scale = float(bench.scales[entry])
    measured = Entry(
        name,
        index,
        float(bench.claimed[entry]),
        alone.found.slope.value / scale,
        alone.found.slope.bar / scale,
    )
    return alone.disagrees, measured


def severity(entry: Entry) -> tuple[bool, float]:
    """Give what sorts wrong entries: those that are not finite first, then the worst."""
    error = abs(entry.claimed - entry.measured)
    return math.isfinite(error), -error if math.isfinite(error) else 0.0


def are_decisive(comparisons: Sequence[Comparison], swing: float) -> bool:
    """Whether the bars are narrow against the slopes, or against the moves of the cost."""
    return all(
        DECISIVE * c.sharpness <= max(abs(c.claimed), abs(c.found.slope.value), swing)
        or swing == c.claimed == c.found.slope.value == 0
        for c in comparisons
    )


def smallest_detectable(comparisons: Sequence[Comparison]) -> float:
    """Give the error of an entry that the comparisons show but for a chance of `UNSEEN`.

    Whatever the other entries' errors are, an entry off by e moves the gap of a line by e times
    its scale times a number drawn from ± [1/2, 1]. So the gap of one line stays below what it may
    be with a probability of at most 2·(bar + bar + floor) / (e·scale), on the second line, whose
    signs are given, twice that; and the lines are drawn independently. Using only the sharpest of
    them gives a bound as well, so the best one counts.
    """
    if not comparisons:
        return math.inf
    with np.errstate(divide="ignore"):
        scales = [np.exp2(np.floor(np.log2(2 * np.abs(c.direction)))) for c in comparisons]
        widths = [(4 * c.bar + 2 * c.floor) / s for c, s in zip(comparisons, scales, strict=True)]
        widths[1:2] = 2 * np.array(widths[1:2])
        logs = np.cumsum(np.log(np.sort(widths, axis=0)), axis=0) - math.log(UNSEEN)
    means = logs / np.arange(1, len(logs) + 1)[:, None]
    return float(np.exp(means.min(axis=0).max()))
