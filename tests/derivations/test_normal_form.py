"""The normal form decides: what it calls equal is equal, what it tells apart is different."""

from fractions import Fraction
from itertools import pairwise

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from derivations.engine.entries import Entries, scalar_form
from derivations.engine.normal_form import (
    ONE,
    Form,
    Power,
    add,
    atom,
    delta,
    inverse,
    multiply,
    number,
    scale,
    times,
)
from derivations.engine.sums import canonical, substitute, sum_over
from derivations.engine.vocabulary import data, log, sizes, total

X = sympy.Symbol("x")
POLES = st.sampled_from([None, Fraction(0), Fraction(1), Fraction(-1, 2)])
POWERS = st.tuples(POLES, st.integers(1, 3))


def rational(power: Power) -> sympy.Expr:
    """Return a power of the basis as a SymPy function of x."""
    pole, n = power
    return X**n if pole is None else (X - sympy.Rational(pole)) ** -n


@given(POWERS, POWERS)
def test_powers_multiply_as_functions_do(left: Power, right: Power) -> None:
    """Partial fractions change how a product is written, not what it is."""
    product = sum(sympy.Rational(c) * rational(p) if p[1] else c for p, c in times(left, right))
    assert sympy.cancel(product - rational(left) * rational(right)) == 0


def chain(*names: str) -> Form:
    """Return A[names0, names1] A[names1, names2] ... as a form."""
    form = ONE
    for i, j in pairwise(names):
        form = multiply(form, atom("A", (i, j)))
    return form


@given(st.permutations(["#1", "#2", "#3"]))
def test_names_of_bound_indices_do_not_matter(order: list[str]) -> None:
    """Σ_pqr A[k,p] A[p,q] A[q,r] A[r,l] is one form, whatever p, q and r are called."""
    form = chain("k", *order, "l")
    plain = chain("k", "#1", "#2", "#3", "l")
    for index in ("#1", "#2", "#3"):
        form, plain = sum_over(form, index, "n"), sum_over(plain, index, "n")
    assert canonical(form) == canonical(plain)


def test_different_sums_stay_different() -> None:
    """Σ_pq A[p,q] A[q,p] is not Σ_pq A[p,q] A[p,q]."""
    crossed = multiply(atom("A", ("#1", "#2")), atom("A", ("#2", "#1")))
    straight = multiply(atom("A", ("#1", "#2")), atom("A", ("#1", "#2")))
    for index in ("#1", "#2"):
        crossed, straight = sum_over(crossed, index, "n"), sum_over(straight, index, "n")
    assert canonical(crossed) != canonical(straight)


def test_a_delta_picks_one_term() -> None:
    """Σ_p δ(p, k) A[p, l] is A[k, l], and δ(k, k) is 1."""
    form = multiply(delta([("#1", "k")]), atom("A", ("#1", "l")))
    assert sum_over(form, "#1", "n") == atom("A", ("k", "l"))
    assert delta([("k", "k")]) == ONE


def test_summing_what_does_not_depend_on_the_index_counts() -> None:
    """Σ_p 1 is n, and 3 for a size of 3."""
    assert sum_over(ONE, "#1", "n") == atom("n")
    assert sum_over(ONE, "#1", "3") == number(3)


def test_indices_that_become_equal_multiply() -> None:
    """A[p,l] A[k,l] becomes A[k,l]² when p is k."""
    form = substitute(multiply(atom("A", ("p", "l")), atom("A", ("k", "l"))), "p", "k")
    assert form == multiply(atom("A", ("k", "l")), atom("A", ("k", "l")))


def test_zero_cancels() -> None:
    """The form of x − x has no terms, and zero times anything neither."""
    assert add(atom("x"), scale(-1, atom("x"))) == {}
    assert scale(0, atom("x")) == {} == number(0)


@pytest.mark.parametrize(
    "form",
    [
        number(3),
        atom("x"),
        scale(2, multiply(atom("x"), atom("y"))),
        add(scale(2, atom("x")), number(-3)),
        {(((("x", ()), (Fraction(1), 2)),), (), ()): Fraction(5)},
        {(((("x", ()), (None, 2)),), (), ()): Fraction(5)},
    ],
)
def test_an_inverse_undoes(form: Form) -> None:
    """The product f · 1/f is 1 wherever an inverse is given."""
    inverted = inverse(form)
    assert inverted is not None
    assert multiply(form, inverted) == ONE


@pytest.mark.parametrize(
    "form",
    [
        {},
        add(atom("x"), atom("y")),
        add(multiply(atom("x"), atom("x")), number(1)),
        add(multiply(atom("x"), atom("y")), number(1)),
        sum_over(atom("A", ("#1",)), "#1", "n"),
        delta([("k", "l")]),
    ],
)
def test_what_has_no_inverse_is_told(form: Form) -> None:
    """No inverse is invented for a sum of several atoms."""
    assert inverse(form) is None


def test_scalars_are_read() -> None:
    """Sizes, fractions, sums, products and whole powers make scalar factors."""
    n, m = sizes("n m")
    assert multiply(scalar_form((n + 1) ** -2), scalar_form((n + 1) ** 2)) == ONE
    assert scalar_form(sympy.Rational(2, 3) * n / m) == scale(
        Fraction(2, 3), multiply(atom("n"), scalar_form(1 / m))
    )


@pytest.mark.parametrize("expression", ["sqrt(n)", "1/(n + m)", "exp(n)"])
def test_other_scalars_are_refused(expression: str) -> None:
    """A factor that is no quotient of sizes and symbols is named."""
    n, m = sizes("n m")
    value = sympy.sympify(expression, locals={"n": n, "m": m})
    with pytest.raises(ValueError, match=r"the factor .* is no quotient of sizes, scalar symbols"):
        scalar_form(value)


def test_functions_are_known_by_their_argument() -> None:
    """log(Z) is one atom however its argument is written, and another for another argument."""
    n, m = sizes("n m")
    A, B = data("A", n, m), data("B", n, m)
    entries = Entries()
    assert entries.entry(log(A + B), "i", "j") == entries.entry(log(B + A), "i", "j")
    assert entries.entry(log(A - B), "i", "j") != entries.entry(log(B - A), "i", "j")


def test_a_denominator_that_is_a_sum_becomes_an_atom() -> None:
    """1/(xy) is 1/x · 1/y, also where x and y are sums over everything."""
    n, m = sizes("n m")
    A = data("A", n, m)
    s = total(A)
    one = A / A
    entries = Entries()
    left = entries.entry(one / (s * s.T * 2), "i", "j")
    right = multiply(
        entries.entry(one / s, "i", "j"),
        multiply(number(Fraction(1, 2)), entries.entry(1 / s, "0", "0")),
    )
    assert canonical(left) == canonical(right)
