"""Local derivatives on the page: read back, they are the slopes of every entry by every entry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from runpy import run_path
from typing import Any

import numpy as np
import pytest

import derivations
from derivations import Derivation, Result
from derivations.engine import expressions as ex
from derivations.engine.evaluation import Evaluation
from derivations.engine.functions import Function
from derivations.engine.local import local
from derivations.engine.printers.local_notation import local_equation
from derivations.engine.trees import named, transform
from derivations.engine.vocabulary import (
    data,
    define,
    exp,
    log,
    parameter,
    sigmoid,
    sizes,
    sum_columns,
    sum_rows,
    total,
)
from gradcheck.illustrations import Illustration
from reports.content.derivation import derivation_page
from reports.html.blocks import html_pages

EXAMPLES = Path(__file__).parent.parent.parent / "examples" / "derivations"
SIZES = {
    "n_y": 2,
    "m": 3,
    "n_h": 4,
    "n_x": 5,
    "n": 2,
    "n_0": 4,
    "n_1": 2,
    "n_2": 5,
    "n_3": 2,
}
LAMBDA = 0.7
STEP = 1e-100  # of the complex step: nothing cancels, so nothing is rounded away
n, m = sizes("n m")
W, X, U, b = parameter("W", n, n), data("X", n, m), data("U", n, m), parameter("b", n, 1)
E = define("E", exp(X))

OWN = {
    "a cost in one line": (define("J", total((W @ X - U) ** 2) / m), W),
    "a row of sums": (define("s", sum_rows(exp(X) * U)), X),
    "a column of sums, twice used": (define("s", -2 * sum_columns(log(X) + X)), X),
    "a quotient": (define("Q", U / (2 + X * X)), X),
    "a transposed factor": (define("P", X.T @ W @ U), W),
    "a product of sums": (define("s", sum_rows(W @ X) * sum_rows(U)), W),
    "the middle of three": (define("P", W @ (U * sigmoid(b)) @ X.T), b),
}
SEVERAL = {
    "a square": (define("P", W @ W.T), W),
    "a matrix and its transpose": (define("S", W + W.T), W),
    "examples against examples": (define("K", X.T @ X), X),
    "a softmax": (define("A", E / sum_rows(E)), E),
}


class Complex:
    """Complex numbers for the engine's evaluation, with functions written once more."""

    def fraction(self, top: int, bottom: int) -> float:
        """Return top/bottom."""
        return top / bottom

    def function(self, f: Function, z: Any) -> Any:
        """Return f(z)."""
        return {
            "sigmoid": lambda: 1 / (1 + np.exp(-z)),
            "tanh": lambda: np.tanh(z),
            "exp": lambda: np.exp(z),
            "log": lambda: np.log(z),
            "relu": lambda: z if np.real(z) > 0 else 0 * z,
        }[f.concrete.name]()


def shape_of(node: ex.Node) -> tuple[int, int]:
    """Return the shape in numbers."""
    rows, columns = (SIZES[str(size)] if str(size) in SIZES else int(size) for size in node.shape)
    return rows, columns


def places(node: ex.Node) -> Iterator[tuple[int, int]]:
    """Go through the entries of an array."""
    rows, columns = shape_of(node)
    return product(range(rows), range(columns))


def slopes(made: ex.Quantity, of: ex.Named, values: Mapping[str, Any]) -> dict[Any, float]:
    """Measure the slope of every entry by every entry, by the complex step."""
    found = {}
    for by in places(of):
        moved = {name: value.astype(complex).astype(object) for name, value in values.items()}
        moved[of.name][by] += STEP * 1j
        value = Evaluation(Complex(), {**SIZES, "lambda": LAMBDA}).value(made.definition, moved)
        for at in places(made):
            found[at, by] = np.imag(value[at]) / STEP
    return found


def indices(atoms: list[Any], node: ex.Node) -> tuple[str, str]:
    """Read which indices an entry has on the page: (i) is the column, those below what is left."""
    atom = atoms[-1]
    above = [a.text for mark in atom.upper if mark.kind == "group" for a in mark.parts[0]]
    below = [mark.text for mark in atom.lower]
    free = [axis for axis, size in enumerate(shape_of(node)) if size > 1 and not (axis and above)]
    letters = dict(zip(free, below, strict=bool(below)))
    if above:
        (letters[1],) = above
    return letters.get(0, ""), letters.get(1, "")


def told(atoms: list[Any], pair: tuple[ex.Quantity, ex.Named], evaluate: Any) -> dict[Any, float]:
    """Read the slope of every entry by every entry off the page."""
    made, of = pair
    (fraction, equals, *value) = atoms
    assert (fraction.kind, equals.text) == ("fraction", "=")
    above, below = fraction.parts
    assert above[0].text == below[0].text == "∂"
    at_letters, by_letters = indices(above, made), indices(below, of)
    entrywise = not any(at_letters) and shape_of(made) != (1, 1)
    found = {}
    for at, by in product(places(made), places(of)):
        chosen: dict[str, int] = {}
        fits = entrywise is False or at == by
        for letter, number in zip(at_letters + by_letters, at + by, strict=True):
            fits = fits and chosen.setdefault(letter, number) == number if letter else fits
        if not fits:
            found[at, by] = 0.0
            continue
        number = evaluate(value, None if entrywise else chosen)
        found[at, by] = np.broadcast_to(number, shape_of(made))[at] if entrywise else number
    return found


def models() -> dict[str, Any]:
    """Return every derivation, ours and the examples' own."""
    examples = {file.stem: run_path(str(file))["DERIVATION"] for file in EXAMPLES.glob("*.py")}
    return {name: derivations.load(name) for name in derivations.names()} | examples


def pairs() -> dict[str, tuple[ex.Quantity, ex.Named, Any]]:
    """Return every array of the derivations with each that it is made from, and tables of ours."""
    found: dict[str, tuple[ex.Quantity, ex.Named, Any]] = {
        case: (*pair, m) for case, pair in OWN.items()
    }
    for name, model in models().items():
        if not isinstance(model, Derivation):
            continue
        for made in model.quantities:
            for of in dict.fromkeys(named(made.definition)):
                if (made, of) not in SEVERAL.values():
                    found[f"{name}, {made.name} by {of.name}"] = (made, of, model.examples)
    return found


@pytest.mark.parametrize("form", ["mathml", "latex", "typst"])
@pytest.mark.parametrize(("made", "of", "examples"), pairs().values(), ids=pairs())
def test_a_local_derivative_is_the_slope_of_every_entry(
    made: ex.Quantity, of: ex.Named, examples: Any, form: str, read_back: Any, evaluated: Any
) -> None:
    """What the page says, entry by entry, is what the complex step measures; elsewhere it is 0."""
    rng = np.random.default_rng(1)
    arrays = dict.fromkeys(named(made.definition))
    values = {part.name: rng.uniform(0.2, 0.8, shape_of(part)) for part in arrays}
    found = local(made, of, examples)
    assert found is not None
    atoms = read_back[form](local_equation(found))
    read = told(
        atoms, (made, of), lambda row, at: evaluated(row, {**SIZES, **values, "λ": LAMBDA}, at)
    )
    measured = slopes(made, of, values)
    assert read == {place: pytest.approx(slope, rel=1e-12) for place, slope in measured.items()}


@pytest.mark.parametrize(("made", "of"), SEVERAL.values(), ids=SEVERAL)
def test_an_array_at_several_places_has_no_one_local_derivative(
    made: ex.Quantity, of: ex.Named
) -> None:
    """Where an entry is made from entries at several places, no formula pretends otherwise."""
    assert local(made, of, m) is None


@pytest.mark.parametrize(("made", "of"), SEVERAL.values(), ids=SEVERAL)
def test_a_page_says_where_there_is_no_one_local_derivative(
    made: ex.Quantity, of: ex.Named
) -> None:
    """In the place of a formula stand words."""
    weights = parameter(of.name, *of.shape)
    definition = transform(made.definition, lambda part: weights if part == of else None)
    cost = define("J", total(define(made.name, definition)))
    declared = Derivation("own", "Own", cost, examples=m)
    result = Result("own", "Own", declared.quantities, derivations.derive(declared), ())
    text = html_pages([derivation_page(declared, result, Illustration())])["own.html"]
    assert "at once: no one formula holds for each of" in text
