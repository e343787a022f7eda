"""Laying the claim beside the slope: along directions, and entry by entry."""

import math
from dataclasses import dataclass, replace

import numpy as np

from gradcheck.parameters import Layout, Vector
from gradcheck.probing import Cost, Instrument, first_line, has_kink, next_line
from gradcheck.results import Entry, Evidence
from gradcheck.slopes.extrapolated import EPS, SHARE, Window, window
from gradcheck.slopes.slope import Curve

ROUNDINGS = 32


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
    terms = np.where(direction == 0, 0.0, bench.claimed) * direction
    rounding = ROUNDINGS * bench.eps * float(np.sum(np.abs(terms)))
    floor = 2 * SHARE[4] * EPS * bench.magnitude / found.step
    return Comparison(direction, math.fsum(terms), rounding, found, floor)


def measure(bench: Bench, direction: Vector) -> Comparison:
    """Measure the slope along a direction in full, and lay the claim beside it."""
    return compare(bench, direction, next_line(bench.curve(direction), bench.instrument))


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
    """Measure again at points between the first ones; the bar grows to cover a disagreement."""
    curve, step = bench.curve(first.direction), 0.75 * first.found.step
    again = window(curve, step, noise=bench.instrument.noise, levels=3)
    slope = first.found.slope
    apart = abs(again.slope.value - slope.value) - again.slope.bar
    bar = max(slope.bar, apart) if math.isfinite(again.slope.bar) else math.inf
    return replace(first, found=replace(first.found, slope=replace(slope, bar=bar)))


def judge_entry(bench: Bench, entry: int) -> tuple[bool, Entry]:
    """Measure one entry alone with its own steps, twice; tell whether its claim is wrong."""
    direction = np.zeros_like(bench.at)
    direction[entry] = bench.scales[entry]
    instrument, found = first_line(bench.curve(direction), bench.instrument.noise)
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
