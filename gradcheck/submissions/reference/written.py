"""A derivation's expressions as the text of a `Formula`; imported only when something is wrong."""

from __future__ import annotations

import ast
from functools import reduce
from typing import Any

import derivations
from derivations.engine import expressions as ex
from derivations.engine.forward_mutations import forward_mutations
from derivations.engine.mutations import mutations
from derivations.engine.trees import replaced

Line = tuple[str, str]  # a target and its text
Slip = tuple[str, str]  # a code and the text that it makes


def lines_from(name: str, activation: str | None, inside: str) -> tuple[Line, ...]:
    """Give the right line of every quantity of a derivation, ``inside`` written into its users."""
    declared = _declared(name, activation)
    forward = {q.name: q.definition for q in declared.quantities}
    inner = {inside: forward.pop(inside)} if inside in forward else {}
    whole = forward | {step.target: step.formula for step in derivations.derive(declared)}
    return tuple((target, text_of(replaced(node, inner))) for target, node in whole.items())


def slips_from(name: str, activation: str | None, inside: str) -> dict[str, tuple[Slip, ...]]:
    """Give the plausible wrong versions of every line, from the derivations' own mutations."""
    declared = _declared(name, activation)
    steps = derivations.derive(declared)
    found: dict[str, list[tuple[str, ex.Node]]] = {}
    definitions = {q.name: q.definition for q in declared.quantities}
    for quantity in declared.quantities:
        for slip in forward_mutations(declared, quantity):
            target, formula = quantity.name, slip.formula
            if target == inside:
                target = declared.cost.name
                formula = replaced(definitions[target], {inside: formula})
            elif inside in definitions:
                formula = replaced(formula, {inside: definitions[inside]})
            found.setdefault(target, []).append((slip.code, formula))
    for step in steps:
        found[step.target] = [(s.code, s.formula) for s in mutations(declared, step, steps)]
    return {
        target: tuple((code, text_of(node)) for code, node in slips)
        for target, slips in found.items()
    }


def _declared(name: str, activation: str | None) -> derivations.Derivation:
    declared = derivations.load(name)
    assert isinstance(declared, derivations.Derivation)  # a test demands it of every model
    return derivations.instantiate(declared, activation) if activation else declared


def text_of(node: ex.Node) -> str:
    """Write an expression with ``@``, ``sum`` and functions by their names."""
    return ast.unparse(_tree(node))


def _tree(node: ex.Node) -> ast.expr:
    match node:
        case ex.Leaf() | ex.Quantity() | ex.Derivative():
            return ast.Name(node.name)
        case ex.Ones():
            return ast.Constant(1)
        case ex.Spread(body=ex.SumOver() as body, shape=shape):  # the same sum for every unit
            return ast.BinOp(_tree(body), ast.Mult(), _whole(ex.Ones(shape)))
        case ex.Spread(body=body):
            return _tree(body)
        case ex.Add(terms=(first, *rest)):
            return reduce(_added, rest, _tree(first))
        case ex.Scale(factor=factor, body=body):
            return _scaled(factor, body)
        case _:
            return _product(node)


def _product(node: ex.Node) -> ast.expr:
    match node:
        case ex.Hadamard(left=left, right=right) if left == right:
            return ast.BinOp(_tree(left), ast.Pow(), ast.Constant(2))
        case ex.Hadamard(left=left, right=right):
            return ast.BinOp(_tree(left), ast.Mult(), _tree(right))
        case ex.Quotient(top=top, bottom=bottom):
            return ast.BinOp(_tree(top), ast.Div(), _tree(bottom))
        case _:
            return _called(node)


def _called(node: ex.Node) -> ast.expr:
    match node:
        case ex.MatMul(left=left, right=right):
            return ast.BinOp(_whole(left), ast.MatMult(), _whole(right))
        case ex.Transpose(body=body):
            return ast.Attribute(_whole(body), "T")
        case ex.SumOver(body=ex.Scale(factor=factor, body=body), axis=axis):
            return _scaled(factor, ex.SumOver(body, axis))
        case ex.SumOver(body=body, axis=axis):
            return _summed(body, axis)
        case ex.Apply(function=f, body=body):
            name = f.concrete.name + "_prime" * f.order
            return ast.Call(ast.Name(name), [_tree(body)], [])
    raise TypeError(f"no text for {type(node).__name__}: the engine has an operator unknown here")


def _whole(node: ex.Node) -> ast.expr:
    """Write an operand whose shape matters; ones would be the bare number 1 elsewhere."""
    if isinstance(node, ex.Ones):
        rows, columns = (ast.parse(str(size), mode="eval").body for size in node.shape)
        return ast.Call(ast.Name("ones"), [ast.Tuple([rows, columns])], [])
    return _tree(node)


def _summed(body: ex.Node, axis: int | None) -> ast.expr:
    single = axis is None or body.shape[1 - axis] == 1  # a sum to one number is the number
    options = [] if single else [("axis", axis), ("keepdims", True)]
    keywords = [ast.keyword(name, ast.Constant(value)) for name, value in options]
    return ast.Call(ast.Name("sum"), [_whole(body)], keywords)


def _added(text: ast.expr, term: ex.Node) -> ast.expr:
    if isinstance(term, ex.Scale) and term.factor.could_extract_minus_sign():
        positive = _scaled(-term.factor, term.body)
        return ast.BinOp(text, ast.Sub(), positive)
    return ast.BinOp(text, ast.Add(), _tree(term))


def _scaled(factor: Any, body: ex.Node) -> ast.expr:
    """Write c·A with the signs in front and the divisors behind: ``-sum(L) / (2 * m)``."""
    while True:
        match body:
            case ex.Scale(factor=more, body=inner):
                factor, body = factor * more, inner
            case ex.SumOver(body=ex.Scale(factor=more, body=inner), axis=axis):
                factor, body = factor * more, ex.SumOver(inner, axis)
            case _:
                break
    if factor.could_extract_minus_sign():
        return _negative(_scaled(-factor, body))
    top, bottom = factor.as_numer_denom()
    tree = _tree(body) if top == 1 else ast.BinOp(_number(top), ast.Mult(), _tree(body))
    return tree if bottom == 1 else ast.BinOp(tree, ast.Div(), _number(bottom))


def _negative(tree: ast.expr) -> ast.expr:
    """Write a minus in front of the numerator, where a student has it."""
    if isinstance(tree, ast.BinOp) and isinstance(tree.op, (ast.Div, ast.Mult, ast.MatMult)):
        return ast.BinOp(_negative(tree.left), tree.op, tree.right)
    return ast.UnaryOp(ast.USub(), tree)


def _number(value: Any) -> ast.expr:
    return ast.parse(str(value), mode="eval").body
