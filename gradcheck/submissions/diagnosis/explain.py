"""Which mistakes reproduce the numbers of a function on every problem."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from gradcheck.submissions.calling.compare import as_numbers
from gradcheck.submissions.calling.steps import Step, Trial, evaluated, lines_of
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.diagnosis.held import held_by, on_the_way
from gradcheck.submissions.diagnosis.losses import other_losses
from gradcheck.submissions.diagnosis.mutations import Mutation, Setting, mutations, throughout
from gradcheck.submissions.diagnosis.search import Search, replaced, search_for
from gradcheck.submissions.reference.flow import COST, applied, targets_of, weights_of
from gradcheck.submissions.reference.formulas import Formula, slips_of
from gradcheck.submissions.reference.problems import Problem
from impl import Arrays

UNEXPLAINED = "unexplained"


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
    return min(found, plain, key=_count)


def _count(found: tuple[Explanation, ...]) -> tuple[int, int]:
    return sum(explanation.mutation is None for explanation in found), len(found)


def _explained(search: Search, wrong: Sequence[str]) -> tuple[Explanation, ...]:
    """Find mistakes one after the other.

    A mistake is accepted if, with it in its line, all later lines and the earlier accepted
    mistakes included, the first wrong quantity comes out as observed on every problem and no
    quantity that fitted ceases to fit. Of several the one that explains most has it. Where none
    does, the mistake may have been made on the way to one quantity alone.
    """
    left, found = list(wrong), []
    search = replace(search, fitting=tuple(name for name in search.lines if name not in wrong))
    while left:
        best = _best(search, left) or _best_alone(search, left[0])
        if best is None:
            found.append(Explanation((left.pop(0),), None))
            continue
        mutation, explained, search = best
        search = replace(search, fitting=(*search.fitting, *explained))
        left = [name for name in left if name not in explained]
        found.append(Explanation(explained, mutation, search.computed(explained[0])))
    return tuple(found)


Found = tuple[Mutation, tuple[str, ...], Search]


def _best(search: Search, left: Sequence[str]) -> Found | None:
    best: Found | None = None
    for mutation in candidates(search, left[0]):
        changed = search.changed(mutation, tuple(search.lines))
        if not changed.fits([left[0], *search.fitting]):
            continue
        explained = tuple(name for name in left if changed.fits([name]))
        if best is None or len(explained) > len(best[1]):
            best = mutation, explained, changed
        if len(explained) == len(left):
            break
    return best


def _best_alone(search: Search, name: str) -> Found | None:
    for mutation in candidates(search, name):
        changed = search.changed(mutation, (name,))
        if changed.fits([name]):
            return mutation, (name,), changed
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
        setting = _setting(search.subject, search.step, line.target)
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


def candidates(search: Search, first_wrong: str) -> Iterator[Mutation]:
    """Yield the mistakes to try: those of the nearest line first, then further up the data flow.

    Then the same wrong count in all lines, and a constant factor, which the numbers suggest.
    """
    step = search.step
    lines = lines_of(search.subject, step)
    order = [line.target for line in lines]
    upward = lines[: order.index(first_wrong) + 1][::-1]
    if step.kind(first_wrong) == "update":
        upward = upward[:1]
    upward = tuple(line for line in upward if line.target not in search.spared)
    first = [line for line in upward[::-1] if line.target in search.suspects]
    upward = tuple(dict.fromkeys((*first, *upward)))
    for line in upward:
        yield from mutations(line, _setting(search.subject, step, line.target))
    yield from throughout(lines, search.subject.model.sizes)
    for line in upward:
        yield from _scaled(step, line, search.trials, first_wrong)
        if step.kind(line.target) == "cost":  # after the factor: it may be of the same loss
            yield from other_losses(line.target, search.subject.output)
    hidden = on_the_way(step, search.trials) if search.held else ()
    for line in (line for line in upward if line.target in hidden):
        for text in (f"own_{line.target}", f"own_{line.target} * m"):  # 1/m may be in it already
            yield Mutation(UNEXPLAINED, (Formula(line.target, text),), "")


def _setting(subject: Subject, step: Step, target: str) -> Setting:
    model, kind = subject.model, step.kind(target)
    arrays = (*model.parameters, *model.data, *(n for n in targets_of(model) if n != COST))
    if kind == "update":
        return Setting(arrays, model.sizes, kind)
    values = subject.problems[0].values
    return Setting(
        arrays,
        model.sizes,
        kind,
        weights=tuple(f"d{name}" for name in weights_of(model)),
        slips=slips_of(model, subject.activation, target),
        applied={z: (name, a) for z, name, a in applied(model, values)},
    )


def _scaled(
    step: Step, line: Formula, trials: Sequence[Trial], first_wrong: str
) -> Iterator[Mutation]:
    """Yield the line times the constant that the observed numbers show, if there is one."""
    ratios = [_ratio(trial, first_wrong) for trial in trials]
    if any(ratio is None for ratio in ratios):
        return
    known = [ratio for ratio in ratios if ratio is not None]
    if np.ptp(known) > 1e-9 * abs(known[0]):
        return
    near = Fraction(known[0]).limit_denominator(1000)
    exact = near != 0 and abs(float(near) - known[0]) < 1e-9 * abs(known[0])
    factor = str(near) if exact else repr(known[0])
    code = {"cost": "cost-scale", "forward": "forward-wrong", "update": "update-rule"}.get(
        step.kind(line.target), "wrong-scale"
    )
    formula = Formula(line.target, f"{factor} * ({line.text})")
    yield Mutation(code, (formula,), f"a factor of {factor} is too much")


def _ratio(trial: Trial, name: str) -> float | None:
    observed, right = as_numbers(trial.observed[name]), trial.expected[name]
    if observed is None or observed.size != right.size:
        return None
    observed, right = observed.ravel(), right.ravel()
    largest = int(np.abs(right).argmax())
    if right[largest] == 0:
        return None
    ratio = float(observed[largest] / right[largest])
    return ratio if np.isfinite(ratio) and ratio not in (0.0, 1.0) else None
