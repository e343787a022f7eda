"""The part of an expression that is wrong: what it has and the right formula has not."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from gradcheck.submissions.parts import COMMUTE, Part, Span, Words, part_of
from gradcheck.submissions.reading.names import SIZES, meaning, plain

_OUTPUTS = ("A2", "A", "Yhat")
_PRIMES = {"tanh": "1 - {a} ** 2", "sigmoid": "{a} * (1 - {a})", "relu": "{z} > 0"}
_ELSEWHERE = {"tanh": r"1 - tanh(\1) ** 2", "sigmoid": r"sigmoid(\1) * (1 - sigmoid(\1))"}


def wrong_part(value: ast.expr, computed: str, expected: str) -> Span | None:
    """Give the columns of what is wrong in a value.

    Parameters
    ----------
    value : ast.expr
        As the student wrote it.
    computed, expected : str
        What the diagnosis says of it: two formulas, ``dw = X @ dZ.T`` and ``dw = X @ dZ.T / m``.

    Returns
    -------
    tuple of (int, int), or None
        None where all of it is wrong, where something is missing, or where it is written so that
        the formulas do not tell which part is meant.
    """
    try:
        texts = [_formula(text) for text in (computed, expected)]
    except SyntaxError:  # shapes and the like
        return None
    words = _words(" ".join(map(ast.unparse, texts)))
    mine, told, right = (part_of(node, words) for node in (value, *texts))
    apart = _apart(told, right)
    if not apart or told in apart:
        return None
    found = _apart(mine, right)
    if _keys(found) != _keys(apart):
        found = _added(apart, (mine, told, right))
    ends = [part.span for part in found]
    return (min(start for start, _ in ends), max(end for _, end in ends)) if ends else None


def _formula(text: str) -> ast.expr:
    """Read a formula, with g′(Z) as it is written on A = g(Z)."""
    whole = text.partition(" = ")[2]
    for name, prime in _PRIMES.items():
        for layer in set(re.findall(rf"\b{name}'\(Z(\d?)\)", whole)):
            written = prime.format(a=f"A{layer}", z=f"Z{layer}")
            whole = whole.replace(f"{name}'(Z{layer})", f"({written})")
        if name in _ELSEWHERE:  # at another array than Z
            whole = re.sub(rf"\b{name}'\((\w+)\)", rf"({_ELSEWHERE[name]})", whole)
    return ast.parse(whole, mode="eval").body


def _words(formulas: str) -> Words:
    known = tuple(dict.fromkeys(re.findall(r"\b[A-Za-z_]\w*", formulas)))
    output = next((name for name in _OUTPUTS if name in known), "")

    def word(name: str) -> str:
        same = (other for other in known if plain(other) == plain(name))
        size = SIZES.get(plain(name))
        return next(same, None) or (size if size in known else meaning(name, known, output)) or name

    return word


def _apart(mine: Part, right: Part) -> list[Part]:
    """Give the smallest parts that one has and the other has not."""
    if mine.key == right.key:
        return []
    if mine.label in COMMUTE and mine.label != right.label:  # one thing, and more is added to it
        right = Part(mine.label, (right,))
    if mine.label != right.label or not mine.inner:
        return [mine]
    if mine.label not in COMMUTE:
        pairs = [*zip(mine.inner, right.inner, strict=False)]
        differ = [(one, other) for one, other in pairs if one.key != other.key]
        alike = len(mine.inner) == len(right.inner) and len(differ) == 1
        return _apart(*differ[0]) if alike else [mine]
    left, missed = _without(mine.inner, right.inner), _without(right.inner, mine.inner)
    if len(left) == len(missed) == 1:
        return _sign(left[0], missed[0]) or _apart(left[0], missed[0])
    return [mine] if not left or len(left) == len(mine.inner) else left


def _sign(mine: Part, right: Part) -> list[Part]:
    """Give the sign alone of a term that is right but for it."""
    bare = [part.inner[0] if part.label == "-" else part for part in (mine, right)]
    return [replace(mine, span=mine.sign)] if bare[0].key == bare[1].key and mine.sign else []


def _without(parts: Sequence[Part], others: Sequence[Part]) -> list[Part]:
    """Leave out what the others have, the earlier ones first."""
    left, kept = _keys(others), []
    for part in parts:
        if left[part.key]:
            left[part.key] -= 1
        else:
            kept.append(part)
    return kept


def _keys(parts: Sequence[Part]) -> Counter[str]:
    return Counter(part.key for part in parts)


def _added(apart: Sequence[Part], trees: tuple[Part, Part, Part]) -> list[Part]:
    """Find what is too much in an expression that is otherwise written in another way."""
    mine, told, right = ([(part.key, part, term) for part, term in tree.all()] for tree in trees)
    found: list[Part] = []
    for part in apart:
        terms = next(term for key, _, term in told if key == part.key)
        own, theirs, wanted = (
            [other for key, other, term in tree if key == part.key and term == terms]
            for tree in (mine, told, right)
        )
        if not len(own) == len(theirs) > len(wanted):
            return []
        found += own[len(wanted) - len(own) :]
    return found
