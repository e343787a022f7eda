"""The definitions of a submission, found by reading it; nothing is run here."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from gradcheck.submissions.reading.assignments import (
    Body,
    assignments,
    called,
    layered,
    packed,
)
from gradcheck.submissions.reading.defining import blocks_of, bound_names
from gradcheck.submissions.reading.names import FUNCTIONS, plain

_BUILTINS = frozenset(dir(builtins))
_MAKES = frozenset(
    {"zeros", "ones", "empty", "full", "randn", "rand", "random", "random_sample", "normal"}
    | {"uniform", "standard_normal"}
)  # what makes arrays of a shape that is given


@dataclass(frozen=True)
class Definition:
    """A function as it stands in the source.

    Parameters
    ----------
    name : str
    parameters : tuple of str
        The positional ones, in order.
    required : int
        How many of them have no default.
    returned : tuple of (str or None)
        The names in the last return, as far as they are names: ``(None, "cache")``.
    words : frozenset of str
        Every name, attribute and string constant in the body.
    free : frozenset of str
        The names that it reads and does not set itself, builtins left out.
    line : int
    cell : int or None
    set_at : mapping of str to int
        The line that last assigns to a name or a key: ``grads["dw"] = ...``, ``{"dw": ...}``.
    return_line : int or None
        The line of the last return.
    tuples : mapping of str to tuple of str
        The names packed under a name: ``cache = (Z1, A1, Z2, A2)``.
    keyword_only : mapping of str to bool
        The parameters that are passed by name alone, and whether they must be.
    calls : frozenset of str
        The names that it calls: a parameter among them is a function.
    roles : tuple of str
        What it does, where that is known from how it was read: a loop of a script.
    keys : mapping of str to frozenset of str
        By which strings it takes elements of a name: ``p["W1"]``.
    divisors : frozenset of str
        The names that it divides by.
    lengths : frozenset of str
        The names that stand in the shapes of the arrays that it makes: ``np.zeros((hidden, 1))``.
    """

    name: str
    parameters: tuple[str, ...]
    required: int
    returned: tuple[str | None, ...]
    words: frozenset[str]
    free: frozenset[str]
    line: int
    cell: int | None
    set_at: Mapping[str, int]
    return_line: int | None = None
    tuples: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    keyword_only: Mapping[str, bool] = field(default_factory=dict)
    calls: frozenset[str] = frozenset()
    roles: tuple[str, ...] = ()
    keys: Mapping[str, frozenset[str]] = field(default_factory=dict)
    divisors: frozenset[str] = frozenset()
    lengths: frozenset[str] = frozenset()

    @property
    def own_name(self) -> str:
        """The name without that of the class it stands in."""
        return self.name.rpartition(".")[2]

    @property
    def takes(self) -> tuple[str, ...]:
        """All parameters, those passed by name alone last."""
        return (*self.parameters, *self.keyword_only)


def use_of(name: str, function: Definition) -> str | None:
    """Say what a parameter that is a function, or the name of an activation, is used as."""
    word = plain(name)
    named = word.startswith(("act", "hiddenact", "nonlin"))
    return FUNCTIONS.get(word) if named or name in function.calls else None


def functions_in(statement: ast.stmt, cell: int | None) -> Iterator[Definition]:
    """Give the functions that a statement defines, with ``def`` or as ``name = lambda``.

    Static and class methods are functions, too, under the name of their class.
    """
    for inner in blocks_of(statement):
        yield from functions_in(inner, cell)
    if isinstance(statement, ast.ClassDef):
        yield from _static(statement, cell)
    elif isinstance(statement, ast.FunctionDef):
        yield _definition(statement.name, statement, cell)
    elif isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Lambda):
        for target in statement.targets:
            if isinstance(target, ast.Name):
                yield _definition(target.id, statement.value, cell)


def _static(made: ast.ClassDef, cell: int | None) -> Iterator[Definition]:
    for inner in made.body:
        if isinstance(inner, ast.FunctionDef):
            kinds = {d.id for d in inner.decorator_list if isinstance(d, ast.Name)}
            found = _definition(f"{made.name}.{inner.name}", inner, cell)
            if "staticmethod" in kinds:
                yield found
            elif "classmethod" in kinds:
                yield bound(found)


def bound(method: Definition) -> Definition:
    """Give a method without its ``self`` or ``cls``."""
    required = max(0, method.required - 1)
    return replace(method, parameters=method.parameters[1:], required=required)


def _definition(name: str, node: Body, cell: int | None) -> Definition:
    arguments = [*node.args.posonlyargs, *node.args.args]
    everything = {argument.arg for argument in (*arguments, *node.args.kwonlyargs)}
    inner = [n for part in _body(node) for n in ast.walk(part)]
    returns = [n for n in inner if isinstance(n, ast.Return)]
    read = {n.id for n in inner if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    stored = {n.id for n in inner if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
    stored |= {n.arg for n in inner if isinstance(n, ast.arg)} | everything
    stored |= {name for n in inner for name in bound_names(n)}
    strings = {n.value for n in inner if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    strings |= {n.attr for n in inner if isinstance(n, ast.Attribute)}
    strings |= {key for n in inner if isinstance(n, ast.expr) for key in layered(n)}
    return Definition(
        name,
        tuple(argument.arg for argument in arguments),
        len(arguments) - len(node.args.defaults),
        _returned(returns),
        frozenset(read | stored | strings),
        frozenset(read - stored - _BUILTINS),
        node.lineno,
        cell,
        MappingProxyType(assignments(inner)),
        max((n.lineno for n in returns), default=None),
        MappingProxyType(dict(packed(inner))),
        MappingProxyType(dict(_keyword_only(node.args))),
        frozenset(called(n) for n in inner if isinstance(n, ast.Call)),
        keys=MappingProxyType(_keys(inner)),
        divisors=frozenset(_divisors(inner)),
        lengths=frozenset(_lengths(inner)),
    )


def _divisors(inner: list[ast.AST]) -> Iterator[str]:
    for node in inner:
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            yield from (n.id for n in ast.walk(node.right) if isinstance(n, ast.Name))


def _lengths(inner: list[ast.AST]) -> Iterator[str]:
    for node in inner:
        if isinstance(node, ast.Call) and called(node) in _MAKES:
            given = (*node.args, *(k.value for k in node.keywords if k.arg in ("size", "shape")))
            parts = (p for a in given for p in (a.elts if isinstance(a, ast.Tuple) else [a]))
            yield from (part.id for part in parts if isinstance(part, ast.Name))


def _keys(inner: list[ast.AST]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for node in inner:
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            name, key = node.value, node.slice.value
            if isinstance(name, ast.Name) and isinstance(key, str):
                found[name.id] = found.get(name.id, frozenset()) | {key}
    return found


def _keyword_only(arguments: ast.arguments) -> Iterator[tuple[str, bool]]:
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        yield argument.arg, default is None


def _body(node: Body) -> list[ast.AST]:
    return [node.body] if isinstance(node, ast.Lambda) else list(node.body)


def _returned(returns: Sequence[ast.Return]) -> tuple[str | None, ...]:
    if not returns or returns[-1].value is None:
        return ()
    value = returns[-1].value
    parts = value.elts if isinstance(value, (ast.Tuple, ast.List)) else [value]
    return tuple(part.id if isinstance(part, ast.Name) else None for part in parts)
