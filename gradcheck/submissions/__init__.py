"""Student work: read, run behind walls, judged function by function.

Examples
--------
>>> from pathlib import Path
>>> from gradcheck.submissions import Options, validate_all
>>> report = validate_all([Path("no-such-file.py")], Options(allow_weak=True))
>>> report.submissions[0].verdict
'not-gradable'
"""

from gradcheck.sandbox import Limits
from gradcheck.submissions.batch import validate_all
from gradcheck.submissions.pipeline import Options, validate_file
from gradcheck.submissions.reading import files_under
from gradcheck.submissions.results import Fault, Quantity, Remark, Report, Submission, Where

__all__ = [
    "Fault",
    "Limits",
    "Options",
    "Quantity",
    "Remark",
    "Report",
    "Submission",
    "Where",
    "files_under",
    "validate_all",
    "validate_file",
]
