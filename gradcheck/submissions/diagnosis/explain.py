"""Which mistakes reproduce the numbers of a function on every problem."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gradcheck.submissions.calling.steps import Step, Trial, evaluated, lines_of
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.diagnosis.candidates import UNEXPLAINED, candidates, setting_of
from gradcheck.submissions.diagnosis.held import held_by, on_the_way
from gradcheck.submissions.diagnosis.mutations import Mutation, mutations
from gradcheck.submissions.diagnosis.pairs import best_pair
from gradcheck.submissions.diagnosis.search import Search, replaced, search_for
from gradcheck.submissions.reference.problems import Problem
from impl import Arrays


@dataclass(frozen=True)
class Explanation:
    """Wrong quantities, and the one mistake that reproduces them; None where none does.

    Parameters
    ----------
    quantities : tuple of str
    mutation : Mutation or None
    values : tuple of dict of arrays
        What the lines give on each problem with the mistake, in the course's layout.
    """

    quantities: tuple[str, ...]
    mutation: Mutation | None
    values: tuple[Arrays, ...] = ()


def explain(
    subject: Subject, step: Step, trials: Sequence[Trial], wrong: Sequence[str]
) -> tuple[Explanation, ...]:
    """Find the mistakes behind the wrong quantities of a step, each once.

    What the function holds right in its own variables is not suspected, unless nothing else
    explains the numbers: it may have been computed once more.
    """
    if not wrong:
        return ()
    search, hidden = search_for(subject, step, trials), on_the_way(step, trials)
    if hidden:
        search = replace(search, held=held_by(subject, step, trials))
    innocent = frozenset(name for name in hidden if search.held and search.held.right(name))
    found = _simplest(replace(search, spared=innocent), hidden, wrong)
    if innocent and any(explanation.mutation is None for explanation in found):
        others = _explained(search, wrong)
        return others if all(other.mutation is not None for other in others) else found
    return found


def _simplest(
    search: Search, hidden: Sequence[str], wrong: Sequence[str]
) -> tuple[Explanation, ...]:
    """Suspect first what the function holds wrong itself, unless fewer mistakes explain all.

    Its variable may as well follow another convention: y − ŷ, and the sign made up for later.
    """
    plain = _explained(search, wrong)
    suspects = frozenset(n for n in hidden if search.held and search.held.wrong(n))
    if not suspects - search.spared:
        return plain
    found = _explained(replace(search, suspects=suspects), wrong)
    first, then = (found, plain) if len(found) == 1 else (plain, found)
    return min(first, then, key=_count)


def _count(found: tuple[Explanation, ...]) -> tuple[int, int]:
    return sum(explanation.mutation is None for explanation in found), len(found)


def _explained(search: Search, wrong: Sequence[str]) -> tuple[Explanation, ...]:
    """Find mistakes one after the other, the single ones first, then two in one formula.

    A mistake is accepted if, with it in its line, all later lines and the earlier accepted
    mistakes included, the wrong quantity comes out as observed on every problem and no quantity
    that fitted ceases to fit. Of several the one that explains most has it. Where none does, the
    mistake may have been made on the way to one quantity alone.
    """
    left, found = list(wrong), []
    search = replace(search, fitting=tuple(name for name in search.lines if name not in wrong))
    while left:
        best = _next(search, left)
        if best is None:
            found.append(Explanation((left.pop(0),), None))
            continue
        mutations, explained, search = best
        search = replace(search, fitting=(*search.fitting, *explained))
        left = [name for name in left if name not in explained]
        values = search.computed(explained[0])
        found += [Explanation(explained, mutation, values) for mutation in mutations]
    order = [name for name in search.step.targets if name in wrong]
    return tuple(sorted(found, key=lambda one: order.index(one.quantities[0])))


Found = tuple[tuple[Mutation, ...], tuple[str, ...], Search]


def _next(search: Search, left: Sequence[str]) -> Found | None:
    """Find the next mistakes: a quantity that nothing explains waits for those that are found."""
    vague: list[Found] = []
    for name in left:
        rest = [name, *(other for other in left if other != name)]
        best = _best(search, rest) or _best_alone(search, name)
        if best is not None and best[0][0].code != UNEXPLAINED:
            return best
        vague += [best] if best is not None else []
    pairs = (best_pair(search, name) for name in left)
    pair = next((found for found in pairs if found is not None), None)
    return pair or (vague[0] if vague else None)


def _best(search: Search, left: Sequence[str]) -> Found | None:
    best: Found | None = None
    for mutation in candidates(search, left[0]):
        changed = search.changed(mutation, tuple(search.lines))
        if not changed.fits([left[0], *search.fitting]):
            continue
        explained = tuple(name for name in left if changed.fits([name]))
        if best is None or len(explained) > len(best[1]):
            best = (mutation,), explained, changed
        if len(explained) == len(left):
            break
    return best


def _best_alone(search: Search, name: str) -> Found | None:
    for mutation in candidates(search, name):
        changed = search.changed(mutation, (name,))
        if changed.fits([name]):
            return (mutation,), (name,), changed
    return None


def hidden_by_one_output(search: Search, wide: Problem) -> Explanation | None:
    """Find the mistake that changes nothing for one output and cannot run for two.

    Parameters
    ----------
    search : Search
        With trials on one output, all of them right.
    wide : Problem
        With two outputs.
    """
    for line in lines_of(search.subject, search.step):
        setting = setting_of(search.subject, search.step, line.target)
        for mutation in mutations(line, setting):
            changed = search.changed(mutation, tuple(search.lines))
            if not _runs(changed, mutation, wide) and changed.fits(tuple(search.lines)):
                shown = next(iter(search.lines))
                return Explanation((line.target,), mutation, changed.computed(shown))
    return None


def _runs(search: Search, mutation: Mutation, problem: Problem) -> bool:
    lines = replaced(lines_of(search.subject, search.step), mutation)
    try:
        evaluated(lines, search.subject.names(problem))
    except ValueError:
        return False
    return True
