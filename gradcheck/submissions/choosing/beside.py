"""Readings of functions with the training loop of their script."""

from __future__ import annotations

from dataclasses import replace

from gradcheck.submissions.calling.roles import Role
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.choosing.readings import Reading
from gradcheck.submissions.choosing.whole import once
from gradcheck.submissions.judging.judgement import Judgement
from gradcheck.submissions.reading.files import Source
from gradcheck.submissions.training.stepping import ROLE, judge_loop


def with_loop_beside(read: Reading, whole: Source) -> Reading:
    """Give a reading of functions with the loop of their script judged, too.

    Parameters
    ----------
    read : Reading
        Of functions that show a gradient.
    whole : Source
        The submission with its loop as the last function.
    """
    loop, known = whole.functions[-1], read.subject.roles
    called = (function.free for function in whole.functions if function.name in loop.calls)
    loop = replace(loop, free=loop.free.union(*called))  # their globals are those of its script
    if ROLE not in loop.roles:  # a pass that does not step
        return read
    roles = known if ROLE in known else {**known, ROLE: Role(ROLE, loop, "name")}

    def judge(subject: Subject) -> Judgement:
        judged = read.judge(replace(subject, roles=known))
        return once(judged + judge_loop(subject, loop, judged))

    return Reading(replace(read.subject, source=whole, roles=roles), judge)
