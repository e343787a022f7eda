"""Two mistakes in one formula: any single one, and a sign, a mean or a factor besides."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np

from gradcheck.submissions.calling.compare import as_numbers
from gradcheck.submissions.diagnosis.candidates import UNEXPLAINED, candidates
from gradcheck.submissions.diagnosis.mutations import Mutation
from gradcheck.submissions.diagnosis.search import Search
from gradcheck.submissions.reference.formulas import Formula

_SAME = 1e-9  # of a ratio of two numbers that are computed in another order
_COMMON = (-1.0, 2.0, 0.5, -2.0, -0.5)  # factors that people write; others prove nothing here


def best_pair(
    search: Search, name: str
) -> tuple[tuple[Mutation, ...], tuple[str, ...], Search] | None:
    """Find two mistakes that together reproduce a quantity.

    The second one is told by the ratio that is left when the first is made, so that the pairs
    cost no more than the single ones.
    """
    for mutation in candidates(search, name):
        if mutation.code == UNEXPLAINED:
            continue
        changed = search.changed(mutation, (name,))
        for second in _seconds(changed, name):
            both = changed.changed(second, (name,))
            if both.fits([name]):
                return (mutation, second), (name,), both
    return None


def _seconds(search: Search, name: str) -> Iterator[Mutation]:
    """Yield what turns the lines' value into the observed one: a sign, m, 1/m or a factor."""
    ratios = _ratios(search, name)
    if ratios is None:
        return
    counts = [float(trial.problem.sizes["m"]) for trial in search.trials]
    text = next(line.text for line in search.lines[name] if line.target == name)
    cost = search.step.kind(name) == "cost"
    other = _other_count(search, ratios)
    if _alike(ratios, counts):
        yield _times("missing-mean", "the mean over m is left out", name, f"m * ({text})")
    elif _alike(ratios, [1 / count for count in counts]):
        yield _times("double-mean", "the mean over m is taken twice", name, f"({text}) / m")
    elif other is not None:
        yield _over(name, text, other)
    elif _alike(ratios, [-1.0] * len(ratios)):
        yield _times("cost-sign" if cost else "sign", "a sign is turned", name, f"-({text})")
    elif any(_alike(ratios, [factor] * len(ratios)) for factor in _COMMON):
        factor = Fraction(ratios[0]).limit_denominator(10)
        words = f"a factor of {factor} does not belong there"
        code = "cost-scale" if cost else "wrong-scale"
        yield _times(code, words, name, f"{factor} * ({text})")


def _other_count(search: Search, ratios: Sequence[float]) -> tuple[str, str] | None:
    """Give what was divided by besides, or what stands for m, as code and text."""
    sizes = [trial.problem.sizes for trial in search.trials]
    for size in search.subject.model.sizes:
        if size != "m" and _alike(ratios, [1 / known[size] for known in sizes]):
            return "double-mean", size
        if size != "m" and _alike(ratios, [known["m"] / known[size] for known in sizes]):
            return "wrong-count", size
    for away, text in ((-1, "(m - 1)"), (1, "(m + 1)")):
        if min(known["m"] for known in sizes) + away > 0 and _alike(
            ratios, [known["m"] / (known["m"] + away) for known in sizes]
        ):
            return "wrong-count", text
    return None


def _over(name: str, text: str, count: tuple[str, str]) -> Mutation:
    code, divisor = count
    twice = code == "double-mean"
    words = f"it is divided by {divisor} besides" if twice else f"{divisor} stands for m"
    formula = f"({text}) / {divisor}" if twice else re.sub(r"\bm\b", divisor, text)
    return Mutation(code, (Formula(name, formula),), words, "" if twice else divisor)


def _times(code: str, what: str, name: str, text: str) -> Mutation:
    return Mutation(code, (Formula(name, text),), what)


def _ratios(search: Search, name: str) -> list[float] | None:
    """Give the one factor between the observed and the lines' value, for each problem."""
    try:
        computed = search.computed(name)
    except (ValueError, TypeError, NameError):  # shapes that do not go together
        return None
    ratios = []
    for trial, values in zip(search.trials, computed, strict=True):
        theirs = search.subject.layout.theirs(name, values[name])
        observed = as_numbers(trial.observed[name])
        if observed is None or observed.size != theirs.size or not np.isfinite(theirs).all():
            return None
        largest = int(np.abs(theirs).argmax())
        if theirs.flat[largest] == 0 or not np.isfinite(observed).all():
            return None
        ratios.append(float(observed.flat[largest] / theirs.flat[largest]))
    return ratios


def _alike(ratios: Sequence[float], wanted: Sequence[float]) -> bool:
    return all(abs(r - w) <= _SAME * abs(w) for r, w in zip(ratios, wanted, strict=True))
