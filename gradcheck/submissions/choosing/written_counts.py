"""A count of examples that is written out above a loop, held against the labels in the text."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.judging.judgement import Judgement
from gradcheck.submissions.reading.definitions import Definition
from gradcheck.submissions.reading.files import Source
from gradcheck.submissions.reading.names import SIZES, meaning, plain
from gradcheck.submissions.reading.sizes import sizes_of
from gradcheck.submissions.reference.flow import LABELS, gradients_of
from gradcheck.submissions.results import Fault, Quantity, Where

_COUNTS = ("m", "n_x")  # what divides is no number of features


def wrong_counts(subject: Subject, loop: Definition) -> Judgement:
    """Judge the counts that a script's text sets for its loop.

    The loop is fed with a count of ours; the one that is written has to be that of its own labels.
    """
    faults = tuple(_contradicted(subject, loop))
    gradients = gradients_of(subject.model) if faults else ()
    return Judgement(tuple(Quantity(name, "wrong", faults[0].where) for name in gradients), faults)


def _contradicted(subject: Subject, loop: Definition) -> Iterator[Fault]:
    first = gradients_of(subject.model)[0]
    labels = [sizes_of(subject.source, n) for n in loop.takes if meaning(n, (LABELS,), "")]
    for name, number, where in _written(subject.source, loop):
        if labels and all(sizes and number not in sizes for sizes in labels):
            sizes = " or ".join(map(str, sorted(labels[0])))
            message = f"{name} is set to {number}, and there are {sizes} labels"
            yield Fault("wrong-count", first, where, message)


def _written(source: Source, loop: Definition) -> Iterator[tuple[str, int, Where]]:
    """Yield the counts that the loop divides by and the text sets, each with its last line."""
    found: dict[str, tuple[str, int, Where]] = {}
    for piece in source.pieces:
        if piece.name != source.path or not piece.source.strip():
            continue
        for node in ast.parse(piece.source).body:
            if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Constant):
                continue
            names = [target.id for target in node.targets if isinstance(target, ast.Name)]
            number, line = node.value.value, piece.first_line + node.lineno - 1
            for name in names:
                counts = name in loop.divisors & {*loop.takes} and SIZES.get(plain(name)) in _COUNTS
                if counts and isinstance(number, (int, float)) and number == number // 1:
                    found[name] = name, int(number), Where(None, line, piece.cell)
    yield from found.values()
