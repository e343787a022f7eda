"""Proof by exact arithmetic: dual numbers over the prime field of 2⁶¹ − 1 elements.

The forward pass runs on random residues that carry a tangent; a formula is right if, contracted
with the direction of the tangent, it gives the tangent of the cost, residue for residue. Functions
are keyed random tables with their derivatives (σ' = σ(1 − σ), tanh' = 1 − tanh², log' = 1/z), so
nothing is approximated and there is no tolerance. By Schwartz and Zippel a false formula passes a
trial with probability of at most its degree over 2⁶¹.

The tables keep to σ(−z) = 1 − σ(z), to tanh(−z) = −tanh(z), and to values at 0; ReLU is 0 or z, and
leaky ReLU keeps the sign. Other identities, such as exp(a + b) = exp(a)·exp(b), they do not know.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

import numpy as np

from derivations.engine import expressions as ex
from derivations.engine.declaration import Derivation
from derivations.engine.evaluation import Array, Evaluation
from derivations.engine.functions import LEAKY_SLOPE, Function
from derivations.engine.proofs.instances import (
    described,
    draw_sizes,
    filled,
    rerun,
    scalar_symbols,
    scale_of,
)
from derivations.engine.results import Proof

METHOD = "exact"
P = 2**61 - 1
TRIALS = 3
AT_ZERO = {"sigmoid": pow(2, -1, P), "tanh": 0, "exp": 1}


def one_over(value: int) -> int:
    """Return 1/value in the field; random inputs give 0 only where every input does."""
    if not value % P:
        raise ZeroDivisionError(
            "a quotient's bottom or a logarithm's argument is 0 for all inputs, but it must vary; "
            "correct that expression"
        )
    return pow(value, -1, P)


@dataclass(frozen=True, slots=True)
class Dual:
    """A residue and its tangent."""

    value: int
    tangent: int = 0

    def __add__(self, other: Dual) -> Dual:
        return Dual((self.value + other.value) % P, (self.tangent + other.tangent) % P)

    def __mul__(self, other: Dual) -> Dual:
        cross = self.value * other.tangent + self.tangent * other.value
        return Dual(self.value * other.value % P, cross % P)

    def __truediv__(self, other: Dual) -> Dual:
        inverse = one_over(other.value)
        value = self.value * inverse % P
        return Dual(value, (self.tangent - value * other.tangent) * inverse % P)


@dataclass(frozen=True)
class Residues:
    """Numbers of the field; ``key`` fixes the random tables that stand for functions.

    ``_signs`` holds what is known of signs: leaky ReLU's value has the sign of its argument.
    """

    key: str
    _signs: dict[int, int] = field(default_factory=dict, repr=False)

    def fraction(self, top: int, bottom: int) -> Dual:
        """Return top/bottom in the field."""
        return Dual(top * pow(bottom, -1, P) % P)

    def table(self, name: str, value: int) -> int:
        """Look a function's value up: the same argument always gives the same residue."""
        digest = hashlib.blake2b(f"{self.key}|{name}|{value}".encode(), digest_size=8).digest()
        return int.from_bytes(digest) % P

    def value(self, name: str, z: int) -> int:
        """Return a function's value, odd or mirrored where the function is."""
        if z == 0 and name in AT_ZERO:
            return AT_ZERO[name] % P
        if name in ("sigmoid", "tanh") and z > P // 2:
            return ((1 if name == "sigmoid" else 0) - self.table(name, P - z)) % P
        return self.table(name, z)

    def step(self, z: int) -> int:
        """Return 1 for what counts as positive, and 0."""
        return self._signs.get(z, self.table("0<", z) % 2) if z else 0

    def function(self, f: Function, z: Dual) -> Dual:
        """Return f(z) with its tangent f'(z)·ż; for a derivative the value alone."""
        if f.order == 1:
            return Dual(self.slope(f, z.value))
        slope = self.slope(f.prime, z.value)
        if f.name in ("relu", "leaky_relu") and not f.abstract:
            value = slope * z.value % P
            if value:
                self._signs[value] = self.step(z.value)
            return Dual(value, slope * z.tangent % P)
        return Dual(self.value(f.name, z.value), slope * z.tangent % P)

    def slope(self, f: Function, z: int) -> int:
        """Return f'(z)."""
        if f.abstract:
            return self.table(f"{f.name}'", z)
        if f.name == "log":
            return one_over(z)
        if f.name in ("relu", "leaky_relu"):
            step = self.step(z)
            leak = LEAKY_SLOPE[0] * pow(LEAKY_SLOPE[1], -1, P) if f.name == "leaky_relu" else 0
            return (step + (1 - step) * leak) % P
        value = self.value(f.name, z)
        return {"sigmoid": value * (1 - value), "tanh": 1 - value * value, "exp": value}[f.name] % P


@dataclass(frozen=True)
class Trial:
    """One random instance: sizes, inputs, and the arrays of the forward pass."""

    derivation: Derivation
    evaluation: Evaluation
    env: Mapping[str, Array]
    random: Random

    def contracted(self, node: ex.Node, direction: Array) -> int:
        """Return Σ formula ∗ direction."""
        value = self.evaluation.value(node, self.env)
        pairs = zip(value.flat, direction.flat, strict=True)
        return int(sum(a.value * b for a, b in pairs)) % P

    def direction(self, node: ex.Node) -> Array:
        """Draw a random direction of an array's shape."""
        return residues(self.evaluation.shape(node), self.random)

    def slope(self, target: ex.Named, direction: Array) -> int:
        """Return the tangent of the cost along a direction, in the course's scaling."""
        seeds = zip(self.env[target.name].flat, direction.flat, strict=True)
        tangents = [Dual(entry.value, int(seed)) for entry, seed in seeds]
        seeded = (target.name, filled(direction.shape, tangents))
        cost = rerun(self.derivation, self.evaluation, self.env, seeded)
        tangent = int(cost.flat[0].tangent)
        scale = scale_of(self.derivation, target, self.evaluation.symbols)
        return tangent * scale % P


def residues(shape: tuple[int, ...], random: Random) -> Array:
    """Return an array of random residues."""
    return filled(shape, [random.randrange(1, P) for _ in range(int(np.prod(shape)))])


def draw(derivation: Derivation, seed: int) -> Trial:
    """Draw one random instance."""
    random = Random(seed)  # noqa: S311  not for secrets: a proof must be repeatable
    sizes = draw_sizes(derivation, random)
    scalars = {name: Dual(random.randrange(1, P)) for name in scalar_symbols(derivation)}
    evaluation = Evaluation(Residues(str(seed)), {**sizes, **scalars})
    env: dict[str, Array] = {}
    for leaf in derivation.inputs:
        values = residues(evaluation.shape(leaf), random)
        if leaf in derivation.columns_sum_to_one:
            values[-1] = (1 - values[:-1].sum(axis=0)) % P
        env[leaf.name] = filled(values.shape, [Dual(int(v)) for v in values.flat])
    for quantity in derivation.quantities:
        env[quantity.name] = evaluation.value(quantity.definition, env)
    return Trial(derivation, evaluation, env, random)


@dataclass(frozen=True)
class Exact:
    """The trials of one derivation, with the true slopes by each target found once."""

    trials: tuple[Trial, ...]
    _slopes: dict[tuple[str, int], tuple[Array, int]]

    def prove(self, left: ex.Node, right: ex.Node) -> Proof:
        """Prove that two expressions agree in every trial; ``left`` may be ``d(target)``."""
        if left.shape != right.shape:
            return Proof(METHOD, False, f"shapes {ex.show(left.shape)} and {ex.show(right.shape)}")
        for number, trial in enumerate(self.trials):
            direction, expected = self.expected(left, number)
            if trial.contracted(right, direction) != expected:
                return Proof(
                    METHOD,
                    False,
                    f"residues differ at {described(trial.derivation, trial.evaluation.symbols)}",
                )
        drawn = (described(trial.derivation, trial.evaluation.symbols) for trial in self.trials)
        sizes = "; ".join(dict.fromkeys(drawn))
        return Proof(METHOD, True, f"equal modulo 2⁶¹ − 1 at {sizes}")

    def expected(self, left: ex.Node, number: int) -> tuple[Array, int]:
        """Return a direction, and what the true array gives along it."""
        trial = self.trials[number]
        if not isinstance(left, ex.Derivative):
            direction = trial.direction(left)
            return direction, trial.contracted(left, direction)
        assert isinstance(left.target, ex.Named)
        key = (left.target.name, number)
        if key not in self._slopes:
            direction = trial.direction(left.target)
            self._slopes[key] = (direction, trial.slope(left.target, direction))
        return self._slopes[key]


def prover(derivation: Derivation, seed: int = 0) -> Exact:
    """Draw the trials of a derivation; the seed fixes them."""
    return Exact(tuple(draw(derivation, seed + number) for number in range(TRIALS)), {})
