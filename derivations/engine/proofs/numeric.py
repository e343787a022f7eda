"""Proof by numbers: the formula, printed as NumPy and run, against the slope of the cost.

The slope is taken twice, without the calculus of any other proof: by a central difference with 50
digits (its error is far below a float's last digit), and by the course's nudge of 0.001, whose own
error is read off a nudge half as long.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np

from derivations.engine import expressions as ex
from derivations.engine.declaration import Derivation
from derivations.engine.evaluation import Array, Evaluation
from derivations.engine.printers.numpy_code import numpy_code
from derivations.engine.proofs.digits import CONTEXT, Digits, OutsideDomainError
from derivations.engine.proofs.instances import (
    described,
    draw_sizes,
    filled,
    rerun,
    scalar_symbols,
    scale_of,
)
from derivations.engine.results import Proof
from derivations.engine.trees import named

METHOD = "numeric"
STEP = "1e-16"  # central: the error is of the order of its square, 1e-32
NUDGE = "0.001"
POSITIVE = 0.1  # the least that data, and arguments of logarithms, are drawn from
ROUNDINGS = 2.0**-53 * 1024  # what rounding may do to a formula of some hundred float operations


def sigmoid_of_array(z: Any) -> Any:
    """Apply σ to floats: what printed code calls ``sigmoid``."""
    return 1 / (1 + np.exp(-z))


@dataclass(frozen=True)
class Slope:
    """A slope along a direction: measured with many digits, by the nudge, and the nudge's bar."""

    direction: Array
    value: float
    nudged: float
    nudge_bar: float


@dataclass(frozen=True)
class Numeric:
    """One instance of a derivation in numbers, with the slopes found so far."""

    derivation: Derivation
    evaluation: Evaluation
    env: Mapping[str, Array]
    random: Random
    _slopes: dict[str, Slope]
    _entries: dict[str, Any]

    def floats(self, node: ex.Node) -> Any:
        """Run the printed NumPy code of an expression on the instance."""
        names: dict[str, Any] = {"np": np, "sigmoid": sigmoid_of_array}
        for name, value in self.evaluation.symbols.items():
            names[name.replace("lambda", "lambda_")] = (
                value if isinstance(value, int) else float(value)
            )
        for name, array in self.env.items():
            names[name] = array.astype(float)
        self.prepare(node, names)
        with np.errstate(all="ignore"):
            return eval(numpy_code(node, self.derivation.quantities), names)  # noqa: S307  our code

    def prepare(self, node: ex.Node, names: dict[str, Any]) -> None:
        """Run the code of every named derivative that an expression uses, first things first."""
        for part in named(node):
            if isinstance(part, ex.Quantity) and part.name not in names:
                self.prepare(part.definition, names)
                code = numpy_code(part.definition, self.derivation.quantities)
                names[part.name] = eval(code, names)  # noqa: S307  printed by us

    def cost(self, target: ex.Named, change: Array) -> Any:
        """Return the cost after a change of one array, everything downstream recomputed."""
        changed = (target.name, self.env[target.name] + change)
        return rerun(self.derivation, self.evaluation, self.env, changed).flat[0]

    def slope(self, target: ex.Named) -> Slope:
        """Return the slope of the cost along a random direction, in the course's scaling."""
        if target.name not in self._slopes:
            shape = self.evaluation.shape(target)
            draws = (CONTEXT.mpf(self.random.uniform(-1, 1)) for _ in range(shape[0] * shape[1]))
            self._slopes[target.name] = self.along(target, filled(shape, draws))
        return self._slopes[target.name]

    def along(self, target: ex.Named, direction: Array) -> Slope:
        """Return the slope along a direction."""
        scale = scale_of(self.derivation, target, self.evaluation.symbols)
        h, nudge = CONTEXT.mpf(STEP), CONTEXT.mpf(NUDGE)
        here = self.cost(target, direction * 0)
        up, down = self.cost(target, direction * h), self.cost(target, direction * -h)
        long = (self.cost(target, direction * nudge) - here) / nudge
        short = (self.cost(target, direction * (nudge / 2)) - here) / (nudge / 2)
        bar = 4 * abs(long - short) + CONTEXT.mpf(ROUNDINGS) * abs(long)
        values = (scale * (up - down) / (2 * h), scale * long, scale * bar)
        return Slope(direction, *map(float, values))

    def prove(self, left: ex.Node, right: ex.Node) -> Proof:
        """Prove that two expressions agree in numbers; ``left`` may be ``d(target)``."""
        if left.shape != right.shape:
            return Proof(METHOD, False, f"shapes {ex.show(left.shape)} and {ex.show(right.shape)}")
        claimed = np.asarray(self.floats(right), dtype=float)
        if isinstance(left, ex.Derivative):
            assert isinstance(left.target, ex.Named)
            return self.against_slope(left.target, claimed)
        return self.against_values(left, claimed)

    def against_values(self, left: ex.Node, claimed: Any) -> Proof:
        """Compare code with the many-digit values of an expression, entry by entry."""
        true = self.evaluation.value(left, self.env).astype(float)
        wrong = ~(np.abs(claimed - true) <= ROUNDINGS * (1 + np.abs(true)))
        if wrong.any():
            return Proof(METHOD, False, self.entry(claimed, true, wrong))
        counted = f"all {true.size} entries agree" if true.size > 1 else "the one entry agrees"
        return Proof(METHOD, True, f"{counted} at {self.sizes()}")

    def against_slope(self, target: ex.Named, claimed: Any) -> Proof:
        """Compare code with the slope and the nudge along a direction; name an entry if off."""
        slope = self.slope(target)
        with np.errstate(all="ignore"):  # wrong code may give infinities; nan agrees with nothing
            terms = claimed * slope.direction.astype(float)
            found, bar = float(terms.sum()), ROUNDINGS * (1 + float(np.abs(terms).sum()))
        exact = abs(found - slope.value) <= bar
        nudged = abs(found - slope.nudged) <= slope.nudge_bar + bar
        if exact and nudged:
            error = abs(found - slope.value)
            off = f"{error:.0e}" if error else "0"
            detail = f"off by {off} of {slope.value:.6f}, nudge {slope.nudged:.6f}"
            return Proof(METHOD, True, f"{detail}, at {self.sizes()}")
        true = self.entries(target)
        wrong = ~(np.abs(claimed - true) <= ROUNDINGS * (1 + np.abs(true)))
        return Proof(METHOD, False, self.entry(claimed, true, wrong))

    def entries(self, target: ex.Named) -> Any:
        """Return the true derivative, entry by entry, found once."""
        if target.name not in self._entries:
            self._entries[target.name] = self.measured(target)
        return self._entries[target.name]

    def measured(self, target: ex.Named) -> Any:
        """Return the true derivative, from one central difference an entry."""
        shape = self.evaluation.shape(target)
        scale = scale_of(self.derivation, target, self.evaluation.symbols)
        h = CONTEXT.mpf(STEP)
        true = np.zeros(shape)
        for index in np.ndindex(*shape):
            unit = filled(shape, [CONTEXT.mpf(0)] * true.size)
            unit[index] = h
            rise = self.cost(target, unit) - self.cost(target, -unit)
            true[index] = float(scale * rise / (2 * h))
        return true

    def entry(self, claimed: Any, true: Any, wrong: Any) -> str:
        """Name the entry that is off most."""
        gaps = np.where(wrong, np.nan_to_num(np.abs(claimed - true), nan=np.inf), -1.0)
        i, j = map(int, np.unravel_index(int(np.argmax(gaps)), gaps.shape))
        return (
            f"entry ({i}, {j}) is {claimed[i, j]:.6g}, but the slope is {true[i, j]:.6g} "
            f"({int(wrong.sum())} of {wrong.size} entries differ, at {self.sizes()})"
        )

    def sizes(self) -> str:
        """Print the sizes of the instance."""
        return described(self.derivation, self.evaluation.symbols)


def prover(derivation: Derivation, seed: int = 0) -> Numeric:
    """Draw an instance of a derivation: parameters around zero, data between 0 and 1.

    Where a parameter around zero leads to the logarithm of a negative number, parameters are drawn
    like data; if that doesn't help, an OutsideDomainError says so.
    """
    try:
        return drawn(derivation, seed, -1.0)
    except OutsideDomainError:
        return drawn(derivation, seed, POSITIVE)


def drawn(derivation: Derivation, seed: int, low: float) -> Numeric:
    """Draw an instance with parameters from ``low`` up."""
    random = Random(seed)  # noqa: S311  not for secrets: a proof must be repeatable
    sizes = draw_sizes(derivation, random)
    scalars = {n: CONTEXT.mpf(random.uniform(0.5, 2)) for n in scalar_symbols(derivation)}
    evaluation = Evaluation(Digits(), {**sizes, **scalars})
    env: dict[str, Array] = {}
    for leaf in derivation.inputs:
        least = POSITIVE if leaf.kind == "data" else low
        shape = evaluation.shape(leaf)
        draws = (CONTEXT.mpf(random.uniform(least, 0.9)) for _ in range(shape[0] * shape[1]))
        env[leaf.name] = filled(shape, draws)
        if leaf in derivation.columns_sum_to_one:
            env[leaf.name] = env[leaf.name] / env[leaf.name].sum(axis=0)
    for quantity in derivation.quantities:
        env[quantity.name] = evaluation.value(quantity.definition, env)
    return Numeric(derivation, evaluation, env, random, {}, {})
