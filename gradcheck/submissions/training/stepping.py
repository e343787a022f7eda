"""Training beside functions that show the gradient.

The functions are judged by themselves. What a loop adds is the step: it is taken once, and each
parameter is held against what descent, or a known mistake, makes of it. A loop that steps in a way
that is none of these is not called wrong: it may be another method.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from gradcheck.submissions.calling.binding import UnboundError
from gradcheck.submissions.calling.compare import as_numbers
from gradcheck.submissions.calling.loops import follow_given, follow_on
from gradcheck.submissions.calling.returns import leaves
from gradcheck.submissions.calling.routes import LostError, Path, fitted_rate
from gradcheck.submissions.calling.subject import Subject, takes
from gradcheck.submissions.judging.judgement import Judgement, not_judged, place
from gradcheck.submissions.lines.places import line_of, loop_line, nodes_of
from gradcheck.submissions.reading.definitions import Definition
from gradcheck.submissions.reading.names import meaning
from gradcheck.submissions.reference.flow import EXAMPLES, LABELS
from gradcheck.submissions.reference.layouts import layouts
from gradcheck.submissions.results import Fault, Quantity
from gradcheck.submissions.training.actions import Action, Gradient, Step, action_of, is_stale
from gradcheck.submissions.training.by_example import judged_by_example
from gradcheck.submissions.training.descents import own_gradient, true_gradient
from gradcheck.submissions.training.repeats import miscounted, repeated
from gradcheck.submissions.training.rounds import BY_EXAMPLE, cannot_follow

ROLE = "optimise"
_PROBLEMS = 2
_CALLED = ("propagate", "backward", "update")
Follow = Callable[[Subject, Definition], tuple[Path, ...]]
Found = dict[str, Action]  # what is wrong with the steps, by parameter


def judge_loop(subject: Subject, loop: Definition, judged: Judgement) -> Judgement:
    """Judge the step that a loop takes by the gradient that the functions show."""
    arrays = {meaning(name, (EXAMPLES, LABELS), "") for name in (*loop.takes, *loop.free)}
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


def judge_trainer(subject: Subject, trains: Definition) -> Judgement:
    """Judge the second step of a function that makes its own start and calls what is right.

    Where it cannot be followed a note says so.
    """
    if not _has_loop(subject, trains):
        return Judgement()
    one, paths = replace(subject, problems=subject.problems[:1]), list[Path]()

    def follow(subject: Subject, trains: Definition) -> tuple[Path, ...]:
        paths.extend(follow_on(subject, trains))
        return tuple(paths)

    found = _stepped(one, trains, partial(true_gradient, subject), follow)
    astray = cannot_follow(subject, trains) if found else None
    if isinstance(found, str) and not astray:
        found = repeated(one, trains) or found
    if isinstance(found, str) or astray:
        return not_judged(trains, astray or str(found))
    return _said(trains, found) if found else _counted(one, trains, paths[0])


def _counted(subject: Subject, trains: Definition, path: Path) -> Judgement:
    """Judge how many steps a function takes, where each of them is right."""
    what = miscounted(subject, trains, path.points[0]) if takes("iterations", trains) else None
    if what is None:
        return _said(trains, {})
    where = place(trains, loop_line(subject.source.pieces, trains))
    fault = Fault("update-rule", ROLE, where, what)
    return Judgement((Quantity(ROLE, "wrong", place(trains)),), (fault,))


def _has_loop(subject: Subject, trains: Definition) -> bool:
    """Say whether a function has a loop that calls what computes a gradient or an update."""
    known = {subject.roles[name].function.name for name in _CALLED if name in subject.roles}
    nodes = nodes_of(subject.source.pieces, trains)
    loops = (node for node in nodes if isinstance(node, (ast.For, ast.While)))
    return any(
        isinstance(inner, ast.Call) and getattr(inner.func, "id", "") in known
        for loop in loops
        for inner in ast.walk(loop)
    )


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


def _stepped(
    subject: Subject, loop: Definition, gradient: Gradient, follow: Follow = follow_given
) -> Found | str:
    """Say what is wrong with a step of a loop, or why nobody can say it."""
    try:
        paths = follow(subject, loop)
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
