"""The message of a check: what is wrong, where, by how much, and what to try."""

import math
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradcheck.results import Block, Entry, GradientCheck

SHOWN = 8
TRY = {
    "wrong-type": "return plain arrays of real numbers",
    "rank-1-array": "keep both axes: keepdims=True, or reshape to the parameter's shape",
    "transposed": "transpose it back to the parameter's shape",
    "wrong-shape": "give every gradient the shape of its parameter",
    "nonfinite": "look for log(0), a division by 0, or an exponential that overflows",
    "mutates-input": "work on a copy of the parameters",
    "nondeterministic": "fix the seed, or keep no state between calls",
}


def render(check: "GradientCheck") -> str:
    """Write a check as a message of a few lines, the verdict first."""
    lines = [_headline(check)]
    lines += [f"  {_block_line(block)}" for block in check.blocks]
    lines += [f"  {entry}{_ratio(entry)}" for entry in check.wrong[:SHOWN]]
    if len(check.wrong) > SHOWN:
        lines.append(f"  … and {len(check.wrong) - SHOWN} more")
    lines += [f"  {line}" for line in (_shared_ratio(check), _shared_place(check)) if line]
    lines += [f"  {note.code}: {note.message}" for note in check.notes]
    lines += [f"  try: {TRY[code]}" for code in check.findings if code in TRY]
    return "\n".join(lines)


def _headline(check: "GradientCheck") -> str:
    head = f"{check.verdict}: {check.reason}" if check.reason else check.verdict
    seen = (
        f"; an error of {check.smallest_detectable:.1g} in any entry is seen, 999 times in 1000"
        if math.isfinite(check.smallest_detectable)
        else ""
    )
    return f"{head} ({check.entries} entries, {check.evaluations} evaluations{seen})"


def _block_line(block: "Block") -> str:
    name = f"d{block.parameter}" if block.parameter else "the whole gradient"
    entries = f"all {block.entries} entries"
    if block.factor == 0:
        return f"{name}: claimed 0 throughout, but the slope is not ({entries})"
    if abs(block.factor + 1) <= block.bar:
        return f"{name}: the sign is wrong ({entries})"
    return f"{name}: claimed is {factor_text(block.factor, block.bar)} × the slope ({entries})"


def factor_text(factor: float, bar: float) -> str:
    """Write a factor as a short fraction if it is one within its bar, else as a number."""
    fraction = Fraction(factor).limit_denominator(1000)
    if fraction and abs(float(fraction) - factor) <= bar + 1e-12 * abs(factor):
        return str(fraction)
    digits = max(6, math.ceil(-math.log10(max(abs(factor - 1), 1e-15))) + 3)
    return f"{factor:.{digits}g}"


def _ratio(entry: "Entry") -> str:
    if not abs(entry.measured) > 100 * entry.bar or not math.isfinite(entry.claimed):
        return ""
    ratio = entry.claimed / entry.measured
    return f" (× {factor_text(ratio, abs(ratio) * entry.bar / abs(entry.measured))})"


def _shared_ratio(check: "GradientCheck") -> str:
    texts = {_ratio(entry) for entry in check.wrong}
    if len(check.wrong) < 2 or len(texts) != 1 or texts == {""}:
        return ""
    return f"every wrong entry is off by the same factor{texts.pop()}"


def _shared_place(check: "GradientCheck") -> str:
    """Name the row or column (or slice of a later axis) that all wrong entries share."""
    names = {entry.parameter for entry in check.wrong}
    if len(check.wrong) < 2 or len(names) != 1:
        return ""
    places = list(zip(*(entry.index for entry in check.wrong), strict=True))
    fixed = [axis for axis, values in enumerate(places) if len(set(values)) == 1]
    if len(fixed) != 1 or len(places) < 2:
        return ""
    axis = fixed[0]
    kind = ("row", "column")[axis] if axis < 2 else f"axis {axis}, slice"
    return f"all of them lie in {kind} {places[axis][0]} of {names.pop()}"
