"""Gradients that must fail: what students really write, planted into the reference models."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import impl
from gradcheck import check_gradient
from impl.model import Array, Arrays

Plant = Callable[[Arrays, Arrays, Arrays], dict[str, Any]]
"""A fault: from parameters, data and true quantities to the gradients that it changes."""

SIZES = {"n_x": 3, "n_h": 4, "n_y": 2, "m": 5}


def total(array: Array) -> Array:
    """Sum over the examples, keeping the column."""
    column: Array = np.sum(array, axis=1, keepdims=True)
    return column


def network(dZ1: Callable[[Arrays, Arrays], Array]) -> Plant:
    """Backpropagate a wrong dZ1 into dW1 and db1."""

    def plant(p: Arrays, d: Arrays, q: Arrays) -> dict[str, Any]:
        wrong = dZ1(p, q)
        return {"W1": wrong @ d["X"].T / 5, "b1": total(wrong) / 5}

    return plant


LOGISTIC: dict[str, Plant] = {
    "missing-mean in dw": lambda p, d, q: {"w": q["dw"] * 5},
    "missing-mean in db": lambda p, d, q: {"b": q["db"] * 5},
    "double-mean": lambda p, d, q: {"w": q["dw"] / 5, "b": q["db"] / 5},
    "wrong-count, n_x for m": lambda p, d, q: {"w": q["dw"] * 5 / 3},
    "wrong-count, m - 1": lambda p, d, q: {"w": q["dw"] * 5 / 4},
    "wrong-scale, 2": lambda p, d, q: {"w": q["dw"] * 2, "b": q["db"] * 2},
    "sign": lambda p, d, q: {"w": -q["dw"], "b": -q["db"]},
    "sign of db alone": lambda p, d, q: {"b": -q["db"]},
    "zero": lambda p, d, q: {"w": q["dw"] * 0, "b": q["db"] * 0},
    "missing-input-factor": lambda p, d, q: {"w": np.full((3, 1), q["db"])},
    "wrong-operand, A for A - Y": lambda p, d, q: {"w": d["X"] @ q["A"].T / 5},
    "wrong-operand, Z for A": lambda p, d, q: {"w": d["X"] @ (q["Z"] - d["Y"]).T / 5},
    "extra-activation-derivative": lambda p, d, q: {
        "w": d["X"] @ (q["dZ"] * q["A"] * (1 - q["A"])).T / 5
    },
    "other-loss, squared": lambda p, d, q: {"b": np.mean(q["dZ"] * q["A"] * (1 - q["A"]))},
    "one example left out": lambda p, d, q: {"w": d["X"][:, 1:] @ q["dZ"][:, 1:].T / 5},
    "one entry halved": lambda p, d, q: {"w": q["dw"] * np.array([[1], [0.5], [1]])},
    "entries in another order": lambda p, d, q: {"w": q["dw"][::-1]},
    "relative error 1e-6": lambda p, d, q: {"w": q["dw"] * (1 + 1e-6)},
    "nan": lambda p, d, q: {"w": q["dw"] * np.nan},
    "transposed": lambda p, d, q: {"w": q["dw"].T},
    "rank-1-array": lambda p, d, q: {"w": q["dw"][:, 0]},
}
LINEAR: dict[str, Plant] = {
    "sign": lambda p, d, q: {"w": -q["dw"], "b": -q["db"]},
    "wrong-scale, factor 2 kept": lambda p, d, q: {"w": 2 * q["dw"], "b": 2 * q["db"]},
    "missing-mean": lambda p, d, q: {"b": np.sum(q["dYhat"])},
    "wrong-operand, Yhat for the error": lambda p, d, q: {"w": d["X"] @ q["Yhat"].T / 5},
    "mean over features too": lambda p, d, q: {"w": q["dw"] / 3},
}
NETWORK: dict[str, Plant] = {
    "missing-activation-derivative": network(lambda p, q: p["W2"].T @ q["dZ2"]),
    "derivative-at-activation": network(lambda p, q: p["W2"].T @ q["dZ2"] * (1 - q["Z1"] ** 2)),
    "derivative-at-activation, tanh of A1": network(
        lambda p, q: p["W2"].T @ q["dZ2"] * (1 - np.tanh(q["A1"]) ** 2)
    ),
    "other-activation-derivative": network(
        lambda p, q: p["W2"].T @ q["dZ2"] * q["A1"] * (1 - q["A1"])
    ),
    "square left out": network(lambda p, q: p["W2"].T @ q["dZ2"] * (1 - q["A1"])),
    "bias-axis": lambda p, d, q: {"b1": np.full((4, 1), np.sum(q["dZ1"]) / 5)},
    "bias-axis, sums dW1": lambda p, d, q: {"b1": total(q["dW1"])},
    "bias-not-summed": lambda p, d, q: {"b1": q["dZ1"]},
    "extra-activation-derivative": lambda p, d, q: {
        "W2": (q["dZ2"] * q["A2"] * (1 - q["A2"])) @ q["A1"].T / 5
    },
    "wrong-operand, Z1 for A1": lambda p, d, q: {"W2": q["dZ2"] @ q["Z1"].T / 5},
    "missing-mean in dW1": lambda p, d, q: {"W1": q["dW1"] * 5},
    "gradients exchanged": lambda p, d, q: {"b1": q["db1"][::-1]},
    "a hidden unit forgotten": lambda p, d, q: {"W1": q["dW1"] * (np.arange(4) > 0)[:, None]},
}
ROWS = [
    (model, fault, plant)
    for model, table in (
        ("logistic", LOGISTIC),
        ("linear", LINEAR),
        ("shallow-network", NETWORK),
    )
    for fault, plant in table.items()
]


@pytest.mark.parametrize(("name", "fault", "plant"), ROWS, ids=[f"{n}: {f}" for n, f, _ in ROWS])
def test_a_wrong_gradient_is_called_wrong(name: str, fault: str, plant: Plant) -> None:
    """Not undecided, not a kink, and certainly not correct."""
    model = impl.load(name)
    rng = np.random.default_rng(0)
    shapes = model.shapes({size: SIZES[size] for size in model.sizes})
    parameters = {p: rng.normal(size=shapes[p]) for p in model.parameters}
    data = {d: rng.normal(size=shapes[d]) for d in model.data}
    if model.labels == "binary":
        data["Y"] = np.where(data["Y"] > 0, 1.0, 0.0)

    def gradient(at: Arrays) -> dict[str, Any]:
        return model.gradient(at, data) | plant(at, data, model.run(at, data))

    result = check_gradient(lambda at: model.cost(at, data), gradient, parameters)
    assert result.verdict == "wrong", str(result)
    assert not result


def test_the_table_is_as_long_as_promised() -> None:
    """At least 25 wrong gradients stand above."""
    assert len(ROWS) >= 25
