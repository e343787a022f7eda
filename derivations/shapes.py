"""Shapes: what fits, what is elementwise, and what a lost dimension breaks."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np

from derivations import logistic
from derivations import shallow_network as net
from derivations.engine.declaration import Evidence, Statement, Topic
from derivations.engine.evidence import exactly, for_all, in_numbers
from derivations.engine.expressions import Node, show
from derivations.engine.printers.numpy_code import numpy_code
from derivations.engine.vocabulary import d, parameter, prime, sum_columns


def shapes_of(nodes: dict[str, Node]) -> str:
    """Print names with their shapes."""
    return ", ".join(f"{name} {show(node.shape)}" for name, node in nodes.items())


def run(net_sizes: dict[str, int]) -> dict[str, tuple[int, ...]]:
    """Run the printed forward pass of the network on random arrays; return all shapes."""
    rng = np.random.default_rng(0)
    names: dict[str, object] = {"np": np, "sigmoid": lambda z: 1 / (1 + np.exp(-z)), **net_sizes}
    for leaf in net.DERIVATION.inputs:
        rows, columns = (net_sizes.get(str(s), 1) for s in leaf.shape)
        names[leaf.name] = rng.uniform(0.1, 0.9, (rows, columns))
    for q in net.DERIVATION.quantities:
        code = numpy_code(q.definition, net.DERIVATION.quantities)
        names[q.name] = eval(code, names)  # noqa: S307  printed by us
    return {name: value.shape for name, value in names.items() if isinstance(value, np.ndarray)}


def as_declared(sizes: dict[str, int]) -> bool:
    """Whether every array of a run has its declared shape, in whole numbers."""
    ran = run(sizes)
    declared = {q.name: q.shape for q in net.DERIVATION.quantities}
    return all(
        ran[name] == tuple(sizes.get(str(size), size) for size in shape)
        for name, shape in declared.items()
    )


def refused(make: Callable[[], object]) -> str:
    """Return the error of an expression whose shapes do not fit, or nothing."""
    message = ""
    try:
        make()
    except ValueError as error:
        message = str(error)
    return message


def of_logistic() -> Evidence:
    """X (n_x, m) and Y (1, m) fit together with w (n_x, 1)."""
    found = {"Z": logistic.Z, "A": logistic.A, "L": logistic.L, "dZ": d(logistic.Z)}
    fits = all(show(node.shape) == "(1, m)" for node in found.values())
    image = np.zeros((64, 64, 3))
    return Evidence(
        (
            for_all(fits, f"from X, w, b follow {shapes_of(found)}"),
            exactly(64 * 64 * 3 == 12_288, "64 · 64 · 3 = 12288"),
            in_numbers(
                image.reshape(-1, 1).shape == (12_288, 1), "an image flattens to (12288, 1)"
            ),
        )
    )


def of_network() -> Evidence:
    """W1 (n_h, n_x), b1 (n_h, 1), W2 (n_y, n_h), b2 (n_y, 1) fit; others do not."""
    found: dict[str, Node] = {"Z1": net.Z1, "A1": net.A1, "Z2": net.Z2, "A2": net.A2}
    shapes = [show(node.shape) for node in found.values()]
    fits = shapes == ["(n_h, m)", "(n_h, m)", "(n_y, m)", "(n_y, m)"]
    turned = parameter("W1", net.n_x, net.n_h)
    message = refused(lambda: turned @ net.X)
    sizes = {"n_x": 2, "n_h": 3, "n_y": 4, "m": 5}
    listed = ", ".join(f"{name} = {size}" for name, size in sizes.items())
    several = [dict(zip(sizes, case, strict=True)) for case in product((1, 3), repeat=4)]
    return Evidence(
        (
            for_all(
                fits and bool(message), f"{shapes_of(found)}; turned, W1 is refused: {message}"
            ),
            exactly(
                all(map(as_declared, several)),
                f"in whole numbers, for {len(several)} choices of the sizes, also 1",
            ),
            in_numbers(as_declared(sizes), f"run with {listed}, each array has its shape"),
        )
    )


def elementwise_product() -> Evidence:
    """Both factors of dZ1 are (n_h, m): their matrix product does not exist."""
    back, slope = net.W2.T @ d(net.Z2), prime(net.g1)(net.Z1)
    message = refused(lambda: back @ slope)
    inner = message.partition(": ")[2]  # before it stand the factors, which have no names here
    left, right = np.ones((3, 5), dtype=int), np.ones((3, 5), dtype=int)
    no_product = refused(lambda: left @ right)
    return Evidence(
        (
            for_all(
                back.shape == slope.shape == net.Z1.shape and bool(message),
                f"both are {show(back.shape)}; a matrix product is refused: {inner}",
            ),
            exactly(
                (left * right).shape == (3, 5) and bool(no_product),
                "whole numbers at n_h = 3, m = 5: entrywise (3, 5), np.dot refuses",
            ),
            in_numbers(as_declared({"n_x": 2, "n_h": 3, "n_y": 1, "m": 5}), "and so in a run"),
        )
    )


def kept_dimension() -> Evidence:
    """np.sum with and without keepdims, the reshape, and what the lost dimension breaks."""
    dZ, b = np.arange(12.0).reshape(3, 4), np.zeros((3, 1))
    kept, lost = np.sum(dZ, axis=1, keepdims=True), np.sum(dZ, axis=1)
    reshaped = lost.reshape(3, 1)
    broken = b - 0.1 * lost
    db = sum_columns(d(net.Z1))
    updated = net.b1 - db / net.m
    return Evidence(
        (
            for_all(
                db.shape == updated.shape == net.b1.shape,
                f"kept, the sum of dZ1 {show(net.Z1.shape)} is {show(db.shape)}, and b1 stays so",
            ),
            exactly(
                kept.shape == (3, 1) and lost.shape == (3,) and bool((kept == reshaped).all()),
                "kept: (3, 1); lost: (3,); lost and reshaped: (3, 1) with the same values",
            ),
            in_numbers(
                broken.shape == (3, 3) and (b - 0.1 * kept).shape == (3, 1),
                "b (3, 1) − α·db (3,) is (3, 3) without an error: b is no column any more",
            ),
        )
    )


DERIVATION = Topic(
    "shapes",
    "Shapes",
    (
        Statement(
            "L1",
            "x (n_x, 1), X (n_x, m), Y (1, m); a 64×64 colour image gives n_x = 12288",
            of_logistic,
        ),
        Statement("H1", "W1 (n1, n0), b1 (n1, 1), W2 (n2, n1), b2 (n2, 1)", of_network),
        Statement(
            "H9", "both factors of dZ1 are (n1, m): the product is elementwise", elementwise_product
        ),
        Statement(
            "H10", "keepdims=True avoids rank-1 arrays; reshape does as well", kept_dimension
        ),
    ),
)
