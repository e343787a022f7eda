"""Judging the small functions: sigmoid, layer sizes, initial parameters, prediction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from gradcheck.submissions.calling.binding import UnboundError
from gradcheck.submissions.calling.compare import as_numbers, compare
from gradcheck.submissions.calling.returns import leaves, read
from gradcheck.submissions.calling.steps import changes
from gradcheck.submissions.calling.subject import Subject
from gradcheck.submissions.judging.conventions import CODE
from gradcheck.submissions.judging.judgement import Judgement, failed, not_judged, place, sentence
from gradcheck.submissions.lines.places import changing_line, line_of, sets_globals
from gradcheck.submissions.reading.definitions import Definition
from gradcheck.submissions.reading.names import SIZES, plain
from gradcheck.submissions.reference.extremes import OUTPUT, close_to_half
from gradcheck.submissions.reference.flow import ends_of, hidden_sizes, weights_of
from gradcheck.submissions.reference.problems import EPS, SAFETY, Problem
from gradcheck.submissions.results import Fault, Quantity, Remark
from impl import Array
from impl.activations import sigmoid

_EXTREME = 1000.0
PROBABILITIES = "predictions are the activations themselves, not labels 0 and 1"
_LARGEST_START = 10.0


def judge_sigmoid(subject: Subject, function: Definition) -> Judgement:
    """Judge σ on an array of z as outputs have it, or on its numbers; then look far out."""
    z = np.linspace(-OUTPUT, OUTPUT, 12).reshape(3, 4)
    outcome = subject.box.call(function.name, [z])
    values = first_of(outcome.value)
    if outcome.failure is not None:
        values = _on_numbers(subject, function, z)
        if values is None:
            return failed(outcome.failure, function, ("sigmoid",))
    right, where = sigmoid(z), place(function)
    if compare(values, right, SAFETY * EPS) != "same":
        fault = _sigmoid_fault(function, values, z)
        return Judgement((Quantity("sigmoid", "wrong", where),), (fault,))
    remarks = () if outcome.failure else _far_out(subject, function)
    return Judgement((Quantity("sigmoid", "correct", where),), (), remarks)


def _far_out(subject: Subject, function: Definition) -> tuple[Remark, ...]:
    far = subject.box.call(function.name, [np.array([[-_EXTREME, _EXTREME]])])
    values = as_numbers(first_of(far.value))
    if far.failure is None and values is not None and np.isfinite(values).all():
        return ()
    return (Remark("unstable", place(function), "sigmoid yields nan far out, at |z| = 1000"),)


def first_of(value: Any) -> Any:
    """Give what is returned, without what a deeper network keeps beside it: ``A, cache``."""
    return value[0] if isinstance(value, tuple) and value else value


def _on_numbers(subject: Subject, function: Definition, z: Array) -> Array | None:
    """Call what takes one number at a time, as with Python's own ``math``; None where it fails."""
    outcomes = [subject.box.call(function.name, [float(number)]) for number in z.flat]
    values = [as_numbers(first_of(outcome.value)) for outcome in outcomes]
    given = [float(value) for value in values if value is not None and value.size == 1]
    return np.reshape(given, z.shape) if len(given) == z.size else None


def _sigmoid_fault(function: Definition, value: Any, z: Array) -> Fault:
    where = place(function, line_of(function, ()))
    if value is None:
        text = sentence("not-implemented", "sigmoid", f=function.name)
        return Fault("not-implemented", "sigmoid", where, text)
    wrong = {
        "1 / (1 + exp(z))": 1 - sigmoid(z),
        "1 / (1 - exp(-z))": 1 / (1 - np.exp(-z)),
        "exp(-z) / (1 + exp(z))": np.exp(-z) / (1 + np.exp(z)),
        "exp(-z)": np.exp(-z),
        "1 + exp(-z)": 1 + np.exp(-z),
        "tanh(z)": np.tanh(z),
        "sigmoid(z) * (1 - sigmoid(z))": sigmoid(z) * (1 - sigmoid(z)),
        "1 / (1 + exp(-z) / m)": 1 / (1 + np.exp(-z) / z.shape[1]),
    }
    for text, other in wrong.items():
        if compare(value, other, SAFETY * EPS * np.abs(other).max()) == "same":
            message = "sigmoid computes another function"
            return Fault("forward-wrong", "sigmoid", where, message, text, "1 / (1 + exp(-z))")
    return Fault("forward-wrong", "sigmoid", where, "sigmoid is not 1 / (1 + e^(-z))")


def judge_sizes(subject: Subject, function: Definition) -> Judgement:
    """Judge the sizes read off X and Y: n_x first, n_y last."""
    problem = subject.problems[0]
    try:
        outcome, _ = subject.call(function, problem)
    except UnboundError as unknown:
        return not_judged(function, unknown, ("sizes",))
    if outcome.failure is not None:
        return failed(outcome.failure, function, ("sizes",))
    got = [leaf for _, leaf in leaves(outcome.value)]
    right = tuple(problem.sizes.get(str(size), size) for size in ends_of(subject.model))
    wrong = 0 if got and got[0] != right[0] else -1
    named = (function.returned or ("",))[wrong]
    where = place(function, function.set_at.get(named or "") or line_of(function, ()))
    if len(got) >= 2 and (got[0], got[-1]) == right:
        return Judgement((Quantity("sizes", "correct", where),))
    code = "not-implemented" if all(value is None for value in got) else "initial-shape"
    message = f"{function.name} gives other sizes than X and Y have"
    shown = (f"{function.name}(X, Y) = {got}", f"n_x = {right[0]} first, n_y = {right[1]} last")
    fault = Fault(code, "sizes", where, message, *shown)
    return Judgement((Quantity("sizes", "wrong", where),), (fault,))


def judge_initial(subject: Subject, function: Definition) -> Judgement:
    """Judge the parameters that training starts from: their shapes, and that units differ."""
    problem = subject.problems[0]
    try:
        outcome, _ = subject.call(function, problem)
    except UnboundError as unknown:
        return not_judged(function, unknown, ("initial parameters",))
    if outcome.failure is not None:
        return failed(outcome.failure, function, ("initial parameters",))
    wanted = {n: subject.layout.theirs(n, problem.values[n]) for n in subject.model.parameters}
    named = read(outcome.value, function.returned, wanted, output=subject.output, bars=problem.bars)
    if not named and (outcome.value is not None or sets_globals(subject.source.pieces, function)):
        wanted_names = ", ".join(subject.model.parameters)
        reason = f"what it returns is read as none of {wanted_names}"
        return not_judged(function, reason, ("initial parameters",))
    shapes = _shapes(subject, function, named)
    faults = tuple(
        fault
        for name in subject.model.parameters
        if (fault := _initial_fault(subject, function, (name, shapes[name]), named)) is not None
    )
    verdict = "wrong" if faults else "correct"
    return Judgement((Quantity("initial parameters", verdict, place(function)),), faults)


def _shapes(
    subject: Subject, function: Definition, named: dict[str, Any]
) -> dict[str, tuple[int, ...]]:
    """Give the shapes that fit best; a hidden size that is not asked for may be any."""
    sizes, model = subject.problems[0].sizes, subject.model
    asked = {SIZES.get(plain(name)) for name in function.parameters}
    asked |= {SIZES.get(plain(name)) for name in subject.globals(function, subject.problems[0])}
    got = {name: np.shape(value) for name, value in named.items()}
    free = [size for size in hidden_sizes(model) if size not in asked]
    seen = sorted({n for s in got.values() for n in s}) if free else []
    tries = []
    for choice in (sizes, *({**sizes, free[0]: n} for n in seen)):
        zeros = {name: np.zeros(shape) for name, shape in model.shapes(choice).items()}
        tries.append({n: subject.layout.theirs(n, zeros[n]).shape for n in model.parameters})
    return max(tries, key=lambda shapes: sum(got.get(n) == s for n, s in shapes.items()))


def _initial_fault(
    subject: Subject,
    function: Definition,
    wanted: tuple[str, tuple[int, ...]],
    named: dict[str, Any],
) -> Fault | None:
    name, shape = wanted
    where = place(function, line_of(function, [name]))
    value = named.get(name)
    if value is None:
        missing = f"{function.name} returns no {name}"
        return Fault("not-implemented" if name in named else "wrong-type", name, where, missing)
    array = as_numbers(value)
    if array is None or not np.isfinite(array).all():
        return Fault("wrong-type", name, where, f"the initial {name} is no finite array")
    size = int(np.prod(shape))
    if array.shape != shape and not array.size == size == 1:
        code = "rank-1-array" if array.ndim == 1 and array.size == size else "initial-shape"
        shapes = (f"{name}.shape = {array.shape}", f"{name}.shape = {shape}")
        return Fault(code, name, where, f"the initial {name} has a wrong shape", *shapes)
    if _feeds_hidden(subject, name) and _units_alike(subject, array):
        same = (array == array.flat[0]).all()
        entries = f"all its entries are {array.flat[0]:g}" if same else "each has the same weights"
        message = f"the hidden units start equal in {name}: {entries}"
        return Fault("zero-initialisation", name, where, message)
    return _size_fault(subject, function, name, array) or _bias_fault(function, name, array, named)


def _size_fault(subject: Subject, function: Definition, name: str, array: Array) -> Fault | None:
    """Find weights of hundreds, at which hidden units are flat; a convex cost has no bad start."""
    size = float(np.sqrt(np.mean(np.square(array)))) if array.size else 0.0
    if size <= _LARGEST_START or not hidden_sizes(subject.model):
        return None
    message = f"the initial {name} is far too large: its entries are about {size:.3g} in size"
    return Fault("initial-shape", name, place(function, line_of(function, [name])), message)


def _bias_fault(
    function: Definition, name: str, array: Array, named: dict[str, Any]
) -> Fault | None:
    """Find a bias that is not zero where the weights are, and the name says that all is."""
    others = [value for other, value in named.items() if other != name]
    rest = others and not any(np.any(value) for value in others)
    if not (np.any(array) and rest and name.startswith("b") and "zero" in function.name.lower()):
        return None
    shown = (f"{name} = {array.flat[0]:g}", f"{name} = 0")
    message = f"{function.name} gives a {name} that is not 0"
    return Fault("initial-shape", name, place(function, line_of(function, [name])), message, *shown)


def _units_alike(subject: Subject, weights: Array) -> bool:
    axis = 1 if subject.layout.examples_in_rows else 0  # a unit is a row, or a column
    return weights.ndim == 2 and weights.shape[axis] > 1 and np.ptp(weights, axis).max() == 0


def _feeds_hidden(subject: Subject, name: str) -> bool:
    into = subject.model.parameters[name][:1]
    return name in weights_of(subject.model) and set(into) <= set(hidden_sizes(subject.model))


def judge_predict(
    subject: Subject, function: Definition, outputs: Callable[[Problem], Array]
) -> Judgement:
    """Judge predictions against the forward pass; any shape with an entry an example will do."""
    judged, changed = Judgement(), dict[str, None]()
    for problem in (*subject.problems[:-1], close_to_half(subject.model, subject.problems)):
        try:
            outcome, given = subject.call(function, problem)
        except UnboundError as unknown:
            return not_judged(function, unknown, ("predict",))
        if outcome.failure is not None:
            return failed(outcome.failure, function, ("predict",))
        changed |= dict.fromkeys(changes(function.parameters, given, outcome.arguments))
        judged = judge_labels(subject, function, outcome.value, outputs(problem))
        if judged.faults:
            break
    return judged + Judgement((), tuple(_mutations(subject, function, changed)))


def _mutations(subject: Subject, function: Definition, names: Iterable[str]) -> Iterator[Fault]:
    """Name the arguments that a call has changed."""
    for name in names:
        line = changing_line(subject.source.pieces, function, name)
        text = sentence("mutates-input", name, f=function.name)
        yield Fault("mutates-input", name, place(function, line), text)


def judge_labels(subject: Subject, function: Definition, value: Any, output: Array) -> Judgement:
    """Judge returned labels, or values where the labels are real, against the last activation."""
    labels = np.where(output > 0.5, 1.0, 0.0) if subject.model.labels == "binary" else output
    bar = 10 * SAFETY * EPS * max(1.0, float(np.abs(output).max(initial=0.0)))
    for _, leaf in leaves(value):
        got = as_numbers(leaf)
        if got is not None and got.size == labels.size and _near(got, labels, bar):
            return Judgement((Quantity("predict", "correct", place(function)),))
    return _predict_fault(function, value, output)


def probabilities_allowed(function: Definition, judged: Judgement) -> Judgement:
    """Accept activations for predictions, from a method of which nobody has said more."""
    if [fault.message for fault in judged.faults] != [PROBABILITIES]:
        return judged
    remark = Remark(CODE, judged.faults[0].where, PROBABILITIES)
    return Judgement((Quantity("predict", "correct", place(function)),), remarks=(remark,))


def _near(array: Array, labels: Array, bar: float) -> bool:
    return bool((np.abs(array.ravel() - labels.ravel()) <= bar).all())


def _predict_fault(function: Definition, value: Any, output: Array) -> Judgement:
    where = place(function, line_of(function, ()))
    got = as_numbers(value)
    message, code = "predictions disagree with the forward pass", "predict-wrong"
    if value is None:
        code, message = "not-implemented", f"{function.name} returns None"
    elif got is None or got.size != output.size:
        message = f"predictions have shape {np.shape(value)}, which is not an entry an example"
    elif _near(got, output, SAFETY * EPS):
        message = PROBABILITIES
        where = place(function, function.return_line)
    elif _near(got, np.where(output > 0.5, 0.0, 1.0), 0.0):
        message = "predictions are turned: 0 where the activation is above one half"
    fault = Fault(code, "predict", where, message)
    return Judgement((Quantity("predict", "wrong", where),), (fault,))
