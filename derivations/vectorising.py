"""Work saved: the loop against the vectorised form, and derivatives that are shared."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np

from derivations import linear, logistic
from derivations.engine.declaration import Claim, Evidence, Statement, Topic
from derivations.engine.evidence import exactly, for_all, in_numbers
from derivations.engine.graph import graph
from derivations.engine.prove import prove_claim
from derivations.engine.vocabulary import d, sum_columns

SLOWER = 3  # times; the loop is some hundred times slower, so no noise reaches this bound


def looped(X: Any, dZ: Any) -> tuple[Any, Any]:
    """Add up dw and db example by example and feature by feature, as a loop does."""
    features, examples = X.shape
    dw, db = [0] * features, 0
    for i in range(examples):
        for k in range(features):
            dw[k] = dw[k] + X[k, i] * dZ[0, i]
        db = db + dZ[0, i]
    return np.array(dw).reshape(-1, 1), db


def vectorised(X: Any, dZ: Any) -> tuple[Any, Any]:
    """Do the same in one product and one sum."""
    return X @ dZ.T, np.sum(dZ)


def seconds(run: Any, *arrays: Any) -> float:
    """Measure a call: the best of five, so that other load would have to hit each of them."""
    times = []
    for _ in range(5):
        start = perf_counter()
        run(*arrays)
        times.append(perf_counter() - start)
    return min(times)


def loop_against_vectors() -> Evidence:
    """Equal for all sizes and in whole numbers; that the loop takes longer is measured.

    The ratio itself (some hundreds) differs between runs, so only the bound it exceeds is told.
    """
    claims = (
        Claim("L11", "dw", d(logistic.w), logistic.X @ d(logistic.Z).T / logistic.m),
        Claim("L11", "db", d(logistic.b), sum_columns(d(logistic.Z)) / logistic.m),
    )
    proofs = [p for claim in claims for p in prove_claim(logistic.DERIVATION, claim).proofs]
    rng = np.random.default_rng(0)
    whole = rng.integers(-9, 9, (4, 7)), rng.integers(-9, 9, (1, 7))
    (dw, db), (dw_, db_) = looped(*whole), vectorised(*whole)
    arrays = rng.normal(size=(50, 400)), rng.normal(size=(1, 400))
    slower = seconds(looped, *arrays) > SLOWER * seconds(vectorised, *arrays)
    gap = float(np.abs(looped(*arrays)[0] - vectorised(*arrays)[0]).max())
    return Evidence(
        (
            *proofs,
            exactly(bool((dw == dw_).all() and db == db_), "loop and product agree in integers"),
            in_numbers(gap < 1e-11, "and in floats, up to 1e-11"),
            in_numbers(
                slower,
                f"measured with 50 features, 400 examples: the loop takes more than {SLOWER} times "
                "as long",
            ),
        )
    )


@dataclass(frozen=True)
class Counted:
    """A whole number that notes each operation made with it."""

    value: int
    notes: list[str]

    def __sub__(self, other: Counted) -> Counted:
        self.notes.append("-")
        return Counted(self.value - other.value, self.notes)

    def __mul__(self, other: Counted) -> Counted:
        self.notes.append("*")
        return Counted(self.value * other.value, self.notes)


def operations(features: int, shared: bool) -> tuple[list[int], int]:
    """Work out dL/dw₁ … dL/dwₙ and dL/db of one example; return them and the operations made."""
    notes: list[str] = []
    x = [Counted(k + 2, notes) for k in range(features)]
    y, yhat = Counted(3, notes), Counted(5, notes)
    if shared:
        slope = yhat - y
        found = [x_k * slope for x_k in x] + [slope]
    else:
        found = [x_k * (yhat - y) for x_k in x] + [yhat - y]
    return [number.value for number in found], len(notes)


def shared_once() -> Evidence:
    """Operations for n + 1 derivatives, with dL/dŷ worked out once and n + 1 times, counted."""
    edges = graph(linear.DERIVATION).edges
    users = [b for a, b in edges if a == "Yhat"]
    into = [a for a, b in edges if b == "Yhat" and a in ("w", "b")]
    counts = []
    for n in range(1, 50):
        (once, few), (apart, many) = operations(n, shared=True), operations(n, shared=False)
        counts.append(once == apart and (few, many) == (1 + n, 1 + 2 * n))
    claim = Claim("S5", "", d(linear.w), linear.X @ d(linear.Yhat).T / linear.m)
    both = Claim("S5", "", d(linear.b), sum_columns(d(linear.Yhat)) / linear.m)
    proofs = [p for c in (claim, both) for p in prove_claim(linear.DERIVATION, c).proofs]
    return Evidence(
        (
            *proofs,
            for_all(
                users == ["L"] and sorted(into) == ["b", "w"],
                "in the graph every path from w and from b to the loss goes through ŷ",
            ),
            exactly(
                all(counts),
                "counted for n = 1 … 49 features: 1 + n operations shared, 1 + 2n apart: n saved",
            ),
        )
    )


DERIVATION = Topic(
    "vectorising",
    "Work saved",
    (
        Statement(
            "L11",
            "the loop over examples and the vectorised form give the same numbers, and the loop is "
            "slower",
            loop_against_vectors,
        ),
        Statement("S5", "dL/dŷ is shared by all three, so it is computed once", shared_once),
    ),
)
