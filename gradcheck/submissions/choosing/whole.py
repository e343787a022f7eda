"""Judging every function of a submission, each apart, so that a slip is blamed once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial

from gradcheck.submissions.calling.binding import is_setting
from gradcheck.submissions.calling.compare import as_numbers
from gradcheck.submissions.calling.loops import sets_rate
from gradcheck.submissions.calling.roles import STEPS
from gradcheck.submissions.calling.steps import attempt, evaluated, step_for
from gradcheck.submissions.calling.subject import Subject, own_function
from gradcheck.submissions.judging.conventions import with_conventions
from gradcheck.submissions.judging.far_out import judge_far_out
from gradcheck.submissions.judging.judgement import FAILED, Judgement
from gradcheck.submissions.judging.manner import forms
from gradcheck.submissions.judging.missing import lacking, missing
from gradcheck.submissions.judging.parts import (
    judge_initial,
    judge_predict,
    judge_sigmoid,
    judge_sizes,
)
from gradcheck.submissions.judging.references import told_apart
from gradcheck.submissions.judging.step import judge_step
from gradcheck.submissions.reading.definitions import Definition
from gradcheck.submissions.reference.flow import applied, gradients_of
from gradcheck.submissions.reference.formulas import formulas_of
from gradcheck.submissions.reference.problems import Problem
from gradcheck.submissions.results import Fault, Quantity, Where
from gradcheck.submissions.training.descents import own_gradient, true_gradient
from gradcheck.submissions.training.held_out import judge_held_out
from gradcheck.submissions.training.loop import judge_given, judge_model_function
from gradcheck.submissions.training.stepping import judge_trainer
from gradcheck.submissions.training.training import STRAY, judge_training
from gradcheck.submissions.training.within import without_steps
from impl import Array

_SCALES = frozenset({"wrong-scale", "gradient-of-other-scale"})


def judge_all(subject: Subject) -> Judgement:
    """Judge every role that a submission has, in the order of the data flow."""
    roles, judged = subject.roles, Judgement()
    if "sigmoid" in roles and _uses_sigmoid(subject):
        judged += judge_sigmoid(subject, roles["sigmoid"].function)
        if judged.faults:
            own = own_function(subject, roles["sigmoid"].function)
            subject = replace(subject, own={"sigmoid": own})
    judged += Judgement(notes=_provided(subject))
    for name, judge in _parts(subject):
        judged = _added(judged, judge(subject, roles[name].function))
    judged = once(judged)
    if not judged.faults:
        judged += Judgement(remarks=forms(subject))
    judged = _trained(subject, judged)
    if "predict" in roles:
        judged = _added(judged, _judge_prediction(subject, judged))
    if "model" in roles and not shows_gradient(subject, judged) and not lacking(subject):
        inside = judge_model_function(subject, roles["model"].function)
        if _decided(inside):  # a loop that holds everything has no cost to show
            others = judge_held_out(subject, roles["model"].function)
            inside += Judgement() if inside.faults else others
            return with_conventions(subject, once(without_steps(subject, judged, inside) + inside))
        judged += inside
    judged += _further(subject, judged)
    judged += missing(subject, judged, shown=shows_gradient(subject, judged))
    return told_apart(subject, with_conventions(subject, once(judged)))


def _further(subject: Subject, judged: Judgement) -> Judgement:
    """Look where the usual problems do not reach, as long as all is right on these."""
    far = Judgement() if judged.faults else judge_far_out(subject, judged)
    if judged.faults or far.faults or "model" not in subject.roles:
        return far
    return far + judge_held_out(subject, subject.roles["model"].function)


def _trained(subject: Subject, judged: Judgement) -> Judgement:
    """Add what training shows: the gradient, where no function gives it, and the steps."""
    if "optimise" not in subject.roles:
        beside = "model" in subject.roles and shows_gradient(subject, judged)
        if not beside or judged.faults:
            return judged
        return judged + judge_trainer(subject, subject.roles["model"].function)
    function = subject.roles["optimise"].function
    if not shows_gradient(subject, judged):
        if lacking(subject):
            return judged
        judged += judge_given(subject, function)
        if _wrong(judged, gradients_of(subject.model)):
            return judged
    if not sets_rate(subject, function):
        return judged + _as_training(_beyond_gradients(subject, judged), function)
    return _added(judged, _judge_training(subject, judged))


def _beyond_gradients(subject: Subject, judged: Judgement) -> Judgement:
    """Judge steps of a rate that is read off them, but for what a wrong gradient does to them.

    A gradient that is off by a factor alone is followed as one that is right.
    """
    steps = judge_given(subject, subject.roles["optimise"].function)
    told = {fault.code for fault in judged.faults if fault.quantity.startswith("d")}
    if not told - _SCALES:
        return steps
    kept = tuple(fault for fault in steps.faults if fault.code != "unexplained")
    verdict = "wrong" if kept else "blamed-upstream"
    return replace(steps, quantities=_each(steps, verdict), faults=kept)


def _as_training(steps: Judgement, function: Definition) -> Judgement:
    """Say of steps of a length that cannot be set whether they are those of gradient descent."""
    verdicts = {quantity.verdict for quantity in steps.quantities}
    order = ("wrong", "undecided", "blamed-upstream")
    worst = next((verdict for verdict in order if verdict in verdicts), "correct")
    quantity = Quantity("optimise", worst, Where(function.name, function.line, function.cell))
    return replace(steps, quantities=(quantity,))


def _decided(judged: Judgement) -> set[str]:
    return {q.name for q in judged.quantities if q.verdict not in ("undecided", "not-found")}


def shows_gradient(subject: Subject, judged: Judgement) -> bool:
    """Say whether a gradient was judged, itself or by the steps that it takes."""
    return bool(_decided(judged) & {"optimise", *gradients_of(subject.model)})


def _provided(subject: Subject) -> tuple[str, ...]:
    """Say which globals of the course were provided."""
    functions = [role.function for role in subject.roles.values()]
    read = {name for f in functions for name in subject.globals(f, subject.problems[0])}
    names = sorted(name for name in read if is_setting(name))
    return (f"set in other cells, so provided: {', '.join(names)}",) if names else ()


def _parts(subject: Subject) -> Iterator[tuple[str, Callable[[Subject, Definition], Judgement]]]:
    """Yield the roles that are judged on the reference's values, with their judges."""

    def judge_lines(subject: Subject, function: Definition) -> Judgement:
        role = next(role for role in subject.roles.values() if role.function == function)
        return judge_step(subject, step_for(role, subject.model, subject.output))

    small = {"sizes": judge_sizes, "initialise": judge_initial}
    for name in ("sizes", "initialise", *STEPS, "update"):
        if name in subject.roles:
            yield name, small.get(name, judge_lines)


def _added(judged: Judgement, new: Judgement) -> Judgement:
    """Add a judgement; a failure at a place that is blamed already is not blamed again."""
    known = {fault.where for fault in judged.faults if fault.code in FAILED}
    if new.faults and all(f.code in FAILED and f.where in known for f in new.faults):
        new = replace(new, quantities=_each(new, "blamed-upstream"), faults=())
    return judged + new


def _uses_sigmoid(subject: Subject) -> bool:
    values = subject.problems[0].values
    return any(name == "sigmoid" for _, name, _ in applied(subject.model, values))


def once(judged: Judgement) -> Judgement:
    """Keep one verdict a quantity, the worst, where two functions give the same one.

    What one function leaves undecided another one may decide.
    """
    quantities: dict[str, Quantity] = {}
    for quantity in judged.quantities:
        known = quantities.get(quantity.name)
        if known is None or known.verdict == "undecided" or quantity.verdict == "wrong":
            quantities[quantity.name] = quantity
    faults: dict[tuple[str, str], Fault] = {}
    for fault in judged.faults:
        faults.setdefault((fault.code, fault.quantity), fault)
    return replace(judged, quantities=tuple(quantities.values()), faults=tuple(faults.values()))


def _wrong(judged: Judgement, names: Iterable[str]) -> bool:
    verdicts = {quantity.name: quantity.verdict for quantity in judged.quantities}
    return any(verdicts.get(name) in ("wrong", "blamed-upstream") for name in names)


def _judge_training(subject: Subject, judged: Judgement) -> Judgement:
    function = subject.roles["optimise"].function
    gradients = gradients_of(subject.model)
    short = any(remark.code == "single-precision" for remark in judged.remarks)
    if not _wrong(judged, gradients) and not short:
        return judge_training(subject, function, partial(true_gradient, subject))
    trained = judge_training(subject, function, partial(own_gradient, subject))
    followed = tuple(
        fault
        for fault in trained.faults
        if fault.code not in (*FAILED, "unexplained") and not fault.message.endswith(STRAY)
    )
    if not followed:  # whatever is wrong here may come from the gradient
        trained = replace(trained, quantities=_each(trained, "correct"))
    trained = replace(trained, faults=followed)
    return _blamed(trained) if _wrong(judged, gradients) else trained


def _each(judged: Judgement, verdict: str) -> tuple[Quantity, ...]:
    return tuple(replace(quantity, verdict=verdict) for quantity in judged.quantities)


def _blamed(judged: Judgement) -> Judgement:
    """Say of what is right that it was fed with something wrong."""
    return replace(
        judged,
        quantities=tuple(
            replace(q, verdict="blamed-upstream") if q.verdict == "correct" else q
            for q in judged.quantities
        ),
    )


def _judge_prediction(subject: Subject, judged: Judgement) -> Judgement:
    function = subject.roles["predict"].function
    forward = subject.roles.get("forward")
    if forward is not None and _wrong(judged, [subject.output]):
        step = step_for(forward, subject.model, subject.output)

        def output(problem: Problem) -> Array:
            trial = attempt(subject, step, problem)
            right = problem.values[subject.output]
            found = as_numbers(trial.observed.get(subject.output))
            return right if found is None or found.size != right.size else found

        return _blamed(judge_predict(subject, function, output))
    if subject.own:
        lines = formulas_of(subject.model, subject.activation)
        return _blamed(
            judge_predict(
                subject,
                function,
                lambda problem: evaluated(lines, subject.names(problem))[subject.output],
            )
        )
    return judge_predict(subject, function, lambda problem: problem.values[subject.output])
