"""The seven regimes: random problems of every model on which a checker must be silent, or speak.

Run ``python benchmarks/regimes.py [PROBLEMS] [SEED]``: it prints false alarms, and how many planted
errors were found: the whole gradient off by 1e-10, one entry off by 1e-8.
"""

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

import impl
from gradcheck import check_gradient
from impl.descent import step

REGIMES = (
    "normal",
    "X × 1e-3",
    "X × 1e2",
    "pixels, weights 0.01",
    "weights × 10",
    "weights × 1e-3",
    "at an optimum",
)
Arrays = dict[str, np.ndarray]


@dataclass(frozen=True)
class Case:
    """A cost, its gradient, and a point."""

    model: str
    cost: Callable[[Arrays], float]
    gradient: Callable[[Arrays], Arrays]
    at: Arrays


def case(name: str, regime: str, rng: np.random.Generator) -> Case:
    """Draw a problem of a model in a regime."""
    model = impl.load(name)
    sizes = {size: int(rng.integers(1, 7)) for size in model.sizes} | {
        "m": int(rng.integers(4, 13))
    }
    shapes = model.shapes(sizes)
    choice = model.variants()[rng.integers(len(model.variants()))]
    at = {p: rng.normal(size=shapes[p]) for p in model.parameters}
    data = {d: rng.normal(size=shapes[d]) for d in model.data}
    if model.labels == "binary":
        data["Y"] = rng.integers(0, 2, size=shapes["Y"]).astype(float)
    weights = {"weights × 10": 10.0, "weights × 1e-3": 1e-3, "pixels, weights 0.01": 0.01}
    at = {p: value * weights.get(regime, 1.0) for p, value in at.items()}
    data["X"] = data["X"] * {"X × 1e-3": 1e-3, "X × 1e2": 1e2}.get(regime, 1.0)
    if regime.startswith("pixels"):
        data["X"] = rng.integers(0, 256, size=shapes["X"]).astype(float)
    if regime == "at an optimum":
        for _ in range(200):
            at = step(at, model.gradient(at, data, **choice), 0.3)
    return Case(
        name,
        lambda p: model.cost(p, data, **choice),
        lambda p: model.gradient(p, data, **choice),
        at,
    )


def cases(count: int, seed: int) -> Iterator[tuple[str, Case, np.random.Generator]]:
    """Draw problems, going round the regimes and the models."""
    rng = np.random.default_rng(seed)
    names = list(impl.models())
    for k in range(count):
        regime = REGIMES[k % len(REGIMES)]
        yield regime, case(names[k // len(REGIMES) % len(names)], regime, rng), rng


def scaled(gradient: Callable[[Arrays], Arrays], error: float) -> Callable[[Arrays], Arrays]:
    """Give the gradient with every entry off by a relative error."""
    return lambda at: {p: g * (1 + error) for p, g in gradient(at).items()}


def one_off(case: Case, error: float, rng: np.random.Generator) -> Callable[[Arrays], Arrays]:
    """Give the gradient with one entry off, by an error relative to the gradient's rms."""
    names = [p for p, value in case.at.items() for _ in range(value.size)]
    name = names[rng.integers(len(names))]
    entry = int(rng.integers(case.at[name].size))

    def gradient(at: Arrays) -> Arrays:
        g = {p: np.array(value) for p, value in case.gradient(at).items()}
        every = np.concatenate([value.ravel() for value in g.values()])
        g[name].flat[entry] += error * np.sqrt(np.mean(every**2))
        return g

    return gradient


def tally(count: int, seed: int) -> dict[str, Counter[str]]:
    """Judge every problem as it is, and with each of the two planted errors."""
    table: dict[str, Counter[str]] = {regime: Counter() for regime in REGIMES}
    for k, (regime, case, rng) in enumerate(cases(count, seed)):
        row = table[regime]
        clean: Any = check_gradient(case.cost, case.gradient, case.at, rng=k)
        row["problems"] += 1
        row[clean.verdict] += 1
        row["evaluations"] = max(row["evaluations"], clean.evaluations)
        if clean.verdict == "wrong" or ("-v" in sys.argv and not clean):
            print(f"problem {k} of seed {seed}, {case.model}, {regime}: {clean}")
        row["whole"] += (
            check_gradient(case.cost, scaled(case.gradient, 1e-10), case.at, rng=k).verdict
            == "wrong"
        )
        row["entry"] += (
            check_gradient(case.cost, one_off(case, 1e-8, rng), case.at, rng=k).verdict == "wrong"
        )
    return table


def main() -> None:
    """Print the table."""
    count, seed = (int(a) for a in (*sys.argv[1:3], *("2100", "0")[len(sys.argv) - 1 :]))
    began = time.perf_counter()
    columns = ("problems", "correct", "kink", "undecided", "wrong", "evaluations", "whole", "entry")
    print(f"{'regime':22}" + "".join(f"{c:>12}" for c in columns))
    for regime, row in tally(count, seed).items():
        print(f"{regime:22}" + "".join(f"{row[c]:12}" for c in columns))
    print(
        f"{time.perf_counter() - began:.0f} s; "
        "wrong: false alarms; whole: 1e-10 found; entry: 1e-8 found"
    )


if __name__ == "__main__":
    main()
