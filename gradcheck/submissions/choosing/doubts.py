"""What is wrong only if a submission was read right, left open where nothing shows that it was.

Its functions are fed with what their names say; where all that comes out is wrong in no way that
is known here, the names may have meant something else.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from gradcheck.submissions.calling.binding import UnboundError
from gradcheck.submissions.calling.roles import STEPS, Role
from gradcheck.submissions.calling.steps import Step, Trial
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.choosing.seen import seen
from gradcheck.submissions.choosing.settling import held_on_the_way
from gradcheck.submissions.diagnosis.held import held_by
from gradcheck.submissions.judging.excuses import left_open
from gradcheck.submissions.judging.judgement import FAILED, Judgement
from gradcheck.submissions.reading.definitions import Definition
from gradcheck.submissions.reading.names import BUNDLES, SETTINGS, SIZES, plain
from gradcheck.submissions.reference.flow import COST, LABELS, forward_of, gradients_of
from gradcheck.submissions.results import Fault, Quantity
from gradcheck.submissions.training.kept import steps_of
from gradcheck.submissions.training.loop import first_steps, held_forward
from impl import Array

_VAGUE = frozenset({"unexplained", "wrong-shape", "wrong-type", "nonfinite", *FAILED})
_SQUARES = "squared errors"
_LOSSES: Mapping[str, Callable[[Array, Array], Array]] = MappingProxyType(
    {
        "the model's loss at a scale that no rate tells": lambda a, y: y,
        _SQUARES: lambda a, y: a - (a - y) * a * (1 - a),
    }
)
_OF_SQUARES = frozenset({"extra-activation-derivative", "missing-mean"})
_CLOSE = 1e-6  # a step is a difference of parameters; no other loss comes so near
_TRAIN = ("optimise", "model")
_SMALL = frozenset({"sigmoid", "sizes", "initial parameters", "predict"})


def beyond_doubt(subject: Subject, judged: Judgement, *, asked: bool) -> Judgement:
    """Keep what is wrong however a submission is read.

    Parameters
    ----------
    subject : Subject
    judged : Judgement
        With its mistakes named.
    asked : bool
        Whether it is said which model it has to be: then nothing is left open.
    """
    if asked or not judged.faults:
        return judged
    if _nothing_read(subject, judged):
        lost = "it has a loop outside its functions that was not read"
        return replace(left_open(judged, lost), quantities=tuple(map(_open, judged.quantities)))
    reason = (
        _other_scale(subject, judged)
        or _other_function(subject, judged)
        or _unknown(subject, judged)
    )
    return judged if reason is None else left_open(judged, reason)


def _nothing_read(subject: Subject, judged: Judgement) -> bool:
    """Say whether what trains stands outside all functions, and was not read."""
    known = {*STEPS, *_TRAIN, "update"} & subject.roles.keys()
    loops = (ast.For, ast.While)
    outside = any(isinstance(loose.statement, loops) for loose in subject.source.loose)
    codes = {fault.code for fault in judged.faults}
    return not known and outside and codes == {"missing-function"}


def _open(quantity: Quantity) -> Quantity:
    right = quantity.verdict == "correct"
    return quantity if right else replace(quantity, verdict="undecided")


def _other_scale(subject: Subject, judged: Judgement) -> str | None:
    """Say whether the gradient is that of another scale or loss, with no cost beside it."""
    costs = [q for q in judged.quantities if q.name == COST and q.verdict != "not-found"]
    codes = {fault.code for fault in judged.faults}
    if costs or codes not in (_OF_SQUARES, {"unexplained"}):
        return None
    losses = (_SQUARES,) if codes == _OF_SQUARES else _followed(subject)
    return next((f"its gradient is that of {loss}, and no cost beside it" for loss in losses), None)


def _followed(subject: Subject) -> tuple[str, ...]:
    """Name the losses whose slopes the steps of training follow, at whatever rate."""
    found = steps_of(subject) if subject.model.labels == "binary" else None
    if found is None:
        return ()
    read, trials = found
    return tuple(loss for loss in _LOSSES if all(_follows(read, t, loss) for t in trials))


def _follows(subject: Subject, trial: Trial, loss: str) -> bool:
    """Compare with the gradient for labels under which A − Y is the slope of another loss."""
    model, values = subject.model, trial.problem.values
    data = {name: values[name] for name in model.data}
    data[LABELS] = _LOSSES[loss](values[subject.output], values[LABELS])
    at = {name: values[name] for name in model.parameters}
    slopes = model.gradient(at, data, **trial.problem.choice)
    right = [np.ravel(subject.layout.theirs(f"d{n}", slope)) for n, slope in slopes.items()]
    given = [np.ravel(trial.observed[f"d{name}"]) for name in slopes]
    if any(np.size(a) != np.size(b) for a, b in zip(given, right, strict=True)):
        return False
    steps, wanted = np.concatenate(given), np.concatenate(right)
    factor = float(steps @ wanted / (wanted @ wanted))
    near = np.allclose(steps, factor * wanted, rtol=_CLOSE, atol=_CLOSE * abs(factor))
    return factor > 0 and bool(near)


def _other_function(subject: Subject, judged: Judgement) -> str | None:
    """Say whether a cost that no mistake explains has a gradient that is its own slope.

    So it is where labels are written otherwise (−1 and 1), or the cost is of another kind. One
    that differs by a factor alone is none of these.
    """
    gradients = gradients_of(subject.model)
    verdicts = {quantity.name: quantity.verdict for quantity in judged.quantities}
    held = {verdicts[name] for name in gradients if name in verdicts}
    follows = verdicts.get(COST) == "wrong" and held == {"blamed-upstream"}
    explained = {fault.code for fault in judged.faults} != {"unexplained"}
    if not follows or explained or set(gradients) & seen(subject).alike:
        return None
    return "its gradients are the slopes of its own cost, and that is none that is known here"


def _unknown(subject: Subject, judged: Judgement) -> str | None:
    """Say whether nothing is right, not on the way either, nothing explained, nothing named alike.

    A function that never ran says nothing of how it is read where its own names are the course's.
    """
    right = {quantity.name for quantity in judged.quantities if quantity.verdict == "correct"}
    if right - _SMALL or any(map(_explained, judged.faults)) or seen(subject).alike:
        return None
    if right_on_the_way(subject):
        return None
    blamed = {fault.where.function for fault in judged.faults}
    known = [role for role in subject.roles.values() if role.function.name in blamed]
    if known and all(_is_the_courses(subject, role) for role in known):
        return None
    return "nothing in it comes out as in the course, in no way that a mistake explains"


def right_on_the_way(subject: Subject) -> bool:
    """Say whether something of the forward pass is held right where the gradient is computed."""
    trains = [subject.roles[name].function for name in _TRAIN if name in subject.roles]
    classes = {f"{c.name}.{c.trains.name}": c for c in subject.source.classes if c.trains}
    made = next((classes[function.name] for function in trains if function.name in classes), None)
    if made is not None and made.trains is not None:
        return bool(held_forward(subject, made, made.trains))
    return bool(held_on_the_way(subject)) or any(_steps_hold(subject, each) for each in trains)


def _steps_hold(subject: Subject, trains: Definition) -> bool:
    forward = forward_of(subject.model)
    step = Step(Role("optimise", trains, "name"), forward, ())
    with suppress(UnboundError):
        trials = [trial for trial in first_steps(subject, trains) if trial.failure is None]
        held = held_by(subject, step, trials[:1])
        return bool(trials) and any(held.right(name) for name in forward)
    return False


def _explained(fault: Fault) -> bool:
    if fault.code == "forward-wrong":  # a sigmoid has a name that says what it has to be
        return bool(fault.expected) or fault.quantity == "sigmoid"
    return fault.code not in _VAGUE


def _is_the_courses(subject: Subject, role: Role) -> bool:
    """Say whether a function has a name that tells what it does, and the course's parameters."""
    model = subject.model
    known = {*model.parameters, *model.data, *model.quantities, *gradients_of(model)}
    return role.found_by == "name" and all(
        name in known or any(plain(name) in words for words in (BUNDLES, SETTINGS, SIZES))
        for name in role.function.parameters
    )
