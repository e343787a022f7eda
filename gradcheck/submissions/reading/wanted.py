"""What a function reads of its module and takes a call to make: run, though it is no definition."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

from gradcheck.submissions.reading.assignments import called
from gradcheck.submissions.reading.definitions import Definition
from gradcheck.submissions.reading.loose import Loose
from gradcheck.submissions.reading.names import ARRAYS, BUNDLES, SETTINGS, SIZES, plain

_BUILTINS = frozenset(dir(builtins))
_OURS_TO_GIVE = (ARRAYS, BUNDLES, SETTINGS, SIZES)
_NEVER = frozenset({"open", "input", "exec", "eval", "print", "exit", "quit", "sleep"})


def wanted_by(
    functions: Iterable[Definition], loose: Sequence[Loose], defined: AbstractSet[str]
) -> tuple[Loose, ...]:
    """Pick the statements that set what the functions read: ``table = np.arange(9).cumsum()``.

    Parameters
    ----------
    functions : iterable of Definition
    loose : sequence of Loose
        The statements that do something, in order.
    defined : set of str
        What the definitions set.

    Returns
    -------
    tuple of Loose
        None of them calls what reads or runs something by its plain name, as ``open`` does, or
        sets what problems of ours give. A file is found closed by the sandbox alone:
        ``np.loadtxt`` may be among them.
    """
    names = set[str]().union(*(function.free for function in functions)) - defined
    chosen: list[Loose] = []
    for at in reversed(loose if names else ()):
        found = _set(at.statement) & names
        if found and not any(plain(name) in known for name in found for known in _OURS_TO_GIVE):
            chosen.append(at)
            names |= _read(at.statement) - defined
    return tuple(_sound(chosen[::-1], set(defined)))


def _sound(chosen: Sequence[Loose], known: set[str]) -> Iterable[Loose]:
    """Yield those that rest on what is known alone."""
    for at in chosen:
        calls = {called(n) for n in ast.walk(at.statement) if isinstance(n, ast.Call)}
        if _read(at.statement) - _BUILTINS <= known and not calls & _NEVER:
            known |= _set(at.statement)
            yield at


def _set(statement: ast.stmt) -> frozenset[str]:
    """Name what a plain assignment sets."""
    if not isinstance(statement, ast.Assign):
        return frozenset()
    return frozenset(t.id for t in statement.targets if isinstance(t, ast.Name))


def _read(statement: ast.stmt) -> frozenset[str]:
    nodes = list(ast.walk(statement))
    names = [n for n in nodes if isinstance(n, ast.Name)]
    bound = {n.id for n in names if isinstance(n.ctx, ast.Store)}
    bound |= {n.arg for n in nodes if isinstance(n, ast.arg)}  # of a lambda
    return frozenset(n.id for n in names) - bound
