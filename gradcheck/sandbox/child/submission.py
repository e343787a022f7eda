"""The submission as it lives in the child: one module, filled piece by piece."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Mapping
from types import CodeType, ModuleType, TracebackType
from typing import Any

from .imports import Back, Front
from .wire import CodecError, Handle

MODULE = "submission"
MAX_HANDLES = 10_000


class Submission:
    """The submission's module, where its pieces came from, and the objects kept for later."""

    def __init__(self, stubs: Mapping[str, str]) -> None:
        self.module = ModuleType(MODULE)
        self.files: set[str] = set()
        self.pieces: dict[str, int] = {}
        self.kept: list[Any] = []
        self.back = Back(self.files)
        self.front = Front(stubs, self.files)

    def install(self) -> None:
        """Make the process ready: its imports, its module, nobody to ask for input."""
        sys.modules[MODULE] = self.module
        sys.meta_path.insert(0, self.front)
        sys.meta_path.append(self.back)
        self.module.__file__ = f"{MODULE}.py"
        sys.argv = [self.module.__file__]
        builtins.input = _no_input

    def load(self, index: int, source: str, first_line: int) -> None:
        """Run one piece in the module's namespace, with its lines as in the file."""
        filename = f"<piece {index}>"
        self.files.add(filename)
        self.pieces[filename] = index
        self.back.sources[filename] = source, first_line
        # what only annotates a function may have been left out
        code = compile(source, filename, "exec", annotations.compiler_flag, dont_inherit=True)
        exec(_moved(code, first_line - 1), self.module.__dict__)  # noqa: S102 - running it is this room's purpose

    def find(self, path: str) -> Any:
        """Give the function, class or method of a dotted name.

        Raises
        ------
        LookupError
            If the submission has none of that name.
        """
        found: Any = self.module
        for name in path.split("."):
            try:
                found = getattr(found, name)
            except AttributeError:
                raise LookupError(f"the submission defines no {path}") from None
        return found

    def keep(self, value: Any) -> Handle:
        """Keep an object here and give its handle."""
        for number, kept in enumerate(self.kept):
            if kept is value:
                return Handle(number, type(value).__name__)
        if len(self.kept) >= MAX_HANDLES:
            raise CodecError(f"value: more than {MAX_HANDLES} objects to keep")
        self.kept.append(value)
        return Handle(len(self.kept) - 1, type(value).__name__)

    def restore(self, handle: Handle) -> Any:
        """Give the object of a handle."""
        return self.kept[handle.number]

    def place(self, trace: TracebackType | None) -> dict[str, Any]:
        """Say where in the submission an error arose: the innermost of its own frames."""
        found: dict[str, Any] = {"piece": None, "line": None, "function": None}
        while trace is not None:
            code = trace.tb_frame.f_code
            if code.co_filename in self.pieces:
                name = None if code.co_name == "<module>" else code.co_name
                piece = self.pieces[code.co_filename]
                found = {"piece": piece, "line": trace.tb_lineno, "function": name}
            trace = trace.tb_next
        return found


def _moved(code: CodeType, lines: int) -> CodeType:
    """Give code with its lines further down; blank lines before each piece would grow as n²."""
    constants = tuple(
        _moved(held, lines) if isinstance(held, CodeType) else held for held in code.co_consts
    )
    return code.replace(co_firstlineno=code.co_firstlineno + lines, co_consts=constants)


def _no_input(prompt: object = "") -> str:
    raise EOFError("input() was called, but nobody is there to answer")
