"""The training loop of a script, beside functions that show the gradient.

The functions are judged by themselves. What the loop adds is the step: it is taken once, from known
parameters, and each parameter is held against what descent, or a known mistake, makes of it. A loop
that steps in a way that is none of these is left undecided: it may be another method.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from gradcheck.submissions.calling.binding import UnboundError
from gradcheck.submissions.calling.compare import as_numbers
from gradcheck.submissions.calling.loops import (
    LostError,
    Path,
    fitted_rate,
    follow_given,
)
from gradcheck.submissions.calling.returns import leaves
from gradcheck.submissions.calling.roles import Role
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.judging.actions import Action, Gradient, Step, action_of, is_stale
from gradcheck.submissions.judging.by_example import judged_by_example
from gradcheck.submissions.judging.judgement import Judgement, not_judged, place
from gradcheck.submissions.judging.places import line_of
from gradcheck.submissions.judging.readings import Reading
from gradcheck.submissions.judging.rounds import BY_EXAMPLE, cannot_follow
from gradcheck.submissions.judging.whole import once, own_gradient, true_gradient
from gradcheck.submissions.reading.definitions import Definition
from gradcheck.submissions.reading.files import Source
from gradcheck.submissions.reading.names import meaning
from gradcheck.submissions.reference.flow import EXAMPLES, LABELS
from gradcheck.submissions.reference.layouts import layouts
from gradcheck.submissions.results import Fault, Quantity

ROLE = "optimise"
_PROBLEMS = 2
Found = dict[str, Action]  # what is wrong with the steps, by parameter


def with_loop_beside(read: Reading, whole: Source) -> Reading:
    """Give a reading of functions with the loop of their script judged, too.

    Parameters
    ----------
    read : Reading
        Of functions that show a gradient.
    whole : Source
        The submission with its loop as the last function.
    """
    loop, known = whole.functions[-1], read.subject.roles
    if ROLE not in loop.roles:  # a pass that does not step
        return read
    roles = known if ROLE in known else {**known, ROLE: Role(ROLE, loop, "name")}

    def judge(subject: Subject) -> Judgement:
        judged = read.judge(replace(subject, roles=known))
        return once(judged + judge_loop(subject, loop, judged))

    return Reading(replace(read.subject, source=whole, roles=roles), judge)


def judge_loop(subject: Subject, loop: Definition, judged: Judgement) -> Judgement:
    """Judge the step that a loop takes by the gradient that the functions show."""
    arrays = {meaning(name, (EXAMPLES, LABELS), "") for name in loop.takes}
    if not {EXAMPLES, LABELS} <= arrays:
        reason = "it does not show under which names its script keeps examples and labels"
        return not_judged(loop, reason, (ROLE,))
    shown = {"propagate", "backward"} & subject.roles.keys()
    gradient = partial(own_gradient if shown else true_gradient, subject)
    found = _in_some_layout(subject, loop, gradient)
    astray = cannot_follow(subject, loop) if found else None
    if astray == BY_EXAMPLE:
        return judged_by_example(subject, loop, (ROLE,), partial(follow_given, trains=loop))
    if isinstance(found, str) or astray:
        return not_judged(loop, astray or str(found), (ROLE,))
    wrong = {quantity.name for quantity in judged.quantities if quantity.verdict == "wrong"}
    if found and wrong & set(subject.model.parameters):  # the update is blamed itself
        return Judgement((Quantity(ROLE, "blamed-upstream", place(loop)),))
    return _said(loop, found)


def _in_some_layout(subject: Subject, loop: Definition, gradient: Gradient) -> Found | str:
    """Say what is wrong with the steps: nothing, if all is right in a layout."""
    found: Found | str = ""
    for layout in (subject.layout, *layouts(subject.model)):
        tried = replace(subject, layout=layout, problems=subject.problems[:_PROBLEMS])
        known = _stepped(tried, loop, gradient)
        if not known:
            return known
        if not found or (isinstance(found, str) and not isinstance(known, str)):
            found = known
    return _resized(subject, loop) or found if isinstance(found, str) else found


def _stepped(subject: Subject, loop: Definition, gradient: Gradient) -> Found | str:
    """Say what is wrong with a step of a loop, or why nobody can say it."""
    try:
        paths = follow_given(subject, loop)
    except UnboundError as unknown:
        return f"what is {unknown.args[0]!r}?"
    except LostError as lost:
        return f"a step of it was not followed: {lost.args[0]}"
    rate = paths[0].rate or fitted_rate(paths, lambda path, at: gradient(path.problem, at))
    steps = [_step(path, gradient, rate or 1.0) for path in paths]
    found = {name: action_of(name, steps) for name in subject.model.parameters}
    known = {name: action for name, action in found.items() if action is not None}
    if len(known) == len(found):
        return {name: action for name, action in known.items() if action.code}
    if is_stale(steps, gradient):
        order = "a parameter moves before the others' gradients are taken"
        return dict.fromkeys(found, Action("stale-order", order))
    names = ", ".join(name for name in found if name not in known)
    return f"its steps of {names} are not those of plain gradient descent"


def _step(path: Path, gradient: Gradient, rate: float) -> Step:
    return Step(path, gradient(path.problem, path.points[0]), rate)


def _resized(subject: Subject, loop: Definition) -> Found:
    """Name the parameters that have another number of entries after a step."""
    problem, found = subject.problems[0], Found()
    outcome, _ = subject.call(loop, problem, iterations=1)
    for word, leaf in leaves(outcome.value, loop.returned):
        name = word and meaning(word, subject.model.parameters, subject.output)
        array = as_numbers(leaf)
        size = problem.values[name].size if name else 0
        if name and word in loop.takes and array is not None and array.size != size:
            what = f"it has {array.size} entries after a step, expected {size}"
            found[name] = Action("update-rule", what)
    return found


def _said(loop: Definition, found: Mapping[str, Action]) -> Judgement:
    """Put into words what is wrong with the steps, once where several share it."""
    faults: dict[str, Fault] = {}
    for action in dict.fromkeys(found.values()):
        names = [name for name, known in found.items() if known == action]
        where = place(loop, line_of(loop, names))
        message = f"{', '.join(names)}: {action.what}"
        known = faults.get(action.code)
        if known is None:
            faults[action.code] = Fault(action.code, ROLE, where, message)
        else:
            faults[action.code] = replace(known, message=f"{known.message}; {message}")
    quantity = Quantity(ROLE, "wrong" if faults else "correct", place(loop))
    return Judgement((quantity,), tuple(faults.values()))
