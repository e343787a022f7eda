"""The last values of the local variables of a submission's functions, and the lines that set them.

Functions are watched line by line while they run; which line sets which name is read from the
bytecode. Source: the trace protocol of the Python reference, ``sys.settrace``.
"""

from __future__ import annotations

import dis
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from types import CodeType, FrameType
from typing import Any

MAX_FRAMES = 200
CALLS = 4  # of each function, the last ones

Noted = dict[str, tuple[Any, int]]


class Capture:
    """A context in which the locals of functions from certain files are noted.

    ``found`` maps names to (value, line). The outermost function's locals come first and have
    their plain names. Those of functions called on the way are ``function.name`` or
    ``Class.method.name``, the function that ended first before the others: what they set, the
    attributes of objects among it, and ``return``. Of several calls the last one has these names,
    the one before it ``function@1.name``, and so on.
    """

    def __init__(self, files: set[str]) -> None:
        self.files = files
        self.outer: Noted = {}
        self.inner: dict[str, deque[Noted]] = {}
        self.depth = 0

    def __enter__(self) -> Capture:
        self.before = sys.gettrace()
        sys.settrace(self.started)
        return self

    def __exit__(self, *error: object) -> None:
        sys.settrace(self.before)

    @property
    def found(self) -> Noted:
        """What was noted, under its whole names."""
        inner = {
            f"{name}{f'@{ago}' if ago else ''}.{inside}": pair
            for name, calls in self.inner.items()
            for ago, noted in enumerate(reversed(calls))
            for inside, pair in noted.items()
        }
        return {**self.outer, **inner}

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
                self.note(frame, list(lines), outermost=outermost, value=argument)
            return watch

        return watch

    def note(self, frame: FrameType, lines: list[int], *, outermost: bool, value: Any) -> None:
        """Note the locals of a frame that is about to end."""
        code, order = frame.f_code, {line: rank for rank, line in enumerate(lines)}
        setters, noted = _setters(code), dict[str, tuple[Any, int]]()
        for name, held in (*_attributes(frame, setters), *frame.f_locals.items()):
            ran = [line for line in setters.get(name, ()) if line in order]
            if ran or outermost:  # what another function is given is known where it comes from
                line = max(ran, key=order.__getitem__, default=code.co_firstlineno)
                noted[name] = (held, line)
        if outermost:
            self.outer = noted
            return
        name = code.co_qualname.rpartition("<locals>.")[2]
        calls = self.inner.pop(name, deque[Noted](maxlen=CALLS))
        calls.append(noted | {"return": (value, frame.f_lineno)})
        self.inner[name] = calls


def _attributes(frame: FrameType, stored: Iterable[str]) -> Iterator[tuple[str, Any]]:
    """Yield what the object has on which a method was called, if the method sets it."""
    arguments = frame.f_code.co_varnames
    made = frame.f_locals.get(arguments[0]) if arguments and frame.f_code.co_argcount else None
    try:
        held = attributes_of(made)
    except Exception:  # most values have none, and a submission's own class may fail in any way
        return
    yield from ((name, held[name]) for name in stored if name in held)


def attributes_of(made: Any) -> dict[str, Any]:
    """Give the attributes of an object, also those that its classes keep in ``__slots__``."""
    names = [name for kind in type(made).__mro__ for name in _slots(kind)]
    held = {name: getattr(made, name) for name in names if hasattr(made, name)}
    return {**held, **getattr(made, "__dict__", {})}


def _slots(kind: type) -> list[str]:
    """Give the names of a class's own slots, private ones as the class keeps them."""
    kept = vars(kind).get("__slots__", ())
    names = (kept,) if isinstance(kept, str) else kept
    owner = kind.__name__.lstrip("_")
    prefix = f"_{owner}" if owner else ""
    return [
        prefix + name if name.startswith("__") and not name.endswith("__") else name
        for name in names
        if name not in {"__dict__", "__weakref__"}
    ]


def _setters(code: CodeType) -> dict[str, set[int]]:
    """Map each local name, and each attribute, to the lines that store it."""
    found: dict[str, set[int]] = {}
    for instruction in dis.get_instructions(code):
        line = instruction.positions.lineno if instruction.positions else None
        stores = ("STORE_FAST", "STORE_DEREF", "STORE_ATTR")
        if instruction.opname.startswith(stores) and line is not None:
            names = instruction.argval
            for name in names if isinstance(names, tuple) else (names,):
                found.setdefault(name, set()).add(line)
    return found
