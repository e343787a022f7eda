"""The functions that ran, each with what it set and where: what a mistake is looked for in."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from gradcheck.submissions.calling.steps import Step, Trial
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.diagnosis.held import held_by
from gradcheck.submissions.lines.places import (
    RETURNED,
    Setter,
    divisors_in,
    nodes_of,
    setters_in,
)
from gradcheck.submissions.reading.defining import names_set_by
from gradcheck.submissions.reading.definitions import Definition, functions_in
from gradcheck.submissions.reading.files import Source
from gradcheck.submissions.reading.steps import LOOP


@dataclass(frozen=True, eq=False)  # two calls are two, whatever they hold
class Frame:
    """One call of a function of the submission, the same one in every trial.

    Parameters
    ----------
    function : Definition
    setters : tuple of Setter
        What its statements set, from the first line to the last.
    values : mapping of str to list
        Its variables, and what it returned, at its end in each trial.
    divisors : frozenset of str
        What it divides by.
    """

    function: Definition
    setters: tuple[Setter, ...]
    values: Mapping[str, list[Any]]
    divisors: frozenset[str]


def frames_of(subject: Subject, step: Step, trials: Sequence[Trial]) -> tuple[Frame, ...]:
    """Give the functions that run in a step, the one that ends first before the others."""
    outer = step.role.function
    if step.role.role == "update":
        return (_frame(subject, outer, {}),)
    kept = [
        {name: value for name, (value, _) in held.items()}
        for held in held_by(subject, step, trials).locals
    ]
    for held, trial in zip(kept, trials, strict=True):
        if trial.again is None:
            held[RETURNED] = trial.value
    by_name = dict((*_nested(subject.source, outer), *_named(subject.source)))
    calls: dict[str, dict[str, list[Any]]] = {"": {}}
    for name in kept[0]:
        call, _, inside = name.rpartition(".")
        if all(name in held for held in kept):
            calls.setdefault(call, {})[inside] = [held[name] for held in kept]
    outermost = calls.pop("")
    known = [(by_name.get(call.partition("@")[0]), values) for call, values in calls.items()]
    inner = [_frame(subject, function, values) for function, values in known if function]
    return (*inner, _frame(subject, outer, outermost))


def _named(source: Source) -> Iterator[tuple[str, Definition]]:
    for function in source.functions:
        yield function.name, function
    for made in source.classes:
        for name, method in made.methods.items():
            yield f"{made.name}.{name}", method


def _nested(source: Source, outer: Definition) -> Iterator[tuple[str, Definition]]:
    """Yield the functions that are defined inside another one."""
    for node in nodes_of(source.pieces, outer)[1:]:
        if isinstance(node, ast.FunctionDef):
            yield from ((inner.name, inner) for inner in functions_in(node, outer.cell))


def _frame(subject: Subject, function: Definition, values: Mapping[str, list[Any]]) -> Frame:
    pieces = subject.source.pieces
    setters, divisors = setters_in(pieces, function), divisors_in(pieces, function)
    if function.name.startswith(LOOP):
        setters = (*_before(subject.source, function, {s.name for s in setters}), *setters)
    return Frame(function, setters, _with_parts(values, function.takes), divisors)


def _before(source: Source, loop: Definition, known: Set[str]) -> Iterator[Setter]:
    """Yield what is set before the loop of a script, and not in it: ``m = X.shape[1]``."""
    for at in source.loose:
        if at.piece.cell == loop.cell and at.statement.lineno < loop.line:
            names = names_set_by(at.statement) - known
            yield from (Setter(name, at.statement.lineno, "set") for name in sorted(names))


def _with_parts(values: Mapping[str, list[Any]], given: Sequence[str]) -> dict[str, list[Any]]:
    """Add the parts of what is returned together, as ``return dw / m, db / m``, and of dicts."""
    returned, whole = values.get(RETURNED, []), dict(values)
    made = [held for name, held in values.items() if name not in given]
    for held in (returned, *made):
        if held and all(
            isinstance(value, dict) for value in held
        ):  # a cache that is filled key by key
            for key in held[0]:
                if all(key in value for value in held):
                    whole.setdefault(str(key), [value[key] for value in held])
    if returned and all(isinstance(value, (tuple, list)) for value in returned):
        for index in range(min(map(len, returned))):
            whole[f"{RETURNED}{index}"] = [value[index] for value in returned]
    return whole
