"""Constant factors, which the numbers show by themselves: no other mistake is searched for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gradcheck.submissions.calling.steps import Step, Trial, lines_of
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.diagnosis.candidates import constant_factor, scaled
from gradcheck.submissions.diagnosis.explain import Explanation
from gradcheck.submissions.diagnosis.search import Search, search_for


def factored(
    subject: Subject, step: Step, trials: Sequence[Trial], wrong: Sequence[str]
) -> tuple[Explanation, ...]:
    """Explain wrong quantities by constant factors, if these explain all of them.

    What is turned, or off by the number of examples, carries another mistake and is left to the
    search for it.
    """
    unknown = tuple(Explanation((name,), None) for name in wrong)
    if not wrong or not all(_carries_factor(trials, name) for name in wrong):
        return unknown
    search, left, found = search_for(subject, step, trials), list(wrong), list[Explanation]()
    search = replace(search, fitting=tuple(n for n in search.lines if n not in wrong))
    while left:
        best = _nearest(search, left)
        if best is None:
            return unknown
        explanation, search = best
        found.append(explanation)
        left = [name for name in left if name not in explanation.quantities]
    return tuple(found)


def _carries_factor(trials: Sequence[Trial], name: str) -> bool:
    factor, counts = constant_factor(trials, name), {trial.problem.sizes["m"] for trial in trials}
    counted = len(counts) == 1 and {factor, factor and 1 / factor} & counts
    return factor is not None and factor > 0 and not counted


def _nearest(search: Search, left: Sequence[str]) -> tuple[Explanation, Search] | None:
    """Put the factor of the first quantity into the line from which it explains most."""
    step, best = search.step, None
    lines = lines_of(search.subject, step)
    order = [line.target for line in lines]
    for line in lines[: order.index(left[0]) + 1][::-1]:
        for mutation in scaled(step, line, search.trials, left[0]):
            changed = search.changed(mutation, tuple(search.lines))
            if not changed.fits([left[0], *search.fitting]):
                continue
            explained = tuple(name for name in left if changed.fits([name]))
            if best is None or len(explained) > len(best[0].quantities):
                values = changed.computed(explained[0])
                fitting = (*search.fitting, *explained)
                best = Explanation(explained, mutation, values), replace(changed, fitting=fitting)
    return best
