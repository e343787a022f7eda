"""A submission of our own, run in the warm parent before there is any other.

What Python and NumPy make ready on first use (specialised bytecode, caches, late imports, bound
symbols) is then made once, in the memory that all children share, instead of in each of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import numpy as np

from .encode import encode
from .wire import frame
from .worker import Worker, serve

ROUNDS = 30  # the interpreter specialises code only after some runs
ROOM = 2**20
SAMPLE = """
import numpy as np
try:
    import absent  # the folders of modules are listed once
except ImportError:
    pass

def forward(X, parameters):
    Z = np.dot(parameters["W"], X) + parameters["b"]
    A = 1 / (1 + np.exp(-np.tanh(Z)))
    return A, {"Z": Z, "A": A}

def cost(A, Y):
    m = Y.shape[1]
    losses = np.multiply(Y, np.log(A)) + np.multiply(1 - Y, np.log(1 - A))
    return float(np.squeeze(-np.sum(losses) / m))

def backward(parameters, cache, X, Y):
    dZ = (cache["A"] - Y) * (1 - np.power(cache["Z"], 2))
    dA = parameters["W"].T @ dZ
    return {"dW": np.dot(dZ, X.T), "db": np.sum(dZ, axis=1, keepdims=True), "dA": np.maximum(dA, 0)}

def initialise(n_x, n_y):
    np.random.seed(1)
    return {"W": np.random.randn(n_y, n_x) * 0.01, "b": np.zeros(shape=(n_y, 1))}
"""


def rehearse() -> bytes:
    """Answer requests as a child does, many times; give the answers."""
    asked = [("load", {"pieces": [(0, SAMPLE, 1)]}), *_calls()]
    requests = [{"do": do, "with": given, "token": b"0" * 16} for do, given in asked]
    frames = b"".join(frame(encode(request, limit=ROOM)) for request in requests)
    answers = BytesIO()
    serve(Worker({}, ROOM, ROOM), BytesIO(frames * ROUNDS), answers)
    return answers.getvalue()


def _calls() -> Iterator[tuple[str, dict[str, Any]]]:
    x, y = np.linspace(-1, 1, 6).reshape(2, 3), np.array([[0.0, 1.0, 1.0]])
    parameters = {"W": np.ones((1, 2)), "b": np.zeros((1, 1))}
    cache = {"Z": y, "A": y / 2 + 0.25}
    given: dict[str, list[Any]] = {
        "forward": [x, parameters],
        "cost": [cache["A"], y],
        "backward": [parameters, cache, x, y],
        "initialise": [2, 1],
        "absent": [],
    }
    for capture in (False, True):
        for function, arguments in given.items():
            sent = [encode(argument, limit=ROOM) for argument in arguments]
            named, options = encode(({}, {"n_y": 1}), limit=ROOM), {"seed": 0, "capture": capture}
            asked = {"function": function, "arguments": sent, "named": named, "options": options}
            yield "call", asked
