"""The predictions that a training function returns: of those it learns from, and of others.

How it predicts is judged apart; here only for which examples. Those it learns from and the others
are not equally many.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np

from gradcheck.submissions.calling.binding import UnboundError, bind
from gradcheck.submissions.calling.compare import as_numbers
from gradcheck.submissions.calling.returns import leaves
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.judging.judgement import Judgement, place
from gradcheck.submissions.lines.places import nodes_of
from gradcheck.submissions.reading.definitions import Definition
from gradcheck.submissions.reading.names import meaning, plain
from gradcheck.submissions.reference.flow import EXAMPLES, LABELS
from gradcheck.submissions.reference.problems import EXAMPLES_SIZE, has_bias
from gradcheck.submissions.results import Fault, Quantity
from impl import Array, Arrays

_OTHERS = 20  # more than a problem has: predictions for the wrong examples have another size
_HELD_OUT, _LEARNT, _PREDICTED = "test", "train", "pred"


def judge_held_out(subject: Subject, trains: Definition) -> Judgement:
    """Judge the predictions for examples that a function does not learn from, where it takes some.

    Where it fails nothing is said.
    """
    problem = subject.problems[0]
    others = {name: _array_of(name) for name in trains.parameters if _HELD_OUT in name.lower()}
    if set(others.values()) != {EXAMPLES, LABELS} or subject.model.labels != "binary":
        return Judgement()
    held_out = _held_out(subject)
    with suppress(UnboundError):
        known = tuple(name for name in trains.parameters if name not in others)
        required = len([n for n in trains.parameters[: trains.required] if n not in others])
        usual = replace(trains, parameters=known, required=required)
        positional, keywords = bind(usual, subject.feed(problem, trains, iterations=2))
        theirs = {n: subject.layout.theirs(a, held_out[a]) for n, a in others.items() if a}
        given = dict(zip(known, positional, strict=False)) | keywords | theirs
        outcome = subject.box.call(trains.name, [], given)
        if outcome.failure is None:
            counts = {_HELD_OUT: _OTHERS, _LEARNT: problem.sizes[EXAMPLES_SIZE]}
            return _counted(subject, trains, outcome.value, counts)
    return Judgement()


def _array_of(name: str) -> str | None:
    word = re.sub(rf"_?{_HELD_OUT}_?(set)?", "", name, flags=re.IGNORECASE)
    return meaning(word, (EXAMPLES, LABELS), "")


def _held_out(subject: Subject) -> Arrays:
    rng = np.random.default_rng(0)
    shapes = {n: subject.problems[0].values[n].shape[:-1] for n in (EXAMPLES, LABELS)}
    examples = rng.standard_normal((*shapes[EXAMPLES], _OTHERS))
    if not has_bias(subject.model) and len(examples) > 1:
        examples[0] = 1.0
    labels = rng.integers(2, size=(*shapes[LABELS], _OTHERS)).astype(np.float64)
    return {EXAMPLES: examples, LABELS: labels}


def _counted(
    subject: Subject, trains: Definition, value: Any, counts: Mapping[str, int]
) -> Judgement:
    """Find predictions of one set of examples that are as many as the other set has."""
    for name, labels in _predictions(value, trains):
        for word, other in (_HELD_OUT, _LEARNT), (_LEARNT, _HELD_OUT):
            if word in name.lower() and labels.size == counts[other] != counts[word]:
                return _said(subject, trains, (name, other))
    return Judgement()


def _predictions(value: Any, trains: Definition) -> Iterator[tuple[str, Array]]:
    for name, leaf in leaves(value, trains.returned):
        labels = as_numbers(leaf)
        if name and _PREDICTED in plain(name) and labels is not None and labels.size > 1:
            yield name, labels


def _said(subject: Subject, trains: Definition, known: tuple[str, str]) -> Judgement:
    name, other = known
    nodes = nodes_of(subject.source.pieces, trains)
    texts = (node for node in nodes if isinstance(node, ast.Constant) and node.value == name)
    where = place(trains, next((text.lineno for text in texts), trains.return_line))
    fault = Fault(
        "predict-wrong", "predict", where, f"{name} is predicted for the {other} examples"
    )
    return Judgement((Quantity("predict", "wrong", where),), (fault,))
