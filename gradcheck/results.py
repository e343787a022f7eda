"""What a check says: the verdict, its evidence, and every wrong entry by name."""

import math
from dataclasses import asdict, dataclass
from typing import Any, Literal

from gradcheck.claims import Finding
from gradcheck.messages import render

Verdict = Literal["correct", "wrong", "kink", "undecided"]
UNSEEN = 1e-3
VERDICTS = ("correct", "wrong", "kink", "undecided")


@dataclass(frozen=True)
class Entry:
    """One wrong entry of a gradient.

    Parameters
    ----------
    parameter : str
        The parameter's name; `x` where there is a single unnamed array.
    index : tuple of int
        Its place in the parameter, () for a number.
    claimed, measured, bar : float
        The claim, and the slope measured there: the true one lies within measured ± bar.
    """

    parameter: str
    index: tuple[int, ...]
    claimed: float
    measured: float
    bar: float

    def __str__(self) -> str:
        place = f"{list(self.index)}" if self.index else ""
        return (
            f"{self.parameter}{place}: claimed {self.claimed:.6g}, "
            f"measured {self.measured:.6g} ± {self.bar:.1g}"
        )


@dataclass(frozen=True)
class Block:
    """A whole parameter whose claim is a constant multiple of the slope.

    Parameters
    ----------
    parameter : str
        The parameter's name; empty when the whole gradient is meant.
    factor, bar : float
        The claim divided by the slope, known to within the bar.
    entries : int
        How many entries it has.
    """

    parameter: str
    factor: float
    bar: float
    entries: int


@dataclass(frozen=True)
class Evidence:
    """One direction along which the claim was laid beside the measured slope.

    Parameters
    ----------
    claimed, measured, bar : float
        The claimed gradient times the direction; the slope along it, and its error bar.
    jump : float
        The slope ahead less the slope behind where these differ (a kink), else 0.
    """

    claimed: float
    measured: float
    bar: float
    jump: float = 0.0


@dataclass(frozen=True)
class GradientCheck:
    """The result of a check; true only for a pass, and its text is the message.

    Parameters
    ----------
    verdict : {"correct", "wrong", "kink", "undecided"}
        `kink`: not differentiable here, and the claim lies between the slopes around.
        `undecided`: the bars are too wide to tell; `reason` says what would decide.
    reason : str
        One sentence.
    wrong : tuple of Entry
        The wrong entries, worst first. A parameter that is wrong by a constant factor is
        one `Block`, and its largest entry stands here for all of them.
    blocks : tuple of Block
    notes : tuple of Finding
        What was found besides the values.
    evidence : tuple of Evidence
        The directions that were compared.
    entries : int
        How many entries the gradient has.
    evaluations : int
        How often the cost was called.
    smallest_detectable : float
        An entry wrong by more than this is seen, whatever is wrong besides, but for a chance of
        `UNSEEN`, one in a thousand: errors of several entries can cancel along a random line.
        Infinite if nothing would be seen.

    Raises
    ------
    ValueError
        If the verdict is not one of the four, or `correct` stands beside a wrong entry.
    """

    verdict: Verdict
    reason: str = ""
    wrong: tuple[Entry, ...] = ()
    blocks: tuple[Block, ...] = ()
    notes: tuple[Finding, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    entries: int = 0
    evaluations: int = 0
    smallest_detectable: float = math.inf

    def __post_init__(self) -> None:
        if self.verdict not in VERDICTS:
            raise ValueError(f"verdict is {self.verdict!r}, expected one of {', '.join(VERDICTS)}")
        if self.verdict != "wrong" and (self.wrong or self.blocks):
            raise ValueError(f"verdict is {self.verdict}, but there are wrong entries; say wrong")

    @property
    def findings(self) -> tuple[str, ...]:
        """The codes of everything found besides the values."""
        return tuple(dict.fromkeys(note.code for note in self.notes))

    def __bool__(self) -> bool:
        faultless = not any(note.fault for note in self.notes)
        return self.verdict in ("correct", "kink") and faultless

    def __str__(self) -> str:
        return render(self)

    def to_json(self) -> dict[str, Any]:
        """Give the result as plain values for JSON; numbers that are not finite become strings."""
        content = {
            "schema": "gradcheck/check/v1",
            **asdict(self),
            "findings": list(self.findings),
            "chance_unseen": UNSEEN,
        }
        plain: dict[str, Any] = _plain(content)
        return plain


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return repr(value) if isinstance(value, float) and not math.isfinite(value) else value
