"""The exit codes."""

CORRECT, WRONG, USAGE, NOT_GRADABLE, INTERNAL, ISOLATION = range(6)
INTERRUPTED = 130  # as a shell has it
