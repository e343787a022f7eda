"""Statements that only define, import or set a constant: what of a submission is run on loading."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from gradcheck.submissions.reading.assignments import called
from gradcheck.submissions.reading.stars import names_of

_NAMED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_IMPORTS = (ast.Import, ast.ImportFrom)
_MAKERS = frozenset(
    {"array", "float", "int", "float32", "float64", "dict", "list", "tuple", "set", "sqrt"}
)
_MAKERS |= {"str", "bool", "object", "TypeVar"}  # in a type that is given a name
_MAKERS |= {"default_rng", "RandomState", "Random"}  # what initial parameters are drawn from
_MAKERS |= {"finfo", "partial", "vectorize", "namedtuple", "getLogger", "Path"}  # harmless tools
_MODULE = frozenset({"__file__", "__name__"})
_QUIET = frozenset({"catch_warnings", "errstate", "suppress"})  # what definitions may stand in


def is_definition(statement: ast.stmt, constants: AbstractSet[str]) -> bool:
    """Say whether a statement only defines, imports or sets a constant.

    Parameters
    ----------
    statement : ast.stmt
    constants : set of str
        The names that earlier statements of this kind have set.
    """
    if isinstance(statement, (*_NAMED, *_IMPORTS)):
        return True
    if isinstance(statement, ast.Try) and all(isinstance(n, _IMPORTS) for n in statement.body):
        return True
    if isinstance(statement, ast.AnnAssign) and statement.value is not None:
        return _is_bare(statement.target) and _is_constant(statement.value, constants)
    if isinstance(statement, ast.Assign):
        return all(map(_is_bare, statement.targets)) and _is_constant(statement.value, constants)
    inner = blocks_of(statement)
    return _is_open(statement, constants) and all(_only_defines(n, constants) for n in inner)


def _is_open(statement: ast.stmt, constants: AbstractSet[str]) -> bool:
    """Say whether a block is entered without doing anything else."""
    match statement:
        case ast.If(test=test):
            told = any(isinstance(n, ast.Name) and n.id == "__name__" for n in ast.walk(test))
            return not told and _is_constant(test, constants)
        case ast.With(items=items):
            calls = [item.context_expr for item in items]
            return all(isinstance(call, ast.Call) and called(call) in _QUIET for call in calls)
        case ast.Try():
            return True
    return False


def _only_defines(statement: ast.stmt, constants: AbstractSet[str]) -> bool:
    silent = isinstance(statement, (ast.Pass, ast.Raise)) or _sets_warnings(statement)
    return silent or is_definition(statement, constants)


def _sets_warnings(statement: ast.stmt) -> bool:
    call = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(call, ast.Call) and called(call) in ("simplefilter", "filterwarnings")


def blocks_of(statement: ast.AST) -> list[ast.stmt]:
    """Give the statements that stand in a block at module level, in all its branches."""
    if not isinstance(statement, (ast.If, ast.With, ast.Try)):
        return []
    parts = [statement, *getattr(statement, "handlers", [])]
    names = ("body", "orelse", "finalbody")
    return [inner for part in parts for name in names for inner in getattr(part, name, [])]


def _is_bare(target: ast.expr) -> bool:
    parts = target.elts if isinstance(target, ast.Tuple) else [target]
    return all(isinstance(part, ast.Name) for part in parts)


def _is_constant(value: ast.expr, constants: AbstractSet[str]) -> bool:
    return all(_may_run(node, constants) for node in _run(value))


def _run(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the parts of an expression that run with it: what a lambda does runs later."""
    left = [node]
    while left:
        node = left.pop()
        yield node
        if not isinstance(node, ast.Lambda):
            left.extend(ast.iter_child_nodes(node))


def _may_run(node: ast.AST, constants: AbstractSet[str]) -> bool:
    if isinstance(node, ast.Call):
        return called(node) in _MAKERS
    if isinstance(node, (ast.Await, ast.NamedExpr)):
        return False
    if isinstance(node, ast.Subscript):  # Dict[str, float] and npt.NDArray[float], not sys.argv[1]
        types = isinstance(node.value, ast.Attribute) and node.value.attr[0].isupper()
        return types or isinstance(node.value, ast.Name)
    if isinstance(node, ast.Name):
        return node.id in constants or node.id in _MAKERS or node.id in _MODULE
    return True


def names_set_by(statement: ast.stmt) -> frozenset[str]:
    """Give the names that a defining statement binds in the module."""
    if isinstance(statement, _IMPORTS):
        named = frozenset(bound_names(statement))
        module = statement.module if isinstance(statement, ast.ImportFrom) else None
        return named | names_of(module) if module and "*" in named else named
    if isinstance(statement, _NAMED):
        return frozenset({statement.name})
    blocks = blocks_of(statement)
    if blocks:
        return frozenset[str]().union(*map(names_set_by, blocks))
    nodes = ast.walk(statement)
    return frozenset(
        n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    )


def bound_names(node: ast.AST) -> Iterator[str]:
    """Yield what a node binds that is no `Name`: definitions, imports, patterns, caught errors."""
    if isinstance(node, _IMPORTS):
        yield from ((alias.asname or alias.name).split(".")[0] for alias in node.names)
    elif isinstance(node, (*_NAMED, ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name:
        yield node.name
    elif isinstance(node, ast.MatchMapping) and node.rest:
        yield node.rest
