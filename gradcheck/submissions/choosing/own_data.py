"""Loops on the data of their own script, where its text makes them."""

from __future__ import annotations

from dataclasses import replace

from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.choosing.written_counts import wrong_counts
from gradcheck.submissions.judging.excuses import is_of_shapes
from gradcheck.submissions.judging.judgement import Judgement, failed
from gradcheck.submissions.reading.definitions import Definition
from gradcheck.submissions.reading.steps import LOOP, OWN
from gradcheck.submissions.reference.flow import gradients_of


def on_own_data(subject: Subject, judged: Judgement) -> Judgement:
    """Say of a loop in which nothing is wrong so far whether it fits the data of its script.

    Its shapes may fit in a layout that was tried here, or in none. It counts where the text makes
    the arrays: what stands in for a file or a module that is not here gives none.
    """
    roles = subject.roles.values()
    loop = next((r.function for r in roles if r.function.name.startswith(LOOP)), None)
    if loop is None or judged.faults:
        return judged
    wrong = _run(subject, loop) or wrong_counts(subject, loop)
    names = {quantity.name for quantity in wrong.quantities}
    others = tuple(quantity for quantity in judged.quantities if quantity.name not in names)
    return replace(judged, quantities=others) + wrong


def _run(subject: Subject, loop: Definition) -> Judgement | None:
    own = subject.box.call(f"{OWN}{loop.name}", [])
    if own.failure is not None or not isinstance(own.value, list):
        return None
    failure = subject.box.call(loop.name, own.value).failure
    if failure is None or failure.line is None or not is_of_shapes(failure):
        return None
    return failed(failure, loop, gradients_of(subject.model))
