"""Judging a submission the usual way, and again in another where that finds something wrong.

What looks wrong may have been fed with what it was not written for: another number of examples
than it divides by, many examples where it takes one. These ways cost time only then, and each
counts only where it shows more to be right. Mistakes are searched for once, in the chosen way.
"""

from __future__ import annotations

from dataclasses import replace

from gradcheck.submissions.calling.patience import Patient
from gradcheck.submissions.calling.roles import Role
from gradcheck.submissions.choosing.candidates import Candidates
from gradcheck.submissions.choosing.doubts import right_on_the_way
from gradcheck.submissions.choosing.foreign import of_another_model
from gradcheck.submissions.choosing.readings import Reading, settled_as
from gradcheck.submissions.choosing.recognise import class_read, recognise
from gradcheck.submissions.choosing.seen import GRADIENTS, seen
from gradcheck.submissions.choosing.settling import settled
from gradcheck.submissions.choosing.singles import single_readings
from gradcheck.submissions.judging.excuses import left_open
from gradcheck.submissions.judging.judgement import FAILED, Judgement
from gradcheck.submissions.reading.counts import counts_of, entries_of
from gradcheck.submissions.reading.files import Source
from gradcheck.submissions.reference.flow import gradients_of
from gradcheck.submissions.reference.layouts import layouts

_TRIES = 3
_ILL_FED = frozenset({"wrong-shape", "wrong-type", *FAILED})


def chosen(box: Patient, source: Source, candidates: Candidates) -> Reading | None:
    """Read the functions of a submission, or the class or the loop that trains.

    Returns
    -------
    Reading or None
        None if nothing in it has a known role.
    """
    found = _usual(box, source, candidates)
    if found is None or found.is_clean:
        return found
    for again in (_both_at_once, _in_another_form, _of_two_features, _counted, _single):
        found = again(box, source, candidates, found) or found
        if found.is_clean:
            return found
    other = of_another_model(found.subject, found.judged, asked=candidates.asked)
    return found if other is found.judged else settled_as(found.subject, other)


def _usual(box: Patient, source: Source, candidates: Candidates) -> Reading | None:
    """Read the functions, or where these hold no gradient the class that trains."""
    subject = recognise(box, source, candidates)
    if subject is None or not GRADIENTS & subject.roles.keys():
        made = class_read(box, source, candidates)
        if made is not None:
            return made
    return None if subject is None else Reading(subject)


def _both_at_once(
    box: Patient, source: Source, candidates: Candidates, found: Reading
) -> Reading | None:
    """Read a function that is called a cost and returns more as one that returns gradients too."""
    subject = found.subject
    cost = subject.roles.get("cost")
    if cost is None or len(cost.function.returned) < 2 or GRADIENTS & subject.roles.keys():
        return None
    roles = {n: role for n, role in subject.roles.items() if n != "cost"}
    roles["propagate"] = Role("propagate", cost.function, "value")
    both = Reading(settled(replace(subject, roles=roles), candidates))
    codes = {fault.code for fault in both.judged.faults}
    return None if codes & {"wrong-type", *FAILED} else both


def _in_another_form(
    box: Patient, source: Source, candidates: Candidates, found: Reading
) -> Reading | None:
    """Read with every activation and form of the model, until all is right in one.

    A single feature counts only where code is not right, up to a factor, on several: it would
    hide mistakes. Or code of which nothing is right, and does not even run, on several.
    """
    subject, best = found.subject, None
    alike = set(gradients_of(subject.model)) & seen(subject).alike
    shapes = {"wrong-shape", "crashed"} & {fault.code for fault in found.judged.faults}
    forms = candidates.others if shapes and not alike else ()
    inside = "model" in subject.roles and not GRADIENTS & subject.roles.keys()
    models = (*((subject.model,) if inside else ()), *forms)
    for model in (model for model in models if model.name == subject.model.name):
        for choice in model.variants():
            drawn = candidates.problems(model, choice, 1)
            start = next(iter(layouts(model)))
            wide = candidates.problems(model, choice, 2) if subject.wide else ()  # may show alone
            other = Reading(replace(subject, model=model, problems=drawn, wide=wide, layout=start))
            if other.is_clean:
                return other
            runs = not found.right and not _is_ill_fed(other)
            shows = runs and (other.right > 1 or right_on_the_way(other.subject))
            if shows and (best is None or other.right > best.right):
                best = other
    return best


def _of_two_features(
    box: Patient, source: Source, candidates: Candidates, found: Reading
) -> Reading | None:
    """Read on two features where code names the entries 0 and 1 of its arrays, and no others."""
    if entries_of(source) != {0, 1}:
        return None
    other = _usual(box, source, replace(candidates, features=2))
    if other is None:
        return None
    fits = _is_ill_fed(found) and not _is_ill_fed(other)
    if not fits and other.rank() <= found.rank():
        return None
    return _noted(other, "it names two features, so it was judged on two")


def _is_ill_fed(reading: Reading) -> bool:
    return bool(_ILL_FED & {fault.code for fault in reading.judged.faults})


def _counted(
    box: Patient, source: Source, candidates: Candidates, found: Reading
) -> Reading | None:
    """Read with as many examples as the code divides by, written as a number.

    Where its own data are seen to have so many, it is judged by that; where they are not, nothing
    says that it is right.
    """
    counts = counts_of(source)
    for number in [n for n in counts.divisors if not counts.contradict(n)][:_TRIES]:
        other = _usual(box, source, replace(candidates, examples=number))
        if other is None or other.rank() <= found.rank():
            continue
        if counts.shows(number, in_rows=other.subject.layout.examples_in_rows):
            return _noted(other, f"it divides by {number}, so it was judged on {number} examples")
        if other.is_clean:
            note = f"it divides by {number}, which is right for as many examples and no others"
            return settled_as(found.subject, left_open(found.judged, note))
    return None


def _noted(reading: Reading, note: str) -> Reading:
    return reading.changed(lambda judged: judged + Judgement(notes=(note,)))


def _single(box: Patient, source: Source, candidates: Candidates, found: Reading) -> Reading | None:
    """Read functions that are written for a single example as what they are."""
    others = single_readings(found.subject, candidates)
    better = (other for other in others if other.rank() > found.rank())
    return max(better, key=Reading.rank, default=None)
