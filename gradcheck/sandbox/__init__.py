"""Untrusted code behind walls: a submission runs in a child process that returns numbers only.

The rooms outside decide what the numbers mean; nothing here knows a model.
"""

from gradcheck.sandbox.child.pylab import drawing_names
from gradcheck.sandbox.child.wire import Handle
from gradcheck.sandbox.sandbox import Sandbox
from gradcheck.sandbox.values import (
    Call,
    Failure,
    Isolation,
    Limits,
    Loaded,
    Outcome,
    Piece,
    Program,
    Value,
    clean,
)
from gradcheck.sandbox.warm import NoSandboxError, SandboxError, WarmParent, WeakIsolationError

__all__ = [
    "Call",
    "Failure",
    "Handle",
    "Isolation",
    "Limits",
    "Loaded",
    "NoSandboxError",
    "Outcome",
    "Piece",
    "Program",
    "Sandbox",
    "SandboxError",
    "Value",
    "WarmParent",
    "WeakIsolationError",
    "clean",
    "drawing_names",
]
