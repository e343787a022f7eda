"""An expression taken apart: what says the same has the same parts, however it is written."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

Span = tuple[int, int]
Words = Callable[[str], str]
COMMUTE = "+*"
_KNOWN = ("log", "exp", "sqrt", "abs", "sigmoid", "tanh", "maximum", "where")
_PRODUCTS = ("multiply", "divide", "mean", "average")


@dataclass(frozen=True)
class Part:
    """A piece of an expression, the same for every way to write it.

    Parameters
    ----------
    label : str
        An operator, a function, a name or a number.
    inner : tuple of Part
        Of sums and products all terms and factors: one that is taken away is under a ``-``, one
        that divides under a ``/``.
    span : tuple of (int, int)
        Its columns.
    sign : tuple of (int, int) or None
        The columns between it and the term before it, where its sign stands.
    """

    label: str
    inner: tuple[Part, ...] = ()
    span: Span = (0, 0)
    sign: Span | None = None

    @property
    def key(self) -> str:
        """What two parts share that say the same."""
        keys = [part.key for part in self.inner]
        return f"{self.label}({', '.join(sorted(keys) if self.label in COMMUTE else keys)})"

    def all(self) -> Iterator[tuple[Part, bool]]:
        """Yield everything in it, and whether it is a term of a sum."""
        for part in self.inner:
            yield part, self.label in "+-"
            yield from part.all()


def part_of(node: ast.expr, words: Words) -> Part:
    """Take an expression apart.

    Parameters
    ----------
    node : ast.expr
    words : callable
        Says what a name means, so that other names for one thing are the same.
    """
    if isinstance(node, (ast.BinOp, ast.UnaryOp)):
        return _operation(node, words)
    if isinstance(node, ast.Call):
        return _product(node, words) if _called(node) in _PRODUCTS else _call(node, words)
    span = _span(node)
    match node:
        case ast.Attribute(value=inner, attr="T"):
            return Part("T", (part_of(inner, words),), span)
        case ast.Constant(value=int() | float() as number):
            return Part(str(Fraction(number)), (), span)
        case ast.Name(id=word) | ast.Attribute(attr=word):
            return Part(words(word), (), span)
        case ast.Subscript(slice=ast.Constant(value=str(word))):
            return Part(words(word), (), span)
        case ast.Compare(left, [ast.Gt()], [right]):
            return Part(">", (part_of(left, words), part_of(right, words)), span)
    return Part(ast.dump(node), (), span)


def _operation(node: ast.BinOp | ast.UnaryOp, words: Words) -> Part:
    match node:
        case ast.BinOp(op=ast.Add() | ast.Sub()):
            return Part("+", tuple(_terms(node, words)), _span(node))
        case ast.BinOp(left, ast.MatMult(), right):
            return Part("@", (part_of(left, words), part_of(right, words)), _span(node))
        case ast.BinOp(left, ast.Pow(), right):
            return Part("**", (part_of(left, words), part_of(right, words)), _span(node))
        case ast.BinOp(op=ast.Mult() | ast.Div()) | ast.UnaryOp(op=ast.USub()):
            return _product(node, words)
    return Part(ast.dump(node), (), _span(node))


def _span(node: ast.expr | ast.keyword) -> Span:
    return node.col_offset, node.end_col_offset or 0


def _called(node: ast.expr) -> str:
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name
    return ""


def _arguments(node: ast.Call) -> list[ast.expr]:
    """Give what a function is called on: ``X.dot(Y)`` is called on both."""
    bare = isinstance(node.func, ast.Attribute) and not (
        isinstance(node.func.value, ast.Name) and node.func.value.id in ("np", "numpy", "math")
    )
    return (
        [node.func.value, *node.args]
        if bare and isinstance(node.func, ast.Attribute)
        else node.args
    )


def _call(node: ast.Call, words: Words) -> Part:
    span, name = _span(node), _called(node)
    arguments = tuple(part_of(argument, words) for argument in _arguments(node))
    if name in ("dot", "matmul"):
        return Part("@", arguments, span)
    if name in ("power", "square"):
        return Part("**", (*arguments, Part("2"))[:2], span)
    if name == "transpose":
        return Part("T", arguments, span)
    if name == "sum":
        named = {word.arg: word for word in node.keywords}
        options = (_option(named.get(option), option, span) for option in ("axis", "keepdims"))
        return Part("sum", (*arguments[:1], *options), span)
    inner = arguments if name in _KNOWN else ()  # what others do with them is their own business
    return Part(name if inner else ast.dump(node), inner, span)


def _option(given: ast.keyword | None, name: str, whole: Span) -> Part:
    if given is None:
        return Part(f"{name}=None", (), whole)
    return Part(
        f"{name}={ast.unparse(given.value)}", (), (given.col_offset, given.end_col_offset or 0)
    )


def _terms(node: ast.expr, words: Words, *, less: bool = False) -> Iterator[Part]:
    """Yield the terms of a sum, those that are taken away under a minus."""
    match node:
        case ast.BinOp(left, ast.Add() | ast.Sub() as sign, right):
            yield from _terms(left, words, less=less)
            last = [*_terms(right, words, less=less != isinstance(sign, ast.Sub))]
            yield from _after(left, last, right)
        case ast.UnaryOp(ast.USub(), operand):
            yield from _terms(operand, words, less=not less)
        case _:
            part = part_of(node, words)
            if part.label == "*" and any(factor.label == "-1" for factor in part.inner):
                rest = tuple(factor for factor in part.inner if factor.label != "-1")
                part = Part("*", rest, part.span) if len(rest) > 1 else rest[0]
                less = not less
            yield Part("-", (part,), part.span) if less else part


def _after(left: ast.expr, parts: list[Part], right: ast.expr) -> list[Part]:
    """Say of a last term or factor where its sign stands: after the left side."""
    if len(parts) != 1:
        return parts
    start, (end, stop) = left.end_col_offset or 0, _span(right)
    span = (start, stop) if parts[0].label in ("-", "/") else parts[0].span
    return [replace(parts[0], span=span, sign=(start, end))]


def _product(node: ast.expr, words: Words) -> Part:
    span = _span(node)
    factors = [*_factors(node, words)]
    signs = [factor for factor in factors if factor.label == "-1"]
    others = [factor for factor in factors if factor.label != "-1"]
    if len(signs) % 2:
        if len(others) == 1 and others[0].label == "+":
            return Part("+", tuple(map(_turned, others[0].inner)), span)
        others.append(signs[-1])
    return others[0] if len(others) == 1 else Part("*", tuple(others), span)


def _turned(term: Part) -> Part:
    return term.inner[0] if term.label == "-" else Part("-", (term,), term.span)


def _factors(node: ast.expr, words: Words, *, under: bool = False) -> Iterator[Part]:
    """Yield the factors of a product, those that divide under a stroke; -1 stands for a sign."""
    span = _span(node)
    name = _called(node)
    match node:
        case ast.BinOp(left, ast.Mult() | ast.Div() as operator, right):
            yield from _factors(left, words, under=under)
            divides = isinstance(operator, ast.Div)
            last = [*_factors(right, words, under=under != divides)]
            yield from _after(left, last, right) if divides else last
        case ast.UnaryOp(ast.USub(), operand):
            yield Part("-1", (), (span[0], span[0] + 1))
            yield from _factors(operand, words, under=under)
        case ast.Call(args=[left, right]) if name in ("multiply", "divide"):
            yield from _factors(left, words, under=under)
            yield from _factors(right, words, under=under != (name == "divide"))
        case ast.Call() if name in ("mean", "average"):
            summed = ast.Call(ast.Name("sum"), _arguments(node), node.keywords)
            yield _placed(_call(ast.copy_location(summed, node), words), span, under)
            yield _placed(Part("m"), span, not under)
        case ast.Constant(value=int() | float() as number) if number:
            if number != 1:
                exact = Fraction(number)
                yield Part(str(1 / exact if under else exact), (), span)
        case _:
            yield _placed(part_of(node, words), span, under)


def _placed(part: Part, span: Span, under: bool) -> Part:
    part = Part(part.label, part.inner, span)
    return Part("/", (part,), span) if under else part
