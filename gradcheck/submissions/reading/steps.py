"""A training loop as a function of one step: its body, with its own lines, and what it needs."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Sequence
from dataclasses import replace

from gradcheck.sandbox import Piece
from gradcheck.submissions.reading.defining import names_set_by
from gradcheck.submissions.reading.definitions import Definition, functions_in
from gradcheck.submissions.reading.names import ARRAYS, BUNDLES, SETTINGS, SIZES, meaning, plain
from gradcheck.submissions.reading.own import own_data
from gradcheck.submissions.reading.stubs import PREFIX

Loop = ast.For | ast.While
LOOP = "loop_at_line_"  # the name of what is made of it, before its line
OWN = f"{PREFIX}own_"  # before that name: what gives the values that its script has
PARAMETERS = ("w", "b", "W1", "b1", "W2", "b2")
_GIVEN = (*PARAMETERS, "X", "Y")
GRADIENTS = ("dw", "dW1")
_PLACES = (ast.Name, ast.Attribute, ast.Subscript)  # what can be set


def one_step(
    piece: Piece, loop: Loop, earlier: Sequence[ast.stmt], *, beside: Sequence[ast.stmt] = ()
) -> tuple[tuple[Piece, ...], Definition]:
    """Write a loop as a function of the data, the parameters and the settings that it reads.

    Parameters
    ----------
    piece : Piece
        The text that the loop stands in.
    loop : ast.For or ast.While
    earlier : sequence of ast.stmt
        What was set before it; what the body needs of it becomes part of the function.
    beside : sequence of ast.stmt
        What else is done before it, and becomes part of nothing.
    """
    free = _free(loop.body)
    computed = {name for s in earlier for name in names_set_by(s) if reads_data(s)}
    counted = {n.id for n in _targets(loop)}
    called = {name for part in loop.body for n in ast.walk(part) for name in _called(n)}
    known = {name for name in free - counted - called if _is_given(name, computed)}
    behind = _free(_needed(earlier, free - known, frozenset(known)))
    known |= {name for name in behind if meaning(name, ("X", "Y"), "")}  # X_b rests on X
    given = sorted(known)
    kept = _needed(earlier, free - known, frozenset(given))
    prepared = {name for s in kept for name in names_set_by(s)} - set(given)
    carried = _stored(loop.body) & free - prepared - set(given)  # from a step to the next
    held = [*sorted(prepared), *sorted(carried)]
    held += sorted({n.id for n in _targets(loop)} - {*given, *held})
    function = _described(piece, loop, given)
    function = replace(function, free=function.free - {*held})
    step = Piece(
        _body(piece, loop, [function.name, *given, *held]), piece.name, piece.cell, loop.lineno
    )
    around = _around(function.name, given, held, kept)
    if own := own_data([*beside, *earlier], given, _needed(earlier, {*given}, frozenset())):
        around += f"\ndef {OWN}{function.name}():\n{own}"
    return (step, Piece(around, "supplied")), function


def _called(node: ast.AST) -> Iterator[str]:
    """Yield the name that is called: a function, whatever else it may mean."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        yield node.func.id


def _described(piece: Piece, loop: Loop, given: Sequence[str]) -> Definition:
    arguments = ast.arguments([], [ast.arg(name) for name in given], None, [], [], None, [])
    name = f"{LOOP}{loop.lineno}"
    node = ast.FunctionDef(name, arguments, loop.body, [], lineno=loop.lineno)
    (found,) = functions_in(node, piece.cell)
    named = any(meaning(word, GRADIENTS, "") for word in found.set_at)
    return replace(found, roles=("propagate", "optimise") if named else ("optimise",))


def _needed(earlier: Sequence[ast.stmt], needed: set[str], given: frozenset[str]) -> list[ast.stmt]:
    """Pick the earlier statements that the names rest on, in their order."""
    kept: list[ast.stmt] = []
    for statement in reversed(earlier):
        if names_set_by(statement) & needed - given:
            kept.insert(0, statement)
            needed = needed | _free([statement])
    return kept


def _around(name: str, given: Sequence[str], held: Sequence[str], kept: Sequence[ast.stmt]) -> str:
    """Write the function that prepares what a step needs, and leaves its arguments alone."""
    inner = f"{PREFIX}{name}"
    lines = [f"{inner} = {name}", f"def {name}({', '.join(given)}):"]
    lines += [f"    {name} = {PREFIX}copy({name})" for name in given]
    lines += [f"    {name} = {PREFIX}copy(globals().get({name!r}, 0))" for name in held]
    for statement in kept:
        text = ast.unparse(statement).replace("\n", "\n        ")
        lines += ["    try:", f"        {text}", "    except Exception:", "        pass"]
    return "\n".join([*lines, f"    return {inner}({', '.join([*given, *held])})"])


def statements_of(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a body and of its blocks; of its loops, those over parameters."""
    for statement in body:
        loops = isinstance(statement, (ast.For, ast.While))
        if not loops or any(bundle_set(n) for n in ast.walk(statement)):
            yield statement
            inner = [n for n in ast.iter_child_nodes(statement) if isinstance(n, ast.stmt)]
            yield from statements_of(inner)


def stepped(loop: Loop) -> set[str]:
    """Name the parameters that the body itself steps, inner loops left out."""
    return {name for statement in statements_of(loop.body) for name in _steps(statement)}


def _steps(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, ast.AugAssign):
        targets: list[ast.expr] = [statement.target]
    elif isinstance(statement, ast.Assign):
        read = {ast.unparse(n) for n in ast.walk(statement.value) if isinstance(n, _PLACES)}
        parts = [n for target in statement.targets for n in _parts(target)]
        targets = [n for n in parts if ast.unparse(n) in read]
        yield from (n.id for n in parts if isinstance(n, ast.Name) and _updates(statement.value, n))
    else:
        return
    for target in targets:
        word = _word(target)
        if (word and meaning(word, PARAMETERS, "")) or bundle_set(target):
            yield word or bundle_set(target)


def _updates(value: ast.expr, target: ast.Name) -> bool:
    """Say whether parameters, kept together, are made anew by a function that is given them."""
    given = [*value.args, *(k.value for k in value.keywords)] if isinstance(value, ast.Call) else []
    names = (a.id for a in given if isinstance(a, ast.Name))
    return BUNDLES.get(plain(target.id)) == "parameters" and target.id in names


def _parts(target: ast.expr) -> list[ast.expr]:
    return list(target.elts) if isinstance(target, ast.Tuple) else [target]


def _word(target: ast.expr) -> str:
    """Give the name or the key that is set."""
    if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
        return str(target.slice.value)
    return target.id if isinstance(target, ast.Name) else ""


def bundle_set(node: ast.AST) -> str:
    """Name the parameters that an element is set of: ``params[key]``."""
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
        name = node.value.id if isinstance(node.value, ast.Name) else ""
        return name if BUNDLES.get(plain(name)) == "parameters" else ""
    return ""


def _free(body: Sequence[ast.stmt]) -> set[str]:
    """Name what is read before it is set."""
    known: set[str] = set(dir(builtins))
    free: set[str] = set()
    for statement in body:
        names = [n for n in ast.walk(statement) if isinstance(n, ast.Name)]
        read = {n.id for n in names if isinstance(n.ctx, ast.Load)}
        read |= {n.id for n in _augmented(statement)}
        inner = {n.id for n in names if isinstance(n.ctx, ast.Store)}
        bound = inner if isinstance(statement, (ast.For, ast.While)) else set()
        free |= read - known - (bound - _read_first(statement))
        known |= inner
    return free


def _augmented(statement: ast.stmt) -> Iterator[ast.Name]:
    for node in ast.walk(statement):
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            yield node.target


def _read_first(statement: ast.stmt) -> set[str]:
    """Name what an inner loop reads before it sets it."""
    if isinstance(statement, ast.For):
        return _free(statement.body) - {
            n.id for n in ast.walk(statement.target) if isinstance(n, ast.Name)
        }
    return _free(statement.body) if isinstance(statement, ast.While) else set()


def reads_data(statement: ast.stmt) -> bool:
    """Say whether a statement computes something from the data: ``m = X.shape[1]``."""
    value = getattr(statement, "value", None)
    names = [n.id for n in ast.walk(value) if isinstance(n, ast.Name)] if value else []
    return any(meaning(name, ("X", "Y"), "") for name in names)


def _is_given(name: str, computed: set[str]) -> bool:
    """Say whether a name is one of ours to give: data, parameters, settings, sizes."""
    word = plain(name)
    if word in SIZES and ARRAYS.get(word) is None:
        return name not in computed
    if BUNDLES.get(word) == "parameters" or SETTINGS.get(word) == "learning_rate":
        return True
    return bool(meaning(name, _GIVEN, ""))


def _stored(body: Sequence[ast.stmt]) -> set[str]:
    names = (n for statement in body for n in ast.walk(statement) if isinstance(n, ast.Name))
    return {n.id for n in names if isinstance(n.ctx, ast.Store)}


def _targets(loop: Loop) -> list[ast.Name]:
    target = [loop.target] if isinstance(loop, ast.For) else []
    return [n for part in target for n in ast.walk(part) if isinstance(n, ast.Name)]


def _body(piece: Piece, loop: Loop, names: Sequence[str]) -> str:
    """Write the function in place of the loop's head, so that every other line keeps its number."""
    head = f"def {names[0]}({', '.join(names[1:])}):"
    first, last = loop.body[0], loop.body[-1]
    lines = piece.source.split("\n")
    start, end = loop.lineno - piece.first_line, (last.end_lineno or 0) - piece.first_line
    if first.lineno == loop.lineno or end >= len(lines):
        inner = "\n".join(ast.unparse(statement) for statement in loop.body)
        return f"{head}\n    " + inner.replace("\n", "\n    ") + "\n    return locals()"
    for leave in _leaves(loop.body):
        at, row = leave.col_offset, leave.lineno - piece.first_line
        word = "break" if isinstance(leave, ast.Break) else "continue"
        lines[row] = lines[row][:at] + "return locals()" + lines[row][at + len(word) :]
    indent = lines[first.lineno - piece.first_line][: first.col_offset]
    blank = [""] * (first.lineno - loop.lineno - 1)
    kept = lines[start + 1 + len(blank) : end + 1]
    return "\n".join([head, *blank, *kept, f"{indent}return locals()"])


def _leaves(body: Sequence[ast.stmt]) -> Iterator[ast.Break | ast.Continue]:
    """Yield what leaves the loop itself, the last first."""
    found = [n for n in statements_of(body) if isinstance(n, (ast.Break, ast.Continue))]
    yield from sorted(found, key=lambda n: (-n.lineno, -n.col_offset))
