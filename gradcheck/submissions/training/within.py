"""Steps that stand in a function of their own and are shown by the training that calls them."""

from __future__ import annotations

from dataclasses import replace

from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.judging.judgement import Judgement
from gradcheck.submissions.reference.flow import gradients_of


def without_steps(subject: Subject, judged: Judgement, inside: Judgement) -> Judgement:
    """Leave out the steps that cannot be called alone, where the training that calls them is right.

    They may be written for one example: what calls them shows what they do.

    Parameters
    ----------
    subject : Subject
    judged : Judgement
        Of the functions alone.
    inside : Judgement
        Of the training as a whole.
    """
    steps, trains = subject.roles.get("optimise"), subject.roles["model"].function
    left_open = {quantity.verdict for quantity in inside.quantities} - {"correct"}
    if steps is None or steps.function.name not in trains.calls or left_open or judged.faults:
        return judged
    names = {"optimise", *gradients_of(subject.model)}
    kept = tuple(q for q in judged.quantities if q.name not in names or q.verdict != "undecided")
    said = f"line {steps.function.line}: {steps.function.name} was not judged"
    notes = tuple(note for note in judged.notes if said not in note)
    return replace(judged, quantities=kept, notes=notes)
