"""Side by side with other checkers: false alarms, what they see, and what they cost.

Run ``python benchmarks/peers.py [REPEATS]``. Every checker that is installed judges the same
random tanh networks through its own public function with its own defaults; the others are named as
missing. Run it with one thread (OMP_NUM_THREADS=1), so that processor times compare.
"""

import importlib
import importlib.util
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

import impl
from gradcheck import check_gradient
from impl.descent import step

REGIMES: dict[str, tuple[float, float]] = {  # weights times, data times
    "normal": (1.0, 1.0),
    "X×1e-3": (1.0, 1e-3),
    "X×1e2": (1.0, 1e2),
    "pixels": (0.01, 255.0),
    "w×10": (10.0, 1.0),
    "w×1e-3": (1e-3, 1.0),
    "optimum": (1.0, 1.0),
}
ERRORS = (1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-11)
Vector = np.ndarray
Function = Callable[[Vector], float]
Gradient = Callable[[Vector], Vector]


@dataclass
class Counted:
    """A cost that counts its calls."""

    function: Function
    calls: int = 0

    def __call__(self, x: Any) -> float:
        """Call and count."""
        self.calls += 1
        return float(self.function(np.asarray(x, dtype=float)))


def problem(regime: str, rng: np.random.Generator) -> tuple[Function, Gradient, Vector]:
    """Draw a tanh network of 26 parameters as functions of one vector."""
    model = impl.load("shallow-network")
    shapes = model.shapes({"n_x": 3, "n_h": 5, "n_y": 1, "m": 8})
    weights, scale = REGIMES[regime]
    at = {p: weights * rng.normal(size=shapes[p]) for p in model.parameters}
    X = rng.uniform(0, 1, shapes["X"]) if regime == "pixels" else rng.normal(size=shapes["X"])
    data = {"X": scale * X, "Y": rng.integers(0, 2, shapes["Y"]).astype(float)}
    if regime == "optimum":
        for _ in range(3000):
            at = step(at, model.gradient(at, data), 0.5)
    names, sizes = list(at), [at[p].size for p in at]

    def unpack(x: Vector) -> dict[str, Vector]:
        parts = np.split(np.asarray(x, dtype=float), np.cumsum(sizes)[:-1])
        return {p: part.reshape(shapes[p]) for p, part in zip(names, parts, strict=True)}

    def gradient(x: Vector) -> Vector:
        g = model.gradient(unpack(x), data)
        return np.concatenate([g[p].ravel() for p in names])

    return (
        lambda x: model.cost(unpack(x), data),
        gradient,
        np.concatenate([at[p].ravel() for p in at]),
    )


def ours(f: Function, g: Gradient, x: Vector) -> bool:
    """Pass if the verdict is correct."""
    return bool(check_gradient(f, g, x))


def course(f: Function, g: Gradient, x: Vector) -> bool:
    """Pass if the global ratio to two-sided nudges of 1e-7 is below 2e-7."""
    h = 1e-7
    slope = np.array([(f(x + h * e) - f(x - h * e)) / (2 * h) for e in Rows(x.size)])
    claim = g(x)
    return bool(
        np.linalg.norm(slope - claim) < 2e-7 * (np.linalg.norm(slope) + np.linalg.norm(claim))
    )


class Rows:
    """The rows of a unit matrix, one at a time."""

    def __init__(self, size: int) -> None:
        self.size = size

    def __iter__(self) -> Any:
        """Give each row, in the same memory."""
        row = np.zeros(self.size)
        for k in range(self.size):
            row[k] = 1.0
            yield row
            row[k] = 0.0


def scipy_check_grad(f: Function, g: Gradient, x: Vector) -> bool:
    """Pass if scipy.optimize.check_grad is below 1e-6, the usual rule."""
    from scipy.optimize import check_grad

    return bool(check_grad(f, g, x) < 1e-6)


def scipy_differentiate(f: Function, g: Gradient, x: Vector) -> bool:
    """Pass if every entry lies within scipy.differentiate.jacobian's own error, or 1e-10."""
    from scipy.differentiate import jacobian

    def columns(points: Vector) -> Vector:
        flat = points.reshape(x.size, -1)
        return np.array([f(flat[:, k]) for k in range(flat.shape[1])]).reshape(points.shape[1:])

    found = jacobian(columns, x)
    return bool(np.all(np.abs(found.df - g(x)) <= np.maximum(found.error, 1e-10)))


def torch_with(fast: bool) -> Callable[[Function, Gradient, Vector], bool]:
    """Give torch.autograd.gradcheck with its defaults, slow or fast."""

    def judge(f: Function, g: Gradient, x: Vector) -> bool:
        torch: Any = importlib.import_module("torch")

        class Cost(torch.autograd.Function):  # type: ignore[misc]
            @staticmethod
            def forward(ctx: Any, t: Any) -> Any:
                ctx.save_for_backward(t)
                return torch.tensor(f(t.detach().numpy()), dtype=torch.float64)

            @staticmethod
            def backward(ctx: Any, out: Any) -> Any:
                return out * torch.from_numpy(g(ctx.saved_tensors[0].detach().numpy()))

        start = torch.tensor(x, dtype=torch.float64, requires_grad=True)
        return bool(
            torch.autograd.gradcheck(Cost.apply, (start,), raise_exception=False, fast_mode=fast)
        )

    return judge


def jax_check(f: Function, g: Gradient, x: Vector) -> bool:
    """Pass if jax.test_util.check_grads raises nothing, in reverse mode and float64."""
    jax: Any = importlib.import_module("jax")
    jax.config.update("jax_enable_x64", True)
    like = jax.ShapeDtypeStruct((), np.float64)

    @jax.custom_vjp
    def cost(t: Any) -> Any:
        return jax.pure_callback(lambda v: np.float64(f(np.asarray(v))), like, t)

    def backward(t: Any, out: Any) -> Any:
        shape = jax.ShapeDtypeStruct(x.shape, np.float64)
        return (out * jax.pure_callback(lambda v: g(np.asarray(v)), shape, t),)

    cost.defvjp(lambda t: (cost(t), t), backward)
    return silent(
        lambda: importlib.import_module("jax.test_util").check_grads(cost, (x,), 1, ["rev"])
    )


def autograd_check(f: Function, g: Gradient, x: Vector) -> bool:
    """Pass if autograd.test_util.check_grads raises nothing."""
    extend: Any = importlib.import_module("autograd.extend")
    check: Any = importlib.import_module("autograd.test_util").check_grads
    cost = extend.primitive(lambda t: np.float64(f(t)))
    extend.defvjp(cost, lambda answer, t: lambda out: out * g(t))
    return silent(lambda: check(cost, modes=["rev"], order=1)(x))


def numdifftools_check(f: Function, g: Gradient, x: Vector) -> bool:
    """Pass if every entry lies within 1e-7 of numdifftools' gradient, relatively, or 1e-10."""
    slope = importlib.import_module("numdifftools").Gradient(f)(x)
    return bool(np.allclose(slope, g(x), rtol=1e-7, atol=1e-10))


def silent(call: Callable[[], Any]) -> bool:
    """Whether a call raises no AssertionError."""
    try:
        call()
    except AssertionError:
        return False
    return True


PEERS: dict[str, tuple[str, Callable[[Function, Gradient, Vector], bool], bool]] = {
    "gradcheck (this)": ("gradcheck", ours, True),
    "torch gradcheck": ("torch", torch_with(fast=False), True),
    "torch, fast_mode": ("torch", torch_with(fast=True), True),
    "jax check_grads": ("jax", jax_check, True),
    "scipy check_grad": ("scipy", scipy_check_grad, True),
    "scipy differentiate": ("scipy", scipy_differentiate, False),  # P × P memory
    "autograd check_grads": ("autograd", autograd_check, True),
    "numdifftools": ("numdifftools", numdifftools_check, False),  # minutes at 12 289
    "course, 2e-7": ("numpy", course, True),
}


def false_alarms(judge: Any, repeats: int) -> list[int]:
    """Count correct gradients that do not pass, by regime."""
    return [
        sum(not judge(*problem(regime, np.random.default_rng(k))) for k in range(repeats))
        for regime in REGIMES
    ]


def finest(judge: Any, repeats: int, one_entry: bool) -> str:
    """Give the smallest relative error that is found in every run, in the normal regime."""
    seen = "none"
    for error in ERRORS:
        for k in range(repeats):
            f, g, x = problem("normal", np.random.default_rng(k))
            where = np.arange(x.size) == k % x.size if one_entry else np.ones(x.size)
            if judge(f, lambda t, g=g, by=1 + error * where: g(t) * by, x):
                return seen
        seen = f"{error:.0e}"
    return seen


def large(m: int) -> tuple[Function, Gradient, Vector]:
    """Give logistic regression on m colour images of 64 × 64, one entry of 12 289 off by 1 %."""
    rng = np.random.default_rng(0)
    X, y = rng.uniform(0, 1, (12288, m)), rng.integers(0, 2, m).astype(float)

    def cost(t: Vector) -> float:
        z = t[:-1] @ X + t[-1]
        return float(np.mean(np.logaddexp(0, z) - y * z))

    def gradient(t: Vector) -> Vector:
        error = (1 / (1 + np.exp(-(t[:-1] @ X + t[-1]))) - y) / m
        g = np.append(X @ error, error.sum())
        g[4711] *= 1.01
        return g

    return cost, gradient, np.append(0.01 * rng.normal(size=12288), 0.1)


def quickest(call: Callable[[], Any], times: int) -> float:
    """Give the least processor time of some runs: what else the machine does adds to the rest."""
    spent = []
    for _ in range(times):
        began = time.process_time()
        call()
        spent.append(time.process_time() - began)
    return min(spent)


def at_large(judge: Any, m: int, base: float) -> tuple[list[str], float]:
    """Give calls of the cost, seconds, their ratio to the first checker's, and the verdict."""
    f, g, x = large(m)
    counted = Counted(f)
    passed = judge(counted, g, x)
    seconds = quickest(lambda: judge(f, g, x), 1 if base else 5)
    verdict = "missed" if passed else "found"
    return [
        str(counted.calls),
        f"{seconds:.3g}",
        f"{seconds / (base or seconds):.1f}",
        verdict,
    ], seconds


def overhead() -> None:
    """Print what a check of ten parameters costs beside as many calls of a cost of 1 ms."""

    def cost(x: Vector) -> float:
        began = time.perf_counter()
        while time.perf_counter() - began < 1e-3:
            pass
        return float(np.sum(np.sin(x)))

    counted = Counted(cost)
    check_gradient(counted, np.cos, np.linspace(0, 1, 10), rng=0)
    checked = quickest(lambda: check_gradient(cost, np.cos, np.linspace(0, 1, 10), rng=0), 5)
    plain = quickest(lambda: [cost(np.zeros(10)) for _ in range(counted.calls)], 5)
    print(
        f"ten parameters, a cost of 1 ms: {1e3 * checked:.0f} ms for a check, {1e3 * plain:.0f} ms "
        f"for its {counted.calls} calls alone: {checked / plain:.2f} times"
    )


SIZES = (16, 209)


def main() -> None:
    """Print the tables."""
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    warnings.simplefilter("ignore")
    installed = {n: p for n, p in PEERS.items() if importlib.util.find_spec(p[0]) is not None}
    print(f"not installed: {', '.join(PEERS.keys() - installed.keys()) or 'none'}\n")
    print(f"false alarms of {repeats}, and the finest relative error found in every run")
    head = [*REGIMES, "whole", "entry"]
    print(f"{'':22}" + "".join(f"{name:>10}" for name in head))
    for name, (_, judge, _) in installed.items():
        cells = [str(n) for n in false_alarms(judge, repeats)]
        cells += [finest(judge, repeats, one_entry=False), finest(judge, repeats, one_entry=True)]
        print(f"{name:22}" + "".join(f"{cell:>10}" for cell in cells), flush=True)
    for m in SIZES:
        print(f"\nP = 12 289, m = {m}, one entry off by 1 %: calls of the cost, processor time")
        print(f"{'':22}" + "".join(f"{n:>10}" for n in ("calls", "seconds", "× ours", "verdict")))
        base = 0.0
        for name, (_, judge, feasible) in installed.items():
            if feasible:
                cells, seconds = at_large(judge, m, base)
                base = base or seconds
                print(f"{name:22}" + "".join(f"{cell:>10}" for cell in cells), flush=True)
        print(f"only the first also names it: {check_gradient(*large(m)).wrong[0]}")
    print()
    overhead()


if __name__ == "__main__":
    main()
