"""Slopes by nudging: what happens to f when a grows by 0.001."""

from __future__ import annotations

from fractions import Fraction

import sympy

from derivations.engine.declaration import Evidence, Statement, Topic
from derivations.engine.evidence import (
    decimal,
    exactly,
    for_all,
    in_numbers,
    nudged,
    printed_as,
)

a, h = sympy.symbols("a h", real=True)
NUDGE = Fraction(1, 1000)
POWERS = {1: 3 * a, 2: a**2, 3: a**3}


def written(monomial: sympy.Expr) -> str:
    """Print 3a, a² or 3a² as a text has it."""
    return str(monomial).replace("**2", "²").replace("**3", "³").replace("*", "")


def power(degree: int, value: Fraction) -> Fraction:
    """Return 3a, a² or a³, exactly."""
    return 3 * value if degree == 1 else value**degree


def polynomial(degree: int, slope: sympy.Expr, rows: tuple[tuple[int, str, str], ...]) -> Evidence:
    """Check a slope for every a, and the numbers a text prints at some points.

    ``rows`` holds the point, the printed value after the nudge, and the slope there.
    """
    derivative = sympy.expand(sympy.diff(POWERS[degree], a) - slope) == 0
    printed = slopes = measured = True
    for point, after, at_point in rows:
        value = power(degree, Fraction(point) + NUDGE)
        printed &= printed_as(value, after)
        slopes &= slope.subs(a, point) == sympy.Integer(at_point)
        run = point + 0.001
        rise = (3 * run if degree == 1 else run**degree) - float(power(degree, Fraction(point)))
        excess = float(nudged(lambda x: power(degree, x), Fraction(point), NUDGE)) - float(at_point)
        measured &= abs(rise / 0.001 - float(at_point) - excess) < 1e-9
    told = ", ".join(f"f({p} + 0.001) = {power(degree, p + NUDGE)}" for p, _, _ in rows)
    return Evidence(
        (
            for_all(derivative, f"d/da {written(POWERS[degree])} = {written(slope)} for every a"),
            exactly(printed and slopes, f"in fractions {told}: it rounds to the printed digits"),
            in_numbers(measured, "floats give the slope, plus the excess that h explains"),
        )
    )


def line() -> Evidence:
    """F = 3a rises by three times the nudge, wherever it starts."""
    found = polynomial(1, sympy.Integer(3), ((2, "6.003", "3"), (5, "15.003", "3")))
    same = sympy.expand((POWERS[1].subs(a, a + h) - POWERS[1]) / h) == 3
    return Evidence((*found.proofs, for_all(same, "rise over run is 3 for every a and every h")))


def square() -> Evidence:
    """F = a² has slope 2a, and a nudge sees h more than that."""
    found = polynomial(2, 2 * a, ((2, "4.004", "4"), (5, "25.010", "10")))
    excess = sympy.expand((POWERS[2].subs(a, a + h) - POWERS[2]) / h - 2 * a) == h
    value = power(2, 2 + NUDGE) == decimal("4.004001")
    return Evidence(
        (
            *found.proofs,
            for_all(excess, "a nudge by h sees 2a + h: h too much"),
            exactly(value, "2.001² is 4.004001, printed as 4.004"),
        )
    )


def cube() -> Evidence:
    """F = a³ has slope 3a², 12 at 2."""
    return polynomial(3, 3 * a**2, ((2, "8.012", "12"),))


def log_bounds(x: Fraction, terms: int = 12) -> tuple[Fraction, Fraction]:
    """Enclose ln x by ln x = 2 Σ tᵏ/k over odd k, t = (x − 1)/(x + 1); the tail is geometric."""
    t = (x - 1) / (x + 1)
    low = 2 * sum((t ** (2 * k + 1) / (2 * k + 1) for k in range(terms)), Fraction(0))
    tail = 2 * t ** (2 * terms + 1) / ((2 * terms + 1) * (1 - t * t))
    return low, low + tail


def logarithm() -> Evidence:
    """F = ln a has slope 1/a; the digits at 2 are enclosed by fractions."""
    positive = sympy.Symbol("a", positive=True)
    slope = sympy.diff(sympy.log(positive), positive) == 1 / positive
    before, after = log_bounds(Fraction(2)), log_bounds(2 + NUDGE)
    digits = all(printed_as(b, "0.69315") for b in before) and all(
        printed_as(b, "0.69365") for b in after
    )
    low, high = (after[0] - before[1]) / NUDGE, (after[1] - before[0]) / NUDGE
    near = abs(low - Fraction(1, 2)) < NUDGE and abs(high - Fraction(1, 2)) < NUDGE
    rise = (float(sympy.log(2.001)) - float(sympy.log(2))) / 0.001
    return Evidence(
        (
            for_all(slope, "d/da ln a = 1/a for every a > 0"),
            exactly(digits and near, "series with a bounded tail enclose 0.69315 and 0.69365"),
            in_numbers(
                abs(rise - 0.5) < 0.001, f"at 2 the nudge sees {rise:.6f}, the slope is 0.5"
            ),
        )
    )


def log_falls_short() -> bool:
    """Whether x − x²/2 < ln(1 + x) < x for all x > 0: all agree at 0, and the gaps only grow.

    With x = h/a, the nudge by h sees a slope of ln between 1/a − h/(2a²) and 1/a.
    """
    x = sympy.Symbol("x", positive=True)
    gaps = x - sympy.log(1 + x), sympy.log(1 + x) - (x - x**2 / 2)
    return all(
        gap.subs(x, 0) == 0 and bool(sympy.cancel(sympy.diff(gap, x)).is_positive) for gap in gaps
    )


def only_an_estimate() -> Evidence:
    """Show that the nudge is off by a term that vanishes with h, and right for a line."""
    errors = {
        f: sympy.expand((f.subs(a, a + h) - f) / h - sympy.diff(f, a)) for f in POWERS.values()
    }
    known = [errors[POWERS[2]] == h, errors[POWERS[3]] == sympy.expand(3 * a * h + h**2)]
    vanish = all(sympy.limit(error, h, 0) == 0 for error in errors.values())
    log_low, log_high = log_bounds(1 + NUDGE / 2)
    shortfall = Fraction(1, 2) - log_high / NUDGE, Fraction(1, 2) - log_low / NUDGE
    bounded = shortfall[0] > 0 and shortfall[1] < NUDGE / 8
    excess = [((2 + k) ** 2 - 4) / k - 4 for k in (1e-2, 1e-3)]
    return Evidence(
        (
            for_all(all(known) and vanish, "it sees h too much for a², 3ah + h² for a³"),
            for_all(
                log_falls_short(),
                "for ln a it sees too little, by less than h/(2a²), for every a > 0, h > 0",
            ),
            exactly(
                bounded, "for ln a at 2 with h = 0.001: too little, by less than h/8, in fractions"
            ),
            in_numbers(
                abs(excess[0] / excess[1] - 10) < 0.01, "a tenth of h, a tenth of the error"
            ),
        ),
        condition="f is curved: for a straight line the nudge gives the slope itself, for every h",
        counterexample=f"f = 3a: the error is {errors[POWERS[1]]} for every a and h",
    )


DERIVATION = Topic(
    "nudges",
    "Slopes by nudging",
    (
        Statement("N1", "f = 3a has slope 3 everywhere: 2 → 2.001 moves 6 → 6.003", line),
        Statement("N2", "f = a² has slope 2a: 4 at 2 (4 → 4.004), 10 at 5", square),
        Statement("N3", "f = a³ has slope 3a²: 12 at 2 (8 → 8.012)", cube),
        Statement("N4", "f = ln a has slope 1/a: at 2, 0.69315 → 0.69365", logarithm),
        Statement("N5", "the nudged increase only estimates the slope", only_an_estimate),
    ),
)
