"""Re-check a certificate: ``python recheck.py FILE.json [SEED]``.

A second, smaller implementation of the exact proof, to be read in one sitting. It uses nothing but
the standard library: no SymPy, no NumPy, nothing of the engine. It draws its own sizes, inputs and
directions, runs the forward pass on dual numbers over the field of 2⁶¹ − 1 elements, and compares
the tangent of the cost with each formula, contracted with the direction. A false formula passes one
trial with a probability of about its degree over 2⁶¹.
"""

from __future__ import annotations

import hashlib
import json
import random
import sys
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import Any

P = 2**61 - 1
TRIALS = 3
Number = tuple[int, int]  # a residue and its tangent
Matrix = list[list[Number]]


def inverse(x: int) -> int:
    """Return 1/x in the field."""
    return pow(x, P - 2, P)


def times(x: Number, y: Number) -> Number:
    """Product rule."""
    return x[0] * y[0] % P, (x[0] * y[1] + x[1] * y[0]) % P


def over(x: Number, y: Number) -> Number:
    """Quotient rule."""
    one = inverse(y[0])
    value = x[0] * one % P
    return value, (x[1] - value * y[1]) * one % P


def table(key: str, name: str, z: int) -> int:
    """Return a random residue for a function's value: the same argument, the same residue."""
    return int(hashlib.sha256(f"{key}/{name}/{z}".encode()).hexdigest(), 16) % P


def slope(key: str, name: str, z: int) -> int:
    """Return f'(z) for a known function."""
    f = table(key, name, z)
    step = table(key, "step", z) & 1 if z else 0
    leak = inverse(100)
    return {
        "sigmoid": f * (1 - f),
        "tanh": 1 - f * f,
        "exp": f,
        "log": inverse(z),
        "relu": step,
        "leaky_relu": step + (1 - step) * leak,
    }[name] % P


def apply(key: str, kind: str, name: str, order: int, z: Number) -> Number:
    """Return f(z), or f'(z) for order 1; derivatives carry no tangent of their own."""
    abstract = kind == "abstract"
    prime = table(key, name + "'", z[0]) if abstract else slope(key, name, z[0])
    if order == 1:
        return prime, 0
    if name in ("relu", "leaky_relu") and not abstract:
        return prime * z[0] % P, prime * z[1] % P
    return table(key, name, z[0]), prime * z[1] % P


class Run:
    """One trial: sizes, scalars and arrays by name."""

    def __init__(self, certificate: dict[str, Any], seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311  not for secrets
        self.key = str(seed)
        names = certificate["sizes"]
        self.sizes = dict(zip(names, self.random.sample(range(2, 8), len(names)), strict=True))
        self.scalars = {n: self.random.randrange(1, P) for n in certificate["scalars"]}
        self.inputs: dict[str, Matrix] = {}
        for item in certificate["inputs"]:
            matrix = self.draw(item["shape"])
            if item["columns_sum_to_one"]:
                rest = [sum(row[j][0] for row in matrix[:-1]) for j in range(len(matrix[0]))]
                matrix[-1] = [((1 - total) % P, 0) for total in rest]
            self.inputs[item["name"]] = matrix

    def draw(self, shape: list[Any]) -> Matrix:
        """Draw a matrix of residues."""
        rows, columns = (self.sizes.get(size, size) for size in shape)
        return [[(self.random.randrange(1, P), 0) for _ in range(columns)] for _ in range(rows)]

    def scalar(self, value: list[Any]) -> int:
        """Return a scalar expression as a residue."""
        kind, *rest = value
        if kind == "number":
            return int(rest[0]) * inverse(rest[1]) % P
        if kind == "symbol":
            return int({**self.sizes, **self.scalars}[rest[0]])
        if kind == "power":
            base = self.scalar(rest[0])
            return pow(base if rest[1] > 0 else inverse(base), abs(rest[1]), P)
        result = 0 if kind == "plus" else 1
        for part in rest:
            value_ = self.scalar(part)
            result = (result + value_ if kind == "plus" else result * value_) % P
        return result

    def value(self, node: list[Any], env: dict[str, Matrix]) -> Matrix:
        """Return the matrix of an expression."""
        kind, *rest = node
        if kind == "array":
            return env[rest[0]]
        if kind == "ones":
            rows, columns = (self.sizes.get(size, size) for size in rest[0])
            return [[(1, 0)] * columns for _ in range(rows)]
        if kind == "scale":
            factor = (self.scalar(rest[0]), 0)
            return [[times(factor, x) for x in row] for row in self.value(rest[1], env)]
        if kind == "spread":
            return self.spread(rest[0], self.value(rest[1], env))
        if kind == "sum":
            return total(rest[0], self.value(rest[1], env))
        if kind == "apply":
            body = self.value(rest[3], env)
            return [[apply(self.key, rest[0], rest[1], rest[2], x) for x in row] for row in body]
        return combine(kind, [self.value(part, env) for part in rest])

    def formula(self, node: list[Any], env: dict[str, Matrix]) -> Matrix:
        """Return the matrix of a claimed formula; an empty one if its shapes do not fit."""
        try:
            return self.value(node, env)
        except ValueError:  # from zip: factors of different sizes
            return []

    def spread(self, shape: list[Any], body: Matrix) -> Matrix:
        """Repeat rows and columns of size 1."""
        rows, columns = (self.sizes.get(size, size) for size in shape)
        wide = [row * int(columns // len(row)) for row in body]
        return wide * int(rows // len(wide))

    def forward(self, program: list[Any], target: str, direction: Matrix) -> dict[str, Matrix]:
        """Run the forward pass, with a tangent on one array."""
        env: dict[str, Matrix] = dict(self.inputs)
        if target in env:
            env[target] = seeded(env[target], direction)
        for name, definition in program:
            env[name] = self.value(definition, env)
            if name == target:
                env[name] = seeded(env[name], direction)
        return env


def seeded(matrix: Matrix, direction: Matrix) -> Matrix:
    """Put a direction into the tangents."""
    pairs = (zip(row, other, strict=True) for row, other in zip(matrix, direction, strict=True))
    return [[(x[0], d[0]) for x, d in row] for row in pairs]


def total(axis: int | None, body: Matrix) -> Matrix:
    """Sum over columns (1), rows (0) or both (None)."""
    if axis != 1:
        body = [[plus(column) for column in zip(*body, strict=True)]]
    return body if axis == 0 else [[plus(row)] for row in body]


def plus(numbers: Any) -> Number:
    """Add numbers up."""
    pairs = list(numbers)
    return sum(x[0] for x in pairs) % P, sum(x[1] for x in pairs) % P


def combine(kind: str, parts: list[Matrix]) -> Matrix:
    """Return a sum, a product, a quotient or a transpose."""
    if kind == "transpose":
        return [list(column) for column in zip(*parts[0], strict=True)]
    if kind == "matmul":
        columns = list(zip(*parts[1], strict=True))
        return [
            [plus(times(x, y) for x, y in zip(row, column, strict=True)) for column in columns]
            for row in parts[0]
        ]
    entry: Callable[[Any], Number] = {
        "add": plus,
        "times": lambda xs: times(*xs),
        "over": lambda xs: over(*xs),
    }[kind]
    rows = zip(*parts, strict=True)
    return [[entry(xs) for xs in zip(*row, strict=True)] for row in rows]


def check(certificate: dict[str, Any], seed: int = 0) -> dict[str, bool]:
    """Re-check every step of a certificate; returns whether each holds in all trials."""
    found = {step["derivative"]: True for step in certificate["steps"]}
    for trial in range(TRIALS):
        run = Run(certificate, seed + trial)
        known = run.forward(certificate["program"], "", [])
        for step in certificate["steps"]:
            direction = run.draw(step["shape"])
            after = run.forward(certificate["program"], step["target"], direction)
            slope_ = after[certificate["cost"]][0][0][1] * run.scalar(step["scale"]) % P
            claimed = run.formula(step["formula"], known)
            known[step["derivative"]] = claimed
            pairs = zip(chain(*claimed), chain(*direction), strict=False)
            same = list(map(len, claimed)) == list(map(len, direction))
            same &= sum(x[0] * d[0] for x, d in pairs) % P == slope_
            found[step["derivative"]] &= same
    return found


def main(arguments: list[str]) -> int:
    """Re-check a file; 0 if every step holds."""
    certificate = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    found = check(certificate, int(arguments[1]) if len(arguments) > 1 else 0)
    for name, holds in found.items():
        sys.stdout.write(f"{'holds' if holds else 'FAILS'} {certificate['name']} {name}\n")
    return 0 if found and all(found.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
