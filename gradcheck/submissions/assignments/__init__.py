"""What an instructor asks for: read from ``assignment.toml``, written by ``gradcheck new``."""

from gradcheck.submissions.assignments.assignment import Assignment
from gradcheck.submissions.assignments.toml import AssignmentError, read_assignment

__all__ = ["Assignment", "AssignmentError", "read_assignment"]
