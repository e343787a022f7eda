"""Faults put together: of the shape alone, of a mistake that is named, of one that is not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from gradcheck.submissions.calling.compare import as_numbers, relative_distance
from gradcheck.submissions.calling.steps import lines_of
from gradcheck.submissions.diagnosis.candidates import UNEXPLAINED
from gradcheck.submissions.diagnosis.explain import Explanation
from gradcheck.submissions.judging.judgement import sentence
from gradcheck.submissions.lines.tracing import Trace
from gradcheck.submissions.results import Fault

_COARSE = 1e-3  # what a forward difference with a course's epsilon reaches
_NEAR = 1e-4  # nearer than any known mistake comes, farther than rounding


def plain_faults(trace: Trace, matches: Mapping[str, str]) -> Iterator[Fault]:
    """Yield the faults that need no search: of the shape alone, of the type, of nan."""
    trials = trace.trials
    for name, match in matches.items():
        if match == "wrong-type" and trials[0].observed[name] is None:
            yield Fault("not-implemented", name, trace.place(name), f"{name} is None")
        elif match in ("rank-1-array", "transposed", "wrong-type"):
            got = next(np.shape(t.observed[name]) for t in trials if t.match(name) == match)
            shape = next(t.expected[name].shape for t in trials if t.match(name) == match)
            shapes = (f"{name}.shape = {got}", f"{name}.shape = {shape}")
            known = () if match == "wrong-type" else shapes
            yield Fault(match, name, trace.place(name), sentence(match, name), *known)


def hard_coded(trace: Trace, name: str) -> bool:
    """Say whether a function gives one and the same number on every problem; zeros say nothing."""
    values = [as_numbers(trial.observed[name]) for trial in trace.trials if name in trial.observed]
    first = values[0] if values else None
    if first is None or first.size == 0 or not first.any() or trace.step.kind(name) == "update":
        return False
    return len(values) > 2 and all(v is not None and np.array_equal(v, first) for v in values)


def explained_faults(trace: Trace, found: Sequence[Explanation]) -> Iterator[Fault]:
    """Yield a fault for each explanation, and one for what nothing explains."""
    for explanation in found:
        mutation, name = explanation.mutation, explanation.quantities[0]
        if hard_coded(trace, name):
            text = f"{name} is the same number whatever the arguments are"
            yield Fault("hard-coded", name, trace.place(name), text)
        elif mutation is None:
            yield _unexplained(trace, name)
        elif mutation.code == UNEXPLAINED:  # all that is known: here it begins
            target = mutation.lines[0].target
            where = trace.place(target, explanation)
            code, words = _unknown(trace, target)
            yield Fault(code, target, where, words)
        else:
            yield _named(trace, explanation)


def _unknown(trace: Trace, name: str) -> tuple[str, str]:
    """Give code and words for what no mistake explains; where it lies says something still."""
    kind = trace.step.kind(name)
    if kind == "forward":
        return "forward-wrong", f"{name} is not what the forward pass has there"
    if kind == "update":
        return "update-rule", f"{name} is not stepped by its own gradient"
    return UNEXPLAINED, sentence(UNEXPLAINED, name)


def _named(trace: Trace, explanation: Explanation) -> Fault:
    mutation, name = explanation.mutation, explanation.quantities[0]
    assert mutation is not None
    wrong = next((line for line in mutation.lines if line.target == name), mutation.lines[0])
    lines = lines_of(trace.subject, trace.step)
    right = next(line for line in lines if line.target == wrong.target)
    return Fault(
        mutation.code,
        wrong.target,
        trace.place(wrong.target, explanation),
        sentence(mutation.code, wrong.target, mutation.what),
        wrong.written(),
        right.written(),
    )


def _unexplained(trace: Trace, name: str) -> Fault:
    trials, where = trace.trials, trace.place(name)
    shapes = [(np.shape(t.observed[name]), t.expected[name].shape) for t in trials]
    apart = [pair for pair in shapes if pair[0] != pair[1]]
    larger = (pair for pair in apart if np.prod(pair[0]) > 1)  # one entry fits in every shape
    got, shape = next(larger, (*apart, shapes[0])[0])
    if got != shape and not (np.prod(got) == np.prod(shape) == 1):
        described = (f"{name}.shape = {got}", f"{name}.shape = {shape}")
        return Fault("wrong-shape", name, where, sentence("wrong-shape", name), *described)
    if any(t.match(name) == "nonfinite" for t in trials):
        return Fault("nonfinite", name, where, sentence("nonfinite", name))
    distance = max(relative_distance(t.observed[name], t.expected[name]) for t in trials)
    near = f"; it lies within {distance:.0e} of what belongs there" if distance < _NEAR else ""
    code, words = _unknown(trace, name)
    if trace.step.kind(name) == "gradient" and distance < _COARSE and trace.calls_again():
        code, near = "numeric-gradient", ""
        words = (
            f"{name} is measured by nudging the cost, not derived: it is right to {distance:.0e}"
        )
    return Fault(code, name, where, words + near)
