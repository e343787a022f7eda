"""How many planted mistakes are found, and named for what they are, at the line they stand in.

Run ``python benchmarks/planted.py [STYLE ...]``. Each file of ``tests/planted/styles`` is a right
submission in a style of its own; tags mark the lines that compute something. Below it stand the
faults and the benign variants, as ``tag | code | old => new`` or a whole line, written by hand and
without the diagnosis: so the table cannot agree with itself. Every fault is judged alone; then
pairs of faults are judged together.
"""

from __future__ import annotations

import re
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gradcheck.sandbox import WarmParent
from gradcheck.submissions import Options, Submission
from gradcheck.submissions.pipeline import validate_source
from gradcheck.submissions.reading.files import read_texts
from gradcheck.submissions.reading.notebooks import Text

STYLES = Path(__file__).parent.parent / "tests" / "planted" / "styles"
DOUBLES = 80
_TAG = re.compile(r"\s*#@ (\w+)\s*$")
_CELL = "# %%\n"


@dataclass(frozen=True)
class Change:
    """One line of a style, written otherwise.

    Parameters
    ----------
    style, tag : str
        The submission, and the line.
    codes : tuple of str
        What it is: the code of the fault or of the remark; several where the numbers are the same
        for both, empty for what deserves no word.
    old, new : str
        What is replaced in the line; without ``old`` the whole line.
    """

    style: str
    tag: str
    codes: tuple[str, ...]
    old: str
    new: str

    def applied(self, line: str) -> str:
        """Write the line with the change."""
        indent = line[: len(line) - len(line.lstrip())]
        if not self.old:
            return indent + self.new.replace("\\n", "\n" + indent)
        if self.old not in line:
            raise ValueError(f"{self.style}, {self.tag}: {self.old!r} is not in {line.strip()!r}")
        return line.replace(self.old, self.new.replace("\\n", "\n" + indent), 1)


@dataclass(frozen=True)
class Style:
    """A right submission with what is planted in it."""

    name: str
    lines: tuple[str, ...]
    tags: dict[str, int]
    faults: tuple[Change, ...]
    benign: tuple[Change, ...]

    def with_changes(self, changes: Sequence[Change]) -> tuple[str, dict[str, range]]:
        """Give the text with the changes, and the lines at which each tag now stands."""
        lines, placed, at = [], {}, 1
        by_index = {self.tags[change.tag]: change for change in changes}
        for index, line in enumerate(self.lines):
            written = by_index[index].applied(line) if index in by_index else line
            length = written.count("\n") + 1
            if index in by_index:
                placed[by_index[index].tag] = range(at, at + length)
            lines.append(written)
            at += length
        return "\n".join(lines) + "\n", placed


def read_style(file: Path) -> Style:
    """Read a style with its faults and its benign variants."""
    code, faults, benign = re.split(r"^==== \w+\n", file.read_text(), flags=re.M)
    tags = {m[1]: n for n, line in enumerate(code.splitlines()) if (m := _TAG.search(line))}
    lines = tuple(_TAG.sub("", line) for line in code.splitlines())
    name = file.stem
    return Style(name, lines, tags, tuple(_changes(name, faults)), tuple(_changes(name, benign)))


def _changes(style: str, text: str) -> Iterator[Change]:
    for line in text.splitlines():
        tag, codes, what = line.split("|", 2)
        old, arrow, new = (what[1:] + " ").partition(" => ")
        known = tuple(code for code in codes.strip().split("/") if code)
        whole = not arrow
        yield Change(style, tag.strip(), known, "" if whole else old, (old if whole else new)[:-1])


def styles(names: Iterable[str] = ()) -> tuple[Style, ...]:
    """Read all styles, or those of some names."""
    wanted = set(names)
    files = sorted(STYLES.glob("*.txt"))
    return tuple(read_style(file) for file in files if not wanted or file.stem in wanted)


def judged(text: str, warm: WarmParent | None) -> Submission:
    """Judge a text, one with cells as the notebook that it stands for, without a counterexample."""
    if not text.startswith(_CELL):
        source = read_texts("student.py", (Text(text),))
    else:
        cells = text.split(_CELL)[1:]
        source = read_texts("student.ipynb", tuple(Text(c, n) for n, c in enumerate(cells, 1)))
    return validate_source(source, Options(allow_weak=True, hints="none"), warm)


def line_of(text: str, fault_line: int | None, cell: int | None) -> int | None:
    """Give the line in the style's text of a line in a cell."""
    if cell is None or fault_line is None or not text.startswith(_CELL):
        return fault_line
    before = text.split(_CELL)[1:cell]
    return sum(len(part.splitlines()) + 1 for part in before) + 1 + fault_line


@dataclass(frozen=True)
class Row:
    """What was said of one planted fault."""

    change: Change
    found: bool
    code: str
    code_right: bool
    line_right: bool
    faults: int


def planted(style: Style, change: Change, warm: WarmParent | None) -> Row:
    """Plant one fault and judge."""
    text, placed = style.with_changes([change])
    result = judged(text, warm)
    if not result.faults:
        return Row(change, False, result.verdict, False, False, 0)
    first = result.faults[0]
    at = line_of(text, first.where.line, first.where.cell)
    right = first.code in change.codes
    return Row(change, True, first.code, right, at in placed[change.tag], len(result.faults))


def false_alarm(style: Style, change: Change | None, warm: WarmParent | None) -> str:
    """Judge a right variant; say what is wrong with what was said of it, or nothing."""
    text, _ = style.with_changes([change] if change else [])
    result = judged(text, warm)
    if result.verdict != "correct":
        said = [f"{f.code} {f.quantity}" for f in result.faults]
        return f"{result.verdict} {said}"
    remarks = {remark.code for remark in result.remarks}
    if change and change.codes and not remarks & set(change.codes):
        return f"no remark {'/'.join(change.codes)}, but {sorted(remarks)}"
    return ""


def pairs(every: Sequence[Style], count: int, seed: int = 0) -> list[tuple[Style, Change, Change]]:
    """Draw pairs of faults on two lines of one style."""
    rng = np.random.default_rng(seed)
    drawn: list[tuple[Style, Change, Change]] = []
    while len(drawn) < count:
        style = every[int(rng.integers(len(every)))]
        one, other = (style.faults[int(i)] for i in rng.choice(len(style.faults), 2, replace=False))
        if style.tags[one.tag] != style.tags[other.tag]:
            drawn.append((style, one, other))
    return drawn


def both_named(style: Style, pair: tuple[Change, Change], warm: WarmParent | None) -> str:
    """Judge two faults together: ``both``, ``in turn`` (one, then the other), or what was said."""
    one, other = pair
    codes = [fault.code for fault in judged(style.with_changes(pair)[0], warm).faults]
    if any(c in one.codes for c in codes) and any(c in other.codes for c in codes):
        return "both"
    for first, second in ((one, other), (other, one)):
        if codes and codes[0] in first.codes:
            rest = judged(style.with_changes([second])[0], warm).faults
            if rest and rest[0].code in second.codes:
                return "in turn"
    return f"{codes}"


def share(part: int, whole: int) -> str:
    """Print a part of a whole."""
    return f"{part}/{whole} ({100 * part / whole:.1f} %)"


def measured(style: Style, warm: WarmParent) -> tuple[list[Row], list[str]]:
    """Judge all that is planted in a style; give the rows, and what was said of right variants."""
    rows = [planted(style, change, warm) for change in style.faults]
    alarms = []
    for change in (None, *style.benign):
        said = false_alarm(style, change, warm)
        if said:
            alarms.append(f"{style.name}, {change.tag if change else 'as it is'}: {said}")
    right = 1 + len(style.benign) - len(alarms)
    told = [getattr(row, name) for name in ("found", "code_right", "line_right") for row in rows]
    parts = [sum(told[n * len(rows) : (n + 1) * len(rows)]) for n in range(3)]
    cells = "".join(f"{f'{part}/{len(rows)}':>9}" for part in parts)
    print(f"{style.name:<18}{cells}{f'{right}/{1 + len(style.benign)}':>9}", flush=True)
    return rows, alarms


def confusions(rows: Sequence[Row]) -> Iterator[str]:
    """Say of each fault that was not named or placed rightly what was said of it."""
    for row in rows:
        if not (row.code_right and row.line_right):
            change, codes = row.change, "/".join(row.change.codes)
            where = "" if row.line_right else ", at another line"
            what = f"{change.style}, {change.tag}: {change.old} => {change.new}"
            yield f"confused: {what}: {codes} is called {row.code}{where}"


def doubled(every: Sequence[Style], warm: WarmParent) -> Iterator[str]:
    """Judge pairs of faults; say how many were told, and what was said of the others."""
    drawn = pairs(every, DOUBLES)
    said = [both_named(style, (one, other), warm) for style, one, other in drawn]
    named = Counter(word if word in ("both", "in turn") else "other" for word in said)
    told = share(named["both"] + named["in turn"], DOUBLES)
    yield f"double faults      {told}: {named['both']} both, {named['in turn']} in turn"
    for (style, one, other), word in zip(drawn, said, strict=True):
        if word not in ("both", "in turn"):
            both_here = " and ".join(f"{'/'.join(c.codes)} at {c.tag}" for c in (one, other))
            yield f"confused: {style.name}, {both_here}: {word}"


def main() -> int:
    """Print the table; fail where a planted fault survives or a right variant is blamed."""
    every, start = styles(sys.argv[1:]), time.process_time()
    rows: list[Row] = []
    alarms: list[str] = []
    with WarmParent() as warm:
        print(f"{'style':<18}{'found':>9}{'code':>9}{'line':>9}{'right':>9}")
        for style in every:
            own, wrong = measured(style, warm)
            rows, alarms = rows + own, alarms + wrong
        pairs_said = list(doubled(every, warm))
    variants = sum(1 + len(style.benign) for style in every)
    print(f"found              {share(sum(row.found for row in rows), len(rows))}")
    print(f"first code right   {share(sum(row.code_right for row in rows), len(rows))}")
    print(f"line right         {share(sum(row.line_right for row in rows), len(rows))}")
    print(f"false alarms       {len(alarms)} of {variants} right and benign variants")
    print("\n".join([*pairs_said, *confusions(rows), *(f"false alarm: {a}" for a in alarms)]))
    print(f"{time.process_time() - start:.0f} s of CPU in the judge")
    return int(not all(row.found for row in rows) or bool(alarms))


if __name__ == "__main__":
    sys.exit(main())
