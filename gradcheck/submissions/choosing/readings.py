"""A way to read a submission: judged cheaply to be compared, diagnosed only if it is chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.choosing.whole import judge_all, shows_gradient
from gradcheck.submissions.judging.judgement import Judgement

Judge = Callable[[Subject], Judgement]


@dataclass(frozen=True)
class Reading:
    """A submission read in one way.

    Parameters
    ----------
    subject : Subject
    judge : callable
        Judges the subject, which says whether mistakes are searched for.
    """

    subject: Subject
    judge: Judge = judge_all

    @cached_property
    def judged(self) -> Judgement:
        """What is right and wrong, as calls and constant factors show it: no mistake is named."""
        return self.judge(replace(self.subject, diagnosed=False))

    @property
    def shows(self) -> bool:
        """Say whether it shows a gradient, right or wrong."""
        return shows_gradient(self.subject, self.judged)

    @property
    def is_clean(self) -> bool:
        """Say whether it shows a gradient and nothing wrong."""
        return not self.judged.faults and self.shows

    @property
    def right(self) -> int:
        """Count what is right."""
        return sum(quantity.verdict == "correct" for quantity in self.judged.quantities)

    def rank(self) -> tuple[bool, int, int]:
        """Rank readings: one without a fault first, then by how much is right."""
        return self.is_clean, self.right, -len(self.judged.faults)

    def changed(self, change: Callable[[Judgement], Judgement]) -> Reading:
        """Give the same reading, with a change to what is said of it."""
        return replace(self, judge=lambda subject: change(self.judge(subject)))

    def diagnosed(self) -> Judgement:
        """Name the mistakes, if there are any."""
        return self.judged if self.is_clean else self.judge(self.subject)


def settled_as(subject: Subject, judged: Judgement) -> Reading:
    """Give a reading of which everything is said already."""
    return Reading(subject, lambda subject: judged)
