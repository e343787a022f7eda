"""Laying a claim beside a measured slope, each with its bar."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from gradcheck.calls import Cost
from gradcheck.parameters import Layout, Vector
from gradcheck.probing import Instrument, has_kink, summing_noise
from gradcheck.results import Evidence
from gradcheck.slopes.extrapolated import EPS, SHARE, Window
from gradcheck.slopes.slope import Curve

ROUNDINGS = 32
BLURS = 8
SEEN = 2
DOUBTFUL = 0.6
EXPLAINED = 16


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
        as where 1 − a is computed of an a close to 1. With 0 no claim may, and where slopes are
        measured in extended precision, `hidden` tells it instead.
    exact : numpy.longdouble, optional
        The cost at the point in extended precision, where it answers in that.
    closely : bool
        Whether slopes are measured in extended precision.
    blurs : tuple of array
        How far one rounding of the parameters moves the claim, as several samples.
    hidden : tuple of array
        The rounding of terms that may cancel in the claim.
    """

    cost: Cost
    at: Vector
    claimed: Vector
    scales: Vector
    here: float
    eps: float
    instrument: Instrument
    magnitude: float = 0.0
    exact: np.longdouble | None = None
    closely: bool = False
    blurs: tuple[Vector, ...] = ()
    hidden: tuple[Vector, ...] = ()

    @property
    def layout(self) -> Layout:
        """How the parameters lie in the vector."""
        return self.cost.layout

    @property
    def noise(self) -> float:
        """The error that a value of the cost may well have, as far as the point alone tells."""
        summing = summing_noise(self.at.size, self.here)
        seen = 0.0 if self.exact is None else abs(float(self.exact - self.here))
        return max(summing, SEEN * seen)

    def with_instrument(self, instrument: Instrument) -> "Bench":
        """Give the same bench with another instrument."""
        return replace(self, instrument=instrument)

    def curve(self, direction: Vector) -> Curve:
        """Give the cost along a direction; in extended precision, how far it moves."""
        if self.closely and self.exact is not None:
            return self.cost.closely(self.at, direction, self.exact)
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
    rounding += BLURS * widest(bench.blurs, direction)
    floor = 0.0 if bench.closely else 2 * SHARE[4] * EPS * bench.magnitude / found.step
    floor += BLURS * widest(bench.hidden, direction)
    return Comparison(direction, claimed, rounding, found, floor)


def widest(blurs: Sequence[Vector], direction: Vector) -> float:
    """Give how far claims that move so move along a direction, their entries together or each."""
    moves = [np.where(direction == 0, 0.0, blur) * direction for blur in blurs]
    return max((max(abs(float(m.sum())), length(m)) for m in moves), default=0.0)


def length(vector: Vector) -> float:
    """Give the root of the sum of squares, which may themselves be too large for a number."""
    largest = float(np.abs(vector).max(initial=0.0))
    if not 0 < largest < math.inf:
        return largest
    return largest * float(np.linalg.norm(vector / largest))


def compared_anew(bench: Bench, comparisons: Sequence[Comparison]) -> list[Comparison]:
    """Lay another claim beside the slopes that were measured."""
    return [compare(bench, c.direction, c.found) for c in comparisons]
