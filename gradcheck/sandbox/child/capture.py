"""The last values of the local variables of a submission's functions, and the lines that set them.

Functions are watched line by line while they run; which line sets which name is read from the
bytecode. Source: the trace protocol of the Python reference, ``sys.settrace``.
"""

from __future__ import annotations

import dis
import sys
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

MAX_FRAMES = 200


class Capture:
    """A context in which the locals of functions from certain files are noted.

    ``found`` maps names to (value, line). The outermost function's locals have their plain
    names, those of functions called on the way are ``function.name``; the last call wins.
    """

    def __init__(self, files: set[str]) -> None:
        self.files = files
        self.found: dict[str, tuple[Any, int]] = {}
        self.depth = 0

    def __enter__(self) -> Capture:
        self.before = sys.gettrace()
        sys.settrace(self.started)
        return self

    def __exit__(self, *error: object) -> None:
        sys.settrace(self.before)

    def started(self, frame: FrameType, event: str, argument: object) -> Callable[..., Any] | None:
        """Watch a frame of the submission; let all others run untraced."""
        if frame.f_code.co_filename not in self.files or self.depth >= MAX_FRAMES:
            return None
        self.depth += 1
        outermost = self.depth == 1
        lines: dict[int, int] = {}

        def watch(frame: FrameType, event: str, argument: object) -> Callable[..., Any]:
            if event == "line":
                lines.pop(frame.f_lineno, None)
                lines[frame.f_lineno] = len(lines)  # a dict keeps the order of insertion
            elif event == "return":
                self.depth -= 1
                self.note(frame, list(lines), "" if outermost else f"{frame.f_code.co_name}.")
            return watch

        return watch

    def note(self, frame: FrameType, lines: list[int], prefix: str) -> None:
        """Note the locals of a frame that is about to end."""
        order = {line: rank for rank, line in enumerate(lines)}
        setters = _setters(frame.f_code)
        for name, value in frame.f_locals.items():
            ran = [line for line in setters.get(name, ()) if line in order]
            line = max(ran, key=order.__getitem__, default=frame.f_code.co_firstlineno)
            self.found[prefix + name] = (value, line)


def _setters(code: CodeType) -> dict[str, set[int]]:
    """Map each local name to the lines that store it."""
    found: dict[str, set[int]] = {}
    for instruction in dis.get_instructions(code):
        line = instruction.positions.lineno if instruction.positions else None
        if instruction.opname.startswith(("STORE_FAST", "STORE_DEREF")) and line is not None:
            names = instruction.argval
            for name in names if isinstance(names, tuple) else (names,):
                found.setdefault(name, set()).add(line)
    return found
