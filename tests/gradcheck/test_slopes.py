"""Every way to measure a slope: its bar holds the truth, and shrinks as theory says."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck import Slope
from gradcheck.noise import noise_of
from gradcheck.slopes import central, complex_step, extrapolated, nudge, one_sided

CURVES: dict[str, tuple[Callable[[float], float], Callable[[float], float]]] = {
    "3a": (lambda a: 3 * a, lambda a: 3.0),
    "a²": (lambda a: a * a, lambda a: 2 * a),
    "a³": (lambda a: a**3, lambda a: 3 * a * a),
    "sin": (math.sin, math.cos),
    "exp": (math.exp, math.exp),
    "tanh": (math.tanh, lambda a: 1 - math.tanh(a) ** 2),
    "1e-8 a²": (lambda a: 1e-8 * a * a, lambda a: 2e-8 * a),
    "sin 100a": (lambda a: math.sin(100 * a), lambda a: 100 * math.cos(100 * a)),
}
METHODS: dict[str, Callable[..., Slope]] = {
    "nudge": nudge,
    "central": central,
    "extrapolated": extrapolated,
    "one_sided": one_sided,
}


@pytest.mark.parametrize("name", CURVES)
@pytest.mark.parametrize("method", METHODS)
@given(at=st.floats(-3, 3))
def test_the_true_slope_lies_within_the_bar(name: str, method: str, at: float) -> None:
    """The bar is honest, for every method, curve and place where steps are small against it."""
    curve, slope = CURVES[name]
    options = {"step": 1e-5} if name == "sin 100a" and method in {"nudge", "central"} else {}
    measured = METHODS[method](curve, at, **options)
    assert measured.agrees_with(slope(at), slack=1e-15), str(measured)


@pytest.mark.parametrize(
    ("curve", "at", "moved"),
    [(lambda a: 3 * a, 2.0, 6.003), (lambda a: a * a, 2.0, 4.004001), (math.log, 2.0, 0.69365)],
)
def test_the_nudge_moves_the_curve_as_the_course_prints(
    curve: Callable[[float], float], at: float, moved: float
) -> None:
    """A nudge of 0.001 (N1, N2, N4): the increase over the nudge is the slope it gives."""
    assert nudge(curve, at).value == pytest.approx((moved - curve(at)) / 0.001, abs=6e-3)


def test_the_excess_of_the_nudge_is_half_the_second_derivative_times_the_step() -> None:
    """N5: for a², the nudge at 2 gives 4.001, not 4; a tenth of the step leaves a tenth."""
    for step in (1e-3, 1e-4):
        assert nudge(lambda a: a * a, 2.0, step).value - 4 == pytest.approx(step, rel=1e-6)


def test_the_orders_are_those_of_theory() -> None:
    """Halving the step divides the error by 2 for the nudge, by 4 for central differences."""
    errors = {
        method: [METHODS[method](math.exp, 0.0, h).value - 1 for h in (1e-2, 5e-3)]
        for method in ("nudge", "central", "one_sided")
    }
    ratios = {method: coarse / fine for method, (coarse, fine) in errors.items()}
    assert ratios == {
        "nudge": pytest.approx(2, rel=0.01),
        "central": pytest.approx(4, rel=0.01),
        "one_sided": pytest.approx(16, rel=0.2),
    }


def test_the_extrapolated_slope_has_twelve_digits() -> None:
    """For smooth curves of size 1."""
    assert extrapolated(math.exp, 0.3).bar < 1e-11


def test_one_sided_slopes_of_a_kink_are_its_two_sides() -> None:
    """|x| at 0: 1 to the right, −1 to the left; symmetric differences say 0."""
    assert one_sided(abs).agrees_with(1.0)
    assert one_sided(abs, step=-1e-3).agrees_with(-1.0)
    assert central(abs).value == 0


def test_one_sided_slopes_stop_at_a_bound() -> None:
    """x^1.5 has no value to the left of 0, and the slope 0 to the right."""
    assert abs(one_sided(lambda x: x**1.5 if x >= 0 else math.nan, step=1e-8).value) < 1e-3
    assert one_sided(lambda x: math.sqrt(x) if x > 0 else math.nan).bar == math.inf


def test_an_extrapolated_slope_where_nothing_is_finite_has_an_infinite_bar() -> None:
    """There is nothing to believe."""
    assert extrapolated(lambda a: math.nan).bar == math.inf


def analytic(z: complex) -> Any:
    """Give z³ + exp z."""
    return z**3 + np.exp(z)


def buffered(z: complex) -> Any:
    """Give z³ + exp z through a float buffer, which drops the imaginary part."""
    out = np.zeros(1)
    out[0] = np.real(z**3 + np.exp(z))
    return out[0]


@pytest.mark.parametrize(
    "curve",
    [
        lambda z: np.abs(z) ** 3 + np.abs(np.exp(z)),
        lambda z: np.linalg.norm(np.atleast_1d(z)) ** 3 + np.exp(z).real,
        lambda z: np.vdot(z, z) ** 1.5 + np.exp(z.real),
        lambda z: np.asarray(z).real.astype(float) ** 3 + np.exp(z.real),
        buffered,
        lambda z: math.exp(z),
        lambda z: "text",
    ],
)
def test_a_complex_step_that_lost_its_imaginary_part_is_not_believed(curve: Any) -> None:
    """The real reference is given back as it was."""
    reference = extrapolated(lambda a: float(np.real(analytic(a))), 0.7)
    assert complex_step(curve, reference, at=0.7) is reference


def test_a_complex_step_beside_a_real_one_that_agrees_is_sharper() -> None:
    """The bar falls to a few roundings."""
    reference = extrapolated(lambda a: float(np.real(analytic(a))), 0.7)
    slope = complex_step(analytic, reference, at=0.7)
    assert slope.bar < reference.bar / 10
    assert slope.agrees_with(3 * 0.49 + math.exp(0.7))


def test_the_noise_of_a_noisy_table_is_found_and_that_of_a_smooth_one_is_rounding() -> None:
    """Within a factor of ten."""
    t = np.linspace(0, 0.01, 9)
    noisy = np.sin(t) + 1e-6 * np.random.default_rng(0).normal(size=9)
    assert 1e-7 < noise_of(noisy) < 4e-6
    assert noise_of(np.sin(t)) < 1e-17


def test_slopes_agree_with_claims_inside_the_bar_and_never_with_nan() -> None:
    """Both ends belong to the bar."""
    slope = Slope(1.0, 0.5)
    assert slope.agrees_with(1.5)
    assert not slope.agrees_with(1.51)
    assert slope.agrees_with(1.51, slack=0.1)
    assert not slope.agrees_with(math.nan, slack=math.inf)
    assert str(slope) == "1 ± 0.5"


@pytest.mark.parametrize("at", [690.0, 703.0, 705.0, 708.0, 709.7, -709.7])
@pytest.mark.parametrize("power", [0, -6, -20, -30])
def test_a_slope_near_the_largest_number_overflows_in_silence(at: float, power: int) -> None:
    """The bar holds the slope, or is infinite."""
    curve = lambda x: math.exp(x) if x < 709.78 else math.inf  # noqa: E731 - one line says it all
    assert extrapolated(curve, at, 2.0**power).agrees_with(math.exp(at))


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: Slope(1.0, -1.0), "Slope: bar is -1.0, expected 0 or more"),
        (lambda: Slope(1.0, math.nan), "Slope: bar is nan"),
        (lambda: nudge(math.sin, step=0), "nudge: step is 0, expected"),
        (lambda: central(math.sin, step=0), "central: step is 0, expected"),
        (lambda: one_sided(math.sin, step=0), "one_sided: step is 0, expected"),
        (lambda: extrapolated(math.sin, step=-1), "extrapolated: step is -1, expected"),
        (lambda: noise_of(np.zeros(6)), "noise_of: got 6 values, expected 7 or more"),
    ],
)
def test_wrong_arguments_of_methods_raise_with_one_clear_line(
    call: Callable[[], Any], text: str
) -> None:
    """Where, got, expected."""
    with pytest.raises(ValueError, match=text):
        call()
