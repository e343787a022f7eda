"""Judging a submission the usual way, and again in another where that finds something wrong.

What looks wrong may have been fed with what it was not written for: another number of examples
than it divides by, many examples where it takes one. These ways cost time only then, and each
counts only where it shows more to be right.
"""

from __future__ import annotations

from dataclasses import replace

from gradcheck.submissions.calling.patience import Patient
from gradcheck.submissions.calling.roles import STEPS, Role
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.judging.candidates import Candidates
from gradcheck.submissions.judging.excuses import left_open
from gradcheck.submissions.judging.foreign import of_another_model
from gradcheck.submissions.judging.judgement import FAILED, Judgement
from gradcheck.submissions.judging.recognise import judge_classes, recognise
from gradcheck.submissions.judging.seen import GRADIENTS, seen
from gradcheck.submissions.judging.settling import settled
from gradcheck.submissions.judging.singles import single_roles
from gradcheck.submissions.judging.whole import judge_all, shows_gradient
from gradcheck.submissions.reading.counts import counts_of
from gradcheck.submissions.reading.files import Source
from gradcheck.submissions.reference.flow import gradients_of
from gradcheck.submissions.reference.layouts import layouts

_TRIES = 3
_ON_ONE = ("sigmoid", *STEPS)  # what can be judged on one example
Found = tuple[Subject, Judgement]


def judge_source(box: Patient, source: Source, candidates: Candidates) -> Found | None:
    """Judge the functions of a submission, or the class or the loop that trains.

    Returns
    -------
    tuple of (Subject, Judgement), or None
        None if nothing in it has a known role.
    """
    found = _usual(box, source, candidates)
    if found is None or _is_clean(found):
        return found
    for again in (_both_at_once, _in_another_form, _counted, _single):
        found = again(box, source, candidates, found) or found
        if _is_clean(found):
            return found
    subject, judged = found
    return subject, of_another_model(subject, judged)


def _usual(box: Patient, source: Source, candidates: Candidates) -> Found | None:
    """Judge the functions, or where these hold no gradient the class that trains."""
    subject = recognise(box, source, candidates)
    if subject is None or not GRADIENTS & subject.roles.keys():
        judged = judge_classes(box, source, candidates)
        if judged is not None:
            return judged
    return None if subject is None else (subject, judge_all(subject))


def _is_clean(found: Found) -> bool:
    return not found[1].faults and shows_gradient(*found)


def _both_at_once(
    box: Patient, source: Source, candidates: Candidates, found: Found
) -> Found | None:
    """Judge a function that is called a cost and returns more as one that returns gradients too."""
    subject = found[0]
    cost = subject.roles.get("cost")
    if cost is None or len(cost.function.returned) < 2 or GRADIENTS & subject.roles.keys():
        return None
    roles = {n: role for n, role in subject.roles.items() if n != "cost"}
    roles["propagate"] = Role("propagate", cost.function, "value")
    both = settled(replace(subject, roles=roles), candidates)
    judged = judge_all(both)
    codes = {fault.code for fault in judged.faults}
    return None if codes & {"wrong-type", *FAILED} else (both, judged)


def _in_another_form(
    box: Patient, source: Source, candidates: Candidates, found: Found
) -> Found | None:
    """Judge with every activation and form of the model, until all is right in one.

    A single feature counts only where code is not right, up to a factor, on several: it would
    hide mistakes.
    """
    subject = found[0]
    alike = set(gradients_of(subject.model)) & seen(subject).alike
    shapes = {"wrong-shape", "crashed"} & {fault.code for fault in found[1].faults}
    forms = candidates.others if shapes and not alike else ()
    inside = "model" in subject.roles and not GRADIENTS & subject.roles.keys()
    models = (*((subject.model,) if inside else ()), *forms)
    for model in (model for model in models if model.name == subject.model.name):
        for choice in model.variants():
            drawn = candidates.problems(model, choice, 1)
            start = next(iter(layouts(model)))
            wide = candidates.problems(model, choice, 2) if subject.wide else ()  # may show alone
            tried = replace(subject, model=model, problems=drawn, wide=wide, layout=start)
            scaled = model.labels == "real"  # by ½, say: only a diagnosis knows
            if scaled or _is_clean((tried, judge_all(replace(tried, diagnosed=False)))):
                other = tried, judge_all(tried)
                if _is_clean(other):
                    return other
    return None


def _counted(box: Patient, source: Source, candidates: Candidates, found: Found) -> Found | None:
    """Judge with as many examples as the code divides by, written as a number.

    Where its own data are seen to have so many, it is judged by that; where they are not, nothing
    says that it is right.
    """
    counts = counts_of(source)
    for number in counts.divisors[:_TRIES]:
        other = _usual(box, source, replace(candidates, examples=number))
        if other is None or _rank(other) <= _rank(found):
            continue
        if number in counts.seen:
            note = f"it divides by {number}, so it was judged on {number} examples"
            return other[0], other[1] + Judgement(notes=(note,))
        if _is_clean(other):
            note = f"it divides by {number}, which is right for as many examples and no others"
            return found[0], left_open(found[1], note)
    return None


def _single(box: Patient, source: Source, candidates: Candidates, found: Found) -> Found | None:
    """Judge without the functions that are written for a single example, or on single ones.

    What such a function gives for one example is right; how its results are put together is seen
    where they are, in the training.
    """
    subject = found[0]
    singles = single_roles(subject, candidates)
    if not singles:
        return None
    names = ", ".join(subject.roles[name].function.name for name in singles)
    note = Judgement(notes=(f"written for a single example: {names}",))
    rest = {name: role for name, role in subject.roles.items() if name not in singles}
    if not GRADIENTS & singles.keys() or {"optimise", "model"} & rest.keys():
        less = replace(subject, roles=rest)
        other = less, judge_all(less) + note
    else:
        single = next(known for name, known in singles.items() if name in GRADIENTS)
        roles = {name: role for name, role in subject.roles.items() if name in _ON_ONE}
        single = replace(single, roles=roles)
        other = single, judge_all(single) + note
    return other if _rank(other) > _rank(found) else None


def _rank(found: Found) -> tuple[bool, int, int]:
    """Rank a judgement: one without a fault first, then by how much is right."""
    judged = found[1]
    right = sum(quantity.verdict == "correct" for quantity in judged.quantities)
    return _is_clean(found), right, -len(judged.faults)
