"""What graders read: one file a format, each a function from a report to its text.

Every format grades by ``Submission.checks``, the same list for every submission of a model, so that
nobody gains by leaving a function out. An entry passes only if it was judged to be right: what ran
out of time, is undecided or was not found is no pass, and says so.
"""
