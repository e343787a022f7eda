"""The smallest problem that shows a fault, and the nudge that proves it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import islice

from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.counterexamples.choosing import experiments
from gradcheck.submissions.counterexamples.experiments import Experiment, Observation
from gradcheck.submissions.counterexamples.loops import loop_of
from gradcheck.submissions.counterexamples.nudges import nudge
from gradcheck.submissions.counterexamples.plain import UnwritableError, plain
from gradcheck.submissions.counterexamples.shrink import smallest
from gradcheck.submissions.counterexamples.small import Frame, is_steady
from gradcheck.submissions.reference.flow import LABELS
from gradcheck.submissions.reference.problems import Problem
from gradcheck.submissions.results import Counterexample, Fault

VISIBLE = ((1e-2, 1.0), (1e-8, 1.0))  # a difference that one sees, else any beyond rounding
BETWEEN = ((1e-2, 0.5),)  # a threshold may lie where whole numbers do not come
MOST_EXPERIMENTS = 2  # each is a search
LONGEST = 20_000  # characters; a submission may return, or put into its cache, as much as it likes


def counterexample(
    subject: Subject, faults: Iterable[Fault], cost: str | None = None
) -> Counterexample | None:
    """Find the smallest problem on which the first fault that can be shown shows.

    The function is called in the child as it was when it was judged, on what belongs at its
    inputs.

    Parameters
    ----------
    subject : Subject
    faults : iterable of Fault
    cost : str or None
        The verdict on the submission's own cost: whether the nudge may use it.

    Returns
    -------
    Counterexample or None
        None where no small problem was found that shows it: after a time-out, for what differs
        from call to call, or for a fault that is not in a number.
    """
    try:
        return _first(experiments(subject, faults), cost)
    except Exception:  # what a submission does to it must not cost the result it illustrates
        return None


def _first(found: Iterator[Experiment], cost: str | None) -> Counterexample | None:
    written = (each for each in found if each.match != "wrong-type")
    for experiment in islice(written, MOST_EXPERIMENTS):
        predicts = experiment.quantity == "predict"
        for visible, unit in (*VISIBLE, *(BETWEEN if predicts else ())):
            try:
                shown = _shown(experiment, (visible, unit), cost)
            except UnwritableError:
                break
            if shown is not None and len(json.dumps(asdict(shown))) < LONGEST:
                return shown
    return None


def _shown(
    experiment: Experiment, scale: tuple[float, float], cost: str | None
) -> Counterexample | None:
    subject, choice = experiment.subject, experiment.subject.problems[0].choice
    frame = Frame(subject.model, choice, *scale)

    def fails(problem: Problem) -> bool:
        seen = experiment.observe(problem)
        if seen is not None:
            plain(seen.computed)  # too much of it ends the search, for each call costs as much
        return (
            seen is not None
            and seen.match == experiment.match
            and (seen.match == "different" or bool(seen.expected.any()))  # zeros show no shape
            and is_steady(subject.model, seen.problem)
        )

    fewest = 2 if LABELS in subject.layout.flat else 1  # a vector of one label looks like a number
    most = 2 if subject.wide else 1
    problem = smallest(frame, fails, outputs=most, examples=fewest)
    seen = experiment.observe(problem) if problem else None
    if problem is None or seen is None or seen.match != experiment.match:
        return None  # none at all, or one that another call does not show again
    return _written(experiment, problem, seen, cost)


def _written(
    experiment: Experiment, problem: Problem, seen: Observation, cost: str | None
) -> Counterexample | None:
    computed, expected = plain(seen.computed), plain(seen.expected)
    call = experiment.call(problem)
    return Counterexample(
        experiment.name,
        experiment.quantity,
        call.inputs,
        call.settings,
        call.text,
        computed,
        expected,
        nudge(experiment, seen, cost),
        seen.training,
        loop_of(experiment.subject.source, experiment.name),
    )
