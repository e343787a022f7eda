"""What is said about submissions: values alone, in the words of the ``validation/v1`` contract."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

SCHEMA = "gradcheck/validation/v1"
SUBMISSION_VERDICTS = ("correct", "wrong", "undecided", "not-gradable")
QUANTITY_VERDICTS = ("correct", "wrong", "undecided", "blamed-upstream", "not-found")


@dataclass(frozen=True)
class Where:
    """A place: the function, the line of the file or of the cell, the code cell from 1."""

    function: str | None = None
    line: int | None = None
    cell: int | None = None


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
class Fault:
    """A mistake by its code; ``computed`` and ``expected`` are formulas as the course has them."""

    code: str
    quantity: str
    where: Where
    message: str
    computed: str | None = None
    expected: str | None = None


@dataclass(frozen=True)
class Remark:
    """Something worth knowing that leaves the verdict as it is."""

    code: str
    where: Where
    message: str


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
        The share of the quantities that are right, in [0, 1].
    quantities, faults, remarks : tuple
        In the order of the data flow.
    notes : tuple of str
        What was left out, supplied or not judged, and why.
    reason : str or None
        Why there is no other verdict, where it is ``not-gradable``.
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
        return asdict(self) | {"counterexample": None}


@dataclass(frozen=True)
class Report:
    """The results of a batch, with the seed and the isolation that they were got under."""

    seed: int
    isolation: Mapping[str, tuple[str, ...]]
    submissions: tuple[Submission, ...]

    def to_json(self) -> dict[str, Any]:
        """Give the whole of ``validation/v1``."""
        return {
            "schema": SCHEMA,
            "seed": self.seed,
            "isolation": {name: list(layers) for name, layers in self.isolation.items()},
            "submissions": [submission.to_json() for submission in self.submissions],
        }
