"""Settling how a submission is laid out, and its hidden activation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import replace

from gradcheck.submissions.calling.binding import UnboundError
from gradcheck.submissions.calling.roles import STEPS
from gradcheck.submissions.calling.steps import attempt, step_for
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.choosing.candidates import Candidates
from gradcheck.submissions.choosing.seen import Seen, seen
from gradcheck.submissions.diagnosis.held import held_by
from gradcheck.submissions.judging.judgement import Judgement
from gradcheck.submissions.judging.parts import judge_initial
from gradcheck.submissions.reading.names import plain
from gradcheck.submissions.reference.flow import ends_of, forward_of
from gradcheck.submissions.reference.layouts import bare_layouts, layouts
from gradcheck.submissions.reference.problems import Problem, has_bias
from impl import Model

_SPELT = {"relu": ("maximum",), "sigmoid": ("logistic", "expit")}
Problems = Callable[[Model, Mapping[str, str], int], tuple[Problem, ...]]


def settled(subject: Subject, candidates: Candidates) -> Subject:
    """Settle layout and activation of a subject whose roles are known."""
    return settled_and_seen(subject, candidates)[0]


def settled_and_seen(subject: Subject, candidates: Candidates) -> tuple[Subject, Seen]:
    """Settle layout and activation; give what is seen under them, too."""
    subject, known = _with_layout(subject, candidates.problems)
    return replace(subject, wide=_wide(subject, candidates.problems)), known


def _with_layout(subject: Subject, problems: Problems) -> tuple[Subject, Seen]:
    """Keep the course's layout unless it fails where another one does not."""
    best, known = _with_activation(subject, problems)
    if known.right & {subject.output, "J"} and not known.crashed:
        return best, known
    bare = () if has_bias(subject.model) else bare_layouts(subject.model)
    for layout in (*layouts(subject.model), *bare):
        other, found = _with_activation(replace(subject, layout=layout), problems)
        fits = len(found.right) > len(known.right) or len(found.alike) > len(known.alike)
        runs = found.crashed < known.crashed and len(found.right) == len(known.right)
        kept = len(found.right) >= len(known.right) and found.crashed <= known.crashed
        starts = _starts(other) >= _starts(best)  # a shape is lost, not another convention
        suits = _starts(other) > _starts(best) and not found.crashed
        if kept and starts and (runs or suits or (fits and _serves(found))):
            best, known = other, found
    return best, known


def _serves(found: Seen) -> bool:
    return not found.crashed or bool(found.right)


def _starts(subject: Subject) -> int:
    """Count the initial parameters that have the shapes of a layout."""
    role = subject.roles.get("initialise")
    judged = judge_initial(subject, role.function) if role else Judgement()
    return -len(judged.faults)


def _with_activation(subject: Subject, problems: Problems) -> tuple[Subject, Seen]:
    """Take the hidden activation under which the forward pass, or else most, comes out right."""
    words = {plain(word) for function in subject.source.functions for word in function.words}
    tried = []
    for choice in _named_first(subject.model.variants(), words):
        candidate = replace(subject, problems=problems(subject.model, choice, 1))
        tried.append((candidate, seen(candidate)))
        if subject.output in tried[-1][1].right:
            return tried[-1]
    most = max(_fit(*pair, words) for pair in tried)
    likely = [pair for pair in tried if _fit(*pair, words) == most]
    return likely[0] if len(likely) == 1 else max(likely, key=lambda pair: held_on_the_way(pair[0]))


def _named_first(variants: Sequence[dict[str, str]], words: Set[str]) -> list[dict[str, str]]:
    """Order activations so that the one that comes out right is tried early."""
    return sorted(variants, key=lambda v: not names_activation(v.get("activation"), words))


def _fit(subject: Subject, shown: Seen, words: Set[str]) -> tuple[int, int, bool]:
    """Rank an activation: by what is right, by what is alike, then by whether it is named."""
    named = names_activation(subject.activation, words)
    return len(shown.right), len(shown.alike), named


def names_activation(activation: str | None, words: Set[str]) -> bool:
    """Say whether an activation is among the words of a submission."""
    named = activation or ""
    return bool(words & {plain(named), *_SPELT.get(named, ())})


def held_on_the_way(subject: Subject) -> int:
    """Count what of the forward pass the functions hold right on the way."""
    count = 0
    for role in (subject.roles[name] for name in STEPS if name in subject.roles):
        step = step_for(role, subject.model, subject.output)
        with suppress(UnboundError):
            held = held_by(subject, step, [attempt(subject, step, subject.problems[0])])
            count += sum(held.right(name) for name in forward_of(subject.model))
    return count


def _wide(subject: Subject, problems: Problems) -> tuple[Problem, ...]:
    if ends_of(subject.model)[1] not in subject.model.sizes:
        return ()
    return problems(subject.model, subject.problems[0].choice, 2)
