"""Attempts to fool the proofs: what is wrong is refuted or refused, and what is right is proven."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from derivations import linear, logistic, shallow_network
from derivations.engine.declaration import Claim, Derivation
from derivations.engine.expressions import Node
from derivations.engine.proofs import stand_ins
from derivations.engine.proofs.digits import OutsideDomainError
from derivations.engine.prove import ProofsDisagreeError, prove, prove_claim, prover
from derivations.engine.results import Verdict
from derivations.engine.reverse import derive
from derivations.engine.vocabulary import (
    abstract,
    d,
    data,
    define,
    exp,
    leaky_relu,
    log,
    parameter,
    prime,
    relu,
    scalar,
    sigmoid,
    sizes,
    sum_rows,
    tanh,
    total,
)

G, H = logistic, shallow_network
n, m, k = sizes("n m k")
W, X = parameter("W", n, m), data("X", n, m)
g1, g2, rung = abstract("g1"), abstract("g2"), abstract("step")


def mean(body: Node) -> Derivation:
    """Make a model whose cost is the mean of an array over m examples."""
    return Derivation("own", "Own", define("J", total(body) / m), examples=m)


def judged(model: Derivation, left: Node, right: Node) -> Verdict:
    """Judge one claim."""
    return prove_claim(model, Claim("Q", "planted", left, right))


step, c, same_m = parameter("step", n, m), parameter("c", n, 1), scalar("m")
r, wide = sizes("r c")
tall, flat = parameter("W", r, 1), data("X", r, wide)
nested = g1(g1(g1(W)))
slopes = prime(g1)(g1(g1(W))) * prime(g1)(g1(W)) * prime(g1)(W)
another_z = define("Z", G.w.T @ G.X)
cubes, powers = mean(step**3 * X), mean(X * total(W) ** 8)

WRONG = [
    (H.DERIVATION, d(H.Z1), H.W2.T @ d(H.Z2) * prime(tanh)(H.Z1)),  # true of tanh alone
    (H.DERIVATION, d(H.Z1), H.W2.T @ d(H.Z2) * (1 - H.A1**2)),
    (mean(g1(W) * g2(W)), d(W), prime(g1)(W) * (g1(W) + g2(W)) / m),  # true if g1 were g2
    (mean(nested), d(W), prime(g1)(g1(W)) * prime(g1)(g1(W)) * prime(g1)(W) / m),
    (cubes, d(step), 3 * step * X / m),  # a name that begins like an atom of the normal form
    (G.DERIVATION, sigmoid(-G.Z), G.A),
    (G.DERIVATION, tanh(-G.Z), tanh(G.Z)),
    (mean(abstract("inv")(1 + W * W)), abstract("inv")(1 + W * W), 1 / (1 + W * W)),
    (G.DERIVATION, sigmoid(G.Z - G.Z), 1 + 0 * G.Z),
    (mean(leaky_relu(W) * X), d(W), prime(leaky_relu)(-leaky_relu(W)) * X / m),
    (G.DERIVATION, d(G.L), (1 + 0 * G.L) / G.m),
    (G.DERIVATION, d(G.J), 2 + 0 * G.J),
    (G.DERIVATION, d(G.X), G.w @ d(G.Z)),
    (G.DERIVATION, 2 * d(G.Z), 2 * (G.Y - G.A)),
    (G.DERIVATION, d(G.Z), 3 + 0 * G.A),
    (G.DERIVATION, d(G.Z), G.b + 0 * G.A),
    (G.DERIVATION, G.J, total(G.L)),
    (G.DERIVATION, d(G.w), G.X @ d(G.Z).T / G.n_x),  # equal only where m = n_x
    (mean(log(W)), d(W), -1 / W / m),
    (powers, d(W), 7 * X * total(W) ** 7 / m),
]
RIGHT = [
    (
        mean(abstract("step")(W) ** 2),
        d(W),
        2 * abstract("step")(W) * prime(abstract("step"))(W) / m,
    ),
    (G.DERIVATION, sigmoid(-G.Z), 1 - G.A),
    (G.DERIVATION, d(G.Z), 1 - sigmoid(-G.Z) - G.Y),
    (mean(tanh(W - X)), d(W), (1 - tanh(X - W) ** 2) / m),
    (G.DERIVATION, sigmoid(G.Z - G.Z) + tanh(0 * G.Z) + exp(0 * G.Z), (3 + 0 * G.Z) / 2),
    (mean(leaky_relu(W) * X), d(W), prime(leaky_relu)(leaky_relu(W)) * X / m),
    (mean(relu(W) * X), d(W), prime(relu)(relu(W)) * X / m),
    (mean(nested), d(W), slopes / m),
    (cubes, d(step), 3 * step**2 * X / m),
    (mean(exp(c + 0 * X)), d(c), exp(c)),  # an array named like an index
    (mean(exp(tall + 0 * flat)), d(tall), wide * exp(tall) / m),
    (G.DERIVATION, d(G.L), 1 + 0 * G.L),
    (G.DERIVATION, d(G.J), 1 + 0 * G.J),
    (G.DERIVATION, d(G.X), G.w @ d(G.Z) / G.m),
    (G.DERIVATION, 2 * d(G.Z), 2 * (G.A - G.Y)),
    (mean(log(W)), d(W), 1 / W / m),  # where parameters must be positive
    (
        mean(log(1 - abstract("g", "sigmoid")(X)) * W),
        d(W),
        log(1 - abstract("g", "sigmoid")(X)) / m,
    ),
]


@pytest.mark.parametrize(("model", "left", "right"), WRONG, ids=range(len(WRONG)))
def test_what_is_wrong_is_refuted(model: Derivation, left: Node, right: Node) -> None:
    """A claim that holds only by a special function, size or name is refuted three times."""
    found = judged(model, left, right)
    assert [proof.holds for proof in found.proofs] == [False, False, False]


@pytest.mark.parametrize(("model", "left", "right"), RIGHT, ids=range(len(RIGHT)))
def test_what_is_right_is_proven(model: Derivation, left: Node, right: Node) -> None:
    """Names, ones, data and logarithms of parameters stand in no proof's way."""
    assert judged(model, left, right).verdict == "proven"


REFUSED: list[tuple[Callable[[], object], type[Exception], str]] = [
    (
        lambda: judged(G.DERIVATION, d(G.Z), (G.A - G.Y) * sum_rows(d(G.X)) / G.n_x),
        ValueError,
        r"claim Q of logistic uses dX in a formula, but X is data, and only what is learned",
    ),
    (
        lambda: judged(G.DERIVATION, d(G.Y) * 2, G.Y),
        ValueError,
        r"claim Q of logistic uses dY in a formula, but Y is data",
    ),
    (
        lambda: judged(G.DERIVATION, sigmoid(another_z), G.A),
        ValueError,
        r"Z names two different arrays, but a name stands for one; rename one",
    ),
    (
        lambda: judged(G.DERIVATION, d(define("A", sigmoid(another_z))), G.A),
        ValueError,
        r"Z names two different arrays",
    ),
    (
        lambda: judged(mean(W * X), d(W), X / same_m),
        ValueError,
        r"claim Q of own speaks of m, which is no size or scalar of the forward pass: it has n, m;",
    ),
    (
        lambda: judged(mean(W * X), d(W), X / scalar("q")),
        ValueError,
        r"claim Q of own speaks of q, which is no size or scalar",
    ),
    (
        lambda: judged(mean(W * X), d(W), X / k),
        ValueError,
        r"claim Q of own speaks of k, which is no size or scalar",
    ),
    (
        lambda: judged(mean(W * X), d(W), G.w),
        ValueError,
        r"claim Q of own speaks of w, which is not declared: the derivation has W, X, J;",
    ),
    (
        lambda: derive(mean(W * X * same_m)),
        ValueError,
        r"own has two things named m among its arrays, sizes and scalars, but a name stands for",
    ),
    (
        lambda: derive(mean(W * data("n", n, m))),
        ValueError,
        r"own has two things named n among its arrays",
    ),
    (
        lambda: derive(mean(W * data("np", n, m))),
        ValueError,
        r"own has an array named 'np', but a name is a word that code can print, other than np,",
    ),
    (
        lambda: derive(mean(W * data("lambda", n, m))),
        ValueError,
        r"own has an array named 'lambda', but a name is a word that code can print",
    ),
    (
        lambda: abstract("tanh")(W),
        ValueError,
        r"'tanh' is declared as any differentiable function, but it is no word or the name of a",
    ),
    (
        lambda: abstract("g'")(W),
        ValueError,
        r"\"g'\" is declared as any differentiable function, but it is no word",
    ),
    (
        lambda: judged(mean(W * X), d(W), X / (X - X) / m),
        ZeroDivisionError,
        r"a quotient's bottom or a logarithm's argument is 0 for all inputs, but it must vary",
    ),
    (
        lambda: prove(mean(W / (X - X))),
        ZeroDivisionError,
        r"a quotient's bottom or a logarithm's argument is 0 for all inputs",
    ),
    (
        lambda: prove(mean(W * log(X - 1))),
        OutsideDomainError,
        r"a logarithm's argument is not positive for inputs between 0.1 and 0.9",
    ),
]


@pytest.mark.parametrize(("ask", "error", "message"), REFUSED, ids=range(len(REFUSED)))
def test_what_would_mislead_every_method_is_refused(
    ask: Callable[[], object], error: type[Exception], message: str
) -> None:
    """One name with two meanings, or a derivative that nothing finds: one clear line."""
    with pytest.raises(error, match=message) as caught:
        ask()
    assert "\n" not in str(caught.value)


def test_no_claim_rests_on_a_wrong_step() -> None:
    """A claim whose both sides use dZ is no tautology: the step itself is proven first."""
    ready = prover(linear.DERIVATION)
    first = ready.steps[0]
    broken = replace(ready, steps=(replace(first, formula=first.formula * 2), *ready.steps[1:]))
    with pytest.raises(
        ProofsDisagreeError, match=r"linear: dYhat of the reverse pass is refuted, but a claim"
    ):
        broken.rely_on(2 * d(linear.Yhat))
    ready.rely_on(2 * d(linear.Yhat))


def test_a_second_choice_keeps_logarithms_defined() -> None:
    """The second choice of a function respects the logarithms that it is put into."""
    g = abstract("g", "tanh")
    free, bound = stand_ins.prover(mean(g(W) * X)), stand_ins.prover(mean(log(1 - g(-exp(W)) ** 2)))
    assert [told for told, _, _ in free.again] == ["g = sigmoid"]
    assert [told for told, _, _ in bound.again] == ["g = sigmoid"]
