"""What is said about submissions: values alone, in the words of the ``validation/v1`` contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

SCHEMA = "gradcheck/validation/v1"
SUBMISSION_VERDICTS = ("correct", "wrong", "undecided", "not-gradable")
QUANTITY_VERDICTS = ("correct", "wrong", "undecided", "blamed-upstream", "not-found")


@dataclass(frozen=True)
class Where:
    """A place: the function, the line of the file or of the cell, the code cell from 1.

    ``file_line`` is the line of a notebook's file, for tools that show the file as it is.
    """

    function: str | None = None
    line: int | None = None
    cell: int | None = None
    file_line: int | None = None


@dataclass(frozen=True)
class Quantity:
    """A quantity of the model and what is known of it.

    Raises
    ------
    ValueError
        If the verdict is none of those of the contract.
    """

    name: str
    verdict: str
    where: Where = Where()

    def __post_init__(self) -> None:
        if self.verdict not in QUANTITY_VERDICTS:
            raise ValueError(
                f"{self.name}: got the verdict {self.verdict!r}, "
                f"expected one of {', '.join(QUANTITY_VERDICTS)}"
            )


@dataclass(frozen=True)
class Excerpt:
    """The line of a submission that a fault is in, and the part of it to underline.

    Parameters
    ----------
    text : str
        The line without its indentation, printable throughout.
    start, end : int
        The columns to underline, from 0; ``end`` is the first one after them.
    indent : int
        How far the line is indented beside those around it.
    before, after : tuple of str
        The lines around it, printable; what they are all indented by is taken off.
    """

    text: str
    start: int
    end: int
    indent: int = 0
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fault:
    """A mistake by its code.

    Parameters
    ----------
    code, quantity : str
    where : Where
    message : str
        What was done; it never says what belongs there.
    computed, expected : str or None
        Formulas, or shapes, in the course's notation.
    why : str or None
        Why that is wrong, in one sentence, which may give the solution away.
    excerpt : Excerpt or None
        The line, where it is known.
    """

    code: str
    quantity: str
    where: Where
    message: str
    computed: str | None = None
    expected: str | None = None
    why: str | None = None
    excerpt: Excerpt | None = None


@dataclass(frozen=True)
class Nudge:
    """The course's experiment: one entry of a parameter grows by ``step``, and J moves.

    Parameters
    ----------
    parameter : str
    index : tuple of int
        The entry, in the submission's own layout; empty for a number.
    step : float
    J_before, J_after : float
    slope : float
        (J_after - J_before) / step.
    claimed : float
        What the submission's gradient says at this entry.
    message : str
        All of that in a sentence.
    own_cost : bool
        Whether J is the submission's own, which was judged right, and not the model's.
    """

    parameter: str
    index: tuple[int, ...]
    step: float
    J_before: float
    J_after: float
    slope: float
    claimed: float
    message: str
    own_cost: bool = False


@dataclass(frozen=True)
class Training:
    """The step of training that a counterexample looks at; a gradient is read off as (θ − θ′)/α.

    Parameters
    ----------
    parameter : str
        θ, that is stepped.
    start : mapping of str to number or nested list
        All parameters before the step.
    after : number or nested list
        θ′, that the step leads to.
    rate : float
        α
    steps : int
        How many steps come before this one.
    place : str
        Where the parameter stands in what training leaves: ``.weights``, ``[0]['w']``.
    made : str
        How the class is made whose method trains, else empty.
    given : bool
        Whether the step starts from the parameters that are among the inputs.
    counts : bool
        Whether the call sets the number of steps; else long loops are cut short.
    """

    parameter: str
    start: Mapping[str, Any]
    after: Any
    rate: float
    steps: int
    place: str
    made: str
    given: bool
    counts: bool


@dataclass(frozen=True)
class Loop:
    """The training loop of a script, which is judged as a function of one step.

    Parameters
    ----------
    line : int
    cell : int or None
    head : str
        How the function begins whose body is the loop's.
    around : str
        What wraps it: it copies its arguments, and sets what the loop needs besides.
    """

    line: int
    cell: int | None
    head: str
    around: str


@dataclass(frozen=True)
class Counterexample:
    """The smallest problem that was found on which a fault shows.

    Numbers are plain JSON numbers and nested lists of them; nan and the infinities stand as the
    strings ``"nan"``, ``"inf"`` and ``"-inf"``.

    Parameters
    ----------
    function : str
        The submission's function that was called.
    quantity : str
        What it gave that is wrong.
    inputs : mapping of str to number or nested list
        What it was fed, by name.
    settings : mapping of str to number or nested list
        The globals that it reads and the submission does not set.
    call : str
        The call, on the names of ``inputs``: ``propagate(w, b, X, Y)[0]['dw']``.
    computed : number or nested list
    expected : number, nested list or None
        What belongs there; None where hints do not allow to say it.
    nudge : Nudge or None
        For the gradient of a parameter.
    training : Training or None
        Where only a step of training shows the fault; ``call`` then stands for ``steps`` steps.
    loop : Loop or None
        Where ``function`` stands for the loop of a script.
    """

    function: str
    quantity: str
    inputs: Mapping[str, Any]
    settings: Mapping[str, Any]
    call: str
    computed: Any
    expected: Any = None
    nudge: Nudge | None = None
    training: Training | None = None
    loop: Loop | None = None


@dataclass(frozen=True)
class Remark:
    """Something worth knowing that leaves the verdict as it is."""

    code: str
    where: Where
    message: str


@dataclass(frozen=True)
class Check:
    """An entry of the list that every submission of a model is graded on.

    Parameters
    ----------
    name : str
        A quantity of the model, or another thing that is graded.
    verdict : str
        As a quantity's; ``not-found`` earns nothing.
    points, max_points : float
        What was earned, and what could have been.
    code, because_of : str or None
        The code and the quantity of the fault that decides, where there is one: a call that ran
        out of time says so here.
    """

    name: str
    verdict: str
    points: float
    max_points: float
    code: str | None = None
    because_of: str | None = None


@dataclass(frozen=True)
class Role:
    """What a function of the submission was taken for, and what that rests on.

    Parameters
    ----------
    role : str
        ``forward``, ``cost``, ``backward``, ``propagate``, ``update``, ``optimise``, ...
    function : str
        Its name in the submission.
    found_by : {"name", "signature", "value", "loop"}
        ``loop`` is the loop of a script, which is no function.
    """

    role: str
    function: str
    found_by: str


@dataclass(frozen=True)
class Submission:
    """The result for one file.

    Parameters
    ----------
    path : str
        As the user gave it.
    model : str or None
        None where the file could not be read far enough to tell.
    verdict : {"correct", "wrong", "undecided", "not-gradable"}
    score : float
        The share of the points of ``checks`` that were earned, in [0, 1].
    quantities, faults, remarks : tuple
        In the order of the data flow.
    notes : tuple of str
        What was left out, supplied or not judged, and why.
    reason : str or None
        Why there is no other verdict, where it is ``not-gradable``.
    counterexample : Counterexample or None
        For the first fault.
    checks : tuple of Check
        What it is graded on: the same entries for every submission of a model.
    roles : tuple of Role
        Which functions were judged as what.
    seconds : float
        How long it took.

    Raises
    ------
    ValueError
        If the verdict is none of the contract's, or ``correct`` with nothing judged correct.
    """

    path: str
    model: str | None
    verdict: str
    score: float = 0.0
    quantities: tuple[Quantity, ...] = ()
    faults: tuple[Fault, ...] = ()
    remarks: tuple[Remark, ...] = ()
    notes: tuple[str, ...] = ()
    reason: str | None = None
    counterexample: Counterexample | None = None
    checks: tuple[Check, ...] = ()
    roles: tuple[Role, ...] = ()
    seconds: float = 0.0

    def __post_init__(self) -> None:
        if self.verdict not in SUBMISSION_VERDICTS:
            raise ValueError(
                f"{self.path}: got the verdict {self.verdict!r}, "
                f"expected one of {', '.join(SUBMISSION_VERDICTS)}"
            )
        judged = any(quantity.verdict == "correct" for quantity in self.quantities)
        if self.verdict == "correct" and not judged:
            raise ValueError(f"{self.path}: correct, but nothing was judged; call it undecided")

    def to_json(self) -> dict[str, Any]:
        """Give the fields of the contract, and ``notes`` and ``reason`` beside them."""
        return asdict(self)


@dataclass(frozen=True)
class Report:
    """The results of a batch, with the seed and the isolation that they were got under."""

    seed: int
    isolation: Mapping[str, tuple[str, ...]]
    submissions: Sequence[Submission]

    def to_json(self) -> dict[str, Any]:
        """Give the whole of ``validation/v1``."""
        return {
            "schema": SCHEMA,
            "seed": self.seed,
            "isolation": {name: list(layers) for name, layers in self.isolation.items()},
            "submissions": [submission.to_json() for submission in self.submissions],
        }
