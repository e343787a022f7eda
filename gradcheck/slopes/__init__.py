"""Ways to measure a slope, one method a file; each returns a `Slope` with its error bar."""

from gradcheck.slopes.central import central
from gradcheck.slopes.complex_step import complex_step
from gradcheck.slopes.extrapolated import extrapolated
from gradcheck.slopes.nudge import nudge
from gradcheck.slopes.one_sided import one_sided
from gradcheck.slopes.slope import Slope

__all__ = ["Slope", "central", "complex_step", "extrapolated", "nudge", "one_sided"]
