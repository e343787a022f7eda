"""How right code is written, where that will matter elsewhere: loops, single numbers, g′ on A."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from gradcheck.sandbox import Outcome
from gradcheck.submissions.calling.compare import as_numbers
from gradcheck.submissions.calling.returns import leaves
from gradcheck.submissions.calling.steps import Step
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.judging.judgement import place
from gradcheck.submissions.lines.places import nodes_of
from gradcheck.submissions.reading.definitions import Definition
from gradcheck.submissions.reading.names import SIZES, plain
from gradcheck.submissions.results import Fault, Remark
from impl import Array

_COUNTS = {"m", "n_x"}
_PRIMES = r"\w*(prime|deriv\w*|backward)\w*|d(sigmoid|tanh)|(sigmoid|tanh)(grad\w*|d)"


def manner(subject: Subject, step: Step) -> tuple[Remark, ...]:
    """Remark on what a right function does slowly or by luck."""
    function = step.role.function
    inner = nodes_of(subject.source.pieces, function)
    return (*_loops(function, inner), *scalars(subject, step))


def _loops(function: Definition, inner: Sequence[ast.AST]) -> Iterator[Remark]:
    """Find a loop over the examples or the features; one over iterations is none."""
    loops = [part for part in inner if isinstance(part, ast.For)]
    sizes = {*_sizes_in(inner)} if loops else set[str]()
    for loop in loops:
        over = {name.id for name in ast.walk(loop.iter) if isinstance(name, ast.Name)}
        shapes = [
            n for n in ast.walk(loop.iter) if isinstance(n, ast.Attribute) and n.attr == "shape"
        ]
        if over & sizes or shapes:
            text = f"{function.name} loops over the examples or features; an array does it at once"
            yield Remark("slow-loop", place(function, loop.lineno), text)
            return


def _sizes_in(inner: Sequence[ast.AST]) -> Iterator[str]:
    """Yield the names that are set from a shape or a length."""
    for part in inner:
        if isinstance(part, ast.Assign) and any(
            (isinstance(n, ast.Attribute) and n.attr in ("shape", "size"))
            or (isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id == "len")
            for n in ast.walk(part.value)
        ):
            yield from (n.id for t in part.targets for n in ast.walk(t) if isinstance(n, ast.Name))
        elif isinstance(part, ast.arg) and SIZES.get(plain(part.arg)) in _COUNTS:
            yield part.arg


def scalars(subject: Subject, step: Step) -> tuple[Remark, ...]:
    """Find ``float()`` of a matrix product: a (1, 1) array, which NumPy 2.4 refuses."""
    function = step.role.function
    calls = [p for p in nodes_of(subject.source.pieces, function) if isinstance(p, ast.Call)]
    fragile = [call for call in calls if _takes_product(call)]
    text = f"{function.name} turns a (1, 1) array into a number: use .item(), not float()"
    return tuple(Remark("fragile-scalar", place(function, c.lineno), text) for c in fragile[:1])


def _takes_product(call: ast.Call) -> bool:
    turns = isinstance(call.func, ast.Name) and call.func.id in ("float", "int")
    return turns and len(call.args) == 1 and _is_product(call.args[0])


def _is_product(node: ast.expr) -> bool:
    match node:
        case ast.BinOp(op=ast.MatMult()):
            return True
        case ast.BinOp(left=left, right=right):
            return _is_product(left) or _is_product(right)
        case ast.UnaryOp(operand=inner):
            return _is_product(inner)
        case ast.Call(func=ast.Attribute(attr=("dot" | "matmul"))):
            return True
    return False


def forms(subject: Subject) -> tuple[Remark, ...]:
    """Remark on a derivative that is written for A: right where it is called with A."""
    found = []
    z = np.array([[-1.5, -0.25, 0.75, 2.0]])
    for function in subject.source.functions:
        if function.required == 1 and re.fullmatch(_PRIMES, plain(function.name)):
            value = as_numbers(subject.box.call(function.name, [z]).value)
            if value is not None and value.shape == z.shape and _on_a(value, z):
                text = f"{function.name} is written for A = g(Z), and has to be called with A"
                found.append(Remark("activation-form", place(function), text))
    return tuple(found)


def _on_a(value: Array, a: Array) -> bool:
    """Say whether values are σ′ or tanh′ written on what these give."""
    return any(np.allclose(value, form, rtol=1e-12) for form in (a * (1 - a), 1 - a**2))


def integers(subject: Subject, step: Step) -> tuple[Fault, ...]:
    """Find out whether whole numbers in X and Y give the same as the same numbers in float64."""
    problem, function = subject.problems[0], step.role.function
    whole = {name: np.rint(problem.values[name]) for name in subject.model.data}
    kinds = (np.float64, np.int64)
    outcomes = []
    for kind in kinds:
        typed: dict[str, Any] = {name: value.astype(kind) for name, value in whole.items()}
        given = replace(problem, values={**problem.values, **typed})
        outcomes.append(subject.call(function, given)[0])
    right, other = outcomes
    if right.failure is not None or not _differ(right.value, other):
        return ()
    text = f"{function.name} gives something else for whole numbers in X and Y than for floats"
    return (Fault("integer-dtype", step.required[0], place(function), text),)


def _differ(value: Any, other: Outcome) -> bool:
    if other.failure is not None:
        return True
    pairs = zip(leaves(value), leaves(other.value), strict=False)
    arrays = [(as_numbers(one), as_numbers(two)) for (_, one), (_, two) in pairs]
    return any(
        one is not None
        and two is not None
        and (one.shape != two.shape or not np.allclose(one, two, rtol=1e-9, equal_nan=True))
        for one, two in arrays
    )
