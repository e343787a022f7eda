"""Edits of a formula's tree: what one slip can do to one node."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterable, Iterator

from gradcheck.submissions.reference.flow import LABELS

Edit = Callable[[ast.AST], Iterator[ast.expr]]


def rewrites(node: ast.AST, edit: Edit) -> Iterator[ast.AST]:
    """Give every tree in which one node is replaced by one of its edits."""
    yield from edit(node)
    for field, value in ast.iter_fields(node):
        if isinstance(value, ast.AST):
            for new in rewrites(value, edit):
                yield _with(node, field, new)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                for new in rewrites(item, edit):
                    yield _with(node, field, [*value[:index], new, *value[index + 1 :]])


def _with(node: ast.AST, field: str, value: object) -> ast.AST:
    changed = copy.copy(node)
    setattr(changed, field, value)
    return changed


def turned(node: ast.AST) -> Iterator[ast.expr]:
    """Turn a plus or a minus."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
        other = ast.Add() if isinstance(node.op, ast.Sub) else ast.Sub()
        yield ast.BinOp(node.left, other, node.right)


def instead_of_m(text: str) -> Edit:
    """Make an edit that puts something else in the place of m."""
    new = ast.parse(text, mode="eval").body

    def edit(node: ast.AST) -> Iterator[ast.expr]:
        if isinstance(node, ast.Name) and node.id == "m":
            yield new

    return edit


def unmean(node: ast.AST) -> Iterator[ast.expr]:
    """Leave out a division by m."""
    if isinstance(node, ast.BinOp) and name_of(node.right) == "m":
        yield node.left


def precedence(node: ast.AST) -> Iterator[ast.expr]:
    """Multiply where a division belongs, as a missing bracket does."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        yield ast.BinOp(node.left, ast.Mult(), node.right)
        if isinstance(node.right, ast.BinOp):  # (1/2*m) for 1/(2*m)
            halved = ast.BinOp(node.left, ast.Div(), node.right.left)
            yield ast.BinOp(halved, ast.Mult(), node.right.right)


def axes(weights: Iterable[str]) -> Edit:
    """Make an edit that sums over other axes, or sums the gradient of a matrix."""
    options = (", axis=1, keepdims=True", ", axis=1", ", axis=0, keepdims=True", ", axis=0", "")

    def edit(node: ast.AST) -> Iterator[ast.expr]:
        if not (isinstance(node, ast.Call) and name_of(node.func) == "sum"):
            return
        if not any(keyword.arg == "axis" for keyword in node.keywords):
            yield ast.Call(node.func, node.args, [ast.keyword("axis", ast.Constant(0))])
            return
        for option in (*options[2:], ", keepdims=True"):
            yield _call(f"sum({ast.unparse(node.args[0])}{option})")
        for weight in weights:
            for option in options:
                yield _call(f"m * sum({weight}{option})")  # dW holds 1/m already
                yield _call(f"sum({weight}{option})")

    return edit


def means(weights: Iterable[str]) -> Edit:
    """Make an edit that takes ``np.mean`` over too much for the sum over the examples."""

    def edit(node: ast.AST) -> Iterator[ast.expr]:
        if not (isinstance(node, ast.BinOp) and isinstance(node.left, ast.Call)):
            return
        if name_of(node.left.func) == "sum" and name_of(node.right) == "m":
            summed = ast.unparse(node.left.args[0])
            for array in (summed, *weights):
                yield _call(f"mean({array})")
            yield _call(f"mean({summed}, axis=0)")

    return edit


def _call(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def unsum(node: ast.AST) -> Iterator[ast.expr]:
    """Leave out a sum."""
    if isinstance(node, ast.Call) and name_of(node.func) == "sum":
        yield node.args[0]


def last_alone(node: ast.AST) -> Iterator[ast.expr]:
    """Take the last example where all belong: ``db = dz`` in a loop."""
    if isinstance(node, ast.Call) and name_of(node.func) == "sum":
        yield _call(f"({ast.unparse(node.args[0])})[..., -1:]")
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        match node.right:
            case ast.Attribute(value=inner, attr="T"):
                yield _call(
                    f"{ast.unparse(node.left)}[..., -1:] @ {ast.unparse(inner)}[..., -1:].T"
                )


def only(part: str) -> Edit:
    """Make an edit that adds up a part of the examples: ``:-1`` leaves out the last."""

    def edit(node: ast.AST) -> Iterator[ast.expr]:
        if isinstance(node, ast.Call) and name_of(node.func) == "sum":
            inner = _call(f"({ast.unparse(node.args[0])})[..., {part}]")
            yield ast.Call(node.func, [inner], node.keywords)
        match node:
            case ast.BinOp(left, ast.MatMult(), ast.Attribute(value=inner, attr="T")):
                sides = ast.unparse(left), ast.unparse(inner)
                yield _call(f"{sides[0]}[..., {part}] @ {sides[1]}[..., {part}].T")

    return edit


def name_of(node: ast.expr) -> str:
    """Give the name that a node is, or nothing."""
    return node.id if isinstance(node, ast.Name) else ""


def factors(node: ast.AST) -> Iterator[ast.expr]:
    """Leave out one side of a matrix product."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        yield from (node.left, node.right)
        for side in (node.left, node.right):
            yield ast.parse(f"sum({ast.unparse(side)})", mode="eval").body
            yield ast.parse(f"sum({ast.unparse(side)}, axis=1, keepdims=True)", mode="eval").body


def terms(node: ast.AST) -> Iterator[ast.expr]:
    """Leave out one side of a sum."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        yield from (node.left, node.right)


def without_labels(node: ast.AST) -> Iterator[ast.expr]:
    """Leave out the labels of a difference."""
    if isinstance(node, ast.BinOp) and name_of(node.right) == LABELS:
        yield node.left


def complements(node: ast.AST) -> Iterator[ast.expr]:
    """Take the whole for what is left of one: a for 1 - a."""
    match node:
        case ast.BinOp(ast.Constant(1), ast.Sub(), right):
            yield right


def products(node: ast.AST) -> Iterator[ast.expr]:
    """Exchange the matrix product and the elementwise one."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        yield ast.BinOp(node.left, ast.Mult(), node.right)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        yield ast.BinOp(node.left, ast.MatMult(), node.right)


def transposes(node: ast.AST) -> Iterator[ast.expr]:
    """Leave out a transpose, add one, or turn the order of a product."""
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield node.value
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        yield ast.BinOp(ast.Attribute(node.left, "T"), ast.MatMult(), node.right)
        yield ast.BinOp(node.left, ast.MatMult(), ast.Attribute(node.right, "T"))
        yield ast.BinOp(node.right, ast.MatMult(), node.left)


def other_names(arrays: Iterable[str]) -> Edit:
    """Make an edit that puts another known array in the place of one."""
    known = tuple(arrays)

    def edit(node: ast.AST) -> Iterator[ast.expr]:
        if isinstance(node, ast.Name) and node.id in known:
            yield from (ast.Name(name) for name in known if name != node.id)

    return edit
