"""Training that steps after every example: right where it arrives as such steps do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise, permutations

import numpy as np

from gradcheck.submissions.calling.binding import UnboundError
from gradcheck.submissions.calling.routes import LostError, Path
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.judging.judgement import Judgement, not_judged, place
from gradcheck.submissions.reading.definitions import Definition
from gradcheck.submissions.reference.problems import EXAMPLES_SIZE, Problem, draw
from gradcheck.submissions.results import Quantity
from gradcheck.submissions.training.rounds import BY_EXAMPLE
from impl import Arrays
from impl.descent import step

_PROBLEMS = 2
_EXAMPLES = 3  # in six orders, for the examples may be shuffled
_SURE = 1e-11  # relative: three steps carry a few roundings, and no mistake comes so near

Follow = Callable[[Subject], tuple[Path, ...]]


def on_examples(subject: Subject, examples: int) -> Subject:
    """Give a subject with problems of so many examples."""
    rng, known = np.random.default_rng(0), subject.problems[0]
    drawn = (
        draw(subject.model, rng, outputs=1, choice=known.choice, examples=examples)
        for _ in range(_PROBLEMS)
    )
    return replace(subject, problems=tuple(drawn))


def judged_by_example(
    subject: Subject, trains: Definition, quantities: Sequence[str], follow: Follow
) -> Judgement:
    """Judge training whose rounds are true steps for each example, one after the other.

    What steps in another way is not judged.
    """
    if not _steps_by_example(subject, follow):
        return not_judged(trains, BY_EXAMPLE, quantities)
    note = f"line {trains.line}: {trains.own_name} steps after every example, rightly"
    right = tuple(Quantity(name, "correct", place(trains)) for name in quantities)
    return Judgement(right, notes=(note,))


def _steps_by_example(subject: Subject, follow: Follow) -> bool:
    with suppress(LostError, UnboundError):
        paths = follow(on_examples(subject, _EXAMPLES))
        return all(path.rate is not None and _arrives(subject, path, path.rate) for path in paths)
    return False


def _arrives(subject: Subject, path: Path, rate: float) -> bool:
    orders = list(permutations(range(_EXAMPLES)))
    return all(
        any(_same(after, _round(subject, path.problem, at, (order, rate))) for order in orders)
        for at, after in pairwise(path.points)
    )


def _round(
    subject: Subject, problem: Problem, at: Arrays, way: tuple[Sequence[int], float]
) -> Arrays:
    order, rate = way
    for example in order:
        data = {
            name: problem.values[name][:, [example]]
            for name, shape in subject.model.data.items()
            if EXAMPLES_SIZE in shape
        }
        at = step(at, subject.model.gradient(at, data, **problem.choice), rate)
    return at


def _same(found: Arrays, right: Arrays) -> bool:
    return all(np.allclose(found[n], right[n], rtol=_SURE, atol=_SURE) for n in right)
