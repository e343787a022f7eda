"""Wrong claims, one a line: each must be refuted by each method, and the entry named."""

from dataclasses import replace

import pytest

import derivations
from derivations import linear, logistic, shallow_network
from derivations.engine.declaration import Claim, Derivation
from derivations.engine.expressions import Node
from derivations.engine.prove import prove_claim
from derivations.engine.vocabulary import d, prime, sigmoid, sum_columns, tanh, total

S, G, H = linear, logistic, shallow_network
dZ, dZ1, dZ2 = d(G.Z), d(H.Z1), d(H.Z2)  # noqa: N816  the course's names
WRONG: list[tuple[Derivation, Node, Node]] = [
    (G.DERIVATION, d(G.A), G.Y / G.A + (1 - G.Y) / (1 - G.A)),
    (G.DERIVATION, d(G.A), -G.Y / G.A - (1 - G.Y) / (1 - G.A)),
    (G.DERIVATION, dZ, G.Y - G.A),
    (G.DERIVATION, dZ, (G.A - G.Y) * G.A * (1 - G.A)),
    (G.DERIVATION, dZ, (G.A - G.Y) / G.m),
    (G.DERIVATION, dZ, G.Z - G.Y),
    (G.DERIVATION, d(G.w), G.X @ dZ.T),
    (G.DERIVATION, d(G.w), G.X @ dZ.T / G.n_x),
    (G.DERIVATION, d(G.w), G.X @ dZ.T / G.m / G.m),
    (G.DERIVATION, d(G.w), G.X @ G.A.T / G.m),
    (G.DERIVATION, d(G.w), G.X @ dZ.T / (G.m - 1)),
    (G.DERIVATION, d(G.b), sum_columns(dZ)),
    (G.DERIVATION, d(G.b), sum_columns(G.A) / G.m),
    (G.DERIVATION, prime(sigmoid)(G.Z), G.A * (1 + G.A)),
    (S.DERIVATION, d(S.Yhat), S.Y - S.Yhat),
    (S.DERIVATION, d(S.Yhat), 2 * (S.Yhat - S.Y)),
    (S.DERIVATION, d(S.w), S.X @ (S.Y - S.Yhat).T / S.m),
    (S.DERIVATION, d(S.b), total(S.Yhat - S.Y) / S.m * 2),
    (H.DERIVATION, dZ2, (H.A2 - H.Y) * prime(sigmoid)(H.Z2)),
    (H.DERIVATION, d(H.W2), dZ2 @ H.Z1.T / H.m),
    (H.DERIVATION, d(H.W2), dZ2 @ H.A1.T),
    (H.DERIVATION, d(H.b2), sum_columns(H.A2) / H.m),
    (H.DERIVATION, dZ1, H.W2.T @ dZ2),
    (H.DERIVATION, dZ1, H.W2.T @ dZ2 * prime(H.g1)(H.A1)),
    (H.DERIVATION, dZ1, H.W2.T @ dZ2 * prime(tanh)(H.Z1) * 2),
    (H.DERIVATION, dZ1, H.W2.T @ dZ2 * prime(sigmoid)(H.Z1)),
    (H.DERIVATION, dZ1, H.W2.T @ H.A2 * prime(H.g1)(H.Z1)),
    (H.DERIVATION, d(H.W1), -(dZ1 @ H.X.T) / H.m),
    (H.DERIVATION, d(H.W1), dZ1 @ H.X.T / H.n_h),
    (H.DERIVATION, d(H.b1), sum_columns(dZ1)),
    (H.DERIVATION, d(H.b1), sum_columns(H.A1) / H.m),
    (H.DERIVATION, d(H.b1), dZ1),
    (H.DERIVATION, d(H.W1), H.X @ dZ1.T / H.m),
]


@pytest.mark.parametrize(("derivation", "left", "right"), WRONG, ids=range(len(WRONG)))
def test_a_wrong_claim_is_refuted(derivation: Derivation, left: Node, right: Node) -> None:
    """Each method refutes a wrong claim by itself, and the verdict says where it fails."""
    verdict = prove_claim(derivation, Claim("planted", "a wrong formula", left, right))
    assert [proof.holds for proof in verdict.proofs] == [False, False, False]
    assert verdict.verdict == "refuted"
    assert "entry (" in verdict.counterexample or "shapes (" in verdict.counterexample


def test_a_planted_claim_spoils_the_result() -> None:
    """A result with a refuted claim doesn't hold, and its text says so."""
    planted = Claim("planted", "dZ = Y − A", dZ, G.Y - G.A)
    model = replace(G.DERIVATION, claims=(*G.DERIVATION.claims, planted))
    result = derivations.prove(model)
    assert not result.holds
    assert "refuted" in derivations.render([result], "text")
