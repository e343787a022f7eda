"""What judging one function yields, and how failures and mistakes are put into words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from gradcheck.sandbox import Failure
from gradcheck.submissions.calling.binding import UnboundError
from gradcheck.submissions.reading.definitions import Definition
from gradcheck.submissions.reading.steps import LOOP
from gradcheck.submissions.results import Counterexample, Fault, Quantity, Remark, Where

FAILED = ("crashed", "timed-out")  # codes of a call that gave nothing
HINTS = ("none", "brief", "full")


@dataclass(frozen=True)
class Judgement:
    """Quantities, faults, remarks and notes; judgements add up with ``+``.

    A counterexample is to the first fault that has one.
    """

    quantities: tuple[Quantity, ...] = ()
    faults: tuple[Fault, ...] = ()
    remarks: tuple[Remark, ...] = ()
    notes: tuple[str, ...] = ()
    counterexample: Counterexample | None = None

    def __add__(self, other: Judgement) -> Judgement:
        return Judgement(
            self.quantities + other.quantities,
            self.faults + other.faults,
            self.remarks + other.remarks,
            self.notes + other.notes,
            self.counterexample or other.counterexample,
        )


SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "gradient-of-other-scale": "{q} carries another constant factor than J does",
        "missing-mean": "{q} is not divided by m, the number of examples",
        "double-mean": "{q} is divided by m twice",
        "sign": "{q} has a wrong sign",
        "cost-sign": "a sign in {q} is wrong",
        "rank-1-array": "{q} has another shape than belongs there; its values are right",
        "transposed": "{q} is transposed; its values are right",
        "wrong-shape": "{q} has a wrong shape",
        "wrong-type": "{q} is not a number or an array of numbers",
        "nonfinite": "{q} contains nan or inf on ordinary input",
        "unexplained": "{q} is wrong, and no single mistake that is known here reproduces it",
        "not-implemented": "{f} returns None",
        "mutates-input": "{f} changes its argument {q}",
        "nondeterministic": "{f} gives two results for the same arguments",
        "hidden-global": "{f} reads {q} from the notebook instead of its arguments",
    }
)


def place(function: Definition, line: int | None = None) -> Where:
    """Give the place of a function, or of a line in it."""
    return Where(function.name, line or function.line, function.cell)


def sentence(code: str, quantity: str, what: str = "", **details: object) -> str:
    """Put a code into words; ``what`` says what was done where the code has no sentence."""
    if code in SENTENCES:
        return SENTENCES[code].format(q=quantity, **{"f": "", **details})
    return f"{quantity}: {what}" if what else f"{quantity} is wrong"


def failed(failure: Failure, function: Definition, quantities: Iterable[str]) -> Judgement:
    """Say that a call failed; everything that it should have given is wrong."""
    names = tuple(quantities)
    code = {"timed-out": "timed-out", "bad-value": "wrong-type"}.get(failure.kind, "crashed")
    if re.match(r"NotImplementedError\b", failure.message):
        code = "not-implemented"
    where = Where(failure.function or function.name, failure.line or function.line, failure.cell)
    if where.cell is None and failure.line is None:
        where = replace(where, cell=function.cell)
    message = f"{function.name}: {failure.message}"
    fault = Fault(code, names[0], where, message)
    return Judgement(tuple(Quantity(name, "wrong", where) for name in names), (fault,))


def not_judged(
    function: Definition, parameter: str | UnboundError, quantities: Iterable[str] = ()
) -> Judgement:
    """Say that a function was left alone, as a rule because a parameter's meaning is unknown.

    Its quantities are undecided, and so is the submission unless another function shows them.
    """
    reason = f"what is {parameter.args[0]!r}?" if isinstance(parameter, UnboundError) else parameter
    name = "the loop" if function.name.startswith(LOOP) else function.name
    note = f"line {function.line}: {name} was not judged: {reason}"
    if function.cell:
        note = f"cell {function.cell}, {note}"
    where = place(function)
    return Judgement(tuple(Quantity(n, "undecided", where) for n in quantities), notes=(note,))


def hinted(fault: Fault, hints: str) -> Fault:
    """Show as much of a fault as the level allows.

    Parameters
    ----------
    fault : Fault
    hints : {"none", "brief", "full"}
        ``none`` names the quantity and the place, ``brief`` says what was done, ``full`` also
        what belongs there, and why.

    Raises
    ------
    ValueError
        If the level is none of these.
    """
    if hints not in HINTS:
        raise ValueError(f"hints: got {hints!r}, expected one of {', '.join(HINTS)}")
    if hints == "full":
        return fault
    right = (fault.expected or "").partition(" = ")[2]
    tells = bool(right) and right in (fault.computed or "")  # such as -(A - Y) for A - Y
    brief = replace(fault, computed=None if tells else fault.computed, expected=None, why=None)
    if hints == "brief":
        return brief
    return replace(brief, computed=None, message=f"{fault.quantity} is wrong", excerpt=None)


def shown(found: Counterexample | None, hints: str) -> Counterexample | None:
    """Show as much of a counterexample as the level allows: the nudge gives the slope away."""
    if hints == "full" or found is None:
        return found
    return replace(found, expected=None, nudge=None) if hints == "brief" else None
