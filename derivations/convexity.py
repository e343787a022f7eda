"""Which costs are convex: the logistic one for all sizes, the squared one not at all."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import sympy

from derivations import logistic
from derivations.engine.declaration import Claim, Evidence, Statement, Topic
from derivations.engine.evidence import exactly, for_all, in_numbers, step_goes_nearer
from derivations.engine.prove import prove_claim
from derivations.engine.results import Proof
from derivations.engine.vocabulary import d, data, define, sum_columns, total
from derivations.logistic import A, J, X, Y, b, m, n_x, w

v, t = data("v", n_x, 1), data("t", 1, 1)  # a direction in (w, b)
along = v.T @ X + t  # how Z moves along it


def second_slope() -> tuple[Proof, ...]:
    """Prove that the Hessian of J is (1/m) X̃ diag(a(1 − a)) X̃ᵀ, along a direction (v, t)."""
    slope = define("slope", total(v * (X @ (A - Y).T / m)) + t * (sum_columns(A - Y) / m))
    curve = A * (1 - A) * along
    form = total(v * d(w)) + t * d(b)
    claims = (
        (d(w), X @ curve.T / m),
        (d(b), sum_columns(curve) / m),
        (form, total(A * (1 - A) * along**2) / m),
    )
    proofs: list[Proof] = []
    for left, right in claims:
        claim = Claim("L12", "Hessian", left, right, cost=slope)
        proofs += prove_claim(logistic.DERIVATION, claim).proofs
    return tuple(proofs)


def first_slope() -> tuple[Proof, ...]:
    """Prove that what the second slope differentiates is the slope of J along (v, t)."""
    path = define("path", J + 0 * t + 0 * total(v))
    form = total(v * d(w)) + t * d(b)
    right = total(v * (X @ (A - Y).T / m)) + t * (sum_columns(A - Y) / m)
    return prove_claim(logistic.DERIVATION, Claim("L12", "slope", form, right, cost=path)).proofs


def sigmoid_is_inside() -> Proof:
    """a(1 − a) > 0, because e⁻ᶻ > 0."""
    e = sympy.Symbol("e", positive=True)
    value = sympy.cancel(1 / (1 + e) * (1 - 1 / (1 + e)))
    known = sympy.cancel(value - e / (1 + e) ** 2) == 0
    holds = known and bool(value.is_positive)
    return for_all(holds, "a(1 − a) = e/(1 + e)² with e = exp(−z) > 0 is positive")


def logistic_is_convex() -> Evidence:
    """Along every direction the second slope is a mean of squares with positive weights."""
    squares = "the second slope along (v, t) is (1/m) Σ a(1 − a)(vᵀx + t)²: weights ≥ 0 on squares"
    found = (*first_slope(), *second_slope())
    return Evidence((*found, sigmoid_is_inside(), for_all(all(p.holds for p in found), squares)))


# squared error on ŷ = σ(wx), one parameter: one steep example, one that pulls back, one shallow
XS = (Fraction(10), Fraction(1), Fraction(1, 10))
YS = (1, 0, 1)
BRACKETS = ((Fraction(-3), Fraction(-3, 2)), (Fraction(1, 10), Fraction(1, 2)))


def squared_curvature(a: Fraction, y: int) -> Fraction:
    """Second derivative of ½(σ(z) − y)² by z, at σ(z) = a."""
    return a * (1 - a) * (a * (1 - a) + (a - y) * (1 - 2 * a))


def squared_slope(at: Fraction) -> Any:
    """Enclose J′(w) in an interval, J = (1/m) Σ ½(σ(wx) − y)²: interval arithmetic, no rounding."""
    iv = mpmath.iv
    result = iv.mpf(0)
    for x, y in zip(XS, YS, strict=True):
        exact = at * x
        a = 1 / (1 + iv.exp(-(iv.mpf(exact.numerator) / exact.denominator)))
        result += (a - y) * a * (1 - a) * (iv.mpf(x.numerator) / x.denominator) / len(XS)
    return result


def curvature() -> tuple[Proof, Proof]:
    """Prove the second derivative of ½(σ(z) − y)², and find a Hessian with both signs."""
    z, y = sympy.symbols("z y")
    a = 1 / (1 + sympy.exp(-z))
    formula = a * (1 - a) * (a * (1 - a) + (a - y) * (1 - 2 * a))
    e = sympy.Symbol("e", positive=True)
    gap = (sympy.diff((a - y) ** 2 / 2, z, 2) - formula).subs(z, -sympy.log(e))
    bent = squared_curvature(Fraction(1, 5), 1), squared_curvature(Fraction(1, 2), 1)
    return (
        for_all(
            sympy.cancel(sympy.together(gap)) == 0,
            "the second slope of ½(σ(z) − y)² is a(1−a)[a(1−a) + (a−y)(1−2a)] for every z, y",
        ),
        exactly(
            bent[0] < 0 < bent[1],
            f"x = (1,0) and (0,1), y = 1, a = 1/5 and 1/2: the Hessian is diagonal with "
            f"{bent[0]}/m and {bent[1]}/m: indefinite",
        ),
    )


def squared_is_not_convex() -> Evidence:
    """Exhibit an indefinite Hessian, and two local minima held between certified slopes."""
    signs = [(squared_slope(low), squared_slope(high)) for low, high in BRACKETS]
    minima = all(low.b < 0 < high.a for low, high in signs)
    apart = BRACKETS[0][1] < BRACKETS[1][0]
    floats = [float(squared_slope(p).mid) for pair in BRACKETS for p in pair]
    return Evidence(
        (
            *curvature(),
            exactly(
                minima and apart,
                "x = 10, 1, 1/10, y = 1, 0, 1: intervals enclose slopes − + in [−3, −3/2] and − + "
                "in [1/10, 1/2]: a local minimum in each",
            ),
            in_numbers(
                floats[0] < 0 < floats[1] and floats[2] < 0 < floats[3],
                "slopes there: " + ", ".join(f"{s:.2e}" for s in floats),
            ),
        )
    )


def descend(x: Any, y: Any, start: tuple[float, float], alpha: float, steps: int) -> Any:
    """Run gradient descent on the logistic cost of one feature; return w and b."""
    at = np.array(start)
    rows = np.vstack([x, np.ones_like(x)])
    for _ in range(steps):
        a = 1 / (1 + np.exp(-at @ rows))
        at = at - alpha * rows @ (a - y) / len(y)
    return at


def same_point_from_everywhere() -> Evidence:
    """With mixed labels and a small step all starts meet; without, they need not."""
    a = sympy.Symbol("a", real=True)
    bound = sympy.expand(sympy.Rational(1, 4) - a * (1 - a) - (a - sympy.Rational(1, 2)) ** 2) == 0
    x, y = np.array([-1.0, 0.0, 1.0, 2.0]), np.array([0.0, 1.0, 0.0, 1.0])
    rows = np.vstack([x, np.ones_like(x)])
    smooth = float(np.linalg.eigvalsh(rows @ rows.T)[-1]) / (4 * len(x))
    ends = [descend(x, y, s, 1 / smooth, 600) for s in ((0, 0), (5, -5), (-4, 3), (8, 8))]
    meet = max(float(np.abs(end - ends[0]).max()) for end in ends)
    apart, grown = separable()
    far = [descend(x, y, s, 60 / smooth, 600) for s in ((0.0, 0.0), (5.0, -5.0))]
    jump = float(np.abs(far[0] - descend(x, y, tuple(far[0]), 60 / smooth, 1)).max())
    return Evidence(
        (
            for_all(bound, "a(1 − a) = ¼ − (a − ½)²: J is smooth with L = λmax(X̃X̃ᵀ)/4m"),
            for_all(
                step_goes_nearer(),
                "∇J = H(θ − θ*), H the mean Hessian between θ* and θ, its eigenvalues 0 < c ≤ L: "
                "along each the squared distance falls by the part αc(2 − αc) > 0; no step leaves "
                "the ball around θ* through the start, where c ≥ some μ > 0: so all arrive at θ*",
            ),
            exactly(apart, "x = −1, 1 with y = 0, 1: ∂J/∂w < 0 for every w and b: no minimiser"),
            in_numbers(meet < 1e-6, "sampled: four starts with α = 1/L end within 1e-6"),
            in_numbers(grown > 1, "on separable data w still grows after 2000 steps"),
            in_numbers(jump > 1, "with α = 60/L a step still moves by more than 1 after 600 steps"),
        ),
        condition="the minimiser is finite and unique (the classes overlap, the rows of X and the "
        "row of ones are independent) and α < 2/L, L = λmax(X̃X̃ᵀ)/4m",
        counterexample="x = −1, 1 with y = 0, 1 has no minimiser: w grows without end; and with "
        "α = 60/L on overlapping data the steps never settle",
    )


def separable() -> tuple[bool, float]:
    """Separable data: the slope by w is negative everywhere, and w keeps growing."""
    # exp(−z) at the two examples, z = b − w and z = b + w: any two positive numbers
    e0, e1 = sympy.symbols("e0 e1", positive=True)
    slope = sympy.cancel((1 / (1 + e0) - 0) * -1 / 2 + (1 / (1 + e1) - 1) * 1 / 2)
    x, y = np.array([-1.0, 1.0]), np.array([0.0, 1.0])
    early, late = (descend(x, y, (0.0, 0.0), 1.0, n)[0] for n in (400, 2000))
    return bool(slope.is_negative), float(late - early)


DERIVATION = Topic(
    "convexity",
    "Which costs are convex",
    (
        Statement("L12", "J is convex in (w, b), for all sizes", logistic_is_convex),
        Statement(
            "L13",
            "squared error on ŷ = σ(z) is not convex and can have several local minima",
            squared_is_not_convex,
        ),
        Statement(
            "L14",
            "from any start gradient descent arrives at about the same point",
            same_point_from_everywhere,
        ),
    ),
)
