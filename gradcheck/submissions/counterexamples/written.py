"""A counterexample as a pytest file that needs NumPy and pytest alone."""

from __future__ import annotations

import os
import pprint
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from gradcheck.sandbox import clean
from gradcheck.submissions.counterexamples.template import AFTER, CUT, FILE, LAST, LOOP
from gradcheck.submissions.reading.stubs import LONG, PREFIX
from gradcheck.submissions.results import Counterexample, Submission, Training


def counterexample_test(submission: Submission, path: str | Path | None = None) -> str:
    """Write the counterexample of a submission as a test that fails until the fault is mended.

    Parameters
    ----------
    submission : Submission
        Judged with full hints: a test holds what belongs there.
    path : str, Path or None
        Where the test finds the submission, seen from the test's own folder; by default where
        it was judged.

    Raises
    ------
    ValueError
        If the submission has no counterexample, or one without what belongs there.
    """
    found = submission.counterexample
    if found is None:
        raise ValueError(f"{submission.path}: has no counterexample to write")
    if found.expected is None:
        raise ValueError(f"{submission.path}: a test holds what belongs there; use full hints")
    settings = {name: _value(value) for name, value in found.settings.items()}
    return FILE.format(
        path=repr(str(path or Path(submission.path).resolve())),
        settings="{" + ", ".join(f"{name!r}: {text}" for name, text in settings.items()) + "}",
        test=name_for(f"{found.function} {found.quantity}"),
        says=repr(_says(found)),
        expected=_value(found.expected, wrap=False),
        **_loop(found),
        **_trained(found),
    )


def _loop(found: Counterexample) -> dict[str, str]:
    """Write what makes a function of a script's loop, where the example calls it."""
    loop, cut = found.loop, found.training is not None and not found.training.counts
    scope = CUT.format(long=LONG) if cut and loop is None else ""
    imports = ["copy"] * (loop is not None) + ["json"] + ["random"] * (found.training is not None)
    written = {"imports": "\n".join(f"import {name}" for name in imports), "scope": scope}
    if loop is None:
        return {**written, "constants": "", "last": ""}
    named = {"LINE": loop.line, "CELL": loop.cell or 1, "HEAD": loop.head, "AROUND": loop.around}
    constants = "".join(f"{name} = {value!r}\n" for name, value in named.items())
    return {**written, "constants": constants, "last": LAST.format(prefix=PREFIX)}


def _trained(found: Counterexample) -> dict[str, str]:
    """Write the call, and where it trains what makes of two calls a gradient."""
    functions = LOOP if found.loop else ""
    training = found.training
    if training is None:
        body = ["student = definitions(SUBMISSION)", *_inputs(found.inputs)]
        body.append(f"computed = np.asarray(student.{found.call}, dtype=float)")
        return {"functions": functions, "body": _indented(body)}
    made = training.made
    functions += AFTER.format(
        parameter=training.parameter,
        inputs=_indented(_inputs(found.inputs)),
        cut="" if training.counts else ", steps",
        first=made or found.call,
        second=f"    sow()\n    trained.{found.call[len(made) + 1 :]}\n" if made else "",
        place=training.place,
    )
    return {"functions": functions, "body": _indented([_difference(found, training)])}


def _difference(found: Counterexample, training: Training) -> str:
    """Write what is computed: where the step leads, or the slope that it shows."""
    steps, after = training.steps, f"after({training.steps + 1})"
    if found.quantity == training.parameter:
        return f"computed = {after}"
    before = f"after({steps})"
    if training.given and not steps:
        before = f"np.array({_value(training.start[training.parameter], wrap=False)})"
    return f"computed = ({before} - {after}) / {training.rate!r}"


def write_tests(submissions: Iterable[Submission], folder: Path) -> Iterator[str]:
    """Write a test a wrong submission into a folder, and say what was written or why it was not.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    taken: set[str] = set()
    for submission in submissions:
        if submission.verdict != "wrong":
            continue
        shown = clean(submission.path)
        if submission.counterexample is None:
            yield f"{shown}: no small example shows its fault, so no test is written"
        elif not Path(submission.path).is_file():
            yield f"{shown}: is not a file of its own, so no test is written"
        else:
            name = _free(f"test_{name_for(Path(submission.path).stem)}", taken)
            text = counterexample_test(submission, os.path.relpath(submission.path, folder))
            (folder / f"{name}.py").write_text(text, encoding="utf-8")
            yield f"{shown}: {folder / name}.py fails until its fault is mended"


def _free(name: str, taken: set[str]) -> str:
    """Give a name a number where it is taken."""
    count, free = 1, name
    while free.lower() in taken:
        count += 1
        free = f"{name}_{count}"
    taken.add(free.lower())
    return free


def name_for(text: str) -> str:
    """Make a name of a test or a file from any text.

    >>> name_for("../a b.py")
    'a_b_py'
    """
    return re.sub(r"[^A-Za-z0-9]+", "_", text).strip("_") or "submission"


def _says(found: Counterexample) -> str:
    return found.nudge.message if found.nudge else f"{found.function} gives {found.quantity}."


def _inputs(inputs: Mapping[str, Any]) -> list[str]:
    return [f"{name} = {_value(value)}" for name, value in inputs.items()]


def _indented(lines: Iterable[str]) -> str:
    return "\n".join(f"    {line}" for line in lines)


def _value(value: Any, *, wrap: bool = True) -> str:
    """Write a number, or nested lists as an array; strings among numbers are nan or inf."""
    text = re.sub(r"'(-?)(nan|inf)'", r"\1np.\2", pprint.pformat(value, width=10**6))
    return f"np.array({text})" if wrap and isinstance(value, list) else text
