"""Mathematics is right on the page: each formula is read back and compared with its expression."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import derivations
from derivations import Claim, Derivation
from derivations.engine import expressions as ex
from derivations.engine.evaluation import Evaluation
from derivations.engine.functions import Function
from derivations.engine.printers.latex import latex_of
from derivations.engine.printers.marks import Row
from derivations.engine.printers.notation import notation
from derivations.engine.printers.scalar_notation import scalar
from derivations.engine.proofs.instances import scalar_symbols
from derivations.engine.trees import transform, walk
from derivations.engine.vocabulary import (
    data,
    parameter,
    prime,
    sigmoid,
    sizes,
    sum_columns,
    sum_rows,
    tanh,
    total,
)
from reports.html.mathml import mathml
from reports.pages.formula import formula as set_line
from reports.pdf.mathematics import typst_math

EXAMPLES = Path(__file__).parent.parent.parent / "examples" / "derivations"
n, m = sizes("n m")
SIZES = {"n": 3, "m": 4}
W, X, U = parameter("W", n, n), data("X", n, m), data("U", n, m)
b, r, s = parameter("b1", n, 1), data("r", 1, m), data("s", 1, 1)
LEAVES = (W, X, U, b, r, s)


class Floats:
    """Plain numbers for the engine's evaluation, with functions written once more."""

    def fraction(self, top: int, bottom: int) -> float:
        """Return top/bottom."""
        return top / bottom

    def function(self, f: Function, value: float) -> float:
        """Return f(value)."""
        name, z = f.concrete.name, float(value)
        small = np.exp(-abs(z))  # never overflows
        tables: dict[str, Callable[[], tuple[float, float]]] = {
            "sigmoid": lambda: ((1 if z > 0 else small) / (1 + small), small / (1 + small) ** 2),
            "tanh": lambda: (np.tanh(z), 1 - np.tanh(z) ** 2),
            "exp": lambda: (np.exp(z), np.exp(z)),
            "log": lambda: (np.log(z) if z > 0 else np.nan, 1 / z if z else np.nan),
            "relu": lambda: (max(z, 0.0), float(z > 0)),
            "leaky_relu": lambda: (z, 1.0) if z > 0 else (z / 100, 0.01),
        }
        return float(tables[name]()[f.order])


def letters(text: str, atom: Any) -> list[Any]:
    """Make atoms of the text of one element: letters, digits or a sign."""
    if text[0].isalpha():
        return [atom("letter", text)]
    if text[0].isdigit() and text != "𝟏":
        return [atom("number", text)]
    return [atom("number", "1")] if text == "𝟏" else [atom("sign", text)]


def bracketed(atoms: list[Any], atom: Any) -> list[Any]:
    """Gather what stands between round brackets; a bracket without its partner fails."""
    stack: list[list[Any]] = [[]]
    for mark in atoms:
        if mark.kind == "sign" and mark.text == "(":
            stack.append([])
        elif mark.kind == "sign" and mark.text == ")":
            inner = stack.pop()
            stack[-1].append(atom("group", parts=(inner,), upper=mark.upper, lower=mark.lower))
        else:
            stack[-1].append(mark)
    (whole,) = stack
    return whole


def from_mathml(element: ET.Element, atom: Any) -> list[Any]:  # noqa: C901  one case a tag
    """Read MathML."""
    tag, children = element.tag, list(element)
    if tag in ("mi", "mn", "mo"):
        text = (element.text or "").strip("\u2061")
        return letters(text, atom) if text else []
    if tag in ("math", "mrow"):
        return bracketed([a for child in children for a in from_mathml(child, atom)], atom)
    rows = [from_mathml(child, atom) for child in children]
    match tag:
        case "mspace":
            return []
        case "mfrac":
            return [atom("fraction", parts=tuple(rows))]
        case "msqrt":
            return [atom("root", parts=([a for row in rows for a in row],))]
        case "mover":
            assert rows[1] == [atom("sign", "^")]
            return [atom("hat", parts=(rows[0],))]
        case "munderover":
            assert rows[0] == [atom("sign", "∑")]
            assert [a.text for a in rows[1]][1:] == ["=", "1"]
            return [atom("sum", rows[1][0].text, upper=rows[2])]
        case "msup" | "msub" | "msubsup":
            upper = rows[-1] if tag != "msub" else []
            lower = rows[1] if tag != "msup" else []
            *before, last = rows[0]
            return [*before, replace(last, upper=upper, lower=lower)]
        case _:
            raise AssertionError(f"unknown element {tag}")


LATEX = re.compile(r"\\[A-Za-z]+|\\_|[A-Za-z]|\d+|\S")
COMMANDS = {r"\cdot": "⋅", r"\times": "×", r"\prime": "′", "*": "∗", "-": "−"}


class Tokens:
    """A LaTeX formula, token by token."""

    def __init__(self, text: str, atom: Any) -> None:
        self.left = LATEX.findall(text.replace(r"\left", "").replace(r"\right", ""))
        self.atom = atom

    def group(self) -> list[Any]:
        """Read what stands in curly brackets."""
        assert self.left.pop(0) == "{"
        inner = self.row("}")
        assert self.left.pop(0) == "}"
        return inner

    def row(self, end: str = "") -> list[Any]:
        """Read up to an end."""
        atoms: list[Any] = []
        while self.left and self.left[0] != end:
            if self.left[0] in "^_":
                place = "upper" if self.left.pop(0) == "^" else "lower"
                atoms[-1] = replace(atoms[-1], **{place: self.group()})
            else:
                atoms += self.one()
        return bracketed(self.summed(atoms), self.atom)

    def summed(self, atoms: list[Any]) -> list[Any]:
        """Take i = 1 below a Σ for its index."""
        for place, mark in enumerate(atoms):
            if mark.kind == "sum":
                assert [a.text for a in mark.lower][1:] == ["=", "1"]
                atoms[place] = replace(mark, text=mark.lower[0].text, lower=[])
        return atoms

    def one(self) -> list[Any]:  # noqa: C901  one case a command
        """Read one thing."""
        token = self.left.pop(0)
        match token:
            case r"\frac":
                return [self.atom("fraction", parts=(self.group(), self.group()))]
            case r"\sqrt":
                return [self.atom("root", parts=(self.group(),))]
            case r"\hat":
                return [self.atom("hat", parts=(self.group(),))]
            case r"\sum":
                return [self.atom("sum")]
            case r"\mathbf":
                return self.group()
            case r"\mathrm":
                return [self.atom("letter", self.word())]
            case _ if token in COMMANDS:
                return [self.atom("sign", COMMANDS[token])]
            case _ if token[0] == "\\":
                greek = {"sigma": "σ", "alpha": "α", "lambda": "λ", "pi": "π"}
                return [self.atom("letter", greek.get(token[1:], token[1:]))]
            case _:
                return letters(token, self.atom)

    def word(self) -> str:
        """Read an upright word."""
        end = self.left.index("}")
        text = "".join(self.left[1:end]).replace("\\", "")
        del self.left[: end + 1]
        return text


TYPST = re.compile(r'"[^"]*"|[a-z.]+|[A-Z]|\d+|\S')
WORDS = {"times": "×", "dot.op": "⋅", "prime": "′", "*": "∗", "-": "−"}


class Calls:
    """A Typst formula, token by token: everything is a call."""

    def __init__(self, text: str, atom: Any) -> None:
        self.left, self.atom = TYPST.findall(text), atom

    def take(self, *expected: str) -> None:
        """Read the tokens that must come."""
        for token in expected:
            assert self.left.pop(0) == token

    def row(self) -> list[Any]:
        """Read up to the end of an argument."""
        atoms: list[Any] = []
        while self.left and self.left[0] not in (",", ")"):
            atoms += self.one()
        return atoms

    def call(self) -> list[list[Any]]:
        """Read the arguments of a call."""
        self.take("(")
        rows = [self.row()]
        while self.left[0] == ",":
            self.take(",")
            rows.append(self.row())
        self.take(")")
        return rows

    def one(self) -> list[Any]:  # noqa: C901  one case a command
        """Read one thing."""
        token = self.left.pop(0)
        if token[0] == '"':
            return [self.atom("letter", token[1:-1])]
        match token:
            case "thin":
                return []
            case "frac":
                return [self.atom("fraction", parts=tuple(self.call()))]
            case "sqrt" | "hat":
                kind = "root" if token == "sqrt" else token
                return [self.atom(kind, parts=tuple(self.call()))]
            case "upright" | "bold":
                return self.call()[0]
            case "attach":
                return self.attached()
            case "lr":
                self.take("(")
                (inner,) = self.call()
                self.take(")")
                return [self.atom("group", parts=(inner,))]
            case "limits":
                return self.sigma()
            case _ if token in WORDS:
                return [self.atom("sign", WORDS[token])]
            case _:
                return letters(token, self.atom)

    def attached(self) -> list[Any]:
        """Read a base with its scripts."""
        self.take("(")
        *before, last = self.row()
        scripts = {}
        while self.left[0] == ",":
            self.take(",")
            place = {"t": "upper", "b": "lower"}[self.left.pop(0)]
            self.take(":")
            scripts[place] = self.row()
        self.take(")")
        return [*before, replace(last, **scripts)]

    def sigma(self) -> list[Any]:
        """Read Σ from 1 to something."""
        self.take("(", "sum", ")", "_", "(")
        index = self.left.pop(0)
        self.take("=", "1", ")", "^")
        (last,) = self.call()
        return [self.atom("sum", index, upper=last)]


Reading = Callable[[Any, Any], list[Any]]
FORMATS: dict[str, Reading] = {
    "mathml": lambda mark, atom: from_mathml(ET.fromstring(str(mathml(mark))), atom),
    "latex": lambda mark, atom: Tokens(latex_of(mark), atom).row(),
    "typst": lambda mark, atom: Calls(typst_math(mark), atom).row(),
}


def without_derivatives(node: ex.Node) -> ex.Node:
    """Take d(Z) for an array of that name: what it is does not matter for how it looks."""

    def change(part: ex.Node) -> ex.Node | None:
        return ex.Leaf(part.name, part.shape, "data") if isinstance(part, ex.Derivative) else None

    return transform(node, change)


def numbers_for(node: ex.Node, size_of: Mapping[str, int], scalars: list[str]) -> dict[str, Any]:
    """Draw an array for every name in an expression, and a number for every scalar."""
    rng = np.random.default_rng(1)
    values: dict[str, Any] = {**size_of, **dict.fromkeys(scalars, 0.7)}
    values |= {"λ": 0.7, "α": 0.7} if scalars else {}
    for part in walk(node):
        if isinstance(part, ex.Leaf | ex.Quantity):
            shape = [int(size_of.get(str(size), size)) for size in part.shape]
            values.setdefault(part.name, rng.uniform(0.2, 0.9, size=shape))
    return values


def assert_reads_back(
    node: ex.Node, size_of: Mapping[str, int], read: Callable[[Any], Any], scalars: list[str]
) -> None:
    """Compare what the page says with what the expression is."""
    plain = without_derivatives(node)
    values = numbers_for(plain, size_of, scalars)
    arrays = {k: v.astype(object) for k, v in values.items() if isinstance(v, np.ndarray)}
    truth = Evaluation(Floats(), {**size_of, **dict.fromkeys(scalars, 0.7)}).value(plain, arrays)
    told = read((notation(node), values))
    wide = np.broadcast_to(np.asarray(told, dtype=float), truth.shape)
    np.testing.assert_allclose(wide, truth.astype(float), rtol=1e-9, atol=1e-12)


@pytest.fixture(params=FORMATS)
def read(request: pytest.FixtureRequest, atom: Any, evaluated: Any) -> Callable[[Any], Any]:
    """Print marks in one format, read them back, and evaluate what was read."""
    reading = FORMATS[request.param]
    return lambda printed: evaluated(reading(printed[0], atom), printed[1])


def formulas(derivation: Derivation) -> list[ex.Node]:
    """Return every formula that the page of a derivation shows, and every mistake in it."""
    steps = derivations.derive(derivation)
    found = [q.definition for q in derivation.quantities]
    found += [f for step in steps for f in (step.local, step.product, step.formula)]
    equations = [claim for claim in derivation.claims if isinstance(claim, Claim)]
    found += [side for claim in equations for side in (claim.left, claim.right)]
    wrong = [m for step in steps for m in derivations.mutations(derivation, step, steps)]
    return found + [mutation.formula for mutation in wrong if fits(mutation.formula)]


def fits(node: ex.Node) -> bool:
    """Whether a mistake has a value at all: some are refuted by their shapes."""
    products = [part for part in walk(node) if isinstance(part, ex.Hadamard)]
    return all(part.left.shape == part.right.shape for part in products)


MODELS = {
    name: value
    for name in derivations.names()
    if isinstance(value := derivations.load(name), Derivation)
}


@pytest.mark.parametrize("name", MODELS)
def test_every_formula_of_a_page_reads_as_what_it_is(name: str, read: Callable[[Any], Any]) -> None:
    """Definitions, steps, claims, and every plausible mistake: each format says the same."""
    model = MODELS[name]
    size_of = dict(zip(model.size_names, (2, 3, 4, 5), strict=False))
    for formula in formulas(model):
        assert_reads_back(formula, size_of, read, scalar_symbols(model))


def nodes() -> st.SearchStrategy[ex.Node]:
    """Draw expressions of shape (n, m)."""
    small = st.sampled_from(
        [b, r, s, sum_columns(X), sum_rows(U), total(X), s @ r, 2 * ex.Ones((1, 1))]
    )
    scalars = st.sampled_from([2, -1, sympy.Rational(1, 2), n, 1 / m, -2 / (m + 1), (m + 1) / n])

    def grown(inner: st.SearchStrategy[ex.Node]) -> st.SearchStrategy[ex.Node]:
        return st.one_of(
            st.tuples(inner, inner).map(lambda p: p[0] + p[1]),
            st.tuples(inner, inner).map(lambda p: p[0] - p[1]),
            st.tuples(inner, inner).map(lambda p: p[0] * p[1]),
            st.tuples(inner, small).map(lambda p: p[1] * p[0]),
            st.tuples(inner, small).map(lambda p: p[0] - p[1]),
            st.tuples(scalars, inner).map(lambda p: p[0] * p[1]),
            st.tuples(inner, inner).map(lambda p: p[0] / (2 + p[1] * p[1])),
            st.tuples(inner, inner).map(lambda p: p[0] @ p[1].T @ U),
            inner.map(lambda a: W @ a),
            inner.map(lambda a: -a),
            inner.map(lambda a: (a.T).T),
            inner.map(tanh),
            inner.map(lambda a: prime(sigmoid)(a)),
            inner.map(lambda a: a * a),
            inner.map(lambda a: sum_columns(a) + U),
            inner.map(lambda a: ex.Ones((n, 1)) @ sum_rows(a)),
            inner.map(lambda a: ex.Spread(sum_columns(a), (n, m))),
        )

    return st.recursive(st.sampled_from([X, U, b @ r, 3 * ex.Ones((n, m))]), grown, max_leaves=6)


@settings(max_examples=120)
@given(node=nodes())
def test_any_formula_reads_as_what_it_is(node: ex.Node, atom: Any, evaluated: Any) -> None:
    """No bracket is missing in any nesting of the operators, in any format."""
    for reading in FORMATS.values():

        def read(printed: Any, reading: Reading = reading) -> Any:
            return evaluated(reading(printed[0], atom), printed[1])

        assert_reads_back(node, SIZES, read, [])


k, λ = sympy.symbols("k lambda", positive=True)
SCALARS = [
    -(k + λ),
    -(k + λ) * λ,
    (k - λ) / (k + λ),
    k ** (-2),
    (k + 1) ** 2 * 3,
    -k / 2,
    sympy.sqrt(k) / 3 - λ,
    sympy.Rational(-3, 4),
    2 * (k - (λ - 1) * 5),
    1 / (1 + 1 / (1 + k)),
    (-k) * (-λ + 2) - 7,
    2 * sympy.exp(-k) * 3,
]


@pytest.mark.parametrize("value", SCALARS, ids=str)
def test_scalars_read_as_what_they_are(value: Any, read: Callable[[Any], Any]) -> None:
    """Negative sums, quotients of quotients and powers keep their brackets."""
    told = read((scalar(value)[0], {"k": 0.3, "λ": 1.7}))
    assert told == pytest.approx(float(value.subs({k: 0.3, λ: 1.7})))


@pytest.mark.parametrize(
    ("value", "latex"),
    [
        (sympy.sqrt(k + 1), r"\sqrt{k + 1}"),
        (sympy.pi * k / 2, r"\frac{\pi k}{2}"),
        (k * sympy.Integer(3) ** λ, r"3^{\lambda} k"),
        (2 * sympy.Integer(3) ** λ, r"2 \cdot 3^{\lambda}"),
        (2 * sympy.sin(k), r"2 \mathrm{sin}(k)"),
        (sympy.Symbol("learning_rate", positive=True), r"\mathrm{learning\_rate}"),
        (sympy.Float("0.5") * k, r"0.5 k"),
    ],
    ids=str,
)
def test_scalars_of_other_kinds_are_set_too(value: Any, latex: str) -> None:
    """Roots, powers, functions and known numbers; a digit never joins the number before it."""
    assert re.sub(r"0\.50+", "0.5", latex_of(scalar(value)[0])) == latex


def test_a_reader_notices_a_missing_bracket(atom: Any, evaluated: Any) -> None:
    """The readers read what is there: −(y + z) and −y + z differ, as SymPy's printer had it."""
    values = {"k": 2.0, "λ": 5.0}
    right = FORMATS["latex"](scalar(-(k + λ))[0], atom)
    wrong = Tokens(r"-k + \lambda", atom).row()
    assert (evaluated(right, values), evaluated(wrong, values)) == (-7.0, 3.0)


def test_no_notation_for_what_the_printers_do_not_know() -> None:
    """A scalar of another kind is one line that says which kinds there are."""
    with pytest.raises(TypeError, match="no notation for the scalar Max"):
        scalar(sympy.Max(k, λ))


LINES = [
    "dZ1 = W2.T @ dZ2 * (1 - Z1 ** 2)",
    "dZ1 = W2.T @ (dZ2 * tanh'(Z1))",
    "dw = 2 * (X @ dYhat.T / m)",
    "dw = X * (dYhat.T @ X) @ m",
    "J = -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / m",
    "db2 = np.sum(dZ2, axis=1, keepdims=True) / m",
    "db2 = np.sum(dZ2 @ (X + Y), axis=0) / m",
    "dZ = -(A - Y) - (X - Y)",
    "dZ = A + -Y * 2.5",
    "dZ = (A / Y) ** 2 / (X / m)",
    "dZ = (A @ Y).T @ (X * m)",
    "w = w - learning_rate * dw * sigmoid'(X)",
]
NAMES = ("W2", "dZ2", "Z1", "X", "Y", "A", "m", "w", "dw", "dYhat", "learning_rate")
SQUARES = {n: np.random.default_rng(i).uniform(0.2, 0.9, (3, 3)) for i, n in enumerate(NAMES)}


def run(line: str) -> Any:
    """Run the right side of a line of code, on square arrays."""
    code = line.partition(" = ")[2].replace("'(", "_prime(").replace("axis=0", "axis=0, keepdims=1")
    functions = {
        "sigmoid": sigmoid_of,
        "sigmoid_prime": lambda z: sigmoid_of(z) * (1 - sigmoid_of(z)),
        "tanh_prime": lambda z: 1 - np.tanh(z) ** 2,
    }
    return eval(code, {"np": np, **functions, **SQUARES})


def sigmoid_of(z: Any) -> Any:
    """Apply σ."""
    return 1 / (1 + np.exp(-z))


def seen(line: str, atom: Any, evaluated: Any) -> Any:
    """Evaluate the right side of a line as a page shows it."""
    mark = set_line(line)
    assert isinstance(mark, Row)
    shown = ET.fromstring(str(mathml(mark.parts[2])))
    return evaluated(from_mathml(shown, atom), SQUARES)


@pytest.mark.parametrize("line", LINES)
def test_a_line_of_code_reads_as_what_it_does(line: str, atom: Any, evaluated: Any) -> None:
    """What a student computed, and what belongs there, are on the page what they are in code."""
    np.testing.assert_allclose(seen(line, atom, evaluated), run(line), rtol=1e-12)


def expressions() -> st.SearchStrategy[str]:
    """Draw code whose every part is a square array, with its brackets."""
    return st.recursive(
        st.sampled_from(NAMES),
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from("+-*@/"), inner).map(
                lambda t: f"({t[0]}) {t[1]} ({t[2]})"
            ),
            inner.map(lambda code: f"-({code})"),
            inner.map(lambda code: f"({code}).T"),
            inner.map(lambda code: f"({code}) ** 2"),
            inner.map(lambda code: f"2 * ({code})"),
            inner.map(lambda code: f"np.tanh({code})"),
            inner.map(lambda code: f"tanh'({code})"),
            inner.map(lambda code: f"X * np.sum({code})"),
            inner.map(lambda code: f"X / np.sum({code}, axis=1, keepdims=True)"),
        ),
        max_leaves=6,
    )


@given(code=expressions())
def test_any_line_of_code_reads_as_what_it_does(code: str, atom: Any, evaluated: Any) -> None:
    """However its operators are nested: every bracket that is needed is there."""
    with np.errstate(all="ignore"):
        told, done = seen(f"dw = {code}", atom, evaluated), run(f"dw = {code}")
        np.testing.assert_allclose(told, done, rtol=1e-6, atol=1e-6 * np.nanmax(np.abs(done)))
