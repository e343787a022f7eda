"""The seven regimes: random problems of every model on which a checker must be silent, or speak.

Run ``python benchmarks/regimes.py [PROBLEMS] [SEED]``. It prints false alarms, and of four planted
errors how many were found of how many that could be:

* whole: every entry off by 1e-10 of itself; entry: one off by 1e-8 of the gradient's rms.
* stated, pair: one entry, or two at once, off by twice `smallest_detectable` of the right claim.

An error no larger than what one rounding of every input does to the gradient is left out: the
gradient with such an error is what right code may compute, and a checker that found it would raise
false alarms. How many are left out is printed too. The costs are given in the precision of the
parameters: where NumPy has a finer long double, slopes are measured in that.
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
EPS = sys.float_info.epsilon
ROUNDED = 12
PLANTED = ("whole", "entry", "stated", "pair")


@dataclass(frozen=True)
class Case:
    """A cost, its gradient, a point, and what rounding does to the gradient there."""

    model: str
    cost: Callable[[Arrays], float]
    gradient: Callable[[Arrays], Arrays]
    at: Arrays
    rounding: float


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
    gradients = [
        flat(model.gradient(rounded(at, rng), rounded(data, rng), **choice)) for _ in range(ROUNDED)
    ]
    right = flat(model.gradient(at, data, **choice))
    return Case(
        name,
        lambda p: model.cost(p, data, **choice),
        lambda p: model.gradient(p, data, **choice),
        at,
        float(np.max(np.abs(gradients - right))),
    )


def rounded(values: Arrays, rng: np.random.Generator) -> Arrays:
    """Move every number by one rounding."""
    return {k: v * (1 + EPS * rng.choice([-1, 1], size=np.shape(v))) for k, v in values.items()}


def flat(values: Arrays) -> np.ndarray:
    """Give all entries in one vector."""
    return np.concatenate([np.ravel(value) for value in values.values()])


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


def off(case: Case, entries: list[int], error: float) -> Callable[[Arrays], Arrays]:
    """Give the gradient with some entries off by an error, the second and so on the other way."""

    def gradient(at: Arrays) -> Arrays:
        g = {p: np.array(value, dtype=float) for p, value in case.gradient(at).items()}
        every = flat(g)
        every[entries] += error * np.where(np.arange(len(entries)) == 0, 1, -1)
        parts = np.split(every, np.cumsum([value.size for value in g.values()])[:-1])
        return {p: part.reshape(g[p].shape) for p, part in zip(g, parts, strict=True)}

    return gradient


def planted(
    case: Case, stated: float, rng: np.random.Generator
) -> Iterator[tuple[str, float, Any]]:
    """Give each error's name, its size, and the gradient that has it."""
    right = flat(case.gradient(case.at))
    first, second = rng.choice(right.size, 2, replace=False) if right.size > 1 else (0, 0)
    yield "whole", 1e-10 * float(np.abs(right).max()), scaled(case.gradient, 1e-10)
    error = 1e-8 * float(np.sqrt(np.mean(right**2)))
    yield "entry", error, off(case, [first], error)
    yield "stated", 2 * stated, off(case, [first], 2 * stated)
    if right.size > 1:
        yield "pair", 2 * stated, off(case, [first, second], 2 * stated)


def tally(count: int, seed: int) -> dict[str, Counter[str]]:
    """Judge every problem as it is, and with each of the planted errors."""
    table: dict[str, Counter[str]] = {regime: Counter() for regime in REGIMES}
    for k, (regime, case, rng) in enumerate(cases(count, seed)):
        row = table[regime]
        clean: Any = check_gradient(case.cost, case.gradient, case.at, rng=k)
        row["problems"] += 1
        row[clean.verdict] += 1
        row["over 59"] += clean.evaluations > 59
        row["most"] = max(row["most"], clean.evaluations)
        if clean.verdict == "wrong" or ("-v" in sys.argv and not clean):
            print(f"problem {k} of seed {seed}, {case.model}, {regime}: {clean}")
        for name, error, gradient in planted(case, clean.smallest_detectable, rng):
            if error <= case.rounding:
                row["left out"] += 1
                continue
            row[f"{name} of"] += 1
            row[name] += check_gradient(case.cost, gradient, case.at, rng=k).verdict == "wrong"
    return table


def main() -> None:
    """Print the table, the regimes added up in its last line."""
    count, seed = (int(a) for a in (*sys.argv[1:3], *("2100", "0")[len(sys.argv) - 1 :]))
    began = time.perf_counter()
    counts = ("problems", "correct", "kink", "undecided", "wrong", "over 59", "most")
    head = (*counts, *PLANTED, "left out")
    print(f"{'regime':22}" + "".join(f"{c:>11}" for c in head))
    table = tally(count, seed)
    total = sum(table.values(), Counter())
    total["most"] = max(row["most"] for row in table.values())
    for regime, row in [*table.items(), ("all", total)]:
        cells = [str(row[c]) for c in counts]
        cells += [f"{row[name]}/{row[f'{name} of']}" for name in PLANTED]
        print(f"{regime:22}" + "".join(f"{cell:>11}" for cell in [*cells, str(row["left out"])]))
    print(f"{time.perf_counter() - began:.0f} s; wrong: false alarms; over 59: calls of the cost")


if __name__ == "__main__":
    main()
