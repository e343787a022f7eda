"""What a submission's imports find: stand-ins for what is absent, and nothing of this project."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.machinery import ModuleSpec
from math import nan
from types import ModuleType
from typing import Any

from . import pylab

OURS = frozenset({"gradcheck", "impl", "derivations", "reports"})
_IMPORT_ERRORS = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}


class Missing:
    """An inert object that stands in for anything of a module that is not installed.

    It can be called, entered, iterated and inherited from; as a decorator it gives the function
    back, and around what can be iterated, as a progress bar, it runs through that. Else it is
    empty.
    """

    _over: Any = ()

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        """Give a decorated function back, and otherwise the same inert object."""
        if args and hasattr(args[0], "__iter__") and not isinstance(args[0], str):
            bar = Missing()
            bar._over = args[0]
            return bar
        decorates = len(args) == 1 and not keywords and hasattr(args[0], "__code__")
        return args[0] if decorates else self

    def __getattr__(self, name: str) -> Any:
        """Give the same inert object for every public name but those that count steps."""
        if name.startswith("__"):
            raise AttributeError(name)
        return _COUNTING.get(name, self)

    def __getitem__(self, key: Any) -> Missing:
        """Give the same inert object."""
        return self

    def __float__(self) -> float:
        """Give no number: what is kept of an absent cost must not stop the training."""
        return nan

    def __setitem__(self, key: Any, value: Any) -> None:
        """Forget the value."""

    def __iter__(self) -> Iterator[Any]:
        """Run through what it was put around, or nothing."""
        return iter(self._over)

    def __enter__(self) -> Missing:
        """Enter nothing."""
        return self

    def __exit__(self, *error: object) -> None:
        """Let errors pass."""

    def __mro_entries__(self, bases: object) -> tuple[type, ...]:
        """Add no base class."""
        return ()


def _counted(*bounds: int, **options: Any) -> Missing:
    """Give a progress bar that counts; how it looks does not matter."""
    bar: Missing = Missing()(range(*bounds))
    return bar


_COUNTING = {"trange": _counted, "tnrange": _counted, "prange": range}  # the last is Numba's


class _AbsentModule(ModuleType):
    """A module of which every public name is `Missing`."""

    def __getattr__(self, name: str) -> Any:
        """Give the inert object; of ``pylab`` what is NumPy's."""
        if name == "__all__" and (given := pylab.drawing_names(self.__name__)):
            return given
        found = pylab.numeric(self.__name__, name)
        return getattr(Missing(), name) if found is None else found


class Front:
    """The first finder asked: knows the stubs, and refuses what is ours."""

    def __init__(self, stubs: Mapping[str, str], files: set[str]) -> None:
        self.stubs = stubs
        self.files = files
        self.packages = {
            name.rsplit(".", depth)[0] for name in stubs for depth in range(1, name.count(".") + 1)
        } - set(stubs)

    def find_spec(self, name: str, path: object = None, target: object = None) -> Any:
        """Say how to make the module, or that another finder is to be asked."""
        if name.partition(".")[0] in OURS:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        if name in self.stubs or name in self.packages:
            return _spec(name, self)
        return None

    def create_module(self, spec: ModuleSpec) -> None:
        """Let the import system make an ordinary module."""

    def exec_module(self, module: ModuleType) -> None:
        """Run the stand-in's source; its own imports count as the submission's."""
        filename = f"<stub {module.__name__}>"
        self.files.add(filename)
        source = self.stubs.get(module.__name__, "")
        exec(compile(source, filename, "exec"), module.__dict__)  # noqa: S102 - its purpose


class Back:
    """The last finder asked: an inert stand-in for what a submission imports in vain."""

    def __init__(self, files: set[str]) -> None:
        self.files = files
        self.sources: dict[str, tuple[str, int]] = {}  # and their first lines
        self.missing: list[str] = []

    def find_spec(self, name: str, path: object = None, target: object = None) -> Any:
        """Stand in only for imports written in the submission itself, not for NumPy's own."""
        filename, line = _importer()
        if filename not in self.files or name.partition(".")[0] in OURS:
            return None
        source, first_line = self.sources.get(filename, ("", 1))
        if line - first_line + 1 in _guarded(source):
            return None
        if name not in self.missing:
            self.missing.append(name)
        return _spec(name, self)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Make the inert module."""
        return _AbsentModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Leave it as it is."""


def _spec(name: str, loader: Any) -> ModuleSpec:
    """Make the spec of a package, so that anything may be imported from below it."""
    return ModuleSpec(name, loader, is_package=True)


def _importer() -> tuple[str, int]:
    """Give file and line of the frame that asked the import system."""
    frame = sys._getframe(2)
    while frame.f_back and "importlib" in frame.f_code.co_filename:
        frame = frame.f_back
    return frame.f_code.co_filename, frame.f_lineno


def _guarded(source: str) -> set[int]:
    """Give the lines of imports under ``try`` that have an alternative: they must fail honestly."""
    return {
        line
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Try) and any(map(_catches_import, node.handlers))
        for line in _import_lines(node.body)
    }


def _catches_import(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    return any(
        isinstance(node, ast.Name) and node.id in _IMPORT_ERRORS for node in ast.walk(handler.type)
    )


def _import_lines(body: Sequence[ast.AST]) -> set[int]:
    nodes = (node for statement in body for node in ast.walk(statement))
    return {node.lineno for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)}
